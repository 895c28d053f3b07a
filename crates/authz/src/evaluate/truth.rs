//! Evaluation from the top: unions, intersections and exclusions, with what is already known.

use super::{Evaluation, Truth};
use crate::error::EvaluationError;
use crate::index::{Edge, ObjectId};
use crate::plan::{Operation, Pair, Union};

/// Deepest nesting of relations on one object; bounds the stack.
const FRAMES: u32 = 1_000;

impl Evaluation<'_> {
    /// Whether the asker holds the relation. `depth` counts the hops that led here.
    pub(super) fn node(&self, object: ObjectId, pair: Pair, depth: u32) -> Truth {
        let plan = self.plan.at(pair);
        if plan.pure {
            if self.is_asker(object, &plan.union.includes) {
                return Truth::True;
            }
            return self.reach(object, &plan.union, depth);
        }
        if depth >= self.limits.depth {
            return self.too_deep();
        }
        if let Some(known) = self.known.borrow().get(&(object, pair)) {
            return if *known { Truth::True } else { Truth::False };
        }
        if !self.open.borrow_mut().insert((object, pair)) {
            return Truth::Open;
        }
        let truth = self.union(object, &plan.union, depth);
        self.open.borrow_mut().remove(&(object, pair));
        // What is definite holds whatever the open questions above turn out to be.
        if truth.is_true() || truth.is_false() {
            self.known.borrow_mut().insert((object, pair), truth.is_true());
        }
        truth
    }

    fn union(&self, object: ObjectId, union: &Union, depth: u32) -> Truth {
        if self.is_asker(object, &union.includes) {
            return Truth::True;
        }
        if self.frames.get() >= FRAMES {
            return self.too_deep();
        }
        self.frames.set(self.frames.get() + 1);
        let truth = self.any(object, union, depth);
        self.frames.set(self.frames.get() - 1);
        truth
    }

    fn any(&self, object: ObjectId, union: &Union, depth: u32) -> Truth {
        let mut truth = self.reach(object, union, depth);
        for nested in &union.nested {
            if truth.is_true() {
                return truth;
            }
            truth = truth.or(self.node(object, *nested, depth));
        }
        for operation in &union.operations {
            if truth.is_true() {
                return truth;
            }
            truth = truth.or(self.operation(object, operation, depth));
        }
        for hop in &union.mixed {
            for (next, conditional) in self.index.subjects(object, hop.row, hop.class, 0) {
                if truth.is_true() {
                    return truth;
                }
                if let Err(error) = self.spend() {
                    return Truth::Unsure(Box::new(error));
                }
                let edge = Edge { object, row: hop.row, class: hop.class, subject: next };
                let counts = match self.counts(edge, conditional) {
                    Ok(true) => Truth::True,
                    Ok(false) => continue,
                    Err(error) => Truth::Unsure(Box::new(error)),
                };
                truth = truth.or(counts.and(self.node(next, hop.target, depth + 1)));
            }
        }
        truth
    }

    fn operation(&self, object: ObjectId, operation: &Operation, depth: u32) -> Truth {
        match operation {
            Operation::All(operands) => {
                let mut truth = Truth::True;
                for operand in operands {
                    truth = truth.and(self.union(object, operand, depth));
                    if truth.is_false() {
                        break;
                    }
                }
                truth
            }
            Operation::Except(base, subtracted) => {
                let base = self.union(object, base, depth);
                if base.is_false() {
                    return base;
                }
                base.and(self.union(object, subtracted, depth).not())
            }
        }
    }

    /// Whether the asker surely does not hold the union.
    pub(crate) fn refuted(&self, object: ObjectId, union: &Union) -> Result<bool, EvaluationError> {
        match self.union(object, union, 0) {
            Truth::False => Ok(true),
            Truth::True | Truth::Unsure(_) => Ok(false),
            Truth::Open => self.settle_union(object, union, false),
        }
    }

    pub(super) fn too_deep(&self) -> Truth {
        Truth::Unsure(Box::new(EvaluationError::TooDeep(self.limits.depth)))
    }
}
