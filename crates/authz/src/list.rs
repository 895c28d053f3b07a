//! The lists: on what does a subject hold a relation, who holds it, and which relations does a
//! subject hold.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

use crate::error::EvaluationError;
use crate::evaluate::{Asker, Evaluation};
use crate::index::{EVERYBODY, Edge, ObjectId};
use crate::object::{Object, Subject, Tuple};
use crate::plan::{Class, ClassOf, Hop, Operation, Pair, Union};
use crate::snapshot::Snapshot;

/// What a list is asked with beside its own arguments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Tuples that count for this question alone.
    pub contextual: &'a [Tuple],
    /// Parameters of conditions.
    pub context: Option<&'a Map<String, Value>>,
}

impl Snapshot {
    /// The objects of a type on which the subject holds the relation: all of them, ordered by id.
    ///
    /// Agrees with [`Snapshot::check`]: an object on which the check would end in an error is an
    /// error here.
    pub fn list_objects(
        &self,
        kind: &str,
        relation: &str,
        subject: &Subject,
        contextual: &[Tuple],
    ) -> Result<Vec<Object>, EvaluationError> {
        self.list_objects_given(kind, relation, subject, Given { contextual, context: None })
    }

    /// As [`Snapshot::list_objects`], with parameters of conditions.
    pub fn list_objects_given(
        &self,
        kind: &str,
        relation: &str,
        subject: &Subject,
        given: Given<'_>,
    ) -> Result<Vec<Object>, EvaluationError> {
        if !given.contextual.is_empty() {
            let with = self.with_contextual(given.contextual)?;
            return with.list_objects_given(
                kind,
                relation,
                subject,
                Given { contextual: &[], ..given },
            );
        }
        let target = self.pair_of(kind, relation)?;
        let asker = self.asker(subject, None)?;
        let evaluation = Evaluation::new(self, asker, given.context);
        let mut found = objects(&evaluation, target)?;
        let asked = match subject {
            Subject::Userset(object, _) if object.kind == kind => Some(object),
            _ => None,
        };
        found.sort_unstable();
        let mut objects: Vec<Object> = found.drain(..).map(|number| self.object(number)).collect();
        if let Some(object) = asked
            && self.index.names.find(self.plan().at(target).kind, &object.id).is_none()
            && self.check(&crate::Check {
                context: given.context,
                ..crate::Check::new(object, relation, subject)
            })?
        {
            objects.push(object.clone());
        }
        objects.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(objects)
    }

    /// Who holds the relation on the object, ordered by text: objects of the type, and `type:*`
    /// where everybody does.
    ///
    /// `subject_kind` is a type, or a userset as `group#member`, which lists usersets. A subject
    /// that holds the relation as one of everybody is covered by the `type:*` in the list and only
    /// named besides where a relationship on the way names it.
    pub fn list_subjects(
        &self,
        object: &Object,
        relation: &str,
        subject_kind: &str,
    ) -> Result<Vec<Subject>, EvaluationError> {
        self.list_subjects_given(object, relation, subject_kind, Given::default())
    }

    /// As [`Snapshot::list_subjects`], with contextual tuples and parameters of conditions.
    pub fn list_subjects_given(
        &self,
        object: &Object,
        relation: &str,
        subject_kind: &str,
        given: Given<'_>,
    ) -> Result<Vec<Subject>, EvaluationError> {
        if !given.contextual.is_empty() {
            let with = self.with_contextual(given.contextual)?;
            return with.list_subjects_given(
                object,
                relation,
                subject_kind,
                Given { contextual: &[], ..given },
            );
        }
        let (number, pair) = self.node_of(object, relation)?;
        let wanted = self.wanted(subject_kind)?;
        let reflexive = match wanted {
            ClassOf::Holders(holders) => self.plan().at(pair).union.includes.contains(&holders),
            _ => false,
        };
        // The evaluation's own asker plays no part here.
        let asker = Asker { class: 0, id: EVERYBODY, everybody: None, holders: None };
        let evaluation = Evaluation::new(self, asker, given.context);
        let mut found = Vec::new();
        for (class, subject) in subjects(&evaluation, number, pair, wanted)? {
            if self.index.names.is_known(subject) || subject == EVERYBODY {
                found.push(self.subject(class, subject));
            } else if reflexive && let ClassOf::Holders(holders) = wanted {
                let relation = self.plan().at(holders).name.clone();
                found.push(Subject::Userset(object.clone(), relation));
            }
        }
        // Names that were loaded in order are nearly sorted, which this sort makes use of.
        found.sort();
        Ok(found)
    }

    /// The relations of the object's type that the subject holds on it, in the order of the model.
    pub fn list_relations(
        &self,
        object: &Object,
        subject: &Subject,
        contextual: &[Tuple],
    ) -> Result<Vec<String>, EvaluationError> {
        self.list_relations_given(object, subject, Given { contextual, context: None })
    }

    /// As [`Snapshot::list_relations`], with parameters of conditions.
    pub fn list_relations_given(
        &self,
        object: &Object,
        subject: &Subject,
        given: Given<'_>,
    ) -> Result<Vec<String>, EvaluationError> {
        if !given.contextual.is_empty() {
            let with = self.with_contextual(given.contextual)?;
            return with.list_relations_given(object, subject, Given { contextual: &[], ..given });
        }
        let kind = self.plan().kind(&object.kind);
        let kind = kind.ok_or_else(|| EvaluationError::UnknownType(object.kind.to_string()))?;
        let asker = self.asker(subject, Some(object))?;
        let evaluation = Evaluation::new(self, asker, given.context);
        let mut held = Vec::new();
        for pair in &self.plan().kinds[usize::from(kind)].pairs {
            let name = &self.plan().at(*pair).name;
            let (number, _) = self.node_of(object, name)?;
            if evaluation.decide(number, *pair)? {
                held.push(name.to_string());
            }
        }
        Ok(held)
    }

    /// Every object whose holders of `target` can depend on the holders `node`, whatever stands
    /// between.
    pub(crate) fn above(
        &self,
        node: &Subject,
        target: Pair,
    ) -> Result<Vec<Object>, EvaluationError> {
        let asker = self.asker(node, None)?;
        let evaluation = Evaluation::new(self, asker, None);
        let mut climb = Climb::new(&evaluation, target, true);
        climb.run()?;
        let mut found: Vec<Object> =
            climb.found.iter().map(|object| self.object(*object)).collect();
        // An object nobody mentions yet is above itself.
        if let (Subject::Userset(object, _), Some(pair)) = (node, asker.holders)
            && self.plan().kind(&object.kind) == Some(self.plan().at(target).kind)
            && self.index.names.find(self.plan().at(target).kind, &object.id).is_none()
            && self.plan().at(target).reaches.contains(pair)
        {
            found.push(object.clone());
        }
        Ok(found)
    }

    /// Every subject of a type, and everybody of it, named anywhere below the node.
    pub(crate) fn below(
        &self,
        object: &Object,
        pair: Pair,
        kind: &str,
    ) -> Result<Vec<Subject>, EvaluationError> {
        let plan = self.plan();
        let asker = Asker { class: 0, id: EVERYBODY, everybody: None, holders: None };
        let evaluation = Evaluation::new(self, asker, None);
        let wanted = self.wanted(kind)?;
        let Some(number) = self.index.names.find(plan.at(pair).kind, &object.id) else {
            return Ok(Vec::new());
        };
        let mut descent = Descent::new(&evaluation, wanted);
        descent.lenient = true;
        descent.run(number, pair)?;
        Ok(descent.found.iter().map(|(class, subject, _)| self.subject(*class, *subject)).collect())
    }

    /// Which class of subjects a filter names.
    fn wanted(&self, filter: &str) -> Result<ClassOf, EvaluationError> {
        if let Some((kind, relation)) = filter.split_once('#') {
            return Ok(ClassOf::Holders(self.pair_of(kind, relation)?));
        }
        let kind = self.plan().kind(filter);
        kind.map(ClassOf::Objects).ok_or_else(|| EvaluationError::UnknownType(filter.to_owned()))
    }
}

/// The objects on which the asker holds the target, unordered.
fn objects(evaluation: &Evaluation<'_>, target: Pair) -> Result<Vec<ObjectId>, EvaluationError> {
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
struct Climb<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    target: Pair,
    /// Every way counts, whatever stands against it.
    lenient: bool,
    seen: FxHashSet<(ObjectId, Pair)>,
    queue: Vec<(ObjectId, Pair, u32)>,
    found: Vec<ObjectId>,
    doubt: bool,
}

impl<'e, 'a> Climb<'e, 'a> {
    fn new(evaluation: &'e Evaluation<'a>, target: Pair, lenient: bool) -> Self {
        let (seen, queue, found) = Default::default();
        Self { evaluation, target, lenient, seen, queue, found, doubt: false }
    }

    fn run(&mut self) -> Result<(), EvaluationError> {
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

/// The subjects of the wanted class that hold the pair on the object, unordered.
fn subjects(
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
struct Descent<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    classes: Vec<Class>,
    wanted: ClassOf,
    /// Every way counts, whatever stands against it.
    lenient: bool,
    /// Nodes seen, and whether for sure.
    seen: FxHashMap<(ObjectId, Pair), bool>,
    queue: Vec<(ObjectId, Pair, bool, u32)>,
    found: Vec<(Class, ObjectId, bool)>,
}

impl<'e, 'a> Descent<'e, 'a> {
    fn new(evaluation: &'e Evaluation<'a>, wanted: ClassOf) -> Self {
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

    fn run(&mut self, object: ObjectId, pair: Pair) -> Result<(), EvaluationError> {
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
