//! The lists: on what does a subject hold a relation, who holds it, and which relations does a
//! subject hold.

mod objects;
mod subjects;

use serde_json::{Map, Value};

use crate::error::EvaluationError;
use crate::evaluate::{Asker, Evaluation};
use crate::index::EVERYBODY;
use crate::object::{Object, Subject, Tuple};
use crate::plan::{ClassOf, Pair};
use crate::snapshot::Snapshot;
use objects::{Climb, objects};
use subjects::{Descent, subjects};

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
