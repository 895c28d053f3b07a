//! A model as text of the language again.

use std::fmt::Write;

use super::ast::{Comment, Comments, Condition, Document, Rewrite, Type};
use super::check::shown;

/// The document in its usual form, comments included; the error names a relation or condition the
/// language cannot write.
pub(crate) fn text(document: &Document) -> Result<String, String> {
    let mut text = String::new();
    above(&mut text, "", &document.comments.above);
    match (&document.module, &document.schema) {
        (Some(module), _) => text += &format!("module {}", module.text),
        (None, Some(schema)) => text += &format!("model\n  schema {}", schema.text),
        (None, None) => text += "model\n  schema 1.1",
    }
    end(&mut text, &document.comments);
    document.types.iter().try_for_each(|kind| write_type(&mut text, kind))?;
    document.conditions.iter().try_for_each(|condition| write_condition(&mut text, condition))?;
    if !document.tail.is_empty() {
        text.push('\n');
        above(&mut text, "", &document.tail);
    }
    Ok(text)
}

/// Comments on lines of their own.
fn above(text: &mut String, margin: &str, comments: &[Comment]) {
    for comment in comments {
        let gap = if comment.gap { "\n" } else { "" };
        let _ = writeln!(text, "{margin}{}{gap}", comment.text);
    }
}

/// The end of a line, with the comment that stands there.
fn end(text: &mut String, comments: &Comments) {
    if let Some(beside) = &comments.beside {
        let _ = write!(text, " {beside}");
    }
    text.push('\n');
}

fn write_type(text: &mut String, kind: &Type) -> Result<(), String> {
    text.push('\n');
    above(text, "", &kind.comments.above);
    let extend = if kind.extends { "extend " } else { "" };
    let _ = write!(text, "{extend}type {}", kind.name.text);
    end(text, &kind.comments);
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
        above(text, "    ", &relation.comments.above);
        let _ = write!(text, "    define {}: {rewrite}", relation.name.text);
        end(text, &relation.comments);
    }
    let margin = if kind.relations.is_empty() { "  " } else { "    " };
    above(text, margin, &kind.below);
    Ok(())
}

fn write_condition(text: &mut String, condition: &Condition) -> Result<(), String> {
    let parameters = condition.parameters.iter();
    if let Some(any) = parameters.clone().find(|parameter| parameter.kind.contains("any")) {
        let (condition, parameter) = (&condition.name.text, &any.name.text);
        return Err(format!(
            "`{parameter}` of the condition `{condition}` is of any type, which the language has \
             no word for"
        ));
    }
    let parameters: Vec<String> = parameters
        .map(|parameter| format!("{}: {}", parameter.name.text, parameter.kind))
        .collect();
    text.push('\n');
    above(text, "", &condition.comments.above);
    let (name, parameters) = (&condition.name.text, parameters.join(", "));
    let body = condition.body.as_ref().unwrap_or(&condition.expression);
    let _ = write!(text, "condition {name}({parameters}) {{\n  {body}\n}}");
    end(text, &condition.comments);
    Ok(())
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
