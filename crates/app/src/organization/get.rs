//! One organization, as somebody who may see it does.

use guildhall_model::{
    DisplayName, Email, OrganizationId, OrganizationName, OrganizationRole, Timestamp, UserId,
};
use guildhall_store::{invitation, member, organization};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Seats, Switches, seats};
use crate::{Never, Permission, Query, QueryOutcome, Stop, Viewing, ceiling, member::standing};

/// How many of those in charge are named.
const NAMED: usize = 6;

/// An organization: what it is, and what the asker is and may do in it (H28).
#[derive(Clone, Copy, Debug)]
pub struct GetOrganization {
    /// The organization.
    pub organization: OrganizationId,
}

/// An organization at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationOverview {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses (B69).
    pub name: OrganizationName,
    /// The name it is shown under.
    pub display_name: DisplayName,
    /// Its plan.
    pub plan: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Until when a deleted one can be restored.
    pub restorable_until: Option<Timestamp>,
    /// The asker's role; null for system administrators who are no members.
    pub role: Option<OrganizationRole>,
    /// Through what the asker has the role, if not by themselves.
    pub through: Option<String>,
    /// What the asker may do: relations of the charter.
    pub permissions: Vec<String>,
    /// How many people are members; null for those who may not see them.
    pub people: Option<u64>,
    /// How many invitations can be accepted; null for those who may not see them.
    pub invitations: Option<u64>,
    /// The seats; null for those who may not see them.
    pub seats: Option<Seats>,
    /// What plain members may do; null for those who may not see it.
    pub switches: Option<Switches>,
    /// The owner and some administrators; empty for those who may not see them.
    pub in_charge: Vec<InCharge>,
}

/// The owner or an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InCharge {
    /// The user.
    pub user: UserId,
    /// First and last name; may be empty.
    pub name: String,
    /// The address.
    pub email: Email,
    /// Owner or administrator.
    pub role: OrganizationRole,
}

impl OrganizationOverview {
    /// Whether the asker may do something.
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| held == permission)
    }

    /// The owner, for those who may see them.
    pub fn owner(&self) -> Option<&InCharge> {
        self.in_charge.iter().find(|one| one.role == OrganizationRole::Owner)
    }
}

impl Query for GetOrganization {
    const NAME: &'static str = "organization.get";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_see");
    type Target = OrganizationId;
    type Output = OrganizationOverview;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let id = self.organization;
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let (snapshot, now) = (cx.snapshot().clone(), cx.now());
        let asker = cx.actor().user();
        let permissions = match asker {
            Some(asker) => ceiling::of_user(&snapshot, id, asker)?,
            None => ceiling::Permissions::new(),
        };
        let standing = asker.map(|asker| standing::of(&snapshot, id, asker)).transpose()?.flatten();
        let sees = asker.is_none() || permissions.contains("can_list_members");
        let (mut invitations, mut seats, mut in_charge) = (None, None, Vec::new());
        if sees {
            invitations = Some(invitation::count(&mut cx.store(), now).await?.1);
            seats = Some(seats::of(&mut cx.store(), &snapshot, &of, now).await?);
            for (user, role) in standing::in_charge(&snapshot, id).into_iter().take(NAMED) {
                if let Some(member) = member::get(&mut cx.store(), user).await? {
                    let (name, email) = (member.person.name(), member.person.email);
                    in_charge.push(InCharge { user, name, email, role });
                }
            }
        }
        Ok(OrganizationOverview {
            id,
            name: of.name,
            display_name: of.display_name,
            plan: of.plan,
            created_at: of.created_at,
            deleted_at: of.deleted_at,
            restorable_until: of.purge_at,
            role: standing.as_ref().map(|standing| standing.role),
            through: standing.and_then(|standing| standing.through),
            permissions: permissions.into_iter().collect(),
            people: sees.then(|| seats::members(&snapshot, id)),
            invitations,
            seats,
            switches: sees.then(|| Switches::of(&snapshot, id)),
            in_charge,
        })
    }
}
