//! Sending the link that verifies an address once more.

use guildhall_model::{Email, UserId};
use guildhall_store::{
    mailed_link::{self, Purpose},
    user::{self, Account},
};

use super::register::send_verification;
use crate::{
    Granted, Never, Operation, Outcome, Permission, RefusalKind, Stop, TheSystem,
    refusal::refusals, throttle::Limit,
};

/// Sends the link again to the address of the account that is signed in.
#[derive(Debug)]
pub struct SendVerification {
    /// The account.
    pub user: UserId,
}

refusals! {
    /// Why no link is sent.
    SendVerificationRefusal {
        /// The address is verified.
        Verified = "account.already_verified", RefusalKind::Conflict,
            "this address is confirmed already";
        /// Too many were sent.
        TooMany = "account.too_many_mails", RefusalKind::TooMany { retry_after: 3600 },
            "this mail was sent several times within the hour; try again later";
    }
}

impl Operation for SendVerification {
    const NAME: &'static str = "account.send_verification";
    const PERMISSION: Permission<UserId> = Permission::named("can_change_email");
    type Target = UserId;
    type Output = ();
    type Refusal = SendVerificationRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        if account.email_verified_at.is_some() {
            return Err(SendVerificationRefusal::Verified.into());
        }
        if !again(cx, &account).await? {
            return Err(SendVerificationRefusal::TooMany.into());
        }
        Ok(())
    }
}

/// Sends the link again for whoever just registered with an address. The answer is the same
/// whether or not there is such an account (security 28).
#[derive(Debug)]
pub struct RequestVerification {
    /// The address.
    pub email: Email,
}

impl Operation for RequestVerification {
    const NAME: &'static str = "account.request_verification";
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
        if let Some(account) = account.filter(|account| account.email_verified_at.is_none()) {
            again(cx, &account).await?;
        }
        Ok(())
    }
}

/// Answers whether it was sent. The browser that registered stays the one that needs no password.
async fn again<O: Operation>(
    cx: &mut Granted<'_, O>,
    account: &Account,
) -> Result<bool, Stop<O::Refusal>> {
    let now = cx.now();
    if Limit::mail("verify", account.id).take(cx.store().system(), now).await?.is_err() {
        return Ok(false);
    }
    let earlier =
        mailed_link::newest(cx.store().system(), account.id, Purpose::Verify, now).await?;
    send_verification(cx, account, earlier.and_then(|link| link.browser_hash)).await?;
    Ok(true)
}
