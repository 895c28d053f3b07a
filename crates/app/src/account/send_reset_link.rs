//! Mailing the link to a new password to somebody who asked an operator for help.

use guildhall_model::UserId;

use super::reset_password::mail_link;
use crate::{Granted, Operation, Outcome, Permission, RefusalKind, refusal::refusals};

/// Mails the link to a new password to the account's address. Whoever sends it never sees it.
#[derive(Clone, Copy, Debug)]
pub struct SendResetLink {
    /// The account.
    pub user: UserId,
}

refusals! {
    /// Why no link is sent.
    SendResetLinkRefusal {
        /// Nobody can sign in to it.
        Disabled = "account.disabled", RefusalKind::Conflict,
            "this account is disabled; enable it first";
        /// Too many were sent.
        TooMany = "account.too_many_mails", RefusalKind::TooMany { retry_after: 3600 },
            "this mail was sent several times within the hour; try again later";
    }
}

impl Operation for SendResetLink {
    const NAME: &'static str = "account.send_reset_link";
    const PERMISSION: Permission<UserId> = Permission::named("can_administer_account");
    type Target = UserId;
    type Output = ();
    type Refusal = SendResetLinkRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        cx.about("user", account.id, &account.email);
        if account.disabled_at.is_some() {
            return Err(SendResetLinkRefusal::Disabled.into());
        }
        if !mail_link(cx, &account).await? {
            return Err(SendResetLinkRefusal::TooMany.into());
        }
        Ok(())
    }
}
