//! Granting credits.

use guildhall_model::{CreditGrantId, Credits, Entropy, Id, OrganizationId, Timestamp};
use guildhall_store::{
    Scoped, StoreError,
    credit::{self, CreditGrant},
    organization,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{balance, warn};
use crate::{
    Actor, ClusterSettings, Granted, Never, Operation, Outcome, Permission, Query, QueryOutcome,
    RefusalKind, Stop, Viewing, refusal::refusals,
};

/// The longest note, in characters.
const LONGEST: usize = 500;
/// The most grants that one answer holds.
const MOST: u32 = 201;

/// Grant credits to an organization, or take some back.
#[derive(Clone, Debug)]
pub struct GrantCredits {
    /// The organization.
    pub organization: OrganizationId,
    /// How many; below zero to take some back.
    pub amount: Credits,
    /// Why; may be empty.
    pub note: String,
}

/// What was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreditsGranted {
    /// The grant.
    pub id: CreditGrantId,
    /// What is left now.
    pub left: Credits,
}

refusals! {
    /// Why nothing is granted.
    GrantCreditsRefusal {
        /// Nothing, or more than a billion.
        BadAmount = "credit.bad_amount", RefusalKind::Invalid,
            "grant between one millionth of a credit and a billion, or take back as many",
            at "amount";
        /// The note is too long.
        NoteTooLong = "credit.note_too_long", RefusalKind::Invalid,
            "the note is longer than 500 characters", at "note";
    }
}

impl Operation for GrantCredits {
    const NAME: &'static str = "credit.grant";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_grant_credits");
    type Target = OrganizationId;
    type Output = CreditsGranted;
    type Refusal = GrantCreditsRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let size = self.amount.max(-self.amount);
        if size == Credits::ZERO || size > Credits::MAX_GRANT {
            return Err(GrantCreditsRefusal::BadAmount.into());
        }
        if self.note.chars().count() > LONGEST {
            return Err(GrantCreditsRefusal::NoteTooLong.into());
        }
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let now = cx.now();
        let before = balance::balance(&mut cx.store(), now).await?.left;
        let id: CreditGrantId = cx.generate();
        let granted_by = match cx.actor() {
            Actor::User { email, .. } => email.to_string(),
            Actor::System(reason) => (*reason).to_owned(),
            Actor::Anonymous => return Err(Stop::Fault("nobody grants credits".to_owned())),
        };
        let note = self.note.trim().to_owned();
        let grant = CreditGrant { id, amount: self.amount, note, granted_by, granted_at: now };
        credit::add(&mut cx.store(), &grant).await?;
        let left = before + self.amount;
        credit::calm(&mut cx.store(), left).await?;
        if self.amount > Credits::ZERO {
            let thresholds = cx.settings().clusters.warn_below.clone();
            warn::mark(&mut cx.store(), &thresholds, left, now).await?;
        }
        cx.about("organization", self.organization, &of.display_name);
        cx.before(serde_json::json!({ "left": before }));
        cx.after(serde_json::json!({ "left": left, "amount": self.amount, "note": grant.note }));
        Ok(CreditsGranted { id, left })
    }
}

/// Grants a new organization what every new one gets. Its people are not warned that it is little.
pub(crate) async fn initial(
    scoped: &mut Scoped<'_>,
    settings: &ClusterSettings,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<(), StoreError> {
    let amount = settings.initial_credits;
    if amount == Credits::ZERO {
        return Ok(());
    }
    let grant = CreditGrant {
        id: Id::generate(now, entropy),
        amount,
        note: "For a new organization".to_owned(),
        granted_by: "Guildhall".to_owned(),
        granted_at: now,
    };
    credit::add(scoped, &grant).await?;
    warn::mark(scoped, &settings.warn_below, amount, now).await.map(drop)
}

/// What an organization was granted, newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListCreditGrants {
    /// The organization.
    pub organization: OrganizationId,
    /// Only grants older than this one.
    pub after: Option<CreditGrantId>,
    /// How many at most; capped at 201.
    pub limit: u32,
}

/// A grant of credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedCreditGrant {
    /// Its id.
    pub id: CreditGrantId,
    /// How many; below zero where some were taken back.
    pub amount: Credits,
    /// Why; may be empty.
    pub note: String,
    /// Who granted them.
    pub granted_by: String,
    /// When.
    pub granted_at: Timestamp,
}

impl Query for ListCreditGrants {
    const NAME: &'static str = "credit.list_grants";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_read_usage");
    type Target = OrganizationId;
    type Output = Vec<ListedCreditGrant>;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let limit = self.limit.min(MOST);
        let grants = credit::page(&mut cx.store(), self.after, limit).await?;
        let listed = grants.into_iter().map(|grant| ListedCreditGrant {
            id: grant.id,
            amount: grant.amount,
            note: grant.note,
            granted_by: grant.granted_by,
            granted_at: grant.granted_at,
        });
        Ok(listed.collect())
    }
}
