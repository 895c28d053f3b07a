//! The page that asks before something is lost, and names what will be.

use askama::Template;

use super::form::Form;
use super::part::{Consequences, Person};
use super::shell::Shell;

/// Any question before an action: remove a member, withdraw an invitation, change a role, leave,
/// revoke a key, end a session, delete a role. The button posts to `form.action`.
#[derive(Debug, Clone, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// The frame.
    pub shell: Shell,
    /// The question: "Remove Maya Okafor?".
    pub title: String,
    /// One or two sentences about it.
    pub lead: String,
    /// Whom it is about, if a person.
    pub person: Option<Person>,
    /// What is lost, gained, and stays.
    pub consequences: Consequences,
    /// Advice before doing it (A82); empty for none.
    pub hint: String,
    /// Posted on confirmation; carries refusals.
    pub form: Form,
    /// Hidden fields that are posted with it, e.g. `("role", "admin")`, `("confirmed", "1")`.
    pub hidden: Vec<(String, String)>,
    /// Whether the password is asked for, as the field `password`.
    pub password: bool,
    /// What has to be typed as the field `typed`, e.g. the organization's name; empty for nothing.
    pub typed: String,
    /// The verb on the button: "Remove", "Confirm", "Withdraw".
    pub verb: String,
    /// Whether the button has the colour of danger.
    pub danger: bool,
    /// Where Cancel leads.
    pub back: String,
    /// What is at `back`: "Members".
    pub back_label: String,
}

impl ConfirmPage {
    /// A question with a button of danger.
    pub fn danger(
        shell: Shell,
        title: impl Into<String>,
        verb: impl Into<String>,
        action: impl Into<String>,
        back: (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            shell,
            title: title.into(),
            lead: String::new(),
            person: None,
            consequences: Consequences::default(),
            hint: String::new(),
            form: Form::new("confirm", action),
            hidden: Vec::new(),
            password: false,
            typed: String::new(),
            verb: verb.into(),
            danger: true,
            back_label: back.0.into(),
            back: back.1.into(),
        }
    }

    /// A question about something that is not lost for good.
    pub fn calm(
        shell: Shell,
        title: impl Into<String>,
        verb: impl Into<String>,
        action: impl Into<String>,
        back: (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self { danger: false, ..Self::danger(shell, title, verb, action, back) }
    }
}
