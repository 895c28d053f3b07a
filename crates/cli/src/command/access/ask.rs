//! Checks and lists.

use std::process::ExitCode;

use guildhall_authz::{Check, Given};
use serde_json::json;

use super::source::{Source, object_of};
use super::{About, ListCommand, Question, status};
use crate::config::Loaded;

/// Prints `allowed` or `denied`.
pub(super) fn check(question: &Question, loaded: Loaded) -> anyhow::Result<ExitCode> {
    let source = Source::open(&question.about, loaded)?;
    let (subject, object) = (source.subject(&question.user)?, source.object(&question.object)?);
    let contextual = source.contextual(&[Some(&object), object_of(&subject)]);
    let allowed = source.snapshot.check(&Check {
        contextual: &contextual,
        context: source.context.as_ref(),
        ..Check::new(&object, &question.relation, &subject)
    })?;
    if question.about.json {
        println!("{}", json!({ "allowed": allowed }));
    } else {
        println!("{}", if allowed { "allowed" } else { "denied" });
    }
    Ok(status(allowed))
}

/// Prints one item a line, or an array.
pub(super) fn list(command: &ListCommand, loaded: Loaded) -> anyhow::Result<ExitCode> {
    let (about, found) = match command {
        ListCommand::Objects { user, relation, kind, about } => {
            let source = Source::open(about, loaded)?;
            let subject = source.subject(user)?;
            let contextual = source.contextual(&[object_of(&subject)]);
            let given = given(&source, &contextual);
            let found = source.snapshot.list_objects_given(kind, relation, &subject, given)?;
            (about, texts(&found))
        }
        ListCommand::Subjects { object, relation, kind, about } => {
            let source = Source::open(about, loaded)?;
            let object = source.object(object)?;
            let contextual = source.contextual(&[Some(&object)]);
            let given = given(&source, &contextual);
            let found = source.snapshot.list_subjects_given(&object, relation, kind, given)?;
            (about, texts(&found))
        }
        ListCommand::Relations { user, object, about } => {
            let source = Source::open(about, loaded)?;
            let (subject, object) = (source.subject(user)?, source.object(object)?);
            let contextual = source.contextual(&[Some(&object), object_of(&subject)]);
            let given = given(&source, &contextual);
            (about, source.snapshot.list_relations_given(&object, &subject, given)?)
        }
    };
    print(about, &found);
    Ok(ExitCode::SUCCESS)
}

fn given<'a>(source: &'a Source, contextual: &'a [guildhall_authz::Tuple]) -> Given<'a> {
    Given { contextual, context: source.context.as_ref() }
}

fn texts<T: ToString>(found: &[T]) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

fn print(about: &About, found: &[String]) {
    if about.json {
        println!("{}", json!(found));
    } else {
        found.iter().for_each(|one| println!("{one}"));
    }
}
