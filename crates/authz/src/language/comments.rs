//! Comments: where they stand in a text, and which part of the document each belongs to.

use super::Span;
use super::ast::{Comment, Comments, Document};
use super::lexer::without_comments;

/// A comment in the text.
struct Found {
    line: u32,
    /// In characters, from 0.
    column: u32,
    /// With its `#`.
    text: String,
    /// Whether the line holds nothing else.
    own: bool,
    /// Whether a blank line follows.
    gap: bool,
}

/// A part of the document that comments can belong to.
#[derive(Clone, Copy)]
enum Part {
    Head,
    Type(usize),
    Relation(usize, usize),
    Condition(usize),
}

/// Gives each comment of the text to the part of its document that it stands above or beside.
///
/// One that stands in the middle of a part is given to the next one, or to the part itself where
/// it stands beside.
pub(super) fn attach(document: &mut Document, text: &str) {
    let mut comments = collect(text);
    if comments.is_empty() {
        return;
    }
    keep_in_bodies(document, text, &mut comments);
    let parts = parts(document);
    for found in comments {
        let before = parts.iter().rfind(|(line, _)| *line <= found.line).map(|(_, part)| *part);
        let after = parts.iter().find(|(line, _)| *line > found.line).map(|(_, part)| *part);
        let comment = Comment { text: found.text, gap: found.gap };
        if !found.own {
            beside(document, before.unwrap_or(Part::Head), found.line, comment);
            continue;
        }
        match (after, before) {
            (Some(next @ (Part::Head | Part::Relation(..))), _) => {
                of(document, next).above.push(comment);
            }
            (_, Some(Part::Type(kind) | Part::Relation(kind, _))) if found.column > 0 => {
                document.types[kind].below.push(comment);
            }
            (Some(next), _) => of(document, next).above.push(comment),
            (None, _) => document.tail.push(comment),
        }
    }
    // What comes after them sets its own distance.
    let ends = document.types.iter_mut().map(|kind| &mut kind.below);
    for block in ends.chain([&mut document.tail]) {
        if let Some(last) = block.last_mut() {
            last.gap = false;
        }
    }
}

/// The comments of the text, by the same rules by which [`without_comments`] leaves them out.
fn collect(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut lines = text.split('\n').zip(0..).peekable();
    while let Some((line, number)) = lines.next() {
        let inner = line.trim_start();
        let own = inner.starts_with('#');
        let at =
            if own { Some(line.len() - inner.len()) } else { line.find(" #").map(|at| at + 1) };
        let Some(at) = at else { continue };
        let gap = own && lines.peek().is_some_and(|(next, _)| next.trim().is_empty());
        let column = u32::try_from(line[..at].chars().count()).unwrap_or(u32::MAX);
        let text = line[at..].trim_end().to_owned();
        found.push(Found { line: number, column, text, own, gap });
    }
    found
}

/// Comments between the braces of a condition stay where they are: the condition keeps the text of
/// its body.
fn keep_in_bodies(document: &mut Document, text: &str, comments: &mut Vec<Found>) {
    for condition in &mut document.conditions {
        let (open, close) = condition.braces;
        let inside = |found: &Found| {
            let at = (found.line, found.column);
            (open.line, open.column) < at && at < (close.line, close.column)
        };
        if !comments.iter().any(inside) {
            continue;
        }
        let body = between(text, open, close);
        // Where the body would not be read as the same expression, its comments go elsewhere.
        if without_comments(&format!("  {body}")).trim() == condition.expression {
            condition.body = Some(body);
            comments.retain(|found| !inside(found));
        }
    }
}

/// The text after one brace and before the other, trimmed.
fn between(text: &str, open: Span, close: Span) -> String {
    let mut kept = String::new();
    let lines = text.split('\n').zip(0..);
    for (line, number) in lines.filter(|(_, at)| (open.line..=close.line).contains(at)) {
        let end = if number == close.line { close.column as usize } else { usize::MAX };
        let start = if number == open.line { open.end as usize } else { 0 };
        kept.extend(line.chars().take(end).skip(start));
        kept.push('\n');
    }
    let lines: Vec<&str> = kept.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// All parts with their lines, in the order of the text.
fn parts(document: &Document) -> Vec<(u32, Part)> {
    let head = document.module.as_ref().or(document.schema.as_ref());
    let mut parts: Vec<(u32, Part)> =
        head.into_iter().map(|name| (name.span.line, Part::Head)).collect();
    for (at, kind) in document.types.iter().enumerate() {
        parts.push((kind.name.span.line, Part::Type(at)));
        let relations = kind.relations.iter().enumerate();
        parts.extend(relations.map(|(own, r)| (r.name.span.line, Part::Relation(at, own))));
    }
    let conditions = document.conditions.iter().enumerate();
    parts.extend(conditions.map(|(at, c)| (c.name.span.line, Part::Condition(at))));
    parts.sort_by_key(|(line, _)| *line);
    parts
}

fn of(document: &mut Document, part: Part) -> &mut Comments {
    match part {
        Part::Head => &mut document.comments,
        Part::Type(kind) => &mut document.types[kind].comments,
        Part::Relation(kind, own) => &mut document.types[kind].relations[own].comments,
        Part::Condition(at) => &mut document.conditions[at].comments,
    }
}

/// A part has room for one comment beside it, the last one; the others move above.
fn beside(document: &mut Document, part: Part, line: u32, comment: Comment) {
    let within = match part {
        Part::Condition(at) => line < document.conditions[at].braces.1.line,
        Part::Head => {
            let head = document.module.as_ref().or(document.schema.as_ref());
            head.is_some_and(|name| line < name.span.line)
        }
        Part::Type(_) | Part::Relation(..) => false,
    };
    let comments = of(document, part);
    if within {
        comments.above.push(comment);
    } else if let Some(earlier) = comments.beside.replace(comment.text) {
        comments.above.push(Comment { text: earlier, gap: false });
    }
}
