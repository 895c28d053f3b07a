//! Finding a shortest chain: breadth first from the object down.

use rustc_hash::FxHashSet;

use super::{Path, Step};
use crate::error::EvaluationError;
use crate::evaluate::{Check, Evaluation};
use crate::index::{Edge, ObjectId};
use crate::object::Object;
use crate::plan::{Hop, Operation, Pair, Union};

/// A shortest chain for what is known to be held.
pub(super) fn shortest(
    evaluation: &Evaluation<'_>,
    question: &Check<'_>,
    object: ObjectId,
    pair: Pair,
) -> Result<Option<Path>, EvaluationError> {
    let mut prover =
        Prover { evaluation, asked: (object, question.object), proving: FxHashSet::default() };
    prover.union(object, pair, &evaluation.plan.at(pair).union)
}

/// A chain by this union alone, which stands for a part of the relation.
pub(super) fn of_union(
    evaluation: &Evaluation<'_>,
    question: &Check<'_>,
    object: ObjectId,
    pair: Pair,
    union: &Union,
) -> Result<Option<Path>, EvaluationError> {
    let mut prover =
        Prover { evaluation, asked: (object, question.object), proving: FxHashSet::default() };
    if evaluation.index.names.is_known(object) {
        prover.asked.0 = ObjectId::MAX;
    }
    prover.union(object, pair, union)
}

struct Prover<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    /// The asked object, which may have no name in the index.
    asked: (ObjectId, &'e Object),
    /// Objects and unions whose operations are being proven further up.
    proving: FxHashSet<(ObjectId, *const Union)>,
}

/// A node found in the search, and how.
struct Found {
    object: ObjectId,
    pair: Pair,
    /// The node it was found from, and the step between.
    before: Option<(usize, Way)>,
}

#[derive(Clone, Copy)]
enum Way {
    Hop(Hop),
    Nested,
}

impl Prover<'_, '_> {
    /// A chain for one union of a relation: the whole of it or an operand within it.
    fn union(
        &mut self,
        object: ObjectId,
        pair: Pair,
        union: &Union,
    ) -> Result<Option<Path>, EvaluationError> {
        let plan = self.evaluation.plan;
        let mut found = vec![Found { object, pair, before: None }];
        let mut seen = FxHashSet::default();
        let mut head = 0;
        while head < found.len() {
            let (object, pair) = (found[head].object, found[head].pair);
            let union = if head == 0 { union } else { &plan.at(pair).union };
            if let Some(last) = self.end(object, pair, union)? {
                let mut steps = self.way_to(&found, head);
                steps.extend(last);
                return Ok(Some(Path { steps }));
            }
            for nested in &union.nested {
                if seen.insert((object, *nested)) {
                    let before = Some((head, Way::Nested));
                    found.push(Found { object, pair: *nested, before });
                }
            }
            for hop in union.hops.iter().chain(&union.mixed) {
                let edges = self.evaluation.index.subjects(object, hop.row, hop.class, 0);
                for (next, conditional) in edges {
                    self.evaluation.spend()?;
                    let edge = Edge { object, row: hop.row, class: hop.class, subject: next };
                    // A condition that cannot be evaluated proves nothing; another chain does.
                    if self.evaluation.counts(edge, conditional).unwrap_or(false)
                        && seen.insert((next, hop.target))
                    {
                        let before = Some((head, Way::Hop(*hop)));
                        found.push(Found { object: next, pair: hop.target, before });
                    }
                }
            }
            head += 1;
        }
        Ok(None)
    }

    /// The last steps of a chain, where one ends at this node.
    fn end(
        &mut self,
        object: ObjectId,
        pair: Pair,
        union: &Union,
    ) -> Result<Option<Vec<Step>>, EvaluationError> {
        let evaluation = self.evaluation;
        let asker = evaluation.asker;
        if let Some(holders) = asker.holders
            && asker.id == object
            && union.includes.contains(&holders)
        {
            let mut steps = self.includes(object, pair, holders);
            let relation = evaluation.plan.at(holders).name.clone();
            steps.push(Step::Holders { object: self.object(object), relation });
            return Ok(Some(steps));
        }
        let named = [Some((asker.class, asker.id)), evaluation.everybody()];
        for row in &union.direct {
            for (class, subject) in named.into_iter().flatten() {
                let edge = Edge { object, row: *row, class, subject };
                let Some(conditional) = evaluation.index.find(edge) else { continue };
                if evaluation.counts(edge, conditional).unwrap_or(false) {
                    let mut steps = self.includes(object, pair, *row);
                    steps.push(Step::Direct { tuple: evaluation.snapshot.tuple(edge) });
                    return Ok(Some(steps));
                }
            }
        }
        if union.operations.is_empty() || !self.proving.insert((object, union)) {
            return Ok(None);
        }
        let mut proof = None;
        for operation in &union.operations {
            proof = self.operation(object, pair, operation)?;
            if proof.is_some() {
                break;
            }
        }
        self.proving.remove(&(object, std::ptr::from_ref(union)));
        Ok(proof.map(|step| vec![step]))
    }

    fn operation(
        &mut self,
        object: ObjectId,
        pair: Pair,
        operation: &Operation,
    ) -> Result<Option<Step>, EvaluationError> {
        let relation = self.evaluation.plan.at(pair).name.clone();
        match operation {
            Operation::All(operands) => {
                let mut parts = Vec::with_capacity(operands.len());
                for operand in operands {
                    let Some(part) = self.union(object, pair, operand)? else { return Ok(None) };
                    parts.push(part);
                }
                Ok(Some(Step::All { object: self.object(object), relation, parts }))
            }
            Operation::Except(base, subtracted) => {
                let Some(base) = self.union(object, pair, base)? else { return Ok(None) };
                match self.evaluation.refuted(object, subtracted) {
                    Ok(true) => {}
                    Err(error @ EvaluationError::TooMuchWork(_)) => return Err(error),
                    // What cannot be refuted may stand against it; another chain does not need it.
                    Ok(false) | Err(_) => return Ok(None),
                }
                let base = Box::new(base);
                Ok(Some(Step::Except { object: self.object(object), relation, base }))
            }
        }
    }

    /// The step from a relation to one it includes, none where they are the same.
    fn includes(&self, object: ObjectId, pair: Pair, by: Pair) -> Vec<Step> {
        if pair == by {
            return Vec::new();
        }
        let plan = self.evaluation.plan;
        vec![Step::Includes {
            object: self.object(object),
            relation: plan.at(pair).name.clone(),
            by: plan.at(by).name.clone(),
        }]
    }

    fn way_to(&self, found: &[Found], mut at: usize) -> Vec<Step> {
        let plan = self.evaluation.plan;
        let mut steps = Vec::new();
        while let Some((before, way)) = found[at].before {
            let (from, to) = (&found[before], &found[at]);
            match way {
                Way::Nested => steps.extend(self.includes(from.object, from.pair, to.pair)),
                Way::Hop(hop) => {
                    let (object, subject) = (from.object, to.object);
                    let edge = Edge { object, row: hop.row, class: hop.class, subject };
                    let tuple = self.evaluation.snapshot.tuple(edge);
                    steps.push(if hop.from {
                        let relation = plan.at(hop.by).name.clone();
                        Step::Parent { tuple, relation, from: plan.at(hop.target).name.clone() }
                    } else {
                        Step::Userset { tuple }
                    });
                    steps.extend(self.includes(from.object, from.pair, hop.by));
                }
            }
            at = before;
        }
        steps.reverse();
        steps
    }

    fn object(&self, number: ObjectId) -> Object {
        if number == self.asked.0 {
            return self.asked.1.clone();
        }
        self.evaluation.snapshot.object(number)
    }
}
