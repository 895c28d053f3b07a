//! The custom roles of an organization: what each permits, and who has it.

use guildhall_authz::{Snapshot, Subject};
use guildhall_model::{Email, OrganizationId, RoleId, RoleName, Timestamp, UserId};
use guildhall_store::{
    member,
    role::{self, Role},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact;
use crate::{Never, Permission, Query, QueryOutcome, Stop, Viewing, object};

/// How many of those who have a role are named.
const NAMED: usize = 1_000;

/// The custom roles of an organization, by name.
#[derive(Clone, Copy, Debug)]
pub struct ListRoles {
    /// The organization.
    pub organization: OrganizationId,
}

/// A custom role with those who have it.
#[derive(Clone, Copy, Debug)]
pub struct GetRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The role.
    pub role: RoleId,
}

/// A custom role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleView {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: RoleName,
    /// What it is for; may be empty.
    pub description: String,
    /// What it permits: relations of the charter.
    pub permissions: Vec<String>,
    /// How many have it.
    pub people: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A custom role and who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleDetail {
    /// The role.
    #[serde(flatten)]
    pub role: RoleView,
    /// Those who have it, the first thousand.
    pub holders: Vec<RoleHolder>,
}

/// Somebody who has a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleHolder {
    /// The user.
    pub user: UserId,
    /// First and last name; may be empty.
    pub name: String,
    /// The address.
    pub email: Email,
}

impl Query for ListRoles {
    const NAME: &'static str = "role.list";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_members");
    type Target = OrganizationId;
    type Output = Vec<RoleView>;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let all = role::all(&mut cx.store()).await?;
        let view = |role| view(cx.snapshot(), self.organization, role);
        Ok(all.into_iter().map(view).collect())
    }
}

impl Query for GetRole {
    const NAME: &'static str = "role.get";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_list_members");
    type Target = OrganizationId;
    type Output = RoleDetail;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let role = role::get(&mut cx.store(), self.role).await?.ok_or(Stop::NotFound)?;
        let snapshot = cx.snapshot().clone();
        let mut holders = Vec::new();
        let this = object("role", &self.role.text());
        for tuple in snapshot.tuples_of(&this, Some("assignee")).into_iter().take(NAMED) {
            let Subject::Object(who) = &tuple.subject else { continue };
            let Ok(user) = who.id.parse() else { continue };
            if let Some(member) = member::get(&mut cx.store(), user).await? {
                let (name, email) = (member.person.name(), member.person.email);
                holders.push(RoleHolder { user, name, email });
            }
        }
        Ok(RoleDetail { role: view(&snapshot, self.organization, role), holders })
    }
}

fn view(snapshot: &Snapshot, organization: OrganizationId, role: Role) -> RoleView {
    RoleView {
        permissions: fact::permissions(snapshot, organization, role.id).into_iter().collect(),
        people: snapshot.count(&object("role", &role.id.text()), "assignee") as u64,
        id: role.id,
        name: role.name,
        description: role.description,
        created_at: role.created_at,
    }
}
