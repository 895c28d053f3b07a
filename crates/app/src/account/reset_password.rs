//! Forgotten passwords: asking for a link, and choosing a new password with it.

use guildhall_model::{Email, Password, ResetKind, ResetSecret, UserId};
use guildhall_store::{
    StoreError, Tx, api_key,
    mailed_link::{self, MailedLink, Purpose},
    quota, recovery_code, session,
    user::{self, Account},
};

use super::confirm_address::verify;
use crate::{
    App, Error, Granted, Never, NewPassword, Operation, Outcome, Permission, Query, QueryOutcome,
    RefusalKind, Revealed, Stop, TheSystem, Viewing, WeakPassword,
    frame::{Note, look},
    mail::{Mail, MailToken},
    refusal::refusals,
    throttle::Limit,
};

/// Asks for the link to a new password. The answer is the same whether or not there is such an
/// account (security 28).
#[derive(Debug)]
pub struct RequestReset {
    /// The address.
    pub email: Email,
}

impl Operation for RequestReset {
    const NAME: &'static str = "account.request_reset";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_use_mailed_link");
    const FORETOLD: bool = false;
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        cx.about("address", &self.email, &self.email);
        let account = user::find_by_email(cx.store().system(), &self.email).await?;
        if let Some(account) = account.filter(|account| account.disabled_at.is_none()) {
            mail_link(cx, &account).await?;
        }
        Ok(())
    }
}

/// Mails the link to the account's address, an earlier one stops working. Answers whether it was
/// sent: not where several were within the hour.
pub(super) async fn mail_link<O: Operation>(
    cx: &mut Granted<'_, O>,
    account: &Account,
) -> Result<bool, Stop<O::Refusal>> {
    let now = cx.now();
    if Limit::mail("reset", account.id).take(cx.store().system(), now).await?.is_err() {
        return Ok(false);
    }
    let (secret, link) = make_link(cx, account, Some(account.email.clone())).await?;
    let (token, expires) = (MailToken::from(&secret), link.expires_at);
    cx.mail(&account.email, &Mail::PasswordReset { token, expires }).await?;
    Ok(true)
}

/// Makes the link to a new password for an operator to hand over. Unlike a mailed one it proves
/// nothing about the address.
#[derive(Debug)]
pub struct IssueResetLink {
    /// The account.
    pub user: UserId,
}

impl Operation for IssueResetLink {
    const NAME: &'static str = "account.issue_reset_link";
    const PERMISSION: Permission<UserId> = Permission::named("can_issue_reset_link");
    type Target = UserId;
    type Output = Revealed<ResetKind>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        cx.about("user", account.id, &account.email);
        let (secret, _) = make_link(cx, &account, None).await?;
        Ok(Revealed(secret))
    }
}

async fn make_link<O: Operation>(
    cx: &mut Granted<'_, O>,
    account: &Account,
    mailed_to: Option<Email>,
) -> Result<(ResetSecret, MailedLink), Stop<O::Refusal>> {
    let secret = ResetSecret::generate(cx.entropy());
    let link = super::new_link(cx, secret.hash(), Purpose::Reset, account.id);
    let link = MailedLink { email: mailed_to, ..link };
    mailed_link::replace(cx.store().system(), &link).await?;
    Ok((secret, link))
}

/// Chooses a new password with a link. All sessions end, and so does any wait for too many
/// attempts (security 14). All API keys are revoked: whoever needs a link may have lost the account
/// to somebody who made one.
///
/// Where the address had not been verified, the mailed link now does it, and whatever was set up
/// by somebody who never proved it is taken away: second factor, pending changes (security 27).
#[derive(Debug)]
pub struct ResetPassword {
    /// The link's secret.
    pub secret: ResetSecret,
    /// The new password.
    pub password: NewPassword,
}

refusals! {
    /// Why the password is not set.
    ResetPasswordRefusal {
        /// No such link, or it was used, is too old, or was replaced by a later one.
        Dead = "account.link_dead", RefusalKind::Gone,
            "this link does not work; it was used already, or it is too old";
    }
}

impl Operation for ResetPassword {
    const NAME: &'static str = "account.reset_password";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_use_mailed_link");
    type Target = TheSystem;
    type Output = ();
    type Refusal = ResetPasswordRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let now = cx.now();
        let found = find_link(cx.store().system(), &self.secret).await?;
        let Some((link, account)) = found.filter(|(link, _)| now < link.expires_at) else {
            return Err(ResetPasswordRefusal::Dead.into());
        };
        let id = account.id;
        cx.about("user", id, &account.email);
        user::set_password(cx.store().system(), id, self.password.hash(), now).await?;
        let ended = session::end_all(cx.store().system(), id, None).await?;
        let revoked = api_key::revoke_all(cx.store().system(), id).await?;
        cx.after(serde_json::json!({ "sessions_ended": ended, "api_keys_revoked": revoked }));
        for purpose in [Purpose::Reset, Purpose::ChangeEmail] {
            mailed_link::forget(cx.store().system(), id, purpose).await?;
        }
        let waits = [
            Limit::sign_in_key(&cx.call().origin, &account.email),
            Limit::sign_in_everywhere_key(&account.email),
            Limit::code_key(id),
        ];
        for key in waits {
            quota::clear(cx.store().system(), &key).await?;
        }
        let proves_address = link.email.as_ref() == Some(&account.email);
        if proves_address && account.email_verified_at.is_none() {
            user::set_totp(cx.store().system(), id, None).await?;
            recovery_code::replace(cx.store().system(), id, &[]).await?;
            verify(cx, &account).await?;
        }
        cx.mail(&account.email, &Mail::PasswordChanged { at: now }).await?;
        Ok(())
    }
}

/// Whether a link to a new password works. Looking never uses it up.
#[derive(Debug)]
pub struct LookAtResetLink {
    /// The link's secret.
    pub secret: ResetSecret,
}

impl Query for LookAtResetLink {
    const NAME: &'static str = "account.look_at_reset_link";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_use_mailed_link");
    type Target = TheSystem;
    type Output = bool;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let found = find_link(cx.store().system(), &self.secret).await?;
        Ok(found.is_some_and(|(link, _)| now < link.expires_at))
    }
}

/// The link and its account, unless the link was used or the account has another address by now.
async fn find_link(
    tx: &mut Tx,
    secret: &ResetSecret,
) -> Result<Option<(MailedLink, Account)>, StoreError> {
    let Some(link) = mailed_link::find(tx, &secret.hash()).await? else { return Ok(None) };
    let (Purpose::Reset, Some(id)) = (link.purpose, link.user) else { return Ok(None) };
    let Some(account) = user::find(tx, id).await? else { return Ok(None) };
    let fits = link.email.as_ref().is_none_or(|email| *email == account.email);
    Ok((fits && account.disabled_at.is_none()).then_some((link, account)))
}

impl App {
    /// Judges and hashes the new password of an account that is signed in.
    ///
    /// # Errors
    /// If it is too weak.
    pub async fn new_password(
        &self,
        user: UserId,
        password: Password,
    ) -> Result<NewPassword, Error<WeakPassword>> {
        self.choose(KnownTexts::Of(user), password).await
    }

    /// Judges and hashes the new password that is chosen with a link, good or not.
    ///
    /// # Errors
    /// If it is too weak.
    pub async fn new_password_by_link(
        &self,
        secret: &ResetSecret,
        password: Password,
    ) -> Result<NewPassword, Error<WeakPassword>> {
        self.choose(KnownTexts::ByLink(secret.clone()), password).await
    }

    async fn choose(
        &self,
        whose: KnownTexts,
        password: Password,
    ) -> Result<NewPassword, Error<WeakPassword>> {
        let known = look(self, whose)
            .await
            .map_err(|error| Stop::from(error).answer("account.new_password"))?;
        self.passwords().choose(password, known).await.map_err(Error::Refused)
    }
}

/// The texts that are tried first against an account's password.
enum KnownTexts {
    Of(UserId),
    ByLink(ResetSecret),
}

impl Note for KnownTexts {
    type Output = Vec<String>;

    async fn run(self, tx: &mut Tx) -> Result<Vec<String>, StoreError> {
        let account = match self {
            Self::Of(user) => user::find(tx, user).await?,
            Self::ByLink(secret) => find_link(tx, &secret).await?.map(|(_, account)| account),
        };
        let texts = |account: Account| {
            vec![account.email.as_str().to_owned(), account.first_name, account.last_name]
        };
        Ok(account.map(texts).unwrap_or_default())
    }
}
