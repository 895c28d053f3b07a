//! Names of objects as numbers and back; a name lives as long as a relationship mentions it.

use std::hash::{BuildHasher, Hasher};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::ObjectId;
use super::slots::Slots;
use super::tree::Tree;
use crate::plan::Kind;

/// Names of scopes live among the names of objects, under a type no model has.
pub(crate) const SCOPE: Kind = Kind::MAX;

/// The names of one version. Cloning shares everything.
#[derive(Clone)]
pub(crate) struct Names {
    seed: u64,
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
        let seed = std::hash::RandomState::new().build_hasher().finish();
        Self { seed, by_hash: Tree::default(), by_id: Slots::default(), next: 1 }
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
        let same = self.by_hash.range((hash, 0), (hash, ObjectId::MAX));
        same.map(|((_, number), ())| number).find(|number| {
            self.by_id.get(*number).is_some_and(|(other, text)| *other == kind && text == id)
        })
    }

    /// The number of a name, which is added where it is new. `None` where all numbers are in use.
    pub(crate) fn intern(&mut self, kind: Kind, id: &SmolStr) -> Option<ObjectId> {
        let hash = self.hash(kind, id);
        if let Some(known) = self.find_hashed(hash, kind, id) {
            return Some(known);
        }
        let number = self.free()?;
        self.by_hash.insert((hash, number), ());
        self.by_id.insert(number, (kind, id.clone()));
        Some(number)
    }

    fn free(&mut self) -> Option<ObjectId> {
        if self.by_id.len() >= (ObjectId::MAX - 4) as usize {
            return None;
        }
        loop {
            let number = self.next;
            self.next = if number >= ObjectId::MAX - 3 { 1 } else { number + 1 };
            if self.by_id.get(number).is_none() {
                return Some(number);
            }
        }
    }

    /// Drops a name.
    pub(crate) fn forget(&mut self, number: ObjectId) {
        if let Some((kind, id)) = self.by_id.remove(number) {
            self.by_hash.remove(&(self.hash(kind, &id), number));
        }
    }

    /// The name of a number.
    #[inline]
    pub(crate) fn name(&self, number: ObjectId) -> Option<&(Kind, SmolStr)> {
        self.by_id.get(number)
    }

    /// Bytes that one name takes, closely.
    pub(crate) fn bytes_of(&self, number: ObjectId) -> usize {
        let own = size_of::<(u64, ObjectId)>() + size_of::<(Kind, SmolStr)>();
        let text = self.by_id.get(number).filter(|(_, id)| id.is_heap_allocated());
        own + own / 8 + text.map_or(0, |(_, id)| id.len() + 24)
    }

    /// Bytes held, for figures.
    pub(crate) fn bytes(&self) -> usize {
        let named = self.by_hash.range((0, 0), (u64::MAX, ObjectId::MAX));
        let names = named.filter_map(|((_, number), ())| self.by_id.get(number));
        let long = names.filter(|(_, id)| id.is_heap_allocated());
        let texts: usize = long.map(|(_, id)| id.len() + 24).sum();
        self.by_hash.bytes() + self.by_id.bytes() + texts
    }
}

/// Collects names in bulk, then becomes [`Names`] at once.
pub(crate) struct NamesBuilder {
    known: FxHashMap<(Kind, SmolStr), ObjectId>,
    names: Vec<(Kind, SmolStr)>,
}

impl NamesBuilder {
    pub(crate) fn new() -> Self {
        Self { known: FxHashMap::default(), names: Vec::new() }
    }

    /// The number of a name. `None` where all numbers are in use.
    pub(crate) fn intern(&mut self, kind: Kind, id: &SmolStr) -> Option<ObjectId> {
        use std::collections::hash_map::Entry;
        match self.known.entry((kind, id.clone())) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(new) => {
                let number = ObjectId::try_from(self.names.len() + 1).ok()?;
                self.names.push(new.key().clone());
                Some(*new.insert(number))
            }
        }
    }

    pub(crate) fn build(self) -> Names {
        drop(self.known);
        let mut names = Names::new();
        let hashed = |(at, (kind, id)): (usize, &(Kind, SmolStr))| {
            ((names.hash(*kind, id), at as ObjectId + 1), ())
        };
        let mut hashes: Vec<_> = self.names.iter().enumerate().map(hashed).collect();
        hashes.sort_unstable();
        names.by_hash = Tree::from_sorted(hashes);
        names.next = self.names.len() as ObjectId + 1;
        for (at, name) in self.names.into_iter().enumerate() {
            names.by_id.insert(at as ObjectId + 1, name);
        }
        names
    }
}
