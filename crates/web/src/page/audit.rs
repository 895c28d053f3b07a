//! The audit log of an organization or of the system, and one event of it.

use askama::Template;
use guildhall_model::isolated;

use super::part::{Choice, Moment, Pager, Person};
use super::shell::Shell;

/// What the list is narrowed to; the names are those of the query.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// `from`: the first day, `2026-11-01`.
    pub from: String,
    /// `to`: the last day.
    pub to: String,
    /// `user`: an e-mail.
    pub user: String,
    /// `action`: e.g. `member.remove`.
    pub action: String,
    /// `target`: an id or an e-mail.
    pub target: String,
}

impl AuditFilter {
    /// Whether anything is narrowed.
    pub fn is_set(&self) -> bool {
        [&self.from, &self.to, &self.user, &self.action, &self.target]
            .into_iter()
            .any(|value| !value.is_empty())
    }
}

/// One event in the list.
#[derive(Debug, Clone, Default)]
pub struct EventRow {
    /// When.
    pub at: Moment,
    /// Who; for the system itself a name without e-mail.
    pub actor: Person,
    /// What, in words: "Removed a member".
    pub action: String,
    /// The name of the action: `member.remove`.
    pub name: String,
    /// On what or whom: "maya@northwind.example".
    pub target: String,
    /// From where; may be empty.
    pub address: String,
    /// The event's page.
    pub url: String,
}

/// `/o/{org}/audit` and `/system/audit`.
#[derive(Debug, Clone, Template)]
#[template(path = "audit/list.html")]
pub struct AuditPage {
    /// The frame.
    pub shell: Shell,
    /// What the list is narrowed to.
    pub filter: AuditFilter,
    /// The actions to choose from (without the choice of all).
    pub actions: Vec<Choice>,
    /// What is wrong with the filter; empty if nothing is.
    pub fault: String,
    /// The events, the latest first.
    pub rows: Vec<EventRow>,
    /// Where this page stands in the whole.
    pub pager: Pager,
    /// The address of the page without a filter.
    pub clear: String,
    /// The export of the same selection as CSV.
    pub csv: String,
    /// The export of the same selection as JSON.
    pub json: String,
}

impl AuditPage {
    /// "The last change: Maya Okafor, 2 hours ago.", of a list that begins with it.
    fn sentence(&self) -> String {
        match self.rows.first() {
            Some(last) if !self.filter.is_set() && self.pager.previous.is_none() => {
                let who = isolated(last.actor.label());
                format!("The last change: {who}, {}.", last.at.words)
            }
            _ if self.filter.is_set() => "What fits the filter, the latest first.".to_owned(),
            None => "Nothing has changed yet.".to_owned(),
            Some(_) => "Every change, the latest first.".to_owned(),
        }
    }
}

/// One field before and after.
#[derive(Debug, Clone, Default)]
pub struct FieldChange {
    /// The field: "role".
    pub field: String,
    /// Before; empty for nothing.
    pub before: String,
    /// After; empty for nothing.
    pub after: String,
}

/// One relationship that came or went.
#[derive(Debug, Clone, Default)]
pub struct RelationshipChange {
    /// Whether it came (otherwise it went).
    pub added: bool,
    /// As it is written: `organization:org_…#admin@user:user_…`.
    pub relationship: String,
}

/// `/o/{org}/audit/{event}` and `/system/audit/{event}`.
#[derive(Debug, Clone, Template)]
#[template(path = "audit/event.html")]
pub struct AuditEventPage {
    /// The frame.
    pub shell: Shell,
    /// The event as in the list.
    pub event: EventRow,
    /// More facts in order: label and value (id, revision, request, user agent, through which key).
    pub facts: Vec<(String, String)>,
    /// What changed.
    pub changes: Vec<FieldChange>,
    /// Which relationships came and went.
    pub relationships: Vec<RelationshipChange>,
    /// The address of the list.
    pub back: String,
}
