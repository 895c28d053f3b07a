//! The relationships of custom roles, and who may give what by them.

use std::collections::BTreeSet;

use guildhall_authz::{EvaluationError, Snapshot, Subject, Tuple};
use guildhall_model::{OrganizationId, RoleId, UserId};

use crate::{Granted, Operation, Stop, ceiling, object, user};

/// The permissions that a role can carry: those that the charter lets `role#assignee` have.
pub const GRANTABLE: &[&str] = &[
    "can_invite",
    "can_create_cluster",
    "can_open_ports",
    "can_configure_cloud_accounts",
    "can_read_usage",
    "can_remove_member",
    "can_read_audit",
];

/// How many roles one organization can have.
pub(super) const MOST: usize = 100;

/// The longest description, in characters.
pub(super) const LONGEST: usize = 500;

pub(super) fn belongs(organization: OrganizationId, id: RoleId) -> Tuple {
    let organization = object("organization", &organization.text());
    Tuple::new(object("role", &id.text()), "organization", organization)
}

pub(super) fn assigned(id: RoleId, to: UserId) -> Tuple {
    Tuple::new(object("role", &id.text()), "assignee", user(to))
}

pub(super) fn permits(organization: OrganizationId, id: RoleId, permission: &str) -> Tuple {
    let holders = Subject::userset(object("role", &id.text()), "assignee");
    Tuple::new(object("organization", &organization.text()), permission, holders)
}

/// What a role permits.
pub(super) fn permissions(
    snapshot: &Snapshot,
    organization: OrganizationId,
    id: RoleId,
) -> BTreeSet<String> {
    let permitted =
        GRANTABLE.iter().filter(|name| snapshot.contains(&permits(organization, id, name)));
    permitted.map(|name| (*name).to_owned()).collect()
}

/// The permissions as they are sent, if every one can be carried by a role.
pub(super) fn grantable(permissions: &[String]) -> Result<BTreeSet<String>, String> {
    match permissions.iter().find(|name| !GRANTABLE.contains(&name.as_str())) {
        Some(unknown) => Err(unknown.clone()),
        None => Ok(permissions.iter().cloned().collect()),
    }
}

/// Whether a user has all of these themselves (security 7, 35).
pub(super) fn has_all(
    snapshot: &Snapshot,
    organization: OrganizationId,
    actor: UserId,
    permissions: &BTreeSet<String>,
) -> Result<bool, EvaluationError> {
    Ok(permissions.is_subset(&ceiling::of_user(snapshot, organization, actor)?))
}

/// Makes a role permit exactly these.
pub(super) async fn permit<O: Operation>(
    cx: &mut Granted<'_, O>,
    organization: OrganizationId,
    id: RoleId,
    permissions: &BTreeSet<String>,
) -> Result<(), Stop<O::Refusal>> {
    for name in GRANTABLE {
        let tuple = permits(organization, id, name);
        if permissions.contains(*name) {
            cx.relate(tuple).await?;
        } else {
            cx.unrelate(tuple).await?;
        }
    }
    Ok(())
}
