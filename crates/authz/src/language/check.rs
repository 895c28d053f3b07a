//! What a grammatical model can still have wrong: names, references, repetitions, relations nobody
//! can hold.

use std::collections::{HashMap, HashSet, VecDeque};

use super::ast::{Document, Form, Name, OWN_EXPRESSION, Relation, Restriction, Rewrite, Type};
use super::{Fault, LanguageError, Span, entry};

/// Names that are declared twice, and other faults that are found before references are looked at.
pub(super) fn repeated(document: &Document) -> Vec<LanguageError> {
    let mut found = Vec::new();
    let mut note = |message: String, name: &Name| {
        found.push(LanguageError::syntax(message, name.span));
    };
    let mut extended: Vec<&str> = Vec::new();
    for kind in &document.types {
        if kind.extends {
            if document.module.is_none() {
                note("extend can only be used in a modular model".to_owned(), &kind.name);
            } else if extended.contains(&kind.name.text.as_str()) {
                note(format!("'{}' is already extended in file.", kind.name.text), &kind.name);
            }
            extended.push(&kind.name.text);
        }
        each_repeated(kind.relations.iter().map(|relation| &relation.name), |name| {
            note(format!("'{}' is already defined in '{}'", name.text, kind.name.text), name);
        });
    }
    each_repeated(document.conditions.iter().map(|condition| &condition.name), |name| {
        note(format!("condition '{}' is already defined in the model", name.text), name);
    });
    for condition in &document.conditions {
        each_repeated(condition.parameters.iter().map(|parameter| &parameter.name), |name| {
            let (parameter, condition) = (&name.text, &condition.name.text);
            note(
                format!(
                    "parameter '{parameter}' is already defined in the condition '{condition}'"
                ),
                name,
            );
        });
    }
    found
}

fn each_repeated<'a>(names: impl Iterator<Item = &'a Name>, mut note: impl FnMut(&'a Name)) {
    let mut seen = HashSet::new();
    names.filter(|name| !seen.insert(&name.text)).for_each(&mut note);
}

/// Every fault of a document that follows the grammar.
///
/// What would only be a consequence of a graver fault is left out: references are not followed
/// from unfit names, repetitions and impossible relations not looked for among missing references.
pub(super) fn faults(document: &Document) -> Vec<LanguageError> {
    let mut check = Check { document, types: types(document), found: Vec::new() };
    check.names();
    match &document.schema {
        None => check.note(
            "schema version required".to_owned(),
            Span::default(),
            Fault::SchemaVersionRequired,
        ),
        Some(version) if !matches!(version.text.as_str(), "1.1" | "1.2") => {
            check.note(
                format!("invalid schema {}", version.text),
                version.span,
                Fault::InvalidSchema,
            );
        }
        Some(_) if check.found.is_empty() => check.model(),
        Some(_) => {}
    }
    check.found
}

/// Types by name; of equal ones the last counts.
pub(super) fn types(document: &Document) -> HashMap<&str, &Type> {
    document.types.iter().map(|kind| (kind.name.text.as_str(), kind)).collect()
}

/// A relation of a type by name.
pub(super) fn relation<'a>(kind: &'a Type, name: &str) -> Option<&'a Relation> {
    kind.relations.iter().find(|relation| relation.name.text == name)
}

struct Check<'a> {
    document: &'a Document,
    types: HashMap<&'a str, &'a Type>,
    found: Vec<LanguageError>,
}

impl<'a> Check<'a> {
    fn note(&mut self, message: String, span: Span, fault: Fault) {
        self.found.push(LanguageError { message, span, fault });
    }

    fn names(&mut self) {
        let reserved = |name: &Name| matches!(name.text.as_str(), "self" | "this");
        let fits = |name: &Name, most: usize| {
            (1..=most).contains(&name.text.chars().count())
                && !name.text.contains(|c: char| c.is_whitespace() || ":#@*".contains(c))
        };
        for kind in &self.document.types {
            let name = &kind.name;
            if reserved(name) {
                let message = "a type cannot be named 'self' or 'this'.".to_owned();
                self.note(message, name.span, Fault::ReservedTypeKeywords);
            }
            if !fits(name, 254) {
                let rule = r"^[^:#@\*\s]{1,254}$";
                let message = format!("type '{}' does not match naming rule: '{rule}'.", name.text);
                self.note(message, name.span, Fault::InvalidName);
            }
            for relation in kind.relations.iter().map(|relation| &relation.name) {
                if reserved(relation) {
                    let message = "a relation cannot be named 'self' or 'this'.".to_owned();
                    self.note(message, relation.span, Fault::ReservedRelationKeywords);
                } else if !fits(relation, 50) {
                    let rule = r"^[^:#@\*\s]{1,50}$";
                    let (relation_name, kind) = (&relation.text, &name.text);
                    let message = format!(
                        "relation '{relation_name}' of type '{kind}' does not match naming rule: \
                            '{rule}'."
                    );
                    self.note(message, relation.span, Fault::InvalidName);
                }
            }
        }
    }

    fn model(&mut self) {
        let document = self.document;
        for kind in &document.types {
            // Of types with one name, only the one that counts can be told right from wrong.
            if std::ptr::eq(self.types[kind.name.text.as_str()], kind) {
                kind.relations.iter().for_each(|relation| self.references(kind, relation));
            }
        }
        if !self.found.is_empty() {
            return;
        }
        self.repetitions();
        if self.found.is_empty() {
            let impossible = entry::impossible(document, &self.types);
            self.found.extend(impossible);
        }
        let restrictions = document.types.iter().flat_map(|kind| &kind.relations);
        let used: HashSet<_> = restrictions
            .flat_map(|relation| &relation.direct)
            .filter_map(|entry| entry.condition.as_ref().map(|name| &name.text))
            .collect();
        for condition in &document.conditions {
            let name = &condition.name;
            if !used.contains(&name.text) {
                let message = format!("`{}` condition is not used in the model.", name.text);
                self.note(message, name.span, Fault::ConditionNotUsed);
            }
        }
    }

    /// Whether everything a relation refers to exists, in breadth-first order.
    fn references(&mut self, kind: &'a Type, own: &'a Relation) {
        let mut open = VecDeque::from([&own.rewrite]);
        while let Some(part) = open.pop_front() {
            match part {
                Rewrite::Direct => {
                    own.direct.iter().for_each(|entry| self.restriction(entry));
                }
                Rewrite::Computed(name) => {
                    if relation(kind, &name.text).is_none() {
                        let message = format!("the relation `{}` does not exist.", name.text);
                        self.note(message, name.span, Fault::MissingDefinition);
                    }
                }
                Rewrite::From { relation, tupleset, span } => {
                    self.parents(kind, relation, tupleset, *span);
                }
                Rewrite::Any(parts) | Rewrite::All(parts) => open.extend(parts),
                Rewrite::Except(base, subtracted) => open.extend([&**base, &**subtracted]),
            }
        }
    }

    fn restriction(&mut self, entry: &Restriction) {
        let name = &entry.kind.text;
        let known = self.types.get(name.as_str()).copied();
        if known.is_none() {
            let message = format!("`{name}` is not a valid type.");
            self.note(message, entry.kind.span, Fault::InvalidType);
        }
        if let Some(condition) = &entry.condition
            && condition.text != OWN_EXPRESSION
            && !self.document.conditions.iter().any(|other| other.name.text == condition.text)
        {
            let message = format!("`{}` is not a defined condition in the model.", condition.text);
            self.note(message, condition.span, Fault::ConditionNotDefined);
        }
        if let (Form::Userset(holders), Some(kind)) = (&entry.form, known)
            && relation(kind, &holders.text).is_none()
        {
            let message = format!("`{}` is not a valid relation for `{name}`.", holders.text);
            self.note(message, entry.span, Fault::InvalidRelationType);
        }
    }

    /// `name from tupleset`: the tupleset must name parents directly, and some parent must have the
    /// relation.
    fn parents(&mut self, kind: &'a Type, name: &Name, tupleset: &Name, span: Span) {
        let (wanted, through) = (&name.text, &tupleset.text);
        let Some(row) = relation(kind, through) else {
            let message = format!("`{through}` is not a valid relation for `{}`.", kind.name.text);
            return self.note(message, span, Fault::InvalidRelationType);
        };
        let not_direct =
            format!("`{through}` relation used inside from allows only direct relation.");
        if !matches!(row.rewrite, Rewrite::Direct) {
            return self.note(not_direct, tupleset.span, Fault::TuplesetNotDirect);
        }
        let mut without = Vec::new();
        for entry in &row.direct {
            if entry.form != Form::Object {
                self.note(not_direct.clone(), tupleset.span, Fault::TuplesetNotDirect);
            } else {
                let parent = self.types.get(entry.kind.text.as_str());
                if parent.is_none_or(|parent| relation(parent, wanted).is_none()) {
                    without.push(&entry.kind.text);
                }
            }
        }
        if without.len() == row.direct.len() {
            for parent in without {
                let message = format!(
                    "the `{wanted}` relation definition on type `{}` is not valid: `{wanted}` \
                     does not exist on `{through}`, which is of type `{parent}`.",
                    kind.name.text
                );
                self.note(message, span, Fault::InvalidRelationOnTupleset);
            }
        }
    }

    fn repetitions(&mut self) {
        let document = self.document;
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for kind in &document.types {
            let name = kind.name.text.as_str();
            match seen.get(name) {
                Some(first) => {
                    let message = format!("the type `{name}` is a duplicate.");
                    self.note(message, *first, Fault::Duplicated);
                }
                None => {
                    seen.insert(name, kind.name.span);
                }
            }
            for relation in &kind.relations {
                self.repeated_restrictions(relation);
                self.repeated_parts(relation);
            }
        }
    }

    fn repeated_restrictions(&mut self, relation: &Relation) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for entry in &relation.direct {
            let shown = shown(entry);
            let Some(first) = seen.get(&shown) else {
                seen.insert(shown, entry.span);
                continue;
            };
            let message = format!(
                "the type restriction `{shown}` is a duplicate in the relation `{}`.",
                relation.name.text
            );
            self.note(message, *first, Fault::Duplicated);
        }
    }

    fn repeated_parts(&mut self, relation: &Relation) {
        let parts: Vec<&Rewrite> = match &relation.rewrite {
            Rewrite::Any(parts) | Rewrite::All(parts) => parts.iter().collect(),
            Rewrite::Except(base, subtracted) => vec![base, subtracted],
            _ => return,
        };
        let mut seen: HashMap<String, Span> = HashMap::new();
        for part in parts {
            let (shown, span) = match part {
                Rewrite::Computed(name) => (name.text.to_string(), name.span),
                Rewrite::From { relation, tupleset, span } => {
                    (format!("{} from {}", relation.text, tupleset.text), *span)
                }
                _ => continue,
            };
            let Some(first) = seen.get(&shown) else {
                seen.insert(shown, span);
                continue;
            };
            let message = format!(
                "the partial relation definition `{shown}` is a duplicate in the relation `{}`.",
                relation.name.text
            );
            self.note(message, *first, Fault::Duplicated);
        }
    }
}

/// A restriction as it is written.
pub(super) fn shown(entry: &Restriction) -> String {
    let kind = &entry.kind.text;
    let subject = match &entry.form {
        Form::Object => kind.to_string(),
        Form::Wildcard => format!("{kind}:*"),
        Form::Userset(relation) => format!("{kind}#{}", relation.text),
    };
    match &entry.condition {
        Some(condition) => format!("{subject} with {}", condition.text),
        None => subject,
    }
}
