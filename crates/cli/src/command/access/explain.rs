//! Why: chains of relationships for a yes, what is missing for a no, in words and as JSON.

use std::process::ExitCode;

use guildhall_authz::{Check, Explanation, Missing, Path, Step};
use serde_json::{Value, json};

use super::source::{Source, object_of};
use super::{Explain, status};
use crate::config::Loaded;

/// Prints the explanation.
pub(super) fn run(asked: &Explain, loaded: Loaded) -> anyhow::Result<ExitCode> {
    let Explain { question, ways } = asked;
    let source = Source::open(&question.about, loaded)?;
    let (subject, object) = (source.subject(&question.user)?, source.object(&question.object)?);
    let contextual = source.contextual(&[Some(&object), object_of(&subject)]);
    let check = Check {
        contextual: &contextual,
        context: source.context.as_ref(),
        ..Check::new(&object, &question.relation, &subject)
    };
    let asked = format!("`{}` on {object}", question.relation);
    match source.snapshot.explain(&check)? {
        Explanation::Allowed(shortest) => {
            let (paths, complete) = match ways {
                0 | 1 => (vec![shortest], true),
                _ => {
                    let found = source.snapshot.chains(&check, *ways)?;
                    (found.paths, found.complete)
                }
            };
            if question.about.json {
                let ways: Vec<Value> = paths.iter().map(path_value).collect();
                println!("{}", json!({ "allowed": true, "ways": ways, "complete": complete }));
            } else {
                println!("allowed: {subject} has {asked}");
                print_ways(&paths, complete);
            }
            Ok(status(true))
        }
        Explanation::Denied(missing) => {
            if question.about.json {
                println!("{}", missing_value(&missing));
            } else {
                println!("denied: {subject} does not have {asked}");
                print_missing(&missing);
            }
            Ok(status(false))
        }
    }
}

fn print_ways(paths: &[Path], complete: bool) {
    for (number, path) in paths.iter().enumerate() {
        if paths.len() > 1 {
            println!("way {}:", number + 1);
        }
        words(path, 1).iter().for_each(|line| println!("{line}"));
    }
    if !complete {
        println!("There may be more ways.");
    }
}

/// One line for each step, parts of a step indented below it.
fn words(path: &Path, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let margin = "  ".repeat(indent);
    for step in &path.steps {
        match step {
            Step::Includes { object, relation, by } => {
                lines.push(format!("{margin}{relation} on {object} includes {by}"));
            }
            Step::Userset { tuple } => {
                lines.push(format!(
                    "{margin}{} on {} is held by all of {}",
                    tuple.relation, tuple.object, tuple.subject
                ));
            }
            Step::Parent { tuple, relation, from } => {
                lines.push(format!(
                    "{margin}{relation} on {} follows from {from} on {}, its {}",
                    tuple.object, tuple.subject, tuple.relation
                ));
            }
            Step::Direct { tuple } => {
                let under = tuple
                    .condition
                    .as_ref()
                    .map(|condition| format!(", where the condition {} holds", condition.name));
                lines.push(format!(
                    "{margin}{} is {} on {}{}",
                    tuple.subject,
                    tuple.relation,
                    tuple.object,
                    under.unwrap_or_default()
                ));
            }
            Step::Holders { object, relation } => {
                lines.push(format!("{margin}{object}#{relation} is who was asked about"));
            }
            Step::All { object, relation, parts } => {
                lines.push(format!("{margin}{relation} on {object} needs all of these:"));
                for part in parts {
                    let mut inner = words(part, indent + 1);
                    if let Some(first) = inner.first_mut() {
                        *first = format!("{margin}- {}", first.trim_start());
                    }
                    lines.append(&mut inner);
                }
            }
            Step::Except { object, relation, base } => {
                lines
                    .push(format!("{margin}{relation} on {object}, as nothing speaks against it:"));
                lines.extend(words(base, indent + 1));
            }
        }
    }
    lines
}

fn path_value(path: &Path) -> Value {
    let relationships: Vec<String> = path.tuples().iter().map(ToString::to_string).collect();
    let steps: Vec<Value> = path.steps.iter().map(step_value).collect();
    json!({ "steps": steps, "relationships": relationships })
}

fn step_value(step: &Step) -> Value {
    match step {
        Step::Includes { object, relation, by } => {
            json!({ "step": "includes", "object": object, "relation": relation, "by": by })
        }
        Step::Userset { tuple } => {
            json!({ "step": "userset", "relationship": tuple.to_string() })
        }
        Step::Parent { tuple, relation, from } => json!({
            "step": "parent",
            "relationship": tuple.to_string(),
            "relation": relation,
            "from": from,
        }),
        Step::Direct { tuple } => json!({
            "step": "direct",
            "relationship": tuple.to_string(),
            "condition": tuple.condition.as_ref().map(|condition| &condition.name),
        }),
        Step::Holders { object, relation } => {
            json!({ "step": "holders", "object": object, "relation": relation })
        }
        Step::All { object, relation, parts } => {
            let parts: Vec<Value> = parts.iter().map(path_value).collect();
            json!({ "step": "all", "object": object, "relation": relation, "parts": parts })
        }
        Step::Except { object, relation, base } => {
            let base = path_value(base);
            json!({ "step": "except", "object": object, "relation": relation, "base": base })
        }
    }
}

fn print_missing(missing: &Missing) {
    if missing.tuples.is_empty() && missing.relations.is_empty() {
        println!("No single relationship would grant it.");
    }
    if !missing.tuples.is_empty() {
        println!("Any one of these relationships would grant it:");
        missing.tuples.iter().for_each(|tuple| println!("  {tuple}"));
    }
    if !missing.relations.is_empty() {
        println!("Whoever holds one of these has it:");
        missing
            .relations
            .iter()
            .for_each(|held| println!("  {} on {}", held.relation, held.object));
    }
    if !missing.complete {
        println!("There may be more.");
    }
}

fn missing_value(missing: &Missing) -> Value {
    let relationships: Vec<String> = missing.tuples.iter().map(ToString::to_string).collect();
    json!({
        "allowed": false,
        "relationships": relationships,
        "relations": missing.relations,
        "complete": missing.complete,
    })
}
