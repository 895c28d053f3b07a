//! One relation taken apart: which tuples and which other relations it is made of.

use smol_str::SmolStr;

use crate::error::EvaluationError;
use crate::explain::Holding;
use crate::language::ast::Rewrite;
use crate::object::{Object, Subject, Tuple};
use crate::snapshot::Snapshot;

/// The make of a relation on one object, one level deep.
#[derive(Clone, Debug, PartialEq)]
pub enum Expansion {
    /// The tuples that name subjects, in a fixed order, with their conditions.
    Direct(Vec<Tuple>),
    /// Another relation of the same object.
    Computed(Holding),
    /// A relation of each parent.
    From {
        /// The relation that names the parents.
        tupleset: SmolStr,
        /// The relation on each parent.
        parents: Vec<Holding>,
    },
    /// Any of these.
    Any(Vec<Expansion>),
    /// All of these.
    All(Vec<Expansion>),
    /// The first and not the second.
    Except(Box<Expansion>, Box<Expansion>),
}

impl Snapshot {
    /// Takes one relation of an object apart. Costs as much as the tuples it shows.
    pub fn expand(&self, object: &Object, relation: &str) -> Result<Expansion, EvaluationError> {
        self.pair_of(&object.kind, relation)?;
        let rewrite = self.model().rewrite(&object.kind, relation);
        Ok(rewrite.map_or(Expansion::Any(Vec::new()), |part| self.part(object, relation, part)))
    }

    fn part(&self, object: &Object, relation: &str, rewrite: &Rewrite) -> Expansion {
        let parts = |parts: &[Rewrite]| {
            parts.iter().map(|part| self.part(object, relation, part)).collect::<Vec<_>>()
        };
        match rewrite {
            Rewrite::Direct => Expansion::Direct(self.tuples_of(object, Some(relation))),
            Rewrite::Computed(name) => {
                let (object, relation) = (object.clone(), name.text.clone());
                Expansion::Computed(Holding { object, relation })
            }
            Rewrite::From { relation: name, tupleset, .. } => {
                let named = self.tuples_of(object, Some(&tupleset.text)).into_iter();
                let parents = named.filter_map(|tuple| match tuple.subject {
                    Subject::Object(parent) if self.model().defines(&parent.kind, &name.text) => {
                        Some(Holding { object: parent, relation: name.text.clone() })
                    }
                    _ => None,
                });
                let parents = parents.collect();
                Expansion::From { tupleset: tupleset.text.clone(), parents }
            }
            Rewrite::Any(inner) => Expansion::Any(parts(inner)),
            Rewrite::All(inner) => Expansion::All(parts(inner)),
            Rewrite::Except(base, subtracted) => Expansion::Except(
                Box::new(self.part(object, relation, base)),
                Box::new(self.part(object, relation, subtracted)),
            ),
        }
    }
}
