//! Closing the Welcome splash.

use guildhall_model::UserId;
use guildhall_store::user;

use crate::{Granted, Never, Operation, Outcome, Permission};

/// Closes the Welcome splash for good (H20).
#[derive(Debug)]
pub struct CloseWelcome {
    /// The account.
    pub user: UserId,
}

impl Operation for CloseWelcome {
    const NAME: &'static str = "account.close_welcome";
    const PERMISSION: Permission<UserId> = Permission::named("can_edit_profile");
    type Target = UserId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let now = cx.now();
        user::close_welcome(cx.store().system(), self.user, now).await?;
        Ok(())
    }
}
