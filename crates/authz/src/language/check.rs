//! What a grammatical model can still have wrong.

use super::ast::{Document, Form, Name, Relation, Rewrite, Type};
use super::{Fault, LanguageError};

/// Every fault of the document.
pub(super) fn faults(document: &Document) -> Vec<LanguageError> {
    let mut found = Vec::new();
    for kind in &document.types {
        for relation in &kind.relations {
            restrictions(document, relation, &mut found);
            rewrite(kind, &relation.rewrite, &mut found);
        }
    }
    found
}

fn has(document: &Document, kind: &str, relation: &str) -> bool {
    let types = document.types.iter().filter(|other| other.name.text == kind);
    types.into_iter().flat_map(|kind| &kind.relations).any(|other| other.name.text == relation)
}

fn restrictions(document: &Document, relation: &Relation, found: &mut Vec<LanguageError>) {
    for entry in &relation.direct {
        let kind = &entry.kind.text;
        if !document.types.iter().any(|other| other.name.text == *kind) {
            let message = format!("`{kind}` is not a valid type.");
            found.push(LanguageError { message, span: entry.span, fault: Fault::InvalidType });
        } else if let Form::Userset(name) = &entry.form
            && !has(document, kind, &name.text)
        {
            let message = format!("`{}` is not a valid relation for `{kind}`.", name.text);
            found.push(LanguageError {
                message,
                span: entry.span,
                fault: Fault::MissingDefinition,
            });
        }
    }
}

fn rewrite(kind: &Type, part: &Rewrite, found: &mut Vec<LanguageError>) {
    let mut known = |name: &Name| {
        if !kind.relations.iter().any(|other| other.name.text == name.text) {
            let message = format!("the relation `{}` does not exist.", name.text);
            found.push(LanguageError { message, span: name.span, fault: Fault::MissingDefinition });
        }
    };
    match part {
        Rewrite::Direct => {}
        Rewrite::Computed(name) => known(name),
        Rewrite::From { tupleset, .. } => known(tupleset),
        Rewrite::Any(parts) | Rewrite::All(parts) => {
            parts.iter().for_each(|part| rewrite(kind, part, found));
        }
        Rewrite::Except(base, subtracted) => {
            rewrite(kind, base, found);
            rewrite(kind, subtracted, found);
        }
    }
}
