//! Why: the chain of tuples and rewrites that grants, or what is missing.

mod chains;
mod missing;
mod prove;

use std::fmt;

pub use chains::Chains;
use serde::Serialize;
use smol_str::SmolStr;

use crate::error::EvaluationError;
use crate::evaluate::{Check, Evaluation};
use crate::object::{Object, Subject, Tuple};
use crate::snapshot::Snapshot;

/// The answer to why a check ends as it does.
#[derive(Clone, Debug, PartialEq)]
pub enum Explanation {
    /// The subject holds the relation, by this shortest chain.
    Allowed(Path),
    /// It does not; this would help.
    Denied(Missing),
}

/// A chain from the asked object and relation down to the subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// The steps, from the object to the subject.
    pub steps: Vec<Step>,
}

/// One step of a chain.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The relation of the object includes another relation of the same object.
    Includes {
        /// The object.
        object: Object,
        /// The relation that is held.
        relation: SmolStr,
        /// The relation it includes, where the chain goes on.
        by: SmolStr,
    },
    /// The tuple names all holders of a relation; the chain goes on with that relation of its
    /// subject.
    Userset {
        /// The tuple, whose subject is a userset.
        tuple: Tuple,
    },
    /// The relation is passed on from a parent; the chain goes on with the relation of the tuple's
    /// subject.
    Parent {
        /// The tuple that names the parent.
        tuple: Tuple,
        /// The relation that is held on the tuple's object.
        relation: SmolStr,
        /// The relation of the parent it is passed on from.
        from: SmolStr,
    },
    /// The tuple names the subject, alone or as one of everybody. The last step.
    Direct {
        /// The tuple.
        tuple: Tuple,
    },
    /// The subject is itself the holders of the relation, `object#relation`. The last step.
    Holders {
        /// The object.
        object: Object,
        /// The relation.
        relation: SmolStr,
    },
    /// All of several ways are needed, and here they are. The last step.
    All {
        /// The object.
        object: Object,
        /// The relation that needs them.
        relation: SmolStr,
        /// One chain for each.
        parts: Vec<Path>,
    },
    /// One way counts because the other does not hold. The last step.
    Except {
        /// The object.
        object: Object,
        /// The relation that is defined so.
        relation: SmolStr,
        /// The chain of the way that counts.
        base: Box<Path>,
    },
}

/// What would turn a denial into an allowance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Missing {
    /// Holding one of these relations would grant what was asked, nearest first, the asked one
    /// included.
    pub relations: Vec<Holding>,
    /// Each of these tuples alone would grant it, nearest first; each has been tried.
    pub tuples: Vec<Tuple>,
    /// Whether these are all; otherwise a bound was reached.
    pub complete: bool,
}

/// A relation on an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Holding {
    /// The object.
    pub object: Object,
    /// The relation.
    pub relation: SmolStr,
}

impl Path {
    /// All tuples of the chain, from the object to the subject, those of parts included.
    pub fn tuples(&self) -> Vec<&Tuple> {
        let mut found = Vec::new();
        for step in &self.steps {
            match step {
                Step::Userset { tuple } | Step::Parent { tuple, .. } | Step::Direct { tuple } => {
                    found.push(tuple);
                }
                Step::All { parts, .. } => found.extend(parts.iter().flat_map(Path::tuples)),
                Step::Except { base, .. } => found.extend(base.tuples()),
                Step::Includes { .. } | Step::Holders { .. } => {}
            }
        }
        found
    }
}

impl Path {
    /// The chain as far as somebody may see it, and whether that is all of it.
    ///
    /// It ends before the first step that names an object, or an object of a subject, for which
    /// `may_see` is false. Parts of an intersection or exclusion are cut each on its own.
    pub fn visible(&self, may_see: &dyn Fn(&Object) -> bool) -> (Path, bool) {
        let seen = |tuple: &Tuple| {
            let subject = match &tuple.subject {
                Subject::Object(object) | Subject::Userset(object, _) => may_see(object),
                Subject::Wildcard(_) => true,
            };
            subject && may_see(&tuple.object)
        };
        let (mut steps, mut whole) = (Vec::new(), true);
        for step in &self.steps {
            let step = match step {
                Step::Includes { object, .. } | Step::Holders { object, .. } => {
                    may_see(object).then(|| step.clone())
                }
                Step::Userset { tuple } | Step::Parent { tuple, .. } | Step::Direct { tuple } => {
                    seen(tuple).then(|| step.clone())
                }
                Step::All { object, relation, parts } => may_see(object).then(|| {
                    let parts =
                        parts.iter().map(|part| part.visible(may_see)).map(|(part, all)| {
                            whole &= all;
                            part
                        });
                    let parts = parts.collect();
                    Step::All { object: object.clone(), relation: relation.clone(), parts }
                }),
                Step::Except { object, relation, base } => may_see(object).then(|| {
                    let (base, all) = base.visible(may_see);
                    whole &= all;
                    let (object, relation) = (object.clone(), relation.clone());
                    Step::Except { object, relation, base: Box::new(base) }
                }),
            };
            let Some(step) = step else { return (Path { steps }, false) };
            steps.push(step);
        }
        (Path { steps }, whole)
    }
}

impl Missing {
    /// What is missing, without anything on objects for which `may_see` is false.
    #[must_use]
    pub fn visible(&self, may_see: &dyn Fn(&Object) -> bool) -> Missing {
        let relations = self.relations.iter().filter(|holding| may_see(&holding.object));
        let tuples = self.tuples.iter().filter(|tuple| may_see(&tuple.object));
        Missing {
            relations: relations.cloned().collect(),
            tuples: tuples.cloned().collect(),
            complete: self.complete,
        }
    }
}

impl fmt::Display for Path {
    /// One line: the steps from the object to the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            if at > 0 {
                f.write_str(" → ")?;
            }
            match step {
                Step::Includes { object, relation, by } => {
                    write!(f, "{object}#{relation} includes {by}")?;
                }
                Step::Userset { tuple } | Step::Direct { tuple } => write!(f, "{tuple}")?,
                Step::Parent { tuple, relation, from } => {
                    write!(f, "{relation} by {from} from {tuple}")?;
                }
                Step::Holders { object, relation } => write!(f, "{object}#{relation}")?,
                Step::All { object, relation, parts } => {
                    write!(f, "{object}#{relation} needs all of")?;
                    parts.iter().try_for_each(|part| write!(f, " ({part})"))?;
                }
                Step::Except { object, relation, base } => {
                    write!(f, "{object}#{relation} by ({base}), nothing against it")?;
                }
            }
        }
        Ok(())
    }
}

impl Snapshot {
    /// Why the subject holds the relation on the object, or what is missing.
    ///
    /// The explanation names tuples of everything on the way; whom it is shown to must be allowed
    /// to see those: [`Path::visible`] and [`Missing::visible`] cut it down.
    pub fn explain(&self, question: &Check<'_>) -> Result<Explanation, EvaluationError> {
        if !question.contextual.is_empty() {
            let with = self.with_contextual(question.contextual)?;
            return with.explain(&Check { contextual: &[], ..*question });
        }
        let (object, pair) = self.node_of(question.object, question.relation)?;
        let asker = self.asker(question.subject, Some(question.object))?;
        let evaluation = Evaluation::new(self, asker, question.context);
        if !evaluation.decide(object, pair)? {
            return Ok(Explanation::Denied(self.missing(question)?));
        }
        let proof = prove::shortest(&evaluation, question, object, pair)?;
        Ok(Explanation::Allowed(proof.unwrap_or_default()))
    }
}
