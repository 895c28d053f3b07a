//! Listing one's sessions.

use guildhall_model::{SessionId, Timestamp, UserId};
use guildhall_store::session;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Never, Permission, Query, QueryOutcome, Viewing};

/// One's sessions that have not expired, the one last used first.
#[derive(Debug)]
pub struct ListSessions {
    /// The account.
    pub user: UserId,
}

/// A session in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedSession {
    /// Its id.
    pub id: SessionId,
    /// Whether the request came in it.
    pub current: bool,
    /// Whether it stays when the browser is closed.
    pub remembered: bool,
    /// The network address that it was begun from.
    pub address: Option<String>,
    /// The browser that it was begun in.
    pub user_agent: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// The instant from which it is worth nothing.
    pub expires_at: Timestamp,
}

impl Query for ListSessions {
    const NAME: &'static str = "session.list";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_sessions");
    type Target = UserId;
    type Output = Vec<ListedSession>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let (now, current) = (cx.now(), cx.actor().session());
        let sessions = session::list(cx.store().system(), self.user, now).await?;
        let listed = sessions.into_iter().map(|session| ListedSession {
            id: session.id,
            current: current == Some(session.id),
            remembered: session.remembered,
            address: session.address,
            user_agent: session.user_agent,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        });
        Ok(listed.collect())
    }
}
