//! Asking for another address. It takes effect when the link that is mailed there is confirmed.

use guildhall_model::{Email, UserId, VerificationSecret};
use guildhall_store::{
    mailed_link::{self, MailedLink, Purpose},
    user,
};

use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, RefusalKind,
    mail::{Mail, MailToken},
    refusal::refusals,
    throttle::Limit,
};

/// Asks for another address for one's account.
#[derive(Debug)]
pub struct ChangeEmail {
    /// Proof of the password, which names the account.
    pub proof: PasswordProof,
    /// The new address.
    pub email: Email,
}

refusals! {
    /// Why the address is not changed.
    ChangeEmailRefusal {
        /// The password has changed since it was proved.
        PasswordChanged = "account.password_changed", RefusalKind::Conflict,
            "the password has changed meanwhile; start again";
        /// It is the account's address.
        Same = "account.same_email", RefusalKind::Invalid,
            "this is your address already", at "email";
        /// Too many mails were sent.
        TooMany = "account.too_many_mails", RefusalKind::TooMany { retry_after: 3600 },
            "several of these mails were sent within the hour; try again later";
    }
}

impl Operation for ChangeEmail {
    const NAME: &'static str = "account.change_email";
    const PERMISSION: Permission<UserId> = Permission::named("can_change_email");
    type Target = UserId;
    type Output = ();
    type Refusal = ChangeEmailRefusal;

    fn target(&self) -> UserId {
        self.proof.user()
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = *cx.target();
        let changed = ChangeEmailRefusal::PasswordChanged;
        let account = super::proven(cx, id, &self.proof, changed).await?;
        if account.email == self.email {
            return Err(ChangeEmailRefusal::Same.into());
        }
        let now = cx.now();
        if Limit::mail("change_email", id).take(cx.store().system(), now).await?.is_err() {
            return Err(ChangeEmailRefusal::TooMany.into());
        }
        cx.about("user", id, &account.email);
        cx.after(serde_json::json!({ "asked_for": self.email }));
        let secret = VerificationSecret::generate(cx.entropy());
        let link = MailedLink {
            email: Some(self.email.clone()),
            ..super::new_link(cx, secret.hash(), Purpose::ChangeEmail, id)
        };
        let expires = link.expires_at;
        mailed_link::replace(cx.store().system(), &link).await?;
        if user::find_by_email(cx.store().system(), &self.email).await?.is_some() {
            // The answer and what the settings show are the same; only the holder learns that
            // somebody wants the address, and nobody gets the link.
            cx.mail(&self.email, &Mail::RegistrationOnKnownAddress).await?;
            return Ok(());
        }
        let token = MailToken::from(&secret);
        cx.mail(&self.email, &Mail::EmailChangeVerify { token, old: account.email, expires })
            .await?;
        Ok(())
    }
}
