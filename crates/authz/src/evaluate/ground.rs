//! The answer where questions depend on each other in a circle: all of them are settled together.
//!
//! The questions that the first one depends on are written out as a system of propositions. Its
//! meaning is the well-founded one: what a chain of tuples proves is true, what nothing supports
//! is false, and what depends on its own absence is neither, which denies.

use rustc_hash::FxHashMap;

use super::{Evaluation, Truth};
use crate::error::EvaluationError;
use crate::index::{Edge, ObjectId};
use crate::plan::{Operation, Pair, Union};

/// A proposition over others, by number.
enum Formula {
    Known(Truth),
    Node(usize),
    Any(Vec<Formula>),
    All(Vec<Formula>),
    /// The first and not the second; the second is a proposition of its own.
    Except(Box<Formula>, usize),
}

struct System<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    numbers: FxHashMap<(ObjectId, Pair), usize>,
    formulas: Vec<Formula>,
    open: Vec<(usize, ObjectId, Pair, u32)>,
    error: Option<EvaluationError>,
}

impl Evaluation<'_> {
    /// Settles a node on which circles depend.
    pub(super) fn settle(&self, object: ObjectId, pair: Pair) -> Result<bool, EvaluationError> {
        self.settle_union(object, &self.plan.at(pair).union, true)
    }

    /// Settles a union: whether it is surely held, or else, whether it is surely not held.
    pub(super) fn settle_union(
        &self,
        object: ObjectId,
        union: &Union,
        held: bool,
    ) -> Result<bool, EvaluationError> {
        let mut system = System {
            evaluation: self,
            numbers: FxHashMap::default(),
            formulas: Vec::new(),
            open: Vec::new(),
            error: None,
        };
        let top = system.union(object, union, 0)?;
        while let Some((number, object, pair, hops)) = system.open.pop() {
            let formula = if hops >= self.limits.depth {
                system.known(self.too_deep())
            } else {
                system.union(object, &self.plan.at(pair).union, hops)?
            };
            system.formulas[number] = formula;
        }
        system.formulas.push(top);
        system.solve(held)
    }
}

impl System<'_, '_> {
    fn number(&mut self, object: ObjectId, pair: Pair, hops: u32) -> usize {
        if let Some(known) = self.numbers.get(&(object, pair)) {
            return *known;
        }
        let number = self.formulas.len();
        self.formulas.push(Formula::Known(Truth::False));
        self.numbers.insert((object, pair), number);
        self.open.push((number, object, pair, hops));
        number
    }

    fn known(&mut self, truth: Truth) -> Formula {
        if let Truth::Unsure(error) = &truth {
            self.error = Some((**error).clone());
        }
        Formula::Known(truth)
    }

    fn node(&mut self, object: ObjectId, pair: Pair, hops: u32) -> Formula {
        if self.evaluation.plan.at(pair).pure {
            let truth = self.evaluation.node(object, pair, hops);
            return self.known(truth);
        }
        Formula::Node(self.number(object, pair, hops))
    }

    fn union(
        &mut self,
        object: ObjectId,
        union: &Union,
        hops: u32,
    ) -> Result<Formula, EvaluationError> {
        let evaluation = self.evaluation;
        if evaluation.is_asker(object, &union.includes) {
            return Ok(Formula::Known(Truth::True));
        }
        let reached = evaluation.reach(object, union, hops);
        if reached.is_true() {
            return Ok(Formula::Known(Truth::True));
        }
        let mut ways = vec![self.known(reached)];
        for nested in &union.nested {
            ways.push(self.node(object, *nested, hops));
        }
        for operation in &union.operations {
            ways.push(self.operation(object, operation, hops)?);
        }
        for hop in &union.mixed {
            for (next, conditional) in evaluation.index.subjects(object, hop.row, hop.class, 0) {
                evaluation.spend()?;
                let edge = Edge { object, row: hop.row, class: hop.class, subject: next };
                let counts = match evaluation.counts(edge, conditional) {
                    Ok(true) => None,
                    Ok(false) => continue,
                    Err(error) => Some(self.known(Truth::Unsure(Box::new(error)))),
                };
                let node = self.node(next, hop.target, hops + 1);
                ways.push(match counts {
                    None => node,
                    Some(unsure) => Formula::All(vec![unsure, node]),
                });
            }
        }
        Ok(Formula::Any(ways))
    }

    fn operation(
        &mut self,
        object: ObjectId,
        operation: &Operation,
        hops: u32,
    ) -> Result<Formula, EvaluationError> {
        match operation {
            Operation::All(operands) => {
                let mut parts = Vec::with_capacity(operands.len());
                for operand in operands {
                    parts.push(self.union(object, operand, hops)?);
                }
                Ok(Formula::All(parts))
            }
            Operation::Except(base, subtracted) => {
                let base = self.union(object, base, hops)?;
                let subtracted = self.union(object, subtracted, hops)?;
                self.formulas.push(subtracted);
                Ok(Formula::Except(Box::new(base), self.formulas.len() - 1))
            }
        }
    }

    /// Narrows what is surely true and what is possibly true from both sides until nothing moves.
    fn solve(&self, held: bool) -> Result<bool, EvaluationError> {
        let top = self.formulas.len() - 1;
        let mut surely = vec![false; self.formulas.len()];
        loop {
            let possibly = self.least(&surely, true)?;
            let next = self.least(&possibly, false)?;
            if next != surely {
                surely = next;
                continue;
            }
            return match (surely[top], possibly[top], &self.error) {
                (true, ..) => Ok(held),
                (false, true, Some(error)) => Err(error.clone()),
                (false, true, None) => {
                    self.evaluation.paradox.set(true);
                    Ok(false)
                }
                (false, false, _) => Ok(!held),
            };
        }
    }

    /// The least model where what is subtracted is read from `fixed`.
    fn least(&self, fixed: &[bool], lenient: bool) -> Result<Vec<bool>, EvaluationError> {
        let mut model = vec![false; self.formulas.len()];
        loop {
            let mut moved = false;
            for number in 0..model.len() {
                self.evaluation.spend()?;
                if !model[number] && holds(&self.formulas[number], &model, fixed, lenient) {
                    model[number] = true;
                    moved = true;
                }
            }
            if !moved {
                return Ok(model);
            }
        }
    }
}

fn holds(formula: &Formula, model: &[bool], fixed: &[bool], lenient: bool) -> bool {
    let inner = |part: &Formula| holds(part, model, fixed, lenient);
    match formula {
        Formula::Known(Truth::True) => true,
        Formula::Known(Truth::Unsure(_)) => lenient,
        Formula::Known(_) => false,
        Formula::Node(number) => model[*number],
        Formula::Any(parts) => parts.iter().any(inner),
        Formula::All(parts) => parts.iter().all(inner),
        Formula::Except(base, subtracted) => inner(base) && !fixed[*subtracted],
    }
}
