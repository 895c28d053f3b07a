//! All objects on which an asker holds a relation: a walk from the asker up.

use rustc_hash::FxHashSet;

use crate::error::EvaluationError;
use crate::evaluate::Evaluation;
use crate::index::{Edge, ObjectId};
use crate::plan::Pair;

/// The objects on which the asker holds the target, unordered.
pub(super) fn objects(
    evaluation: &Evaluation<'_>,
    target: Pair,
) -> Result<Vec<ObjectId>, EvaluationError> {
    let mut climb = Climb::new(evaluation, target, false);
    climb.run()?;
    if !climb.doubt && !evaluation.paradox.get() {
        return Ok(climb.found);
    }
    // Some way could not be followed. Whatever could lie beyond it is asked one by one.
    let certain: FxHashSet<ObjectId> = climb.found.iter().copied().collect();
    let mut all = Climb::new(evaluation, target, true);
    all.run()?;
    let mut found = climb.found;
    for object in all.found {
        if !certain.contains(&object) && evaluation.decide(object, target)? {
            found.push(object);
        }
    }
    Ok(found)
}

/// The walk from the asker up to all objects of the target.
pub(super) struct Climb<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    target: Pair,
    /// Every way counts, whatever stands against it.
    lenient: bool,
    seen: FxHashSet<(ObjectId, Pair)>,
    queue: Vec<(ObjectId, Pair, u32)>,
    pub(super) found: Vec<ObjectId>,
    doubt: bool,
}

impl<'e, 'a> Climb<'e, 'a> {
    pub(super) fn new(evaluation: &'e Evaluation<'a>, target: Pair, lenient: bool) -> Self {
        let (seen, queue, found) = Default::default();
        Self { evaluation, target, lenient, seen, queue, found, doubt: false }
    }

    pub(super) fn run(&mut self) -> Result<(), EvaluationError> {
        let (plan, index) = (self.evaluation.plan, self.evaluation.index);
        let asker = self.evaluation.asker;
        if let Some(pair) = asker.holders {
            self.reached(asker.id, pair, true, 0);
            for (owner, certain) in &plan.at(pair).includers {
                self.reached(asker.id, *owner, *certain, 0);
            }
        }
        let named = [Some((asker.class, asker.id)), self.evaluation.everybody()];
        for (class, subject) in named.into_iter().flatten() {
            for row in plan.named_in(class) {
                if !self.relevant(*row) {
                    continue;
                }
                for (object, conditional) in index.objects(subject, class, *row, 0) {
                    let edge = Edge { object, row: *row, class, subject };
                    if self.counts(edge, conditional)? {
                        for (owner, certain) in &plan.at(*row).owners {
                            self.reached(object, *owner, *certain, 0);
                        }
                    }
                }
            }
        }
        let mut head = 0;
        while let Some((subject, pair, hops)) = self.queue.get(head).copied() {
            head += 1;
            for (owner, certain) in &plan.at(pair).nested_in {
                self.reached(subject, *owner, *certain, hops);
            }
            for parent in &plan.at(pair).parents {
                if !self.relevant(parent.owner) {
                    continue;
                }
                for (object, conditional) in index.objects(subject, parent.class, parent.row, 0) {
                    let edge = Edge { object, row: parent.row, class: parent.class, subject };
                    if self.counts(edge, conditional)? {
                        self.reached(object, parent.owner, parent.certain, hops + 1);
                    }
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn relevant(&self, pair: Pair) -> bool {
        self.evaluation.plan.at(self.target).reaches.contains(pair)
    }

    #[inline]
    fn counts(&mut self, edge: Edge, conditional: bool) -> Result<bool, EvaluationError> {
        self.evaluation.spend()?;
        if self.lenient || !conditional {
            return Ok(true);
        }
        Ok(self.evaluation.counts(edge, true).unwrap_or_else(|_| {
            self.doubt = true;
            false
        }))
    }

    /// Takes in a node; an uncertain one only where it is proven.
    fn reached(&mut self, object: ObjectId, pair: Pair, certain: bool, hops: u32) {
        if !self.relevant(pair) || self.seen.contains(&(object, pair)) {
            return;
        }
        if !self.lenient {
            if hops >= self.evaluation.limits.depth {
                self.doubt = true;
                return;
            }
            if !certain {
                match self.evaluation.decide(object, pair) {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(_) => {
                        self.doubt = true;
                        return;
                    }
                }
            }
        }
        self.seen.insert((object, pair));
        if pair == self.target && self.evaluation.index.names.is_known(object) {
            self.found.push(object);
        }
        self.queue.push((object, pair, hops));
    }
}
