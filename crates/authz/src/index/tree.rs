//! A persistent ordered map: a B+ tree whose nodes are shared between versions and copied only
//! along a changed path.

use std::sync::Arc;

use arrayvec::ArrayVec;

/// Most entries of a leaf and most children of a branch.
const WIDTH: usize = 64;
/// The keys of a node, within the node itself, with room for the one too many that makes it split.
type Keys<K> = ArrayVec<K, { WIDTH + 1 }>;
/// Below this size a node is merged into its neighbour.
const SPARSE: usize = WIDTH / 4;
/// Deepest possible tree: it only grows by splitting a full node, which leaves half in each, and
/// 32^8 is beyond memory.
const DEPTH: usize = 8;

/// An ordered map. Cloning costs one reference count; a change to the clone copies `O(log n)`
/// nodes.
#[derive(Clone)]
pub(crate) struct Tree<K, V> {
    root: Arc<Node<K, V>>,
}

#[derive(Clone)]
enum Node<K, V> {
    Leaf { keys: Keys<K>, values: Vec<V> },
    Branch { keys: Keys<K>, sizes: Vec<u32>, children: Vec<Arc<Node<K, V>>> },
}

impl<K: Ord + Copy, V: Clone> Default for Tree<K, V> {
    fn default() -> Self {
        Self { root: Arc::new(Node::empty()) }
    }
}

impl<K: Ord + Copy, V: Clone> Tree<K, V> {
    /// Builds the tree from entries in strictly ascending order, in linear time and fully packed.
    pub(crate) fn from_sorted(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut entries = entries.into_iter().peekable();
        let mut level = Vec::new();
        while entries.peek().is_some() {
            let (mut keys, mut values) = (Keys::new(), Vec::new());
            for (key, value) in entries.by_ref().take(WIDTH) {
                keys.push(key);
                values.push(value);
            }
            values.shrink_to_fit();
            level.push(Arc::new(Node::Leaf { keys, values }));
        }
        while level.len() > 1 {
            level = level.chunks(WIDTH).map(|part| Arc::new(Node::branch(part.to_vec()))).collect();
        }
        level.pop().map_or_else(Self::default, |root| Self { root })
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.root.size()
    }

    /// The value of a key.
    #[inline]
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let mut node = &*self.root;
        loop {
            match node {
                Node::Leaf { keys, values } => {
                    let at = lower_bound(keys, key);
                    return if keys.get(at) == Some(key) { values.get(at) } else { None };
                }
                Node::Branch { keys, children, .. } => node = &children[child_of(keys, key)],
            }
        }
    }

    /// Whether the key is present.
    #[inline]
    pub(crate) fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Inserts or replaces; returns the value that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (old, split) = Arc::make_mut(&mut self.root).insert(key, value);
        if let Some(right) = split {
            let left = std::mem::replace(&mut self.root, Arc::new(Node::empty()));
            self.root = Arc::new(Node::branch(vec![left, Arc::new(right)]));
        }
        old
    }

    /// Removes a key; returns the value that was there. An absent key copies nothing.
    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        if !self.contains(key) {
            return None;
        }
        let old = Arc::make_mut(&mut self.root).remove(key);
        while let Node::Branch { children, .. } = &*self.root {
            match children.len() {
                0 => self.root = Arc::new(Node::empty()),
                1 => self.root = Arc::clone(&children[0]),
                _ => break,
            }
        }
        old
    }

    /// Number of keys below `key`.
    pub(crate) fn rank(&self, key: &K) -> usize {
        let mut node = &*self.root;
        let mut below = 0;
        loop {
            match node {
                Node::Leaf { keys, .. } => return below + lower_bound(keys, key),
                Node::Branch { keys, sizes, children } => {
                    let at = child_of(keys, key);
                    below += sizes[..at].iter().map(|size| *size as usize).sum::<usize>();
                    node = &children[at];
                }
            }
        }
    }

    /// The entries with `from <= key < to`, ascending.
    pub(crate) fn range(&self, from: K, to: K) -> Range<'_, K, V> {
        let mut range = Range { path: [None; DEPTH], height: 0, leaf: None, at: 0, to };
        range.seek(&self.root, &from);
        range
    }

    /// Bytes held by the nodes, for figures: shared nodes count in full.
    pub(crate) fn bytes(&self) -> usize {
        self.root.bytes()
    }
}

/// An ascending walk over a part of a tree; allocates nothing.
pub(crate) struct Range<'a, K, V> {
    path: [Option<(&'a Node<K, V>, usize)>; DEPTH],
    height: usize,
    leaf: Option<(&'a [K], &'a [V])>,
    at: usize,
    to: K,
}

impl<'a, K: Ord + Copy, V: Clone> Range<'a, K, V> {
    fn seek(&mut self, mut node: &'a Node<K, V>, from: &K) {
        loop {
            match node {
                Node::Leaf { keys, values } => {
                    self.leaf = Some((keys, values));
                    self.at = lower_bound(keys, from);
                    return;
                }
                Node::Branch { keys, children, .. } => {
                    let at = child_of(keys, from);
                    self.path[self.height] = Some((node, at));
                    self.height += 1;
                    node = &children[at];
                }
            }
        }
    }

    fn next_leaf(&mut self) -> bool {
        while self.height > 0 {
            let Some((Node::Branch { children, .. }, at)) = self.path[self.height - 1] else {
                return false;
            };
            if at + 1 == children.len() {
                self.height -= 1;
                continue;
            }
            if let Some(entry) = &mut self.path[self.height - 1] {
                entry.1 = at + 1;
            }
            let mut node = &*children[at + 1];
            while let Node::Branch { children, .. } = node {
                self.path[self.height] = Some((node, 0));
                self.height += 1;
                node = &children[0];
            }
            if let Node::Leaf { keys, values } = node {
                self.leaf = Some((keys, values));
                self.at = 0;
            }
            return true;
        }
        false
    }
}

impl<'a, K: Ord + Copy, V: Clone> Iterator for Range<'a, K, V> {
    type Item = (K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (keys, values) = self.leaf?;
            if let Some(key) = keys.get(self.at) {
                if *key >= self.to {
                    self.leaf = None;
                    return None;
                }
                self.at += 1;
                return Some((*key, &values[self.at - 1]));
            }
            if !self.next_leaf() {
                self.leaf = None;
            }
        }
    }
}

impl<K: Ord + Copy, V: Clone> Node<K, V> {
    fn empty() -> Self {
        Node::Leaf { keys: Keys::new(), values: Vec::new() }
    }

    fn branch(children: Vec<Arc<Self>>) -> Self {
        let keys = children.iter().map(|child| child.first()).collect();
        let sizes = children.iter().map(|child| child.size() as u32).collect();
        Node::Branch { keys, sizes, children }
    }

    fn first(&self) -> K {
        match self {
            Node::Leaf { keys, .. } | Node::Branch { keys, .. } => keys[0],
        }
    }

    fn width(&self) -> usize {
        match self {
            Node::Leaf { keys, .. } | Node::Branch { keys, .. } => keys.len(),
        }
    }

    fn size(&self) -> usize {
        match self {
            Node::Leaf { keys, .. } => keys.len(),
            Node::Branch { sizes, .. } => sizes.iter().map(|size| *size as usize).sum(),
        }
    }

    fn insert(&mut self, key: K, value: V) -> (Option<V>, Option<Self>) {
        match self {
            Node::Leaf { keys, values } => {
                let at = lower_bound(keys, &key);
                if keys.get(at) == Some(&key) {
                    return (Some(std::mem::replace(&mut values[at], value)), None);
                }
                keys.insert(at, key);
                values.insert(at, value);
            }
            Node::Branch { keys, sizes, children } => {
                let at = child_of(keys, &key);
                let (old, split) = Arc::make_mut(&mut children[at]).insert(key, value);
                keys[at] = children[at].first();
                sizes[at] = children[at].size() as u32;
                if let Some(right) = split {
                    keys.insert(at + 1, right.first());
                    sizes.insert(at + 1, right.size() as u32);
                    children.insert(at + 1, Arc::new(right));
                }
                if old.is_some() {
                    return (old, None);
                }
            }
        }
        (None, (self.width() > WIDTH).then(|| self.split()))
    }

    /// Keeps the left part and returns the right one. Ascending insertion leaves full nodes behind.
    fn split(&mut self) -> Self {
        let middle = WIDTH / 2;
        match self {
            Node::Leaf { keys, values } => Node::Leaf {
                keys: keys.drain(middle..).collect(),
                values: take_tail(values, middle),
            },
            Node::Branch { keys, sizes, children } => Node::Branch {
                keys: keys.drain(middle..).collect(),
                sizes: take_tail(sizes, middle),
                children: take_tail(children, middle),
            },
        }
    }

    fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Node::Leaf { keys, values } => {
                let at = lower_bound(keys, key);
                (keys.get(at) == Some(key)).then(|| {
                    keys.remove(at);
                    values.remove(at)
                })
            }
            Node::Branch { keys, sizes, children } => {
                let at = child_of(keys, key);
                let old = Arc::make_mut(&mut children[at]).remove(key);
                if children[at].width() == 0 {
                    keys.remove(at);
                    sizes.remove(at);
                    children.remove(at);
                } else {
                    keys[at] = children[at].first();
                    sizes[at] = children[at].size() as u32;
                    if children[at].width() < SPARSE {
                        merge(keys, sizes, children, at);
                    }
                }
                old
            }
        }
    }

    /// Moves the entries of `right`, all above the own ones, to the end.
    fn append(&mut self, right: Self) {
        match (self, right) {
            (Node::Leaf { keys, values }, Node::Leaf { keys: more, values: rest }) => {
                keys.extend(more);
                values.extend(rest);
            }
            (
                Node::Branch { keys, sizes, children },
                Node::Branch { keys: more, sizes: counts, children: rest },
            ) => {
                keys.extend(more);
                sizes.extend(counts);
                children.extend(rest);
            }
            _ => unreachable!("all leaves of a tree lie at the same depth"),
        }
    }

    fn bytes(&self) -> usize {
        let own = std::mem::size_of::<Self>() + 2 * std::mem::size_of::<usize>();
        match self {
            Node::Leaf { values, .. } => own + values.capacity() * size_of::<V>(),
            Node::Branch { sizes, children, .. } => {
                own + sizes.capacity() * size_of::<u32>()
                    + children.capacity() * size_of::<usize>()
                    + children.iter().map(|child| child.bytes()).sum::<usize>()
            }
        }
    }
}

/// Merges the sparse child at `at` with a neighbour where both fit into one node.
fn merge<K: Ord + Copy, V: Clone>(
    keys: &mut Keys<K>,
    sizes: &mut Vec<u32>,
    children: &mut Vec<Arc<Node<K, V>>>,
    at: usize,
) {
    let left = if at > 0 { at - 1 } else { at };
    if left + 1 >= children.len() || children[left].width() + children[left + 1].width() > WIDTH {
        return;
    }
    let right = Arc::unwrap_or_clone(children.remove(left + 1));
    keys.remove(left + 1);
    sizes[left] += sizes.remove(left + 1);
    Arc::make_mut(&mut children[left]).append(right);
}

#[inline]
fn lower_bound<K: Ord>(keys: &[K], key: &K) -> usize {
    keys.partition_point(|own| own < key)
}

/// The child that holds `key`, or would hold it.
#[inline]
fn child_of<K: Ord>(keys: &[K], key: &K) -> usize {
    keys.partition_point(|first| first <= key).saturating_sub(1)
}

fn take_tail<T>(items: &mut Vec<T>, from: usize) -> Vec<T> {
    items.drain(from..).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Tree;

    /// A small generator, so that the sequence is the same everywhere.
    fn next(state: &mut u64) -> u64 {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *state >> 33
    }

    #[test]
    fn behaves_like_an_ordered_map_and_keeps_old_versions() {
        let mut tree = Tree::default();
        let mut map = BTreeMap::new();
        let mut state = 7;
        for round in 0..40_000_u64 {
            let key = next(&mut state) % 5_000;
            if (round / 8_000) % 2 == 0 {
                assert_eq!(tree.insert(key, round), map.insert(key, round));
            } else {
                assert_eq!(tree.remove(&key), map.remove(&key));
            }
            if round % 4_999 == 0 {
                let (before, expected) = (tree.clone(), map.clone());
                for key in 0..50 {
                    tree.insert(key, 0);
                    map.insert(key, 0);
                }
                assert!(before.range(0, u64::MAX).map(|(k, v)| (k, *v)).eq(expected));
            }
        }
        assert_eq!(tree.len(), map.len());
        assert!(tree.range(0, u64::MAX).map(|(k, v)| (k, *v)).eq(map.clone()));
        for from in (0..5_000).step_by(371) {
            let got: Vec<u64> = tree.range(from, from + 200).map(|(key, _)| key).collect();
            let want: Vec<u64> = map.range(from..from + 200).map(|(key, _)| *key).collect();
            assert_eq!(got, want);
            assert_eq!(tree.rank(&from), map.range(..from).count());
        }
    }

    #[test]
    fn bulk_building_equals_inserting() {
        for size in [0_u64, 1, 63, 64, 65, 4_096, 4_097, 300_000] {
            let tree = Tree::from_sorted((0..size).map(|key| (key * 2, key)));
            assert_eq!(tree.len() as u64, size);
            assert!(
                tree.range(0, u64::MAX).map(|(k, v)| (k, *v)).eq((0..size).map(|k| (k * 2, k)))
            );
            assert_eq!(tree.get(&1), None);
            assert_eq!(tree.rank(&size), usize::try_from(size.div_ceil(2)).unwrap());
        }
    }
}
