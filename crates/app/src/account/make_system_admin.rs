//! Appointing system administrators.

use guildhall_authz::Tuple;
use guildhall_model::{Email, UserId};
use guildhall_store::user;

use crate::{
    Granted, Operation, Outcome, Permission, RefusalKind, Target, TheSystem, permission,
    refusal::refusals,
};

/// Makes a user a system administrator. Answers who it is.
#[derive(Debug)]
pub struct MakeSystemAdmin {
    /// The address of the account.
    pub email: Email,
}

refusals! {
    /// Why nobody is appointed.
    MakeSystemAdminRefusal {
        /// There is no such account.
        Unknown = "account.unknown", RefusalKind::Missing,
            "there is no account with this address", at "email";
    }
}

impl Operation for MakeSystemAdmin {
    const NAME: &'static str = "account.make_system_admin";
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
        cx.about("user", account.id, &account.email);
        cx.relate(administers(account.id)).await?;
        cx.after(serde_json::json!({ "system_admin": true }));
        Ok(account.id)
    }
}

/// The fact that a user is a system administrator.
pub(crate) fn administers(user: UserId) -> Tuple {
    Tuple::new(TheSystem.object(), "admin", permission::user(user))
}
