//! Making the first system administrator, with a link that is printed once.

use std::time::Duration;

use guildhall_model::{BootstrapKind, BootstrapSecret, Email};
use guildhall_store::{
    StoreError, Tx,
    mailed_link::{self, MailedLink, Purpose},
    user,
};

use super::{
    make::{Names, NewAccount, make},
    make_system_admin::administers,
};
use crate::{
    Granted, Never, NewPassword, Operation, Outcome, Permission, Query, QueryOutcome, RefusalKind,
    Revealed, Target, TheSystem, Viewing,
    refusal::refusals,
    session::{NewSession, begin},
};
use guildhall_authz::Snapshot;

/// How long the printed link works.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Makes the link with which the first system administrator is set up; an earlier one stops
/// working.
#[derive(Debug)]
pub struct IssueSetUpLink;

refusals! {
    /// Why no link is made.
    IssueSetUpLinkRefusal {
        /// There is a system administrator.
        Administered = "account.administered", RefusalKind::Conflict,
            "this installation has a system administrator already";
    }
}

impl Operation for IssueSetUpLink {
    const NAME: &'static str = "account.issue_set_up_link";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_appoint_admin");
    type Target = TheSystem;
    type Output = Revealed<BootstrapKind>;
    type Refusal = IssueSetUpLinkRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        if has_admin(cx.snapshot()) {
            return Err(IssueSetUpLinkRefusal::Administered.into());
        }
        let (secret, now) = (BootstrapSecret::generate(cx.entropy()), cx.now());
        let link = MailedLink {
            token_hash: secret.hash(),
            purpose: Purpose::SetUp,
            user: None,
            email: None,
            browser_hash: None,
            created_at: now,
            expires_at: now.plus(LIFETIME),
        };
        mailed_link::replace(cx.store().system(), &link).await?;
        Ok(Revealed(secret))
    }
}

/// Makes the first system administrator, an account like others besides, and signs it in. Whoever
/// holds the printed link runs the machine, so the address counts as verified.
#[derive(Debug)]
pub struct SetUp {
    /// The link's secret.
    pub secret: BootstrapSecret,
    /// The address.
    pub email: Email,
    /// The names.
    pub names: Names,
    /// The password.
    pub password: NewPassword,
}

refusals! {
    /// Why no administrator is made.
    SetUpRefusal {
        /// No such link, or it was used or is too old, or there is an administrator.
        Dead = "account.link_dead", RefusalKind::Gone,
            "this link does not work; it was used already, or it is too old";
        /// The address has an account.
        Exists = "account.exists", RefusalKind::Conflict,
            "this address has an account already; on the machine itself, \
             `guildhall user make-system-admin` appoints it", at "email";
    }
}

impl Operation for SetUp {
    const NAME: &'static str = "account.set_up";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_set_up");
    type Target = TheSystem;
    type Output = NewSession;
    type Refusal = SetUpRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let now = cx.now();
        let link = find_link(cx.store().system(), &self.secret).await?;
        let Some(link) = link.filter(|link| now < link.expires_at && !has_admin(cx.snapshot()))
        else {
            return Err(SetUpRefusal::Dead.into());
        };
        if user::find_by_email(cx.store().system(), &self.email).await?.is_some() {
            return Err(SetUpRefusal::Exists.into());
        }
        mailed_link::consume(cx.store().system(), &link.token_hash, now).await?;
        let new = NewAccount {
            email: &self.email,
            names: &self.names,
            password: &self.password,
            verified: true,
            with_organization: true,
        };
        let (account, organization) = make(cx, new).await?;
        cx.relate(administers(account.id)).await?;
        cx.about("user", account.id, &account.email);
        cx.after(serde_json::json!({
            "email": account.email,
            "system_admin": true,
            "organization": organization,
        }));
        begin(cx, account.id, false).await
    }
}

/// Whether the printed link works. Looking never uses it up.
#[derive(Debug)]
pub struct LookAtSetUpLink {
    /// The link's secret.
    pub secret: BootstrapSecret,
}

impl Query for LookAtSetUpLink {
    const NAME: &'static str = "account.look_at_set_up_link";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_set_up");
    type Target = TheSystem;
    type Output = bool;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        let link = find_link(cx.store().system(), &self.secret).await?;
        Ok(link.is_some_and(|link| now < link.expires_at) && !has_admin(cx.snapshot()))
    }
}

async fn find_link(
    tx: &mut Tx,
    secret: &BootstrapSecret,
) -> Result<Option<MailedLink>, StoreError> {
    let link = mailed_link::find(tx, &secret.hash()).await?;
    Ok(link.filter(|link| link.purpose == Purpose::SetUp))
}

fn has_admin(snapshot: &Snapshot) -> bool {
    snapshot.count(&TheSystem.object(), "admin") > 0
}
