//! All chains that grant, one after another, up to a bound.

use super::{Path, Step};
use crate::error::EvaluationError;
use crate::evaluate::{Check, Evaluation};
use crate::index::{Edge, ObjectId};
use crate::plan::{Operation, Pair, Union};
use crate::snapshot::Snapshot;

/// Most nodes that are looked at for each chain that is asked for.
const EFFORT: usize = 10_000;

/// Several chains that grant the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chains {
    /// The chains, shortest first; none comes twice.
    pub paths: Vec<Path>,
    /// Whether these are all.
    pub complete: bool,
}

impl Snapshot {
    /// All distinct chains that grant what is asked, at most `most`; none where it is not held.
    ///
    /// A chain never visits a relation of an object twice. Of an intersection each part is shown
    /// by its first chain.
    pub fn chains(&self, question: &Check<'_>, most: usize) -> Result<Chains, EvaluationError> {
        if !question.contextual.is_empty() {
            let with = self.with_contextual(question.contextual)?;
            return with.chains(&Check { contextual: &[], ..*question }, most);
        }
        let (object, pair) = self.node_of(question.object, question.relation)?;
        let asker = self.asker(question.subject, Some(question.object))?;
        let evaluation = Evaluation::new(self, asker, question.context);
        if !evaluation.decide(object, pair)? {
            return Ok(Chains { paths: Vec::new(), complete: true });
        }
        let mut walk = Walk {
            evaluation: &evaluation,
            question,
            way: Vec::new(),
            steps: Vec::new(),
            found: Chains { paths: Vec::new(), complete: true },
            most,
            effort: EFFORT.saturating_mul(most.max(1)),
        };
        // Whatever the bound leaves out, it is not the shortest.
        let shortest = super::prove::shortest(&evaluation, question, object, pair)?;
        shortest.into_iter().for_each(|path| walk.keep(path));
        walk.node(object, pair)?;
        let mut found = walk.found;
        found.paths.sort_by_key(|path| path.steps.len());
        Ok(found)
    }
}

struct Walk<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    question: &'e Check<'e>,
    way: Vec<(ObjectId, Pair)>,
    steps: Vec<Step>,
    found: Chains,
    most: usize,
    effort: usize,
}

impl Walk<'_, '_> {
    fn node(&mut self, object: ObjectId, pair: Pair) -> Result<(), EvaluationError> {
        if self.way.contains(&(object, pair)) {
            return Ok(());
        }
        if self.effort == 0 || self.way.len() >= self.evaluation.limits.depth as usize {
            self.found.complete = false;
            return Ok(());
        }
        self.effort -= 1;
        self.way.push((object, pair));
        let union = &self.evaluation.plan.at(pair).union;
        self.ends(object, pair, union)?;
        self.further(object, pair, union)?;
        self.way.pop();
        Ok(())
    }

    /// Chains that end at this node: the shortest proof of each way to end there.
    fn ends(&mut self, object: ObjectId, pair: Pair, union: &Union) -> Result<(), EvaluationError> {
        let empty = Union { includes: union.includes.clone(), ..Union::default() };
        let mut ways = vec![empty];
        for row in &union.direct {
            ways.push(Union { direct: vec![*row], ..Union::default() });
        }
        for operation in &union.operations {
            let operations: Vec<Operation> = vec![operation.clone()];
            ways.push(Union { operations, ..Union::default() });
        }
        for way in ways {
            let proof = super::prove::of_union(self.evaluation, self.question, object, pair, &way)?;
            if let Some(path) = proof {
                self.keep(path);
            }
        }
        Ok(())
    }

    fn keep(&mut self, end: Path) {
        let mut steps = self.steps.clone();
        steps.extend(end.steps);
        let path = Path { steps };
        if self.found.paths.contains(&path) {
            return;
        }
        if self.found.paths.len() >= self.most {
            self.found.complete = false;
            self.effort = 0;
            return;
        }
        self.found.paths.push(path);
    }

    fn further(
        &mut self,
        object: ObjectId,
        pair: Pair,
        union: &Union,
    ) -> Result<(), EvaluationError> {
        let evaluation = self.evaluation;
        let held = self.steps.len();
        for nested in &union.nested {
            self.include(object, pair, *nested);
            self.node(object, *nested)?;
            self.steps.truncate(held);
        }
        for hop in union.hops.iter().chain(&union.mixed) {
            for (next, conditional) in evaluation.index.subjects(object, hop.row, hop.class, 0) {
                evaluation.spend()?;
                let edge = Edge { object, row: hop.row, class: hop.class, subject: next };
                if !evaluation.counts(edge, conditional).unwrap_or(false) {
                    continue;
                }
                self.include(object, pair, hop.by);
                let tuple = evaluation.snapshot.tuple(edge);
                let name = |pair: Pair| evaluation.plan.at(pair).name.clone();
                self.steps.push(if hop.from {
                    Step::Parent { tuple, relation: name(hop.by), from: name(hop.target) }
                } else {
                    Step::Userset { tuple }
                });
                self.node(next, hop.target)?;
                self.steps.truncate(held);
            }
        }
        Ok(())
    }

    fn include(&mut self, object: ObjectId, pair: Pair, by: Pair) {
        if pair != by {
            let plan = self.evaluation.plan;
            let named = self.evaluation.index.names.is_known(object);
            let object = match named {
                true => self.evaluation.snapshot.object(object),
                false => self.question.object.clone(),
            };
            let (relation, by) = (plan.at(pair).name.clone(), plan.at(by).name.clone());
            self.steps.push(Step::Includes { object, relation, by });
        }
    }
}
