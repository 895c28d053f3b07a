//! Dismissing user managers.

use guildhall_model::UserId;

use super::make_user_manager::manages;
use crate::{Granted, Operation, Outcome, Permission, RefusalKind, TheSystem, refusal::refusals};

/// Takes the management of accounts from a user.
#[derive(Clone, Copy, Debug)]
pub struct RemoveUserManager {
    /// The account.
    pub user: UserId,
}

refusals! {
    /// Why nobody is dismissed.
    RemoveUserManagerRefusal {
        /// They do not manage accounts.
        NotOne = "account.not_user_manager", RefusalKind::Missing,
            "this user is no user manager";
    }
}

impl Operation for RemoveUserManager {
    const NAME: &'static str = "account.remove_user_manager";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_appoint_admin");
    type Target = TheSystem;
    type Output = ();
    type Refusal = RemoveUserManagerRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        if !cx.unrelate(manages(self.user)).await? {
            return Err(RemoveUserManagerRefusal::NotOne.into());
        }
        cx.about("user", self.user, &account.email);
        cx.after(serde_json::json!({ "user_manager": false }));
        Ok(())
    }
}
