//! Seats: members and pending invitations against what the plan allows.

use guildhall_authz::{Snapshot, Subject};
use guildhall_model::{OrganizationId, OrganizationRole, Timestamp};
use guildhall_store::{Scoped, StoreError, invitation, organization::Organization};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::object;

/// How many seats an organization uses, of how many (B52).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seats {
    /// Members plus invitations that can still be accepted.
    pub used: u64,
    /// How many the plan allows; null is without limit (A23).
    pub limit: Option<u64>,
}

impl Seats {
    /// How many are left; `None` is without limit.
    pub fn left(&self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_sub(self.used))
    }
}

/// The seats of an organization. Exact under its lock (security 19).
pub(crate) async fn of(
    store: &mut Scoped<'_>,
    snapshot: &Snapshot,
    organization: &Organization,
    now: Timestamp,
) -> Result<Seats, StoreError> {
    let (_, standing) = invitation::count(store, now).await?;
    let used = members(snapshot, organization.id) + standing;
    Ok(Seats { used, limit: limit(organization) })
}

/// How many seats the plan allows.
pub(crate) fn limit(organization: &Organization) -> Option<u64> {
    organization.seats.map(|seats| u64::try_from(seats).unwrap_or_default())
}

/// How many people are members, as whatever.
pub(crate) fn members(snapshot: &Snapshot, organization: OrganizationId) -> u64 {
    OrganizationRole::ALL.iter().map(|role| holders(snapshot, organization, *role)).sum()
}

/// How many people have a role by a relationship of their own.
pub(crate) fn holders(
    snapshot: &Snapshot,
    organization: OrganizationId,
    role: OrganizationRole,
) -> u64 {
    let organization = object("organization", &organization.text());
    if role != OrganizationRole::Admin {
        return snapshot.count(&organization, role.as_str()) as u64;
    }
    // Groups and teams can administer besides; they have no seat.
    let admins = snapshot.tuples_of(&organization, Some(role.as_str()));
    admins.iter().filter(|tuple| matches!(tuple.subject, Subject::Object(_))).count() as u64
}
