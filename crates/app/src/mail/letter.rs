//! The one shape that every mail has, and its rendering as HTML and as plain text.

use askama::Template;

use super::RenderedMail;
use super::inert;

/// What a mail says, before it becomes HTML and text.
#[derive(Template)]
#[template(path = "mail/letter.html")]
pub(super) struct Letter {
    subject: String,
    paragraphs: Vec<String>,
    facts: Vec<Fact>,
    action: Option<Action>,
    notes: Vec<String>,
    base_url: String,
}

struct Fact {
    name: &'static str,
    value: String,
}

struct Action {
    label: &'static str,
    url: String,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct PlainLetter<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// Starts a mail. `base_url` is the configured address of the installation, the only origin
    /// of every link in it.
    pub(super) fn new(base_url: &str, subject: &str) -> Self {
        Self {
            subject: inert::subject(subject),
            paragraphs: Vec::new(),
            facts: Vec::new(),
            action: None,
            notes: Vec::new(),
            base_url: base_url.trim_end_matches('/').to_owned(),
        }
    }

    pub(super) fn say(mut self, paragraph: impl Into<String>) -> Self {
        self.paragraphs.push(paragraph.into());
        self
    }

    pub(super) fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push(Fact { name, value: value.into() });
        self
    }

    /// The one thing the reader is asked to do: a button and the same address in full.
    pub(super) fn action(mut self, label: &'static str, path: &str) -> Self {
        self.action = Some(Action { label, url: format!("{}{path}", self.base_url) });
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(super) fn into_subject(self) -> String {
        self.subject
    }

    pub(super) fn finish(self) -> RenderedMail {
        let html = written(&self);
        let text = written(&PlainLetter { letter: &self });
        RenderedMail { subject: self.subject, text, html }
    }
}

fn written(template: &impl Template) -> String {
    template.render().expect("writing to a string does not fail")
}
