//! All relationships as ordered keys: from objects to subjects, from subjects to objects, and by
//! scope.

mod frozen;
pub(crate) mod names;
mod slots;
pub(crate) mod tree;

use std::sync::Arc;

use crate::object::TupleCondition;
use crate::plan::{Class, Pair};
use names::Names;
use tree::{Range, Tree};

/// Number of an object's name; 0 stands for everybody of a type.
pub(crate) type ObjectId = u32;

/// Stands in for the object of `type:*`.
pub(crate) const EVERYBODY: ObjectId = 0;

/// Set in the last bits of a key whose tuple carries a condition.
const CONDITIONAL: u128 = 1;

/// From so many relationships on, the three sets are built by three threads.
const SIDE_BY_SIDE: usize = 1 << 16;

/// One of the three sets.
type Keys = Tree<u128, ()>;

/// One relationship in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Edge {
    pub(crate) object: ObjectId,
    pub(crate) row: Pair,
    pub(crate) class: Class,
    pub(crate) subject: ObjectId,
}

impl Edge {
    /// `object 32 | row 16 | class 16 | subject 32 | flags 32`
    #[inline]
    pub(crate) fn forward(self) -> u128 {
        pack(self.object, self.row, self.class, self.subject)
    }

    /// `subject 32 | class 16 | row 16 | object 32 | flags 32`
    #[inline]
    fn reverse(self) -> u128 {
        pack(self.subject, self.class, self.row, self.object)
    }

    fn scoped(self, scope: ObjectId) -> u128 {
        (u128::from(scope) << 96)
            | (u128::from(self.object) << 64)
            | (u128::from(self.row) << 48)
            | (u128::from(self.class) << 32)
            | u128::from(self.subject)
    }

    fn of_scoped(key: u128) -> Self {
        Self {
            object: (key >> 64) as u32,
            row: (key >> 48) as u16,
            class: (key >> 32) as u16,
            subject: key as u32,
        }
    }
}

#[inline]
fn pack(first: u32, second: u16, third: u16, fourth: u32) -> u128 {
    (u128::from(first) << 96)
        | (u128::from(second) << 80)
        | (u128::from(third) << 64)
        | (u128::from(fourth) << 32)
}

/// A walk over a part of the index: the far end of each edge, and whether its tuple carries a
/// condition.
pub(crate) struct Edges<'a>(Range<'a, u128, ()>);

impl Iterator for Edges<'_> {
    type Item = (ObjectId, bool);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (key, ()) = self.0.next()?;
        Some(((key >> 32) as u32, key & CONDITIONAL != 0))
    }
}

/// The relationships of one version. Cloning shares everything.
#[derive(Clone, Default)]
pub(crate) struct Index {
    pub(crate) names: Names,
    forward: Keys,
    reverse: Keys,
    scopes: Keys,
    conditions: Tree<u128, Arc<TupleCondition>>,
}

impl Index {
    /// What one relationship takes: three keys in nodes that are mostly full.
    pub(crate) const BYTES_OF_EDGE: usize = 60;

    /// Builds the index at once from edges in any order; the first of two equal ones is kept.
    pub(crate) fn build(
        names: Names,
        edges: &[(ObjectId, Edge)],
        mut conditions: Vec<(u128, Arc<TupleCondition>)>,
    ) -> Self {
        conditions.sort_by_key(|(key, _)| *key);
        conditions.dedup_by_key(|(key, _)| *key);
        let conditions = Tree::from_sorted(conditions);
        let flag = |edge: &Edge| {
            let conditional = conditions.len() > 0 && conditions.contains(&edge.forward());
            if conditional { CONDITIONAL } else { 0 }
        };
        let sorted = |key: &dyn Fn(&(ObjectId, Edge)) -> u128| -> Keys {
            let mut keys: Vec<u128> = edges.iter().map(key).collect();
            keys.sort_unstable();
            keys.dedup();
            Tree::from_sorted(keys.into_iter().map(|key| (key, ())))
        };
        let forward = || sorted(&|(_, edge)| edge.forward() | flag(edge));
        let reverse = || sorted(&|(_, edge)| edge.reverse() | flag(edge));
        let scopes = || sorted(&|(scope, edge)| edge.scoped(*scope));
        let (forward, reverse, scopes) = if edges.len() < SIDE_BY_SIDE {
            (forward(), reverse(), scopes())
        } else {
            std::thread::scope(|threads| {
                let (reverse, scopes) = (threads.spawn(reverse), threads.spawn(scopes));
                let joined = |thread: std::thread::ScopedJoinHandle<'_, Keys>| {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                };
                (forward(), joined(reverse), joined(scopes))
            })
        };
        Self { names, forward, reverse, scopes, conditions }
    }

    /// Number of relationships.
    pub(crate) fn len(&self) -> usize {
        self.forward.len()
    }

    /// Whether the edge is there, and if so whether its tuple carries a condition.
    #[inline]
    pub(crate) fn find(&self, edge: Edge) -> Option<bool> {
        let key = edge.forward();
        if self.forward.contains(&key) {
            return Some(false);
        }
        // Keys with a condition only exist where there are conditions at all.
        (self.conditions.len() > 0 && self.conditions.contains(&key)).then_some(true)
    }

    pub(crate) fn condition(&self, edge: Edge) -> Option<&Arc<TupleCondition>> {
        self.conditions.get(&edge.forward())
    }

    /// Whether the scope holds the edge.
    pub(crate) fn held_by(&self, scope: ObjectId, edge: Edge) -> bool {
        self.scopes.contains(&edge.scoped(scope))
    }

    pub(crate) fn add(&mut self, scope: ObjectId, edge: Edge, condition: Option<&TupleCondition>) {
        let flag = if condition.is_some() { CONDITIONAL } else { 0 };
        self.forward.insert(edge.forward() | flag, ());
        self.reverse.insert(edge.reverse() | flag, ());
        self.scopes.insert(edge.scoped(scope), ());
        if let Some(condition) = condition {
            self.conditions.insert(edge.forward(), Arc::new(condition.clone()));
        }
    }

    /// Takes an edge out but keeps its names, because another takes its place at once.
    pub(crate) fn unlink(&mut self, edge: Edge) {
        let conditional = self.conditions.remove(&edge.forward()).is_some();
        let flag = if conditional { CONDITIONAL } else { 0 };
        self.forward.remove(&(edge.forward() | flag));
        self.reverse.remove(&(edge.reverse() | flag));
    }

    /// Removes an edge, and the names that nothing mentions any more.
    pub(crate) fn remove(&mut self, scope: ObjectId, edge: Edge) {
        self.unlink(edge);
        self.scopes.remove(&edge.scoped(scope));
        for object in [edge.object, edge.subject] {
            if object != EVERYBODY && !self.mentions(object) {
                self.names.forget(object);
            }
        }
    }

    fn mentions(&self, object: ObjectId) -> bool {
        let from = u128::from(object) << 96;
        let to = from + (1 << 96) - 1;
        self.forward.range(from, to).next().is_some()
            || self.reverse.range(from, to).next().is_some()
    }

    /// The subjects of one class named by tuples of an object's relation, ascending.
    #[inline]
    pub(crate) fn subjects(
        &self,
        object: ObjectId,
        row: Pair,
        class: Class,
        from: u32,
    ) -> Edges<'_> {
        let start = pack(object, row, class, from);
        Edges(self.forward.range(start, pack(object, row, class, 0) + (1 << 64)))
    }

    /// The objects on which a subject of a class is named by tuples of a relation, ascending.
    #[inline]
    pub(crate) fn objects(
        &self,
        subject: ObjectId,
        class: Class,
        row: Pair,
        from: u32,
    ) -> Edges<'_> {
        let start = pack(subject, class, row, from);
        Edges(self.reverse.range(start, pack(subject, class, row, 0) + (1 << 64)))
    }

    /// All edges of an object, or of one relation of it.
    pub(crate) fn edges_of(
        &self,
        object: ObjectId,
        row: Option<Pair>,
    ) -> impl Iterator<Item = Edge> + '_ {
        let (from, width) = match row {
            Some(row) => (pack(object, row, 0, 0), 1 << 80),
            None => (pack(object, 0, 0, 0), 1 << 96),
        };
        self.forward.range(from, from.saturating_add(width)).map(|(key, ())| Edge {
            object: (key >> 96) as u32,
            row: (key >> 80) as u16,
            class: (key >> 64) as u16,
            subject: (key >> 32) as u32,
        })
    }

    /// Number of tuples of an object's relation, in logarithmic time.
    pub(crate) fn count(&self, object: ObjectId, row: Pair) -> usize {
        let from = pack(object, row, 0, 0);
        self.forward.rank(&from.saturating_add(1 << 80)) - self.forward.rank(&from)
    }

    /// All edges a scope holds.
    pub(crate) fn edges_in(&self, scope: ObjectId) -> impl Iterator<Item = Edge> + '_ {
        let from = u128::from(scope) << 96;
        self.scopes.range(from, from.saturating_add(1 << 96)).map(|(key, ())| Edge::of_scoped(key))
    }

    /// Number of edges a scope holds, in logarithmic time.
    pub(crate) fn count_in(&self, scope: ObjectId) -> usize {
        let from = u128::from(scope) << 96;
        self.scopes.rank(&from.saturating_add(1 << 96)) - self.scopes.rank(&from)
    }

    /// Bytes held, for figures.
    pub(crate) fn bytes(&self) -> usize {
        self.names.bytes()
            + self.forward.bytes()
            + self.reverse.bytes()
            + self.scopes.bytes()
            + self.conditions.bytes()
    }
}
