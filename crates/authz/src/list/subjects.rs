//! All subjects that hold a relation on an object: a walk from the object down.

use rustc_hash::FxHashMap;

use crate::error::EvaluationError;
use crate::evaluate::{Asker, Evaluation};
use crate::index::{Edge, ObjectId};
use crate::plan::{Class, ClassOf, Hop, Operation, Pair, Union};

/// The subjects of the wanted class that hold the pair on the object, unordered.
pub(super) fn subjects(
    evaluation: &Evaluation<'_>,
    object: ObjectId,
    pair: Pair,
    wanted: ClassOf,
) -> Result<Vec<(Class, ObjectId)>, EvaluationError> {
    let mut descent = Descent::new(evaluation, wanted);
    descent.run(object, pair)?;
    let mut found = descent.found;
    // Of several ways to one subject, a sure one comes first.
    found.sort_unstable_by_key(|(class, subject, certain)| (*class, *subject, !certain));
    found.dedup_by_key(|(class, subject, _)| (*class, *subject));
    let mut held = Vec::with_capacity(found.len());
    for (class, subject, certain) in found {
        if certain || holds(evaluation, object, pair, class, subject)? {
            held.push((class, subject));
        }
    }
    Ok(held)
}

fn holds(
    evaluation: &Evaluation<'_>,
    object: ObjectId,
    pair: Pair,
    class: Class,
    id: ObjectId,
) -> Result<bool, EvaluationError> {
    let plan = evaluation.plan;
    let (everybody, holders) = match plan.class(class) {
        ClassOf::Objects(kind) => (Some(plan.everybody_of(kind)), None),
        ClassOf::Everybody(_) => (None, None),
        ClassOf::Holders(pair) => (None, Some(pair)),
    };
    let other = evaluation.for_asker(Asker { class, id, everybody, holders });
    let held = other.decide(object, pair);
    evaluation.charge(&other);
    held
}

/// The walk from an object down to all subjects named on the way.
pub(super) struct Descent<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    classes: Vec<Class>,
    wanted: ClassOf,
    /// Every way counts, whatever stands against it.
    pub(super) lenient: bool,
    /// Nodes seen, and whether for sure.
    seen: FxHashMap<(ObjectId, Pair), bool>,
    queue: Vec<(ObjectId, Pair, bool, u32)>,
    pub(super) found: Vec<(Class, ObjectId, bool)>,
}

impl<'e, 'a> Descent<'e, 'a> {
    pub(super) fn new(evaluation: &'e Evaluation<'a>, wanted: ClassOf) -> Self {
        let plan = evaluation.plan;
        let classes = match wanted {
            ClassOf::Objects(kind) => vec![plan.objects_of(kind), plan.everybody_of(kind)],
            ClassOf::Everybody(kind) => vec![plan.everybody_of(kind)],
            ClassOf::Holders(pair) => vec![plan.holders_of(pair)],
        };
        let (seen, queue, found) = Default::default();
        Self { evaluation, classes, wanted, lenient: false, seen, queue, found }
    }

    #[inline]
    fn counts(&self, edge: Edge, conditional: bool) -> Result<bool, EvaluationError> {
        self.evaluation.spend()?;
        if self.lenient { Ok(true) } else { self.evaluation.counts(edge, conditional) }
    }

    pub(super) fn run(&mut self, object: ObjectId, pair: Pair) -> Result<(), EvaluationError> {
        self.reached(object, pair, true, 0);
        let mut head = 0;
        while let Some((object, pair, certain, hops)) = self.queue.get(head).copied() {
            head += 1;
            if hops >= self.evaluation.limits.depth && !self.lenient {
                return Err(EvaluationError::TooDeep(self.evaluation.limits.depth));
            }
            self.union(object, &self.evaluation.plan.at(pair).union, certain, hops)?;
        }
        Ok(())
    }

    /// A node that turns out to be sure after all is walked again.
    fn reached(&mut self, object: ObjectId, pair: Pair, certain: bool, hops: u32) {
        match self.seen.get(&(object, pair)) {
            Some(true) => return,
            Some(false) if !certain => return,
            _ => {}
        }
        self.seen.insert((object, pair), certain);
        self.queue.push((object, pair, certain, hops));
    }

    fn note(&mut self, class: Class, subject: ObjectId, certain: bool) {
        self.found.push((class, subject, certain));
    }

    fn union(
        &mut self,
        object: ObjectId,
        union: &Union,
        certain: bool,
        hops: u32,
    ) -> Result<(), EvaluationError> {
        let (plan, index) = (self.evaluation.plan, self.evaluation.index);
        if let ClassOf::Holders(pair) = self.wanted
            && union.includes.contains(&pair)
        {
            self.note(plan.holders_of(pair), object, certain);
        }
        for row in &union.direct {
            for at in 0..self.classes.len() {
                let class = self.classes[at];
                if !plan.admits(*row, class) {
                    continue;
                }
                for (subject, conditional) in index.subjects(object, *row, class, 0) {
                    let edge = Edge { object, row: *row, class, subject };
                    if self.counts(edge, conditional)? {
                        self.note(class, subject, certain);
                    }
                }
            }
        }
        for hop in union.hops.iter().chain(&union.mixed) {
            self.hop(object, *hop, certain, hops)?;
        }
        for nested in &union.nested {
            self.reached(object, *nested, certain, hops);
        }
        for operation in &union.operations {
            let operands = match operation {
                Operation::All(operands) => operands.iter().collect(),
                Operation::Except(base, subtracted) => vec![&**base, &**subtracted],
            };
            for operand in operands {
                self.union(object, operand, false, hops)?;
            }
        }
        Ok(())
    }

    fn hop(
        &mut self,
        object: ObjectId,
        hop: Hop,
        certain: bool,
        hops: u32,
    ) -> Result<(), EvaluationError> {
        for (next, conditional) in self.evaluation.index.subjects(object, hop.row, hop.class, 0) {
            let edge = Edge { object, row: hop.row, class: hop.class, subject: next };
            if self.counts(edge, conditional)? {
                self.reached(next, hop.target, certain, hops + 1);
            }
        }
        Ok(())
    }
}
