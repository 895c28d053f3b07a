//! A member as the list and the API show one.

use guildhall_authz::{Snapshot, Tuple};
use guildhall_model::{
    Email, OrganizationId, OrganizationRole, RoleId, RoleName, Timestamp, UserId,
};
use guildhall_store::{member::Member, role::Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::standing;
use crate::{object, user};

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberView {
    /// The user.
    pub user: UserId,
    /// Their address.
    pub email: Email,
    /// First and last name; may be empty.
    pub name: String,
    /// The role they have in effect.
    pub role: OrganizationRole,
    /// The role they have by themselves.
    pub own_role: OrganizationRole,
    /// Where the role comes from, if not from a relationship of their own.
    pub through: Option<String>,
    /// The custom roles they have by themselves.
    pub custom_roles: Vec<CustomRole>,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// A custom role that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomRole {
    /// The role.
    pub id: RoleId,
    /// Its name.
    pub name: RoleName,
}

impl MemberView {
    pub(super) fn of(
        snapshot: &Snapshot,
        organization: OrganizationId,
        member: Member,
        roles: &[Role],
    ) -> Result<Option<Self>, guildhall_authz::EvaluationError> {
        let id = member.person.id;
        let Some(own_role) = standing::direct(snapshot, organization, id) else {
            return Ok(None);
        };
        let standing = standing::of(snapshot, organization, id)?;
        let has = |role: &&Role| {
            let role = object("role", &role.id.text());
            snapshot.contains(&Tuple::new(role, "assignee", user(id)))
        };
        let custom_roles = roles.iter().filter(has);
        let custom_roles =
            custom_roles.map(|role| CustomRole { id: role.id, name: role.name.clone() });
        Ok(Some(Self {
            user: id,
            name: member.person.name(),
            email: member.person.email,
            role: standing.as_ref().map_or(own_role, |standing| standing.role),
            own_role,
            through: standing.and_then(|standing| standing.through),
            custom_roles: custom_roles.collect(),
            joined_at: member.joined_at,
        }))
    }
}
