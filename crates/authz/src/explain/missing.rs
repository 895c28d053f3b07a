//! What would turn a denial into an allowance: candidates are collected downwards, and each is
//! tried.

use std::collections::HashSet;

use super::{Holding, Missing};
use crate::error::EvaluationError;
use crate::evaluate::Check;
use crate::object::{Object, Subject, Tuple};
use crate::plan::{Hop, Operation, Pair, Union};
use crate::snapshot::Snapshot;

/// Most relations that are looked at and tried.
const MOST: usize = 200;

impl Snapshot {
    /// What would grant the subject the relation.
    pub(super) fn missing(&self, question: &Check<'_>) -> Result<Missing, EvaluationError> {
        let (_, pair) = self.node_of(question.object, question.relation)?;
        let mut nodes =
            Nodes { snapshot: self, found: Vec::new(), seen: HashSet::new(), complete: true };
        nodes.add(question.object.clone(), pair);
        let mut head = 0;
        while let Some((object, pair)) = nodes.found.get(head).cloned() {
            head += 1;
            nodes.union(&object, &self.plan().at(pair).union);
        }
        let mut missing = Missing { complete: nodes.complete, ..Missing::default() };
        for (object, pair) in nodes.found {
            let relation = self.plan().at(pair).name.clone();
            let tuple = Tuple::new(object.clone(), relation.clone(), question.subject.clone());
            if self.tuple_would_grant(question, &tuple)? {
                missing.tuples.push(tuple);
            }
            let holders = Subject::Userset(object.clone(), relation.clone());
            if self.would_grant(question, &holders)? {
                missing.relations.push(Holding { object, relation });
            }
        }
        Ok(missing)
    }

    fn would_grant(
        &self,
        question: &Check<'_>,
        holders: &Subject,
    ) -> Result<bool, EvaluationError> {
        tried(self.check(&Check { subject: holders, ..*question }))
    }

    fn tuple_would_grant(
        &self,
        question: &Check<'_>,
        tuple: &Tuple,
    ) -> Result<bool, EvaluationError> {
        // A tuple that the model does not allow, or that is there and does not help.
        if crate::snapshot::allowed(self.model(), tuple).is_err() || self.contains(tuple) {
            return Ok(false);
        }
        tried(self.with_contextual(std::slice::from_ref(tuple))?.check(question))
    }
}

/// A trial that ends in an error grants nothing, except where the bound on work is reached.
fn tried(answer: Result<bool, EvaluationError>) -> Result<bool, EvaluationError> {
    match answer {
        Err(EvaluationError::Condition { .. } | EvaluationError::TooDeep(_)) => Ok(false),
        other => other,
    }
}

/// Objects and relations below the asked one, nearest first.
struct Nodes<'a> {
    snapshot: &'a Snapshot,
    found: Vec<(Object, Pair)>,
    seen: HashSet<(Object, Pair)>,
    complete: bool,
}

impl Nodes<'_> {
    fn add(&mut self, object: Object, pair: Pair) {
        if self.found.len() >= MOST {
            self.complete = false;
        } else if self.seen.insert((object.clone(), pair)) {
            self.found.push((object, pair));
        }
    }

    fn union(&mut self, object: &Object, union: &Union) {
        let own = union.includes.iter().chain(&union.direct).chain(&union.nested);
        own.for_each(|pair| self.add(object.clone(), *pair));
        for operation in &union.operations {
            match operation {
                Operation::All(operands) => {
                    operands.iter().for_each(|operand| self.union(object, operand));
                }
                Operation::Except(base, _) => self.union(object, base),
            }
        }
        union.hops.iter().chain(&union.mixed).for_each(|hop| self.hop(object, *hop));
    }

    fn hop(&mut self, object: &Object, hop: Hop) {
        let snapshot = self.snapshot;
        let kind = snapshot.plan().kind(&object.kind);
        let Some(number) = kind.and_then(|kind| snapshot.index.names.find(kind, &object.id)) else {
            return;
        };
        for (next, _) in snapshot.index.subjects(number, hop.row, hop.class, 0) {
            if !self.complete {
                return;
            }
            self.add(snapshot.object(next), hop.target);
        }
    }
}
