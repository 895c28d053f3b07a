//! An audit event as programs get it.

use guildhall_app::audit::Event;
use guildhall_model::{EventId, Revision, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who did what, on what, from where, and what it was before and after.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AuditEvent")]
pub(crate) struct EventBody {
    /// Its id; later events have greater ids.
    pub(crate) id: EventId,
    /// When.
    pub(crate) at: Timestamp,
    /// Name of the operation, such as `member.remove`.
    pub(crate) action: String,
    /// Who did it.
    pub(crate) actor: ActorBody,
    /// What it was done to.
    pub(crate) target: TargetBody,
    /// Network address of the client.
    pub(crate) address: Option<String>,
    /// User agent of the client.
    pub(crate) user_agent: Option<String>,
    /// Id of the request, as in the server's log.
    pub(crate) request_id: Option<String>,
    /// The revision of the scope that the mutation made.
    pub(crate) revision: Revision,
    /// What was so before.
    pub(crate) before: Option<Value>,
    /// What is so after.
    pub(crate) after: Option<Value>,
}

/// Who did it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AuditActor")]
pub(crate) struct ActorBody {
    /// `user`, `anonymous` or `system`.
    pub(crate) kind: String,
    /// The user's id.
    pub(crate) id: Option<String>,
    /// The user's address at that time, or the system's reason.
    pub(crate) name: String,
    /// Id of the session or the API key that was used.
    pub(crate) via: Option<String>,
}

/// What it was done to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AuditTarget")]
pub(crate) struct TargetBody {
    /// Its kind, such as `organization`.
    pub(crate) kind: String,
    /// Its id.
    pub(crate) id: String,
    /// Its name at that time.
    pub(crate) name: Option<String>,
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        let value = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            id: event.id,
            at: event.at,
            action: event.action,
            actor: ActorBody {
                kind: event.actor_kind,
                id: event.actor_id,
                name: event.actor_name,
                via: event.via,
            },
            target: TargetBody {
                kind: event.target_kind,
                id: event.target_id,
                name: event.target_name,
            },
            address: event.address,
            user_agent: event.user_agent,
            request_id: event.request_id,
            revision: event.revision,
            before: value(event.before),
            after: value(event.after),
        }
    }
}

impl EventBody {
    /// The columns of the CSV export, in order.
    pub(super) const COLUMNS: [&'static str; 15] = [
        "id",
        "at",
        "action",
        "actor_kind",
        "actor_id",
        "actor_name",
        "via",
        "target_kind",
        "target_id",
        "target_name",
        "address",
        "user_agent",
        "revision",
        "before",
        "after",
    ];

    /// The values of [`Self::COLUMNS`].
    pub(super) fn values(&self) -> [String; 15] {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let json = |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
        [
            self.id.text(),
            self.at.to_string(),
            self.action.clone(),
            self.actor.kind.clone(),
            text(&self.actor.id),
            self.actor.name.clone(),
            text(&self.actor.via),
            self.target.kind.clone(),
            self.target.id.clone(),
            text(&self.target.name),
            text(&self.address),
            text(&self.user_agent),
            self.revision.to_string(),
            json(&self.before),
            json(&self.after),
        ]
    }
}
