//! The engine's specification: every node of the world by the book, as slowly as need be.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use guildhall_authz::{Object, Subject, Tuple};

/// How a relation is computed. The number of an exclusion is its own in the model.
#[derive(Clone, Debug)]
pub(crate) enum Rewrite {
    Direct,
    Computed(String),
    From(String, String),
    Any(Vec<Rewrite>),
    All(Vec<Rewrite>),
    Except(Box<Rewrite>, Box<Rewrite>, usize),
}

/// Relations by type and name.
pub(crate) type Relations = BTreeMap<(String, String), Rewrite>;

/// What the book says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    True,
    False,
    /// Depends on its own absence, or on a condition without parameters.
    Unknown,
}

/// A proposition: a relation on an object, or what is subtracted somewhere in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Held(Object, String),
    Subtracted(Object, usize),
}

pub(crate) struct World<'a> {
    pub(crate) relations: &'a Relations,
    pub(crate) tuples: &'a [Tuple],
    pub(crate) objects: &'a BTreeSet<Object>,
    /// The value of the one parameter, by condition.
    pub(crate) parameters: &'a BTreeMap<String, i64>,
}

impl World<'_> {
    /// Who holds what, for one subject: the well-founded model, by alternating fixpoints.
    pub(crate) fn verdicts(&self, subject: &Subject) -> impl Fn(&Object, &str) -> Verdict + use<> {
        let mut surely = HashSet::new();
        loop {
            let possibly = self.least(subject, &surely, true);
            let next = self.least(subject, &possibly, false);
            if next == surely {
                return move |object, relation| {
                    let node = Node::Held(object.clone(), relation.to_owned());
                    match (surely.contains(&node), possibly.contains(&node)) {
                        (true, _) => Verdict::True,
                        (_, false) => Verdict::False,
                        _ => Verdict::Unknown,
                    }
                };
            }
            surely = next;
        }
    }

    fn least(&self, subject: &Subject, fixed: &HashSet<Node>, lenient: bool) -> HashSet<Node> {
        let mut held = HashSet::new();
        loop {
            let before = held.len();
            for ((kind, name), rewrite) in self.relations {
                for object in self.objects.iter().filter(|object| object.kind == *kind) {
                    let place = Place { world: self, subject, object, name, fixed, lenient };
                    let holders = Subject::userset(object.clone(), name.as_str());
                    if place.holds(rewrite, &held) || *subject == holders {
                        held.insert(Node::Held(object.clone(), name.clone()));
                    }
                    place.subtracted(rewrite, &mut held);
                }
            }
            if held.len() == before {
                return held;
            }
        }
    }
}

struct Place<'a> {
    world: &'a World<'a>,
    subject: &'a Subject,
    object: &'a Object,
    name: &'a str,
    fixed: &'a HashSet<Node>,
    lenient: bool,
}

impl Place<'_> {
    fn tuples<'b>(&'b self, relation: &'b str) -> impl Iterator<Item = &'b Subject> {
        let own = move |tuple: &&Tuple| tuple.object == *self.object && tuple.relation == relation;
        self.world.tuples.iter().filter(own).filter(|tuple| self.counts(tuple)).map(|t| &t.subject)
    }

    /// Every condition is `p < 5` over its one parameter.
    fn counts(&self, tuple: &Tuple) -> bool {
        let Some(condition) = &tuple.condition else { return true };
        let value = self.world.parameters.get(condition.name.as_str());
        value.map_or(self.lenient, |value| *value < 5)
    }

    fn holds(&self, rewrite: &Rewrite, held: &HashSet<Node>) -> bool {
        let node = |object: &Object, name: &str| {
            held.contains(&Node::Held(object.clone(), name.to_owned()))
        };
        match rewrite {
            Rewrite::Direct => self.tuples(self.name).any(|named| match (named, self.subject) {
                (named, subject) if named == subject => true,
                (Subject::Wildcard(kind), Subject::Object(object)) => *kind == object.kind,
                (Subject::Userset(object, relation), _) => node(object, relation),
                _ => false,
            }),
            Rewrite::Computed(name) => node(self.object, name),
            Rewrite::From(relation, tupleset) => self
                .tuples(tupleset)
                .any(|parent| matches!(parent, Subject::Object(parent) if node(parent, relation))),
            Rewrite::Any(parts) => parts.iter().any(|part| self.holds(part, held)),
            Rewrite::All(parts) => parts.iter().all(|part| self.holds(part, held)),
            Rewrite::Except(base, _, number) => {
                let subtracted = Node::Subtracted(self.object.clone(), *number);
                self.holds(base, held) && !self.fixed.contains(&subtracted)
            }
        }
    }

    /// Notes which subtracted parts hold.
    fn subtracted(&self, rewrite: &Rewrite, held: &mut HashSet<Node>) {
        match rewrite {
            Rewrite::Any(parts) | Rewrite::All(parts) => {
                parts.iter().for_each(|part| self.subtracted(part, held));
            }
            Rewrite::Except(base, subtracted, number) => {
                if self.holds(subtracted, held) {
                    held.insert(Node::Subtracted(self.object.clone(), *number));
                }
                self.subtracted(base, held);
                self.subtracted(subtracted, held);
            }
            _ => {}
        }
    }
}
