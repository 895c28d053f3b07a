//! Which texts a request may hold at all: UTF-8 without control characters.

use crate::problem::{Problem, code};

/// Whether a text holds a control character other than tab and line breaks.
pub(super) fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// The problem of a field with control characters.
pub(super) fn control_problem(field: &str) -> Problem {
    let field = shown(field);
    Problem::new(code::CONTROL_CHARACTERS, format!("`{field}` contains control characters"))
        .field(field, "remove the control characters")
}

/// A name sent by the caller, as it may be repeated to them.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A message that may repeat what was sent, shortened and without control characters.
pub(super) fn shown_message(message: &str) -> String {
    let mut shown: String =
        message.chars().take(300).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if message.chars().count() > 300 {
        shown.push('…');
    }
    shown
}
