//! Signing out.

use guildhall_model::UserId;
use guildhall_store::session;

use crate::{Granted, Never, Operation, Outcome, Permission};

/// Ends the session that the request came in.
#[derive(Debug)]
pub struct SignOut {
    /// The account that is signed in.
    pub user: UserId,
}

impl Operation for SignOut {
    const NAME: &'static str = "session.sign_out";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_sessions");
    type Target = UserId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        if let Some(current) = cx.actor().session() {
            session::end(cx.store().system(), current, self.user).await?;
        }
        Ok(())
    }
}
