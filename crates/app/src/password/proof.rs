//! Proving that one knows an account's password.

use guildhall_model::{Email, Password, PasswordHash, Timestamp, UserId, VerificationSecret};
use guildhall_store::{
    StoreError, Tx,
    user::{self, Account},
};

use crate::account::find_address_link as find_link;
use crate::{
    App, Error, Origin, Refusal, RefusalKind, Stop,
    frame::{Note, look},
    throttle::{self, Limit},
};

/// Proof that somebody knew the password of an account a moment ago. Only a right password gives
/// one, and an operation that takes it looks again whether the password is still the same.
#[derive(Clone, Debug)]
pub struct PasswordProof {
    user: UserId,
    hash: PasswordHash,
}

impl PasswordProof {
    /// The account.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// Whether it is still the password of the account.
    pub(crate) fn holds(&self, account: &Account) -> bool {
        account.id == self.user && account.password_hash == self.hash
    }
}

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// The password is wrong, the account does not exist, or its address waits to be confirmed;
    /// nobody is told which.
    #[error(
        "the e-mail or the password is wrong; a new account opens with the link that was mailed"
    )]
    WrongCredentials,
    /// The password of the account that is signed in is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// Too many attempts.
    #[error("too many attempts; try again in {}", minutes(*retry_after))]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
}

impl Refusal for PasswordRefusal {
    const CODES: &'static [&'static str] =
        &["session.wrong_credentials", "account.wrong_password", "session.too_many_attempts"];

    fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials => Self::CODES[0],
            Self::WrongPassword => Self::CODES[1],
            Self::TooMany { .. } => Self::CODES[2],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::WrongCredentials | Self::WrongPassword => RefusalKind::Invalid,
            Self::TooMany { retry_after } => RefusalKind::TooMany { retry_after: *retry_after },
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::WrongPassword => vec![("current_password".into(), self.to_string())],
            Self::WrongCredentials | Self::TooMany { .. } => Vec::new(),
        }
    }
}

/// A wait in words, as messages say it.
pub(crate) fn minutes(seconds: u64) -> String {
    match seconds.div_ceil(60) {
        0 | 1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

impl App {
    /// Proves a password at sign-in. Known and unknown addresses give the same answers after the
    /// same work (security 28); attempts are limited by network address and by account.
    ///
    /// While an address is not confirmed, its account opens only together with the `link` that was
    /// mailed there. Otherwise whoever registers with an address could tell from signing in
    /// whether it was new. Where no mail is sent nobody gets such a link, and the password is
    /// enough (decision 0004).
    ///
    /// # Errors
    /// If it is wrong, or was tried too often.
    pub async fn prove_sign_in(
        &self,
        origin: &Origin,
        email: &Email,
        password: Password,
        link: Option<&VerificationSecret>,
    ) -> Result<PasswordProof, Error<PasswordRefusal>> {
        let too_many = throttle::attempt_sign_in(self, origin, email).await.map_err(fault)?;
        Self::in_time(too_many)?;
        let link = link.cloned();
        let account = self.look_up(Whose::Address(email.clone(), link, self.clock().now())).await?;
        let (account, by_link) = account.unzip();
        let confirmed = account.as_ref().is_some_and(|known| known.email_verified_at.is_some());
        let opens = confirmed || by_link == Some(true) || !self.settings().mail_is_sent;
        let proof = self.verify(account, password).await;
        proof.filter(|_| opens).ok_or(PasswordRefusal::WrongCredentials.into())
    }

    /// Proves the password of somebody who is signed in, before something that a borrowed session
    /// alone may not do.
    ///
    /// # Errors
    /// If it is wrong, or was tried too often.
    pub async fn prove_password(
        &self,
        user: UserId,
        password: Password,
    ) -> Result<PasswordProof, Error<PasswordRefusal>> {
        let limit = Limit::password(self, user);
        Self::in_time(throttle::attempt(self, [limit]).await.map_err(fault)?)?;
        let account = self.look_up(Whose::User(user)).await?.map(|(account, _)| account);
        let proof = self.verify(account, password).await;
        let proof = proof.ok_or(Error::from(PasswordRefusal::WrongPassword))?;
        self.forget_attempts(Limit::password(self, user)).await?;
        Ok(proof)
    }

    fn in_time(wait: Option<u64>) -> Result<(), Error<PasswordRefusal>> {
        match wait {
            None => Ok(()),
            Some(retry_after) => Err(PasswordRefusal::TooMany { retry_after }.into()),
        }
    }

    async fn forget_attempts(&self, limit: Limit) -> Result<(), Error<PasswordRefusal>> {
        throttle::forget(self, limit).await.map_err(fault)
    }

    async fn look_up(
        &self,
        whose: Whose,
    ) -> Result<Option<(Account, bool)>, Error<PasswordRefusal>> {
        look(self, whose).await.map_err(fault)
    }

    async fn verify(&self, account: Option<Account>, password: Password) -> Option<PasswordProof> {
        let known = account.map(|account| (account.id, account.password_hash));
        let hash = known.as_ref().map(|(_, hash)| hash.clone());
        let right = self.passwords().verify(password, hash).await;
        known.filter(|_| right).map(|(user, hash)| PasswordProof { user, hash })
    }
}

impl From<PasswordRefusal> for Error<PasswordRefusal> {
    fn from(refusal: PasswordRefusal) -> Self {
        Self::Refused(refusal)
    }
}

fn fault(error: StoreError) -> Error<PasswordRefusal> {
    Stop::from(error).answer("password.prove")
}

/// Finds an account, and whether a link was brought that confirms its address.
enum Whose {
    Address(Email, Option<VerificationSecret>, Timestamp),
    User(UserId),
}

impl Note for Whose {
    type Output = Option<(Account, bool)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        match self {
            Self::Address(email, link, now) => {
                let linked = match link {
                    Some(secret) => find_link(tx, &secret).await?,
                    None => None,
                };
                let account = user::find_by_email(tx, &email).await?;
                let linked = linked.filter(|(link, ..)| now < link.expires_at);
                let opened = linked.map(|(_, account, _)| account.id);
                Ok(account.map(|account| {
                    let fits = opened == Some(account.id);
                    (account, fits)
                }))
            }
            Self::User(id) => Ok(user::find(tx, id).await?.map(|account| (account, false))),
        }
    }
}
