//! What the pages in front of the door share: their frame, forms, and where they lead.

use std::time::Duration;

use guildhall_app::Refusal;
use guildhall_app::account::Names;
use guildhall_model::PersonName;

use crate::caller::Client;
use crate::next::NextPath;
use crate::page::{Entrance, Form, count_of};

/// The frame of a page without a menu.
pub(super) fn entrance(client: &Client) -> Entrance {
    Entrance {
        notices: client.notices(),
        demo: client.web().options.demo,
        signed_in_as: client.identity().map_or_else(String::new, |known| known.email.to_string()),
    }
}

/// Where to go afterwards: what came with the request, if it is a path of ours, or the dashboard.
pub(super) fn next(text: Option<&str>) -> NextPath {
    text.and_then(NextPath::parse).unwrap_or_else(NextPath::home)
}

/// The path as a hidden field carries it; empty for the dashboard.
pub(super) fn carried(next: &NextPath) -> String {
    if next.as_str() == "/" { String::new() } else { next.as_str().to_owned() }
}

/// Shows a refusal in a form: at its fields, or on top where it has none.
pub(super) fn refuse<R: Refusal>(form: &mut Form, refusal: &R) {
    let fields = refusal.fields();
    if fields.is_empty() {
        form.refuse(refusal.to_string());
    }
    for (field, message) in fields {
        form.fault(&field, message);
    }
}

/// First and last name as typed, each put at its field if it cannot be one; one of both is needed.
pub(super) fn names(form: &mut Form, first: &str, last: &str) -> Option<Names> {
    let mut read = |field: &str, text: &str| match text.trim() {
        "" => Some(None),
        text => form.take(field, PersonName::parse(text)).map(Some),
    };
    let (first, last) = (read("first_name", first), read("last_name", last));
    let names = Names::new(first?, last?);
    if names.is_none() {
        form.fault("first_name", "a first or a last name is needed");
    }
    names
}

/// A length of time in words: "24 hours", "7 days".
pub(super) fn span(length: Duration) -> String {
    let hours = length.as_secs() / 3_600;
    let (many, one) = if hours > 48 { (hours / 24, "day") } else { (hours.max(1), "hour") };
    count_of(many, one, &format!("{one}s"))
}
