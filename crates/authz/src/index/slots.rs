//! A persistent array with gaps: a wide tree over the digits of the place, copied only along a
//! changed path.

use std::sync::Arc;

/// Children of a node: 64.
const BITS: u32 = 6;
const WIDTH: usize = 1 << BITS;

/// Values by number. Cloning costs one reference count.
#[derive(Clone)]
pub(crate) struct Slots<T> {
    root: Arc<Node<T>>,
    /// Levels of branches above the leaves.
    height: u32,
    len: usize,
}

#[derive(Clone)]
enum Node<T> {
    Leaf(Vec<Option<T>>),
    Branch(Vec<Option<Arc<Node<T>>>>),
}

impl<T: Clone> Default for Slots<T> {
    fn default() -> Self {
        Self { root: Arc::new(Node::Leaf(Vec::new())), height: 0, len: 0 }
    }
}

impl<T: Clone> Slots<T> {
    /// Number of values.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The value at a place.
    #[inline]
    pub(crate) fn get(&self, place: u32) -> Option<&T> {
        if self.height < 5 && place >> (BITS * (self.height + 1)) != 0 {
            return None;
        }
        let mut node = &*self.root;
        let mut shift = BITS * self.height;
        loop {
            let digit = (place >> shift) as usize & (WIDTH - 1);
            match node {
                Node::Leaf(values) => return values.get(digit)?.as_ref(),
                Node::Branch(children) => node = children.get(digit)?.as_deref()?,
            }
            shift = shift.saturating_sub(BITS);
        }
    }

    /// Puts a value at a place.
    pub(crate) fn insert(&mut self, place: u32, value: T) {
        while self.height < 5 && place >> (BITS * (self.height + 1)) != 0 {
            let old = std::mem::replace(&mut self.root, Arc::new(Node::Leaf(Vec::new())));
            self.root = Arc::new(Node::Branch(vec![Some(old)]));
            self.height += 1;
        }
        let mut node = Arc::make_mut(&mut self.root);
        let mut shift = BITS * self.height;
        loop {
            let digit = (place >> shift) as usize & (WIDTH - 1);
            match node {
                Node::Leaf(values) => {
                    grow(values, digit);
                    self.len += usize::from(values[digit].replace(value).is_none());
                    return;
                }
                Node::Branch(children) => {
                    grow(children, digit);
                    shift -= BITS;
                    let empty = || {
                        let leaf = Node::Leaf(Vec::new());
                        Arc::new(if shift == 0 { leaf } else { Node::Branch(Vec::new()) })
                    };
                    node = Arc::make_mut(children[digit].get_or_insert_with(empty));
                }
            }
        }
    }

    /// Takes the value out of a place.
    pub(crate) fn remove(&mut self, place: u32) -> Option<T> {
        self.get(place)?;
        self.len -= 1;
        let shift = BITS * self.height;
        take(Arc::make_mut(&mut self.root), place, shift).0
    }

    /// Bytes held by the nodes.
    pub(crate) fn bytes(&self) -> usize {
        bytes(&self.root)
    }
}

/// Takes a value out; whether the node is empty afterwards.
fn take<T: Clone>(node: &mut Node<T>, place: u32, shift: u32) -> (Option<T>, bool) {
    let digit = (place >> shift) as usize & (WIDTH - 1);
    match node {
        Node::Leaf(values) => {
            let value = values.get_mut(digit).and_then(Option::take);
            (value, values.iter().all(Option::is_none))
        }
        Node::Branch(children) => {
            let Some(Some(child)) = children.get_mut(digit) else { return (None, false) };
            let (value, empty) = take(Arc::make_mut(child), place, shift - BITS);
            if empty {
                children[digit] = None;
            }
            (value, empty && children.iter().all(Option::is_none))
        }
    }
}

fn grow<V>(items: &mut Vec<Option<V>>, digit: usize) {
    if items.len() <= digit {
        items.reserve_exact(digit + 1 - items.len());
        items.resize_with(digit + 1, || None);
    }
}

fn bytes<T>(node: &Node<T>) -> usize {
    let own = size_of::<Node<T>>() + 2 * size_of::<usize>();
    match node {
        Node::Leaf(values) => own + values.capacity() * size_of::<Option<T>>(),
        Node::Branch(children) => {
            let held = children.iter().flatten().map(|child| bytes(child)).sum::<usize>();
            own + children.capacity() * size_of::<usize>() + held
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Slots;

    #[test]
    fn behaves_like_a_map_and_keeps_old_versions() {
        let (mut slots, mut map) = (Slots::default(), BTreeMap::new());
        let mut state = 3_u64;
        for round in 0..30_000_u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            let wide = (state >> 33) as u32;
            let place = if round % 7 == 0 { wide } else { wide % 5_000 };
            if round % 3 == 0 {
                assert_eq!(slots.remove(place), map.remove(&place));
            } else {
                let old = slots.clone();
                slots.insert(place, round);
                assert_eq!(old.get(place), map.get(&place));
                map.insert(place, round);
            }
        }
        assert_eq!(slots.len(), map.len());
        for place in (0..5_000).chain(map.keys().copied().collect::<Vec<_>>()) {
            assert_eq!(slots.get(place), map.get(&place));
        }
        assert_eq!(slots.get(u32::MAX), map.get(&u32::MAX));
    }
}
