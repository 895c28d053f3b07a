//! What would change: who gains and who loses what when tuples are added or removed.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::error::EvaluationError;
use crate::evaluate::Check;
use crate::object::{Object, Subject, Tuple};
use crate::snapshot::{Change, Snapshot};

/// Most subjects and objects that one difference compares in detail.
const MOST: usize = 20_000;

/// Who gains or loses a relation on an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain {
    /// Who.
    pub subject: Subject,
    /// Which relation.
    pub relation: SmolStr,
    /// On what.
    pub object: Object,
}

/// What lies between two snapshots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Held afterwards and not before, ordered.
    pub gained: Vec<Gain>,
    /// Held before and not afterwards, ordered.
    pub lost: Vec<Gain>,
    /// Whether that is all; otherwise the bound was reached.
    pub complete: bool,
}

impl Snapshot {
    /// Who gains and who loses which relations between this snapshot and `after`, which differ by
    /// `changes`.
    ///
    /// Exact for each subject and object that the changed tuples can touch; where they can touch
    /// too many, the first are compared and `complete` is false. Costs two checks for each
    /// candidate. Subjects that are usersets are taken apart into their holders.
    pub fn difference(
        &self,
        after: &Snapshot,
        changes: &[Change],
    ) -> Result<Difference, EvaluationError> {
        let mut candidates = BTreeSet::new();
        let mut complete = true;
        for change in changes {
            for side in [self, after] {
                complete &= side.touched(change.tuple(), &mut candidates)?;
            }
        }
        let mut difference = Difference { complete, ..Difference::default() };
        for (subject, object, relation) in candidates {
            let question = Check::new(&object, &relation, &subject);
            let (before, now) = (self.check(&question)?, after.check(&question)?);
            let list = match (before, now) {
                (false, true) => &mut difference.gained,
                (true, false) => &mut difference.lost,
                _ => continue,
            };
            list.push(Gain { subject, relation, object });
        }
        difference.gained.sort_unstable();
        difference.lost.sort_unstable();
        Ok(difference)
    }

    /// Adds every subject, object and relation the tuple can matter for; false where that is too
    /// many.
    fn touched(
        &self,
        tuple: &Tuple,
        candidates: &mut BTreeSet<(Subject, Object, SmolStr)>,
    ) -> Result<bool, EvaluationError> {
        let nodes = self.depending(tuple)?;
        let subjects = self.behind(tuple)?;
        for (object, relation) in &nodes {
            let mut subjects = subjects.clone();
            // What is given to or taken from everybody touches those who are named besides.
            let kinds: Vec<_> = subjects
                .iter()
                .filter_map(|subject| match subject {
                    Subject::Wildcard(kind) => Some(kind.clone()),
                    _ => None,
                })
                .collect();
            let pair = self.pair_of(&object.kind, relation)?;
            for kind in kinds {
                subjects.extend(self.below(object, pair, &kind)?);
            }
            for subject in &subjects {
                if candidates.len() >= MOST {
                    return Ok(false);
                }
                candidates.insert((subject.clone(), object.clone(), relation.clone()));
            }
        }
        Ok(true)
    }

    /// The objects and relations whose holders can depend on the tuple.
    fn depending(&self, tuple: &Tuple) -> Result<BTreeSet<(Object, SmolStr)>, EvaluationError> {
        let plan = self.plan();
        let row = self.pair_of(&tuple.object.kind, &tuple.relation)?;
        let mut found = BTreeSet::new();
        // Relations of the object itself that count the tuple, as its holders or as its children.
        let mut own = vec![row];
        for (pair, other) in plan.pairs.iter().enumerate() {
            let mut counts = false;
            other.union.each(&mut |union| {
                counts |= union.direct.contains(&row);
                counts |= union.hops.iter().chain(&union.mixed).any(|hop| hop.row == row);
            });
            if counts {
                own.push(pair as crate::plan::Pair);
            }
        }
        for pair in own {
            let relation = plan.at(pair).name.clone();
            let node = Subject::Userset(tuple.object.clone(), relation);
            for object_kind in &plan.kinds {
                for target in &object_kind.pairs {
                    if !plan.at(*target).reaches.contains(pair) {
                        continue;
                    }
                    for object in self.above(&node, *target)? {
                        found.insert((object, plan.at(*target).name.clone()));
                    }
                }
            }
        }
        Ok(found)
    }

    /// The subjects whose rights can depend on the tuple: the named one, or who stands behind it.
    fn behind(&self, tuple: &Tuple) -> Result<BTreeSet<Subject>, EvaluationError> {
        let plan = self.plan();
        let mut found = BTreeSet::from([tuple.subject.clone()]);
        let row = self.pair_of(&tuple.object.kind, &tuple.relation)?;
        let Some(class) = plan.class_of(&tuple.subject) else { return Ok(found) };
        let mut targets = BTreeSet::new();
        for pair in &plan.pairs {
            pair.union.each(&mut |union| {
                let hops = union.hops.iter().chain(&union.mixed);
                targets.extend(
                    hops.filter(|hop| hop.row == row && hop.class == class).map(|hop| hop.target),
                );
            });
        }
        let (Subject::Object(object) | Subject::Userset(object, _)) = &tuple.subject else {
            return Ok(found);
        };
        for target in targets {
            for kind in &plan.kinds {
                found.extend(self.below(object, target, &kind.name)?);
            }
        }
        Ok(found)
    }
}
