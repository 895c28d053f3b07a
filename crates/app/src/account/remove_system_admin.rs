//! Dismissing system administrators.

use guildhall_authz::Subject;
use guildhall_model::UserId;
use guildhall_store::user;

use super::make_system_admin::administers;
use crate::{
    Granted, Operation, Outcome, Permission, RefusalKind, Stop, Target, TheSystem,
    refusal::refusals,
};

/// Takes the administration of the installation from a user. Only system administrators can
/// (security 33), and one whose account is open always stays.
#[derive(Clone, Copy, Debug)]
pub struct RemoveSystemAdmin {
    /// The account.
    pub user: UserId,
}

refusals! {
    /// Why nobody is dismissed.
    RemoveSystemAdminRefusal {
        /// They do not administer it.
        NotOne = "account.not_system_admin", RefusalKind::Missing,
            "this user is no system administrator";
        /// Nobody else could administer it.
        Last = "account.last_system_admin", RefusalKind::Conflict,
            "this is the only system administrator whose account is open; appoint another first";
    }
}

impl Operation for RemoveSystemAdmin {
    const NAME: &'static str = "account.remove_system_admin";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_appoint_admin");
    type Target = TheSystem;
    type Output = ();
    type Refusal = RemoveSystemAdminRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        if !cx.snapshot().contains(&administers(self.user)) {
            return Err(RemoveSystemAdminRefusal::NotOne.into());
        }
        if is_last(cx, self.user).await? {
            return Err(RemoveSystemAdminRefusal::Last.into());
        }
        cx.unrelate(administers(self.user)).await?;
        cx.about("user", self.user, &account.email);
        cx.after(serde_json::json!({ "system_admin": false }));
        Ok(())
    }
}

/// Whether a user administers the installation and nobody else could, since every other
/// administrator's account is closed.
pub(super) async fn is_last<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: UserId,
) -> Result<bool, Stop<O::Refusal>> {
    for tuple in cx.snapshot().tuples_of(&TheSystem.object(), Some("admin")) {
        let Subject::Object(admin) = tuple.subject else { continue };
        let Some(other) = admin.id.parse().ok().filter(|other| *other != id) else { continue };
        let account = user::find(cx.store().system(), other).await?;
        if account.is_some_and(|account| account.disabled_at.is_none()) {
            return Ok(false);
        }
    }
    Ok(cx.snapshot().contains(&administers(id)))
}
