//! Audit events: one for each mutation, written in its transaction, never changed.

use guildhall_model::{EventId, Revision, Timestamp};

use crate::{Row, Scoped, StoreError, TenantStmt, Value};

/// Who did what, on what, from where, and what it was before and after.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id; later events have greater ids.
    pub id: EventId,
    /// The revision of the scope that the mutation made.
    pub revision: Revision,
    /// When.
    pub at: Timestamp,
    /// Name of the operation, such as `member.remove`.
    pub action: String,
    /// `user`, `anonymous` or `system`.
    pub actor_kind: String,
    /// The user's id, for an actor who is one.
    pub actor_id: Option<String>,
    /// The actor's address at that time, or the system's reason.
    pub actor_name: String,
    /// Id of the session or the API key that was used.
    pub via: Option<String>,
    /// Kind of the object that the operation was authorized on.
    pub target_kind: String,
    /// Id of what was acted on.
    pub target_id: String,
    /// Its name at that time.
    pub target_name: Option<String>,
    /// Network address of the client.
    pub address: Option<String>,
    /// User agent of the client.
    pub user_agent: Option<String>,
    /// Id of the request.
    pub request_id: Option<String>,
    /// JSON of what was so before.
    pub before: Option<String>,
    /// JSON of what is so after.
    pub after: Option<String>,
}

static RECORD: TenantStmt = TenantStmt::new(
    "audit_event.record",
    "insert into audit_event
        (scope, id, revision, at, action, actor_kind, actor_id, actor_name, via, target_kind,
         target_id, target_name, address, user_agent, request_id, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
);

/// Writes an event into the scope.
pub async fn record(scoped: &mut Scoped<'_>, event: &Event) -> Result<(), StoreError> {
    let args: [Value; 16] = [
        event.id.into(),
        event.revision.into(),
        event.at.into(),
        event.action.as_str().into(),
        event.actor_kind.as_str().into(),
        event.actor_id.as_deref().into(),
        event.actor_name.as_str().into(),
        event.via.as_deref().into(),
        event.target_kind.as_str().into(),
        event.target_id.as_str().into(),
        event.target_name.as_deref().into(),
        event.address.as_deref().into(),
        event.user_agent.as_deref().into(),
        event.request_id.as_deref().into(),
        event.before.as_deref().into(),
        event.after.as_deref().into(),
    ];
    scoped.execute(&RECORD, &args).await.map(drop)
}

/// Which events a page holds; every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Done by the user with this id, or who had this address at the time.
    pub actor: Option<String>,
    /// An operation such as `member.remove`, or all of a category such as `member`.
    pub action: Option<String>,
    /// On what has this id or had this name at the time.
    pub target: Option<String>,
}

/// The place of an event in the order of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPosition {
    /// When it happened.
    pub at: Timestamp,
    /// Its id.
    pub id: EventId,
}

impl Event {
    /// Its place in the order of the log.
    pub fn position(&self) -> EventPosition {
        EventPosition { at: self.at, id: self.id }
    }
}

/// The statement for a page, with the condition that its index serves.
macro_rules! page {
    ($name:literal, $condition:literal) => {
        TenantStmt::new(
            concat!("audit_event.", $name),
            concat!(
                "select * from audit_event
                 where scope = $1 and at >= $2 and (at < $3 or (at = $3 and id < $4))
                   and action >= $5 and action <= $6
                   and (cast($7 as text) is null or actor_id = $7 or actor_name = $7)
                   and (cast($8 as text) is null or target_id = $8 or target_name = $8) ",
                $condition,
                " order by at desc, id desc limit $9"
            ),
        )
    };
}

static PAGE: TenantStmt = page!("page", "");
static PAGE_OF_ACTION: TenantStmt = page!("page_of_action", "and action = $5");
static PAGE_OF_ACTOR: TenantStmt = page!("page_of_actor", "and actor_id = $7");
static PAGE_OF_TARGET: TenantStmt = page!("page_of_target", "and target_id = $8");

static GET: TenantStmt =
    TenantStmt::new("audit_event.get", "select * from audit_event where scope = $1 and id = $2");

/// One event of the scope.
pub async fn get(scoped: &mut Scoped<'_>, id: EventId) -> Result<Option<Event>, StoreError> {
    scoped.fetch_optional(&GET, &[id.into()]).await?.as_ref().map(event).transpose()
}

/// Events of the scope, newest first: those after a position in that order, at most `limit`.
pub async fn page(
    scoped: &mut Scoped<'_>,
    filter: &EventFilter,
    after: Option<EventPosition>,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    let until = filter.until.unwrap_or(Timestamp::new(i64::MAX));
    let (before, before_id) = match after {
        Some(position) if position.at < until => (position.at, position.id.text()),
        _ => (until, String::new()),
    };
    let (first, last) = match filter.action.as_deref() {
        Some(action) if action.contains('.') => (action.to_owned(), action.to_owned()),
        Some(category) => (format!("{category}."), format!("{category}.~")),
        None => (String::new(), "~".to_owned()),
    };
    let statement = if filter.target.as_deref().is_some_and(is_id) {
        &PAGE_OF_TARGET
    } else if filter.actor.as_deref().is_some_and(is_id) {
        &PAGE_OF_ACTOR
    } else if first == last {
        &PAGE_OF_ACTION
    } else {
        &PAGE
    };
    let args = [
        filter.since.unwrap_or(Timestamp::new(i64::MIN)).into(),
        before.into(),
        before_id.into(),
        first.into(),
        last.into(),
        filter.actor.as_deref().into(),
        filter.target.as_deref().into(),
        i64::from(limit).into(),
    ];
    scoped.fetch_all(statement, &args).await?.iter().map(event).collect()
}

/// Whether a text is an id, such as `user_` and 26 digits, rather than a name.
fn is_id(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(_, digits)| digits.len() == 26)
}

/// Reads an event back from a row that has all columns of the table.
fn event(row: &Row) -> Result<Event, StoreError> {
    let owned = |column| Ok::<_, StoreError>(row.opt_text(column)?.map(str::to_owned));
    Ok(Event {
        id: row.id("id")?,
        revision: row.revision("revision")?,
        at: row.time("at")?,
        action: row.text("action")?.to_owned(),
        actor_kind: row.text("actor_kind")?.to_owned(),
        actor_id: owned("actor_id")?,
        actor_name: row.text("actor_name")?.to_owned(),
        via: owned("via")?,
        target_kind: row.text("target_kind")?.to_owned(),
        target_id: row.text("target_id")?.to_owned(),
        target_name: owned("target_name")?,
        address: owned("address")?,
        user_agent: owned("user_agent")?,
        request_id: owned("request_id")?,
        before: owned("before")?,
        after: owned("after")?,
    })
}
