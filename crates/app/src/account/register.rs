//! Registering: an account of one's own, with an organization of one's own.

use guildhall_model::{
    ContinuationKind, ContinuationSecret, Email, InvitationSecret, Password, VerificationSecret,
};
use guildhall_store::{
    invitation::{self, InvitationStatus},
    mailed_link::{self, MailedLink, Purpose},
    user::{self, Account},
};
use serde::{Deserialize, Serialize};

use super::make::{Names, NewAccount, make};
use crate::{
    App, Error, Granted, NewPassword, Operation, Origin, Outcome, Permission, RefusalKind,
    Registration, Revealed, Stop, TheSystem,
    mail::{Mail, MailToken},
    password::PasswordRefusal,
    refusal::refusals,
    session::{NewSession, begin},
    throttle::{self, Limit},
};

/// Makes an account for whoever asks, if the settings allow it.
///
/// Whether the address has an account already is told to its holder by mail and to nobody else:
/// the answer is the same (security 28). An invitation's secret was mailed to the invited address,
/// so that bringing it proves the address; then, and only for a new account, the address counts as
/// verified and the person is signed in at once.
///
/// Where an account can be in one organization only (A22), whoever registers to join one gets none
/// of their own, which would stand in the way of accepting.
#[derive(Debug)]
pub struct RegisterUser {
    /// The address.
    pub email: Email,
    /// The names.
    pub names: Names,
    /// The password, judged and hashed.
    pub password: NewPassword,
    /// The secret of the invitation that led here.
    pub invitation: Option<InvitationSecret>,
}

/// What registering has led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// Kept by the browser: the verification link opened there needs no password.
    pub continuation: Revealed<ContinuationKind>,
    /// The session, for somebody invited; others verify their address first.
    pub session: Option<NewSession>,
}

refusals! {
    /// Why nobody can register so.
    RegisterUserRefusal {
        /// Registration is closed.
        Closed = "account.registration_closed", RefusalKind::Forbidden,
            "registration is closed; ask an administrator of this installation for an account";
        /// Registration needs an invitation, and this is none.
        InvitationOnly = "account.invitation_only", RefusalKind::Forbidden,
            "registration is by invitation only; open the link in the mail you were sent";
        /// The invited address has an account. Only its holder can learn this.
        Exists = "account.exists", RefusalKind::Conflict,
            "this address has an account already; sign in, or ask for a new password", at "email";
    }
}

impl Operation for RegisterUser {
    const NAME: &'static str = "account.register";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    const FORETOLD: bool = false;
    type Target = TheSystem;
    type Output = Registered;
    type Refusal = RegisterUserRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let invited = self.is_invited(cx).await?;
        match cx.settings().registration {
            Registration::Closed => return Err(RegisterUserRefusal::Closed.into()),
            Registration::Invitation if !invited => {
                return Err(RegisterUserRefusal::InvitationOnly.into());
            }
            Registration::Open | Registration::Invitation => {}
        }
        let continuation = ContinuationSecret::generate(cx.entropy());
        cx.about("address", &self.email, &self.email);
        let known = user::find_by_email(cx.store().system(), &self.email).await?;
        let session = match known {
            Some(_) if invited => return Err(RegisterUserRefusal::Exists.into()),
            Some(holder) => {
                tell_holder(cx, &holder).await?;
                None
            }
            None => self.create(cx, invited, &continuation).await?,
        };
        Ok(Registered { continuation: Revealed(continuation), session })
    }
}

impl RegisterUser {
    /// Whether an invitation to this very address is brought that can still be accepted.
    async fn is_invited(
        &self,
        cx: &mut Granted<'_, Self>,
    ) -> Result<bool, Stop<RegisterUserRefusal>> {
        let Some(secret) = &self.invitation else { return Ok(false) };
        let now = cx.now();
        let offer = invitation::by_token(cx.store().system(), &secret.hash()).await?;
        Ok(offer.is_some_and(|offer| {
            let invitation = offer.invitation;
            invitation.status == InvitationStatus::Pending
                && invitation.email == self.email
                && now < invitation.expires_at
        }))
    }

    async fn create(
        &self,
        cx: &mut Granted<'_, Self>,
        invited: bool,
        continuation: &ContinuationSecret,
    ) -> Result<Option<NewSession>, Stop<RegisterUserRefusal>> {
        let new = NewAccount {
            email: &self.email,
            names: &self.names,
            password: &self.password,
            verified: invited,
            with_organization: !(invited && cx.settings().one_organization),
        };
        let (account, organization) = make(cx, new).await?;
        cx.about("user", account.id, &account.email);
        cx.after(serde_json::json!({
            "email": account.email,
            "first_name": account.first_name,
            "last_name": account.last_name,
            "verified": invited,
            "organization": organization,
        }));
        if invited {
            return Ok(Some(begin(cx, account.id, false).await?));
        }
        send_verification(cx, &account, Some(continuation.hash())).await?;
        Ok(None)
    }
}

/// Tells the holder of an address that somebody tried to register with it. Not where the account
/// was made a moment ago: then it is the same form, sent twice.
async fn tell_holder(
    cx: &mut Granted<'_, RegisterUser>,
    holder: &Account,
) -> Result<(), Stop<RegisterUserRefusal>> {
    const TWICE: std::time::Duration = std::time::Duration::from_secs(60);
    let now = cx.now();
    if holder.email_verified_at.is_none() && now < holder.created_at.plus(TWICE) {
        return Ok(());
    }
    let limit = Limit::mail("known_address", holder.id);
    if limit.take(cx.store().system(), now).await?.is_ok() {
        cx.mail(&holder.email, &Mail::RegistrationOnKnownAddress).await?;
    }
    Ok(())
}

/// Mails the link that verifies an account's address; an earlier one stops working.
pub(super) async fn send_verification<O: Operation>(
    cx: &mut Granted<'_, O>,
    account: &Account,
    browser_hash: Option<guildhall_model::TokenHash>,
) -> Result<(), Stop<O::Refusal>> {
    let secret = VerificationSecret::generate(cx.entropy());
    let link = MailedLink {
        email: Some(account.email.clone()),
        browser_hash,
        ..super::new_link(cx, secret.hash(), Purpose::Verify, account.id)
    };
    let expires = link.expires_at;
    mailed_link::replace(cx.store().system(), &link).await?;
    cx.mail(&account.email, &Mail::VerifyAddress { token: MailToken::from(&secret), expires })
        .await?;
    Ok(())
}

/// Why a registration is not even looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChosenPasswordRefusal {
    /// The password is too weak.
    #[error(transparent)]
    Weak(#[from] crate::WeakPassword),
    /// Too many attempts.
    #[error(transparent)]
    TooMany(PasswordRefusal),
}

impl crate::Refusal for ChosenPasswordRefusal {
    const CODES: &'static [&'static str] = &["account.weak_password", "session.too_many_attempts"];

    fn code(&self) -> &'static str {
        match self {
            Self::Weak(weak) => weak.code(),
            Self::TooMany(too_many) => too_many.code(),
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Weak(weak) => weak.kind(),
            Self::TooMany(too_many) => too_many.kind(),
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::Weak(weak) => weak.fields(),
            Self::TooMany(too_many) => too_many.fields(),
        }
    }
}

impl App {
    /// Judges and hashes the password of somebody who registers. Registrations from one network
    /// address are limited.
    ///
    /// # Errors
    /// If it is too weak, or there were too many.
    pub async fn registration_password(
        &self,
        origin: &Origin,
        email: &Email,
        names: &Names,
        password: Password,
    ) -> Result<NewPassword, Error<ChosenPasswordRefusal>> {
        let limit = Limit::register_from(self, origin);
        let too_many = throttle::attempt(self, limit)
            .await
            .map_err(|error| Stop::from(error).answer(RegisterUser::NAME))?;
        if let Some(retry_after) = too_many {
            let refusal = PasswordRefusal::TooMany { retry_after };
            return Err(Error::Refused(ChosenPasswordRefusal::TooMany(refusal)));
        }
        let known =
            vec![email.as_str().to_owned(), names.first().to_owned(), names.last().to_owned()];
        let chosen = self.passwords().choose(password, known).await;
        chosen.map_err(|weak| Error::Refused(weak.into()))
    }
}
