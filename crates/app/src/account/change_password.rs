//! Changing one's password.

use guildhall_model::UserId;
use guildhall_store::{
    mailed_link::{self, Purpose},
    session, user,
};

use crate::{
    Granted, NewPassword, Operation, Outcome, PasswordProof, Permission, RefusalKind,
    mail::Mail,
    refusal::refusals,
    session::{NewSession, renew},
};

/// Changes the password of one's account. Every other session ends, this one gets a new secret,
/// and links that were mailed before stop working.
#[derive(Debug)]
pub struct ChangePassword {
    /// Proof of the current password, which names the account.
    pub proof: PasswordProof,
    /// The new password.
    pub password: NewPassword,
}

refusals! {
    /// Why the password is not changed.
    ChangePasswordRefusal {
        /// The password has changed since it was proved.
        PasswordChanged = "account.password_changed", RefusalKind::Conflict,
            "the password has changed meanwhile; start again";
    }
}

impl Operation for ChangePassword {
    const NAME: &'static str = "account.change_password";
    const PERMISSION: Permission<UserId> = Permission::named("can_change_password");
    type Target = UserId;
    /// The session that it was changed in, with its new secret.
    type Output = Option<NewSession>;
    type Refusal = ChangePasswordRefusal;

    fn target(&self) -> UserId {
        self.proof.user()
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (id, now, current) = (*cx.target(), cx.now(), cx.actor().session());
        let changed = ChangePasswordRefusal::PasswordChanged;
        let account = super::proven(cx, id, &self.proof, changed).await?;
        user::set_password(cx.store().system(), id, self.password.hash(), now).await?;
        let ended = session::end_all(cx.store().system(), id, current).await?;
        for purpose in [Purpose::ChangeEmail, Purpose::Reset] {
            mailed_link::forget(cx.store().system(), id, purpose).await?;
        }
        let renewed = renew(cx, id).await?;
        cx.mail(&account.email, &Mail::PasswordChanged { at: now }).await?;
        cx.about("user", id, &account.email);
        cx.after(serde_json::json!({ "sessions_ended": ended }));
        Ok(renewed)
    }
}
