//! Ending sessions that one sees in the list.

use guildhall_model::{SessionId, UserId};
use guildhall_store::session;

use crate::{Granted, Never, Operation, Outcome, Permission, Stop};

/// Ends one of one's sessions.
#[derive(Debug)]
pub struct EndSession {
    /// The account.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
}

impl Operation for EndSession {
    const NAME: &'static str = "session.end";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_sessions");
    type Target = UserId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        if !session::end(cx.store().system(), self.session, self.user).await? {
            return Err(Stop::NotFound);
        }
        cx.after(serde_json::json!({ "session": self.session }));
        Ok(())
    }
}

/// Ends all of one's sessions but the one that the request came in. Answers how many.
#[derive(Debug)]
pub struct EndOtherSessions {
    /// The account.
    pub user: UserId,
}

impl Operation for EndOtherSessions {
    const NAME: &'static str = "session.end_others";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_sessions");
    type Target = UserId;
    type Output = u64;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let current = cx.actor().session();
        let ended = session::end_all(cx.store().system(), self.user, current).await?;
        cx.after(serde_json::json!({ "sessions_ended": ended }));
        Ok(ended)
    }
}
