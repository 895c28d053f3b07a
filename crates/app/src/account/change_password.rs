//! Changing one's password.

use guildhall_model::{SessionSecret, UserId};
use guildhall_store::{
    mailed_link::{self, Purpose},
    session, user,
};

use crate::{
    Granted, NewPassword, Operation, Outcome, PasswordProof, Permission, RefusalKind, Revealed,
    mail::Mail, refusal::refusals,
};
use guildhall_model::SessionKind;

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
    /// The new secret of the session that it was changed in.
    type Output = Option<Revealed<SessionKind>>;
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
        let secret = SessionSecret::generate(cx.entropy());
        if let Some(current) = current {
            session::renew(cx.store().system(), current, id, &secret.hash()).await?;
        }
        cx.mail(&account.email, &Mail::PasswordChanged { at: now }).await?;
        cx.about("user", id, &account.email);
        cx.after(serde_json::json!({ "sessions_ended": ended }));
        Ok(current.map(|_| Revealed(secret)))
    }
}
