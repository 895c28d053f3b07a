//! Confirming an address by the link that was mailed there.
//!
//! The link alone is not enough. Somebody could register a stranger's address, or change theirs
//! to it, and wait for the stranger to click. So it works for the account's own session, or in the
//! very browser that registered, and elsewhere one signs in first (security 27).

use guildhall_model::{ContinuationSecret, Email, UserId, VerificationSecret};
use guildhall_store::{
    ScopeId, StoreError, Tx,
    mailed_link::{self, MailedLink, Purpose},
    member,
    user::{self, Account},
};
use serde::{Deserialize, Serialize};

use super::make::holds;
use crate::{
    Actor, Granted, Never, Operation, Outcome, Permission, Query, QueryOutcome, RefusalKind, Stop,
    TheSystem, Viewing,
    mail::Mail,
    refusal::refusals,
    session::{NewSession, begin},
};

/// Confirms the address that a link was mailed to.
#[derive(Debug)]
pub struct ConfirmAddress {
    /// The link's secret.
    pub secret: VerificationSecret,
    /// What the browser was given when it registered.
    pub continuation: Option<ContinuationSecret>,
}

/// What confirming has led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Confirmed {
    /// The address.
    pub email: Email,
    /// Whether it replaced another one.
    pub changed: bool,
    /// The session, where the browser that registered was not signed in.
    pub session: Option<NewSession>,
}

refusals! {
    /// Why the address is not confirmed.
    ConfirmAddressRefusal {
        /// No such link, or it was used, or replaced by a later one.
        Dead = "account.link_dead", RefusalKind::Gone,
            "this link does not work; it may have been used already";
        /// Too old.
        Expired = "account.link_expired", RefusalKind::Gone, "this link is too old";
        /// It is another account's, or nobody is signed in.
        SignInFirst = "account.link_of_another", RefusalKind::Forbidden,
            "sign in to the account that this link is for, then open it again";
        /// Meanwhile the address belongs to another account.
        Taken = "account.email_taken", RefusalKind::Conflict,
            "this address belongs to another account";
    }
}

impl Operation for ConfirmAddress {
    const NAME: &'static str = "account.confirm_address";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_use_mailed_link");
    type Target = TheSystem;
    type Output = Confirmed;
    type Refusal = ConfirmAddressRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let now = cx.now();
        let found = find_link(cx.store().system(), &self.secret).await?;
        let Some((link, account, email)) = found else {
            return Err(ConfirmAddressRefusal::Dead.into());
        };
        if now >= link.expires_at {
            return Err(ConfirmAddressRefusal::Expired.into());
        }
        let same_browser = is_same_browser(&link, self.continuation.as_ref());
        if cx.actor().user() != Some(account.id) && !same_browser {
            return Err(ConfirmAddressRefusal::SignInFirst.into());
        }
        mailed_link::consume(cx.store().system(), &link.token_hash, now).await?;
        cx.about("user", account.id, &account.email);
        let changed = account.email != email;
        if changed {
            take_over(cx, &account, &email).await?;
        } else {
            verify(cx, &account).await?;
        }
        let opens = same_browser && *cx.actor() == Actor::Anonymous && !account.has_second_factor();
        let session = if opens { Some(begin(cx, account.id, false).await?) } else { None };
        Ok(Confirmed { email, changed, session })
    }
}

/// Notes that the holder has proved to receive mail at the account's address.
pub(super) async fn verify<O>(
    cx: &mut Granted<'_, O>,
    account: &Account,
) -> Result<(), Stop<O::Refusal>>
where
    O: Operation,
    O::Target: crate::SystemWide,
{
    if account.email_verified_at.is_some() {
        return Ok(());
    }
    let now = cx.now();
    user::set_email(cx.store().system(), account.id, &account.email, Some(now)).await?;
    cx.relate(holds(&account.email, account.id)).await?;
    mailed_link::forget(cx.store().system(), account.id, Purpose::Verify).await?;
    cx.after(serde_json::json!({ "email": account.email, "verified": true }));
    Ok(())
}

/// Gives the account its new address, and tells the old one.
async fn take_over(
    cx: &mut Granted<'_, ConfirmAddress>,
    account: &Account,
    email: &Email,
) -> Result<(), Stop<ConfirmAddressRefusal>> {
    if user::find_by_email(cx.store().system(), email).await?.is_some() {
        return Err(ConfirmAddressRefusal::Taken.into());
    }
    let now = cx.now();
    cx.unrelate(holds(&account.email, account.id)).await?;
    user::set_email(cx.store().system(), account.id, email, Some(now)).await?;
    cx.relate(holds(email, account.id)).await?;
    for purpose in [Purpose::ChangeEmail, Purpose::Verify, Purpose::Reset] {
        mailed_link::forget(cx.store().system(), account.id, purpose).await?;
    }
    let renewed = Account { email: email.clone(), ..account.clone() };
    refresh_memberships(cx, &renewed).await?;
    cx.mail(&account.email, &Mail::EmailChanged { new: email.clone(), at: now }).await?;
    cx.before(serde_json::json!({ "email": account.email }));
    cx.after(serde_json::json!({ "email": email, "verified": true }));
    Ok(())
}

/// Brings order and search words of the account's memberships to its names and address.
pub(super) async fn refresh_memberships<O>(
    cx: &mut Granted<'_, O>,
    account: &Account,
) -> Result<(), Stop<O::Refusal>>
where
    O: Operation,
    O::Target: crate::SystemWide,
{
    for organization in member::organizations(cx.store().system(), account.id).await? {
        let scope = ScopeId::from(organization);
        if cx.enter(&scope).await? {
            member::refresh(&mut cx.store_of(&scope)?, &account.person()).await?;
        }
    }
    Ok(())
}

/// What a link offers to whoever opens it. Looking never uses it up.
#[derive(Debug)]
pub struct LookAtAddressLink {
    /// The link's secret.
    pub secret: VerificationSecret,
    /// What the browser was given when it registered.
    pub continuation: Option<ContinuationSecret>,
}

/// An address that waits to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingAddress {
    /// It can be confirmed now.
    Ready {
        /// The address.
        email: Email,
    },
    /// The account that it is for has to sign in first.
    SignInFirst,
    /// Too old.
    Expired,
    /// No such link, or it was used.
    Dead,
}

impl Query for LookAtAddressLink {
    const NAME: &'static str = "account.look_at_address_link";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_use_mailed_link");
    type Target = TheSystem;
    type Output = PendingAddress;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let found = find_link(cx.store().system(), &self.secret).await?;
        let Some((link, account, email)) = found else { return Ok(PendingAddress::Dead) };
        Ok(if now >= link.expires_at {
            PendingAddress::Expired
        } else if cx.actor().user() == Some(account.id)
            || is_same_browser(&link, self.continuation.as_ref())
        {
            PendingAddress::Ready { email }
        } else {
            PendingAddress::SignInFirst
        })
    }
}

/// The link, its account and the address it confirms, unless the link was used or the account has
/// another address by now. It may be too old.
pub(crate) async fn find_link(
    tx: &mut Tx,
    secret: &VerificationSecret,
) -> Result<Option<(MailedLink, Account, Email)>, StoreError> {
    let Some(link) = mailed_link::find(tx, &secret.hash()).await? else { return Ok(None) };
    let (Some(id), Some(email)) = (link.user, link.email.clone()) else { return Ok(None) };
    let Some(account) = find_open(tx, id).await? else { return Ok(None) };
    let fits = match link.purpose {
        Purpose::Verify => account.email == email,
        Purpose::ChangeEmail => account.email != email,
        Purpose::Reset | Purpose::SetUp => false,
    };
    Ok(fits.then_some((link, account, email)))
}

async fn find_open(tx: &mut Tx, id: UserId) -> Result<Option<Account>, StoreError> {
    Ok(user::find(tx, id).await?.filter(|account| account.disabled_at.is_none()))
}

fn is_same_browser(link: &MailedLink, continuation: Option<&ContinuationSecret>) -> bool {
    match (link.browser_hash, continuation) {
        (Some(hash), Some(continuation)) => hash == continuation.hash(),
        _ => false,
    }
}
