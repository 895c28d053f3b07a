//! What a snapshot holds: tuples, counts, revisions, bytes.

use super::Snapshot;
use crate::index::names::SCOPE;
use crate::index::{EVERYBODY, Edge, Index, ObjectId};
use crate::object::{Object, Subject, Tuple};
use crate::plan::{Class, ClassOf};

impl Snapshot {
    /// The revision of a scope; `None` where the scope is not loaded.
    pub fn revision(&self, scope: &str) -> Option<u64> {
        let number = self.index.names.find(SCOPE, scope)?;
        self.revisions.get(&number).copied()
    }

    /// Whether the tuple is present, whatever its condition.
    pub fn contains(&self, tuple: &Tuple) -> bool {
        self.edge(tuple).is_some_and(|edge| self.index.find(edge).is_some())
    }

    /// The tuples of an object, or of one relation of it, in a fixed order.
    pub fn tuples_of(&self, object: &Object, relation: Option<&str>) -> Vec<Tuple> {
        let Some(kind) = self.plan().kind(&object.kind) else { return Vec::new() };
        let Some(number) = self.index.names.find(kind, &object.id) else { return Vec::new() };
        let row = relation.map(|relation| self.plan().pair(kind, relation));
        match row {
            Some(None) => Vec::new(),
            row => {
                self.index.edges_of(number, row.flatten()).map(|edge| self.tuple(edge)).collect()
            }
        }
    }

    /// The number of tuples of an object's relation, in logarithmic time.
    pub fn count(&self, object: &Object, relation: &str) -> usize {
        let found = self.plan().kind(&object.kind).and_then(|kind| {
            let number = self.index.names.find(kind, &object.id)?;
            Some(self.index.count(number, self.plan().pair(kind, relation)?))
        });
        found.unwrap_or(0)
    }

    /// The number of tuples of all scopes.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are no tuples.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of tuples of one scope, in logarithmic time.
    pub fn len_of(&self, scope: &str) -> usize {
        self.index.names.find(SCOPE, scope).map_or(0, |number| self.index.count_in(number))
    }

    /// The tuples of one scope, in a fixed order, e.g. for an export.
    pub fn tuples_in(&self, scope: &str) -> impl Iterator<Item = Tuple> + '_ {
        let number = self.index.names.find(SCOPE, scope);
        let edges = number.into_iter().flat_map(|number| self.index.edges_in(number));
        edges.map(|edge| self.tuple(edge))
    }

    /// Bytes held in memory by names and relationships, shared parts counted in full. Walks the
    /// whole index.
    pub fn bytes(&self) -> usize {
        self.index.bytes()
    }

    /// Bytes that a scope holds in memory, closely: its relationships and the names they mention.
    ///
    /// A name that scopes share is counted in each. Walks the scope.
    pub fn bytes_of(&self, scope: &str) -> usize {
        let Some(number) = self.index.names.find(SCOPE, scope) else { return 0 };
        let mut names = rustc_hash::FxHashSet::default();
        let mut edges = 0;
        for edge in self.index.edges_in(number) {
            edges += 1;
            names.extend([edge.object, edge.subject]);
        }
        let names: usize = names.into_iter().map(|name| self.index.names.bytes_of(name)).sum();
        edges * Index::BYTES_OF_EDGE + names
    }

    pub(crate) fn edge(&self, tuple: &Tuple) -> Option<Edge> {
        let plan = self.plan();
        let kind = plan.kind(&tuple.object.kind)?;
        let row = plan.pair(kind, &tuple.relation)?;
        let class = plan.class_of(&tuple.subject)?;
        let object = self.index.names.find(kind, &tuple.object.id)?;
        let subject = match &tuple.subject {
            Subject::Object(subject) | Subject::Userset(subject, _) => {
                self.index.names.find(plan.kind(&subject.kind)?, &subject.id)?
            }
            Subject::Wildcard(_) => EVERYBODY,
        };
        Some(Edge { object, row, class, subject })
    }

    pub(crate) fn tuple(&self, edge: Edge) -> Tuple {
        let relation = self.plan().at(edge.row).name.clone();
        let mut tuple =
            Tuple::new(self.object(edge.object), relation, self.subject(edge.class, edge.subject));
        let condition = self.index.condition(edge);
        tuple.condition = condition.map(|condition| Box::new((**condition).clone()));
        tuple
    }

    pub(crate) fn object(&self, number: ObjectId) -> Object {
        match self.index.names.name(number) {
            Some((kind, id)) => {
                let known = self.plan().kinds.get(usize::from(kind));
                Object { kind: known.map(|known| known.name.clone()).unwrap_or_default(), id }
            }
            None => Object::new("", ""),
        }
    }

    pub(crate) fn subject(&self, class: Class, number: ObjectId) -> Subject {
        match self.plan().class(class) {
            ClassOf::Objects(_) => Subject::Object(self.object(number)),
            ClassOf::Everybody(kind) => {
                Subject::Wildcard(self.plan().kinds[usize::from(kind)].name.clone())
            }
            ClassOf::Holders(pair) => {
                Subject::Userset(self.object(number), self.plan().at(pair).name.clone())
            }
        }
    }
}
