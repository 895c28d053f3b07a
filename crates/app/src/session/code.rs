//! The second step of signing in: a code of the authenticator, or a recovery code.

use std::time::Duration;

use guildhall_model::{Timestamp, UserId};
use guildhall_store::{
    quota, recovery_code,
    user::{self, Account, Totp},
};
use serde::{Deserialize, Serialize};

use super::{NewSession, begin};
use crate::{
    App, Error, Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, TheSystem,
    mail::Mail,
    password::minutes,
    refusal::refusals,
    second_factor::{recovery, totp},
    throttle::{self, Limit},
};

/// How long there is for the second step.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// Proof of the first step, sealed. The client keeps it between both steps.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticket(String);

#[derive(Serialize, Deserialize)]
struct Facts {
    user: UserId,
    password_changed_at: Timestamp,
    remember: bool,
    expires_at: Timestamp,
}

const CONTEXT: &str = "second factor ticket";

impl Ticket {
    pub(super) fn new<O: Operation>(
        cx: &Granted<'_, O>,
        account: &Account,
        remember: bool,
    ) -> Self {
        let facts = Facts {
            user: account.id,
            password_changed_at: account.password_changed_at,
            remember,
            expires_at: cx.now().plus(LIFETIME),
        };
        let facts = serde_json::to_vec(&facts).expect("the facts have a JSON form");
        Self(cx.app().keys().seal(CONTEXT, &facts, cx.entropy()))
    }

    /// The text that the client keeps.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(…)")
    }
}

/// A ticket that was opened, which counted as an attempt.
#[derive(Debug)]
pub struct OpenTicket {
    user: UserId,
    password_changed_at: Timestamp,
    remember: bool,
}

/// Why a ticket is not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefusal {
    /// It is not one of ours, or too old.
    #[error("the second step took too long; sign in again")]
    Expired,
    /// Too many attempts.
    #[error("too many attempts; try again in {}", minutes(*retry_after))]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
}

impl Refusal for TicketRefusal {
    const CODES: &'static [&'static str] = &["session.ticket_expired", "session.too_many_attempts"];

    fn code(&self) -> &'static str {
        match self {
            Self::Expired => Self::CODES[0],
            Self::TooMany { .. } => Self::CODES[1],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Expired => RefusalKind::Gone,
            Self::TooMany { retry_after } => RefusalKind::TooMany { retry_after: *retry_after },
        }
    }
}

impl App {
    /// Opens a ticket for one attempt at the second step. Attempts are limited per account; the
    /// wait ends by itself, and with a new password from the mailbox (security 14).
    ///
    /// # Errors
    /// If it is too old or not a ticket, or there were too many attempts.
    pub async fn open_ticket(&self, ticket: &str) -> Result<OpenTicket, Error<TicketRefusal>> {
        let expired = || Error::Refused(TicketRefusal::Expired);
        let facts = self.keys().open(CONTEXT, ticket).map_err(|_| expired())?;
        let facts: Facts = serde_json::from_slice(&facts).map_err(|_| expired())?;
        if self.clock().now() >= facts.expires_at {
            return Err(expired());
        }
        let limit = Limit::code(self, facts.user);
        let too_many = throttle::attempt(self, [limit])
            .await
            .map_err(|error| Stop::from(error).answer(FinishSignIn::NAME))?;
        if let Some(retry_after) = too_many {
            return Err(Error::Refused(TicketRefusal::TooMany { retry_after }));
        }
        let Facts { user, password_changed_at, remember, .. } = facts;
        Ok(OpenTicket { user, password_changed_at, remember })
    }
}

/// Begins the session with a code.
#[derive(Debug)]
pub struct FinishSignIn {
    /// Proof of the first step.
    pub ticket: OpenTicket,
    /// Six digits, or a recovery code.
    pub code: String,
}

refusals! {
    /// Why the second step fails.
    FinishSignInRefusal {
        /// The code is wrong, or was used.
        WrongCode = "session.wrong_code", RefusalKind::Invalid,
            "this code is wrong, too old, or was used already", at "code";
        /// The account has changed since the first step.
        StartAgain = "session.start_again", RefusalKind::Gone,
            "the account has changed meanwhile; sign in again";
    }
}

impl Operation for FinishSignIn {
    const NAME: &'static str = "session.finish_sign_in";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_sign_in");
    type Target = TheSystem;
    type Output = NewSession;
    type Refusal = FinishSignInRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = user::find(cx.store().system(), self.ticket.user).await?;
        let fits = |account: &Account| {
            account.disabled_at.is_none()
                && account.password_changed_at == self.ticket.password_changed_at
        };
        let Some(account) = account.filter(fits) else {
            return Err(FinishSignInRefusal::StartAgain.into());
        };
        let Some(factor) = account.totp.clone().filter(|factor| factor.confirmed_at.is_some())
        else {
            return Err(FinishSignInRefusal::StartAgain.into());
        };
        cx.about("user", account.id, &account.email);
        let recovered = self.take_code(cx, &account, factor).await?;
        quota::clear(cx.store().system(), &Limit::code_key(account.id)).await?;
        let session = begin(cx, account.id, self.ticket.remember).await?;
        cx.after(serde_json::json!({
            "session": session.session,
            "second_factor": if recovered { "recovery code" } else { "code" },
        }));
        Ok(session)
    }
}

impl FinishSignIn {
    /// Uses the code up. Answers whether it was a recovery code.
    async fn take_code(
        &self,
        cx: &mut Granted<'_, Self>,
        account: &Account,
        factor: Totp,
    ) -> Result<bool, Stop<FinishSignInRefusal>> {
        let (id, now) = (account.id, cx.now());
        if totp::is_code(&self.code) {
            let secret = totp::open(cx.app().keys(), id, &factor.sealed)
                .map_err(|error| Stop::Fault(error.to_string()))?;
            let step = totp::check(&secret, &self.code, now, factor.last_step)
                .ok_or(FinishSignInRefusal::WrongCode)?;
            let factor = Totp { last_step: Some(step), ..factor };
            user::set_totp(cx.store().system(), id, Some(&factor)).await?;
            return Ok(false);
        }
        let hash = recovery::hash(&self.code);
        if !recovery_code::consume(cx.store().system(), id, &hash, now).await? {
            return Err(FinishSignInRefusal::WrongCode.into());
        }
        let left = recovery_code::left(cx.store().system(), id).await?;
        let remaining = u32::try_from(left).unwrap_or(u32::MAX);
        cx.mail(&account.email, &Mail::RecoveryCodeUsed { remaining, at: now }).await?;
        Ok(true)
    }
}
