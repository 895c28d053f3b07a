//! Which events: the query of a page or an export, and the log it is asked of.

use std::time::Duration;

use guildhall_app::audit::{
    Event, EventFilter, EventPosition, ListOrganizationEvents, ListSystemEvents,
};
use guildhall_model::{EventId, OrganizationId, PageSize, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::ACTIONS;
use crate::caller::{Client, Page, Place};
use crate::problem::{Problem, code};
use crate::reply::Reply;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Which events.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditQuery {
    /// The first day (`2026-11-01`, in UTC) or the first moment (RFC 3339).
    #[serde(default)]
    pub(crate) from: Option<String>,
    /// The last day, included, or the moment before which events are given.
    #[serde(default)]
    pub(crate) to: Option<String>,
    /// Only what this user did: an id or an e-mail.
    #[serde(default)]
    pub(crate) user: Option<String>,
    /// Only this action, such as `member.remove`, or this category, such as `member`.
    #[serde(default)]
    pub(crate) action: Option<String>,
    /// Only what was done to this: an id or a name.
    #[serde(default)]
    pub(crate) target: Option<String>,
    /// Where the page begins: `next` of the page before.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    /// How many events at most, 1 to 200; 50 without.
    #[serde(default)]
    pub(crate) limit: Option<PageSize>,
}

impl AuditQuery {
    /// The filter that the query describes, or what is wrong with it.
    pub(crate) fn filter(&self) -> Result<EventFilter, Problem> {
        let Self { from, to, user, action, target, .. } = self;
        filter([from, to, user, action, target])
    }
}

/// Which events, as a file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// The first day (`2026-11-01`, in UTC) or the first moment (RFC 3339).
    #[serde(default)]
    from: Option<String>,
    /// The last day, included, or the moment before which events are given.
    #[serde(default)]
    to: Option<String>,
    /// Only what this user did: an id or an e-mail.
    #[serde(default)]
    user: Option<String>,
    /// Only this action, such as `member.remove`, or this category, such as `member`.
    #[serde(default)]
    action: Option<String>,
    /// Only what was done to this: an id or a name.
    #[serde(default)]
    target: Option<String>,
    /// `csv`, which is also what is given without, or `json`.
    #[serde(default)]
    pub(crate) format: super::Format,
}

impl ExportQuery {
    /// The filter that the query describes, or what is wrong with it.
    pub(crate) fn filter(&self) -> Result<EventFilter, Problem> {
        let Self { from, to, user, action, target, .. } = self;
        filter([from, to, user, action, target])
    }
}

fn filter(typed: [&Option<String>; 5]) -> Result<EventFilter, Problem> {
    let [from, to, actor, action, target] = typed.map(|text| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    });
    if let Some(action) = &action
        && !is_action(action)
    {
        let message = "is neither an action, such as `member.remove`, nor a category of actions, \
                       such as `member`";
        return Err(Problem::new(code::INVALID_FIELD, format!("`action` {message}"))
            .field("action", message));
    }
    Ok(EventFilter {
        since: from.map(|text| day_or_moment("from", &text, false)).transpose()?,
        until: to.map(|text| day_or_moment("to", &text, true)).transpose()?,
        actor,
        action,
        target,
    })
}

fn is_action(text: &str) -> bool {
    let category = |name: &str| name.split_once('.').is_some_and(|(category, _)| category == text);
    ACTIONS.iter().any(|(name, _)| *name == text || category(name))
}

/// A day or a moment; of a day that ends a span, the moment after it.
pub(crate) fn day_or_moment(
    field: &'static str,
    text: &str,
    ends: bool,
) -> Result<Timestamp, Problem> {
    let day = text.len() == "2026-11-01".len();
    let whole = if day { format!("{text}T00:00:00Z") } else { text.to_owned() };
    match whole.parse::<Timestamp>() {
        Ok(moment) if day && ends => Ok(moment.plus(DAY)),
        Ok(moment) => Ok(moment),
        Err(_) => {
            let message = "is a day such as 2026-11-01, or a time such as 2026-11-01T09:30:00Z";
            Err(Problem::new(code::INVALID_FIELD, format!("`{field}` {message}"))
                .field(field, message))
        }
    }
}

/// Whose log.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Log {
    /// An organization's.
    Organization(OrganizationId),
    /// The system's.
    System,
}

impl Log {
    /// Events after a position, newest first.
    pub(crate) async fn page(
        self,
        client: &Client,
        filter: EventFilter,
        after: Option<EventPosition>,
        limit: u32,
    ) -> Reply<Vec<Event>> {
        Ok(match self {
            Self::Organization(organization) => {
                let query = ListOrganizationEvents { organization, filter, after, limit };
                client.read(query).await?
            }
            Self::System => client.read(ListSystemEvents { filter, after, limit }).await?,
        })
    }

    /// The page that a query asks for, and how many events come before it.
    pub(crate) async fn asked(
        self,
        client: &Client,
        query: &AuditQuery,
    ) -> Reply<(Page<Event>, u64)> {
        let filter = query.filter()?;
        let place = client.position::<Place<(Timestamp, EventId)>>(query.cursor.as_deref())?;
        let before = Place::rows_before(place.as_ref());
        let after = place.map(|Place { after: (at, id), .. }| EventPosition { at, id });
        let size = query.limit.unwrap_or_default().rows();
        let events = self.page(client, filter, after, size as u32 + 1).await?;
        let cursor = |last: &Event| {
            client.cursor(&Place { after: (last.at, last.id), before: before + size as u64 })
        };
        Ok((Page::cut(events, size, cursor), before))
    }

    /// The path of the log in the console.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Organization(organization) => format!("/o/{organization}/audit"),
            Self::System => "/system/audit".to_owned(),
        }
    }
}
