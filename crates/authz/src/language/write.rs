//! A model as text of the language again.

use std::fmt::Write;

use super::ast::{Condition, Document, Rewrite};
use super::check::shown;

/// The document in its usual form; the error names a relation the language cannot write.
pub(crate) fn text(document: &Document) -> Result<String, String> {
    let mut text = match (&document.module, &document.schema) {
        (Some(module), _) => format!("module {}\n", module.text),
        (None, Some(schema)) => format!("model\n  schema {}\n", schema.text),
        (None, None) => "model\n  schema 1.1\n".to_owned(),
    };
    for kind in &document.types {
        let extend = if kind.extends { "extend " } else { "" };
        let _ = write!(text, "\n{extend}type {}\n", kind.name.text);
        if !kind.relations.is_empty() {
            text.push_str("  relations\n");
        }
        for relation in &kind.relations {
            let entries: Vec<String> = relation.direct.iter().map(shown).collect();
            let brackets = format!("[{}]", entries.join(", "));
            let rewrite = rewrite(&relation.rewrite, &brackets, true).ok_or_else(|| {
                format!(
                    "`{}#{}` names subjects directly in a place where the language cannot",
                    kind.name.text, relation.name.text
                )
            })?;
            let _ = writeln!(text, "    define {}: {rewrite}", relation.name.text);
        }
    }
    document.conditions.iter().for_each(|condition| write_condition(&mut text, condition));
    Ok(text)
}

fn write_condition(text: &mut String, condition: &Condition) {
    let parameters = condition.parameters.iter();
    let parameters: Vec<String> = parameters
        .map(|parameter| format!("{}: {}", parameter.name.text, parameter.kind))
        .collect();
    let name = &condition.name.text;
    let _ = write!(text, "\ncondition {name}({}) {{\n", parameters.join(", "));
    let _ = writeln!(text, "  {}\n}}", condition.expression);
}

/// Brackets can only come first; the parts of unions and intersections are turned round for that.
fn rewrite(part: &Rewrite, brackets: &str, top: bool) -> Option<String> {
    let (parts, word) = match part {
        Rewrite::Direct => return Some(brackets.to_owned()),
        Rewrite::Computed(name) => return Some(name.text.to_string()),
        Rewrite::From { relation, tupleset, .. } => {
            return Some(format!("{} from {}", relation.text, tupleset.text));
        }
        Rewrite::Any(parts) => (parts.iter().collect::<Vec<_>>(), " or "),
        Rewrite::All(parts) => (parts.iter().collect(), " and "),
        Rewrite::Except(base, subtracted) => {
            if direct(subtracted) {
                return None;
            }
            (vec![&**base, &**subtracted], " but not ")
        }
    };
    let (first, rest): (Vec<&Rewrite>, Vec<&Rewrite>) =
        parts.into_iter().partition(|part| direct(part));
    if first.len() > 1 {
        return None;
    }
    let parts = first.into_iter().chain(rest).map(|part| rewrite(part, brackets, false));
    let joined = parts.collect::<Option<Vec<_>>>()?.join(word);
    Some(if top { joined } else { format!("({joined})") })
}

/// Whether brackets stand somewhere within.
fn direct(part: &Rewrite) -> bool {
    match part {
        Rewrite::Direct => true,
        Rewrite::Computed(_) | Rewrite::From { .. } => false,
        Rewrite::Any(parts) | Rewrite::All(parts) => parts.iter().any(direct),
        Rewrite::Except(base, subtracted) => direct(base) || direct(subtracted),
    }
}
