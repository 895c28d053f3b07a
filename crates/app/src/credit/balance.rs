//! What is left.

use guildhall_model::{Credits, OrganizationId, Timestamp};
use guildhall_store::{Scoped, StoreError, cluster::run, credit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Never, Permission, Query, QueryOutcome, Viewing};

/// The credits of an organization at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    /// All that was ever granted.
    pub granted: Credits,
    /// All that was ever consumed.
    pub consumed: Credits,
    /// What is left; below zero where more was consumed than granted.
    pub left: Credits,
    /// What the running clusters consume in an hour.
    pub per_hour: Credits,
}

impl Balance {
    /// Whether nothing is left to start clusters with.
    pub fn is_spent(&self) -> bool {
        self.left <= Credits::ZERO
    }

    /// For how many hours what is left lasts, if clusters run on as they do.
    pub fn hours_left(&self) -> Option<i64> {
        (self.per_hour > Credits::ZERO)
            .then(|| self.left.millionths().max(0) / self.per_hour.millionths())
    }
}

/// The balance of the organization at a time.
pub(crate) async fn balance(
    scoped: &mut Scoped<'_>,
    now: Timestamp,
) -> Result<Balance, StoreError> {
    let (granted, ended) = credit::sums(scoped).await?;
    let running = run::all_open(scoped).await?;
    let lately: Credits =
        running.iter().map(|run| run.hourly.hourly(now.since(run.started_at))).sum();
    let consumed = ended + lately;
    let per_hour = running.iter().map(|run| run.hourly).sum();
    Ok(Balance { granted, consumed, left: granted - consumed, per_hour })
}

/// How many credits an organization has left.
#[derive(Clone, Copy, Debug)]
pub struct GetCredits {
    /// The organization.
    pub organization: OrganizationId,
}

impl Query for GetCredits {
    const NAME: &'static str = "credit.get";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_see_credits");
    type Target = OrganizationId;
    type Output = Balance;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let now = cx.now();
        Ok(balance(&mut cx.store(), now).await?)
    }
}
