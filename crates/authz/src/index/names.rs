//! Names of objects as numbers and back; a name lives as long as a relationship mentions it.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use smol_str::SmolStr;

use super::ObjectId;
use super::frozen::{Frozen, Packing};
use super::slots::Slots;
use super::tree::Tree;
use crate::plan::Kind;

/// Names of scopes live among the names of objects, under a type no model has.
pub(crate) const SCOPE: Kind = Kind::MAX;

/// The names of one version. Cloning shares everything.
///
/// Names that were loaded together lie packed in one table that never changes; those that came
/// later, in trees. A loaded name that is not mentioned any more is marked.
#[derive(Clone)]
pub(crate) struct Names {
    seed: u64,
    frozen: Arc<Frozen>,
    /// Numbers of the table whose names are forgotten.
    forgotten: Slots<()>,
    by_hash: Tree<(u64, ObjectId), ()>,
    by_id: Slots<(Kind, SmolStr)>,
    next: ObjectId,
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

impl Names {
    /// No names; the hashes differ from process to process, so that nobody can choose names that
    /// collide.
    pub(crate) fn new() -> Self {
        Self {
            seed: std::hash::RandomState::new().build_hasher().finish(),
            frozen: Arc::default(),
            forgotten: Slots::default(),
            by_hash: Tree::default(),
            by_id: Slots::default(),
            next: 1,
        }
    }

    #[inline]
    fn hash(&self, kind: Kind, id: &str) -> u64 {
        let mut hasher = foldhash::quality::FixedState::with_seed(self.seed).build_hasher();
        hasher.write_u16(kind);
        hasher.write(id.as_bytes());
        hasher.finish()
    }

    /// The number of a name.
    #[inline]
    pub(crate) fn find(&self, kind: Kind, id: &str) -> Option<ObjectId> {
        self.find_hashed(self.hash(kind, id), kind, id)
    }

    #[inline]
    fn find_hashed(&self, hash: u64, kind: Kind, id: &str) -> Option<ObjectId> {
        if let Some(number) = self.frozen.find(hash, kind, id)
            && !self.is_forgotten(number)
        {
            return Some(number);
        }
        if self.by_id.len() == 0 {
            return None;
        }
        let same = self.by_hash.range((hash, 0), (hash, ObjectId::MAX));
        same.map(|((_, number), ())| number).find(|number| {
            self.by_id.get(*number).is_some_and(|(other, text)| *other == kind && text == id)
        })
    }

    #[inline]
    fn is_forgotten(&self, number: ObjectId) -> bool {
        self.forgotten.len() > 0 && self.forgotten.get(number).is_some()
    }

    /// The number of a name, which is added where it is new. `None` where all numbers are in use.
    pub(crate) fn intern(&mut self, kind: Kind, id: &SmolStr) -> Option<ObjectId> {
        let hash = self.hash(kind, id);
        if let Some(known) = self.find_hashed(hash, kind, id) {
            return Some(known);
        }
        // A name that comes back takes its old place.
        if let Some(number) = self.frozen.find(hash, kind, id) {
            self.forgotten.remove(number);
            return Some(number);
        }
        let number = self.free()?;
        self.by_hash.insert((hash, number), ());
        self.by_id.insert(number, (kind, id.clone()));
        Some(number)
    }

    fn free(&mut self) -> Option<ObjectId> {
        let first = self.frozen.len() as ObjectId + 1;
        let used = self.by_id.len() + self.frozen.len();
        if used >= (ObjectId::MAX - 4) as usize {
            return None;
        }
        loop {
            let number = self.next.max(first);
            self.next = if number >= ObjectId::MAX - 3 { first } else { number + 1 };
            if self.by_id.get(number).is_none() {
                return Some(number);
            }
        }
    }

    /// Drops a name.
    pub(crate) fn forget(&mut self, number: ObjectId) {
        if self.frozen.holds(number) {
            self.forgotten.insert(number, ());
        } else if let Some((kind, id)) = self.by_id.remove(number) {
            self.by_hash.remove(&(self.hash(kind, &id), number));
        }
    }

    /// The type and the name of a number.
    #[inline]
    pub(crate) fn name(&self, number: ObjectId) -> Option<(Kind, SmolStr)> {
        if self.frozen.holds(number) {
            let (kind, id) = self.frozen.name(number)?;
            return (!self.is_forgotten(number)).then(|| (kind, SmolStr::new(id)));
        }
        self.by_id.get(number).cloned()
    }

    /// Whether the number stands for a name.
    #[inline]
    pub(crate) fn is_known(&self, number: ObjectId) -> bool {
        match self.frozen.holds(number) {
            true => !self.is_forgotten(number),
            false => self.by_id.get(number).is_some(),
        }
    }

    /// Bytes that one name takes, closely.
    pub(crate) fn bytes_of(&self, number: ObjectId) -> usize {
        match self.frozen.name(number) {
            Some((_, id)) => 24 + id.len(),
            None => {
                let own = size_of::<(u64, ObjectId)>() + size_of::<(Kind, SmolStr)>();
                let text = self.by_id.get(number).filter(|(_, id)| id.is_heap_allocated());
                own + own / 8 + text.map_or(0, |(_, id)| id.len() + 24)
            }
        }
    }

    /// Bytes held, for figures.
    pub(crate) fn bytes(&self) -> usize {
        let named = self.by_hash.range((0, 0), (u64::MAX, ObjectId::MAX));
        let names = named.filter_map(|((_, number), ())| self.by_id.get(number));
        let long = names.filter(|(_, id)| id.is_heap_allocated());
        let texts: usize = long.map(|(_, id)| id.len() + 24).sum();
        let trees = self.by_hash.bytes() + self.by_id.bytes() + self.forgotten.bytes();
        self.frozen.bytes() + trees + texts
    }
}

/// Collects names in bulk, then becomes [`Names`] at once.
pub(crate) struct NamesBuilder {
    names: Names,
    packing: Packing,
}

impl NamesBuilder {
    pub(crate) fn new() -> Self {
        Self { names: Names::new(), packing: Packing::default() }
    }

    /// The number of a name. `None` where all numbers are in use.
    pub(crate) fn intern(&mut self, kind: Kind, id: &str) -> Option<ObjectId> {
        self.packing.intern(self.names.hash(kind, id), kind, id)
    }

    pub(crate) fn build(self) -> Names {
        Names { frozen: Arc::new(self.packing.finish()), ..self.names }
    }
}

#[cfg(test)]
mod tests {
    use smol_str::SmolStr;

    use super::NamesBuilder;

    #[test]
    fn names_are_found_forgotten_and_come_back() {
        let name = |at: usize| SmolStr::new(format!("name_{at}"));
        let mut builder = NamesBuilder::new();
        for at in 0..1_000 {
            assert_eq!(builder.intern((at % 3) as u16, &name(at)), Some(at as u32 + 1));
        }
        let mut names = builder.build();
        for at in 0..1_000 {
            let kind = (at % 3) as u16;
            assert_eq!(names.find(kind, &name(at)), Some(at as u32 + 1));
            assert_eq!(names.find(kind + 1, &name(at)), None);
            assert_eq!(names.name(at as u32 + 1), Some((kind, name(at))));
        }
        let old = names.clone();
        names.forget(7);
        assert_eq!(
            (names.find(0, &name(6)), names.name(7), names.is_known(7)),
            (None, None, false)
        );
        assert_eq!(old.find(0, &name(6)), Some(7));
        let new = names.intern(5, &name(6)).unwrap();
        assert_eq!(new, 1_001);
        assert_eq!(names.find(5, &name(6)), Some(new));
        assert_eq!(names.intern(0, &name(6)), Some(7));
        assert_eq!(names.find(0, &name(6)), Some(7));
        names.forget(new);
        assert_eq!((names.find(5, &name(6)), names.name(new)), (None, None));
        assert_eq!(names.name(0), None);
    }
}
