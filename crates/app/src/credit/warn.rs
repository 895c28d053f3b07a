//! Telling people that their credits come to an end.

use guildhall_authz::Subject;
use guildhall_model::{Credits, Email, OrganizationId, Timestamp, UserId};
use guildhall_store::{Scoped, StoreError, credit, organization, user as account};
use serde::{Deserialize, Serialize};

use super::balance;
use crate::{
    Granted, Operation, Outcome, Permission, RefusalKind, Stop, Target, mail::Mail,
    refusal::refusals,
};

/// The most people who are told: an organization may have made thousands its administrators.
const MOST_TOLD: usize = 100;

/// Tell the owner and the administrators of an organization that its balance fell to a threshold of
/// [`crate::ClusterSettings::warn_below`], once for each threshold until more is granted.
#[derive(Clone, Copy, Debug)]
pub struct WarnOfCredits {
    /// The organization.
    pub organization: OrganizationId,
}

/// What people were told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarnedOfCredits {
    /// The lowest threshold that was reached.
    pub threshold: Credits,
    /// What is left.
    pub left: Credits,
}

refusals! {
    /// Why nobody is told.
    WarnOfCreditsRefusal {
        /// No threshold was reached that they were not told of.
        NothingNew = "credit.nothing_new", RefusalKind::Conflict,
            "the balance has reached no threshold that was not told of";
    }
}

impl Operation for WarnOfCredits {
    const NAME: &'static str = "credit.warn";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_watch_credits");
    type Target = OrganizationId;
    type Output = WarnedOfCredits;
    type Refusal = WarnOfCreditsRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let now = cx.now();
        let balance = balance(&mut cx.store(), now).await?;
        let settings = cx.settings().clusters.clone();
        let reached = mark(&mut cx.store(), &settings.warn_below, balance.left, now).await?;
        let threshold = reached.into_iter().min().ok_or(WarnOfCreditsRefusal::NothingNew)?;
        let (organization, organization_id) = (of.display_name.to_string(), self.organization);
        let mail = if balance.is_spent() {
            Mail::CreditsSpent { organization, organization_id, stopping: settings.stop_at_zero }
        } else {
            let (left, hours) = (balance.left, balance.hours_left());
            Mail::CreditsLow { organization, organization_id, left, hours, at: now }
        };
        for to in told(cx).await? {
            cx.mail(&to, &mail).await?;
        }
        let warned = WarnedOfCredits { threshold, left: balance.left };
        cx.about("organization", self.organization, &of.display_name);
        cx.after(&warned);
        Ok(warned)
    }
}

/// Notes the thresholds that a balance has reached as told of. Answers those that were not yet.
pub(super) async fn mark(
    scoped: &mut Scoped<'_>,
    thresholds: &[Credits],
    left: Credits,
    now: Timestamp,
) -> Result<Vec<Credits>, StoreError> {
    let mut new = Vec::new();
    for threshold in thresholds.iter().copied().filter(|threshold| left <= *threshold) {
        if credit::warn(scoped, threshold, now).await? {
            new.push(threshold);
        }
    }
    Ok(new)
}

async fn told(
    cx: &mut Granted<'_, WarnOfCredits>,
) -> Result<Vec<Email>, Stop<WarnOfCreditsRefusal>> {
    let this = cx.target().object();
    let admins = cx.snapshot().list_subjects(&this, "admin", "user");
    let admins = admins.map_err(|error| Stop::Fault(error.to_string()))?;
    let mut told = Vec::new();
    for subject in admins {
        if told.len() == MOST_TOLD {
            break;
        }
        let Subject::Object(user) = subject else { continue };
        let Ok(id) = user.id.parse::<UserId>() else { continue };
        let known = account::find(cx.store().system(), id).await?;
        told.extend(known.filter(|known| known.disabled_at.is_none()).map(|known| known.email));
    }
    Ok(told)
}
