//! Appointing user managers, who look after accounts and nothing else.

use guildhall_authz::Tuple;
use guildhall_model::{Email, UserId};
use guildhall_store::user;

use super::make_system_admin::MakeSystemAdminRefusal;
use crate::{Granted, Operation, Outcome, Permission, Target, TheSystem, permission};

/// Makes a user a manager of the installation's accounts. Answers who it is.
#[derive(Clone, Debug)]
pub struct MakeUserManager {
    /// The address of the account.
    pub email: Email,
}

impl Operation for MakeUserManager {
    const NAME: &'static str = "account.make_user_manager";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_appoint_admin");
    type Target = TheSystem;
    type Output = UserId;
    type Refusal = MakeSystemAdminRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = user::find_by_email(cx.store().system(), &self.email).await?;
        let account = account.ok_or(MakeSystemAdminRefusal::Unknown)?;
        cx.relate(manages(account.id)).await?;
        cx.about("user", account.id, &account.email);
        cx.after(serde_json::json!({ "user_manager": true }));
        Ok(account.id)
    }
}

/// The fact that a user manages the installation's accounts.
pub(crate) fn manages(user: UserId) -> Tuple {
    Tuple::new(TheSystem.object(), "user_manager", permission::user(user))
}
