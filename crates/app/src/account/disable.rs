//! Closing somebody's account to them, and opening it again.

use guildhall_model::UserId;
use guildhall_store::{session, user};

use super::make_system_admin::administers;
use crate::{Granted, Operation, Outcome, Permission, RefusalKind, refusal::refusals};

/// Closes an account: its sessions end, its keys are refused, nobody can sign in to it.
/// Administrators of organizations cannot do this, only those of the installation (security 33).
#[derive(Debug)]
pub struct DisableUser {
    /// The account.
    pub user: UserId,
}

refusals! {
    /// Why the account is not closed.
    DisableUserRefusal {
        /// It is one's own.
        Yourself = "account.own_account", RefusalKind::Conflict,
            "you cannot disable your own account";
        /// Its holder administers the system, and whoever asks does not.
        SystemAdmin = "account.is_system_admin", RefusalKind::Forbidden,
            "only a system administrator can disable a system administrator";
    }
}

impl Operation for DisableUser {
    const NAME: &'static str = "account.disable";
    const PERMISSION: Permission<UserId> = Permission::named("can_administer_account");
    type Target = UserId;
    type Output = ();
    type Refusal = DisableUserRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        if cx.actor().user() == Some(self.user) {
            return Err(DisableUserRefusal::Yourself.into());
        }
        if is_above(cx, self.user) {
            return Err(DisableUserRefusal::SystemAdmin.into());
        }
        let since = account.disabled_at.unwrap_or(cx.now());
        user::disable(cx.store().system(), self.user, Some(since)).await?;
        let ended = session::end_all(cx.store().system(), self.user, None).await?;
        cx.about("user", self.user, &account.email);
        cx.after(serde_json::json!({ "disabled": true, "sessions_ended": ended }));
        cx.tend();
        Ok(())
    }
}

/// Whether it is the account of a system administrator, and whoever acts is none (security 33).
fn is_above<O: Operation>(cx: &Granted<'_, O>, user: UserId) -> bool {
    let administers = |user| cx.snapshot().contains(&administers(user));
    administers(user) && cx.actor().user().is_some_and(|actor| !administers(actor))
}

/// Opens a closed account again.
#[derive(Debug)]
pub struct EnableUser {
    /// The account.
    pub user: UserId,
}

refusals! {
    /// Why the account stays closed.
    EnableUserRefusal {
        /// Its holder administers the system, and whoever asks does not.
        SystemAdmin = "account.is_system_admin", RefusalKind::Forbidden,
            "only a system administrator can enable a system administrator";
    }
}

impl Operation for EnableUser {
    const NAME: &'static str = "account.enable";
    const PERMISSION: Permission<UserId> = Permission::named("can_administer_account");
    type Target = UserId;
    type Output = ();
    type Refusal = EnableUserRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        if is_above(cx, self.user) {
            return Err(EnableUserRefusal::SystemAdmin.into());
        }
        user::disable(cx.store().system(), self.user, None).await?;
        cx.about("user", self.user, &account.email);
        cx.after(serde_json::json!({ "disabled": false }));
        cx.tend();
        Ok(())
    }
}
