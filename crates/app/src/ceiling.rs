//! Nobody gives more than they have: roles are compared by what they permit, never by name.

use std::collections::BTreeSet;

use guildhall_authz::{Check, EvaluationError, Snapshot, Subject, Tuple};
use guildhall_model::{InvitableRole, OrganizationId, OrganizationRole, RoleId, UserId};

use crate::{invitation::OfferedRole, object, user};

/// What somebody may do in an organization: relations `can_…` of the charter.
pub(crate) type Permissions = BTreeSet<String>;

/// Somebody who has nothing but what is said of them.
const SOMEBODY: &str = "somebody";

/// What a subject may do, if some more were so.
pub(crate) fn held(
    snapshot: &Snapshot,
    organization: OrganizationId,
    subject: &Subject,
    suppose: &[Tuple],
) -> Result<Permissions, EvaluationError> {
    let object = object("organization", &organization.text());
    let relations = snapshot.list_relations(&object, subject, suppose)?;
    Ok(relations.into_iter().filter(|name| name.starts_with("can_")).collect())
}

/// What a user may do.
pub(crate) fn of_user(
    snapshot: &Snapshot,
    organization: OrganizationId,
    id: UserId,
) -> Result<Permissions, EvaluationError> {
    held(snapshot, organization, &user(id), &[])
}

/// What somebody with this role and nothing else may do, as the switches and roles are now.
pub(crate) fn of_role(
    snapshot: &Snapshot,
    organization: OrganizationId,
    role: OrganizationRole,
    custom: Option<RoleId>,
) -> Result<Permissions, EvaluationError> {
    let somebody = Subject::Object(object("user", SOMEBODY));
    let of = object("organization", &organization.text());
    let mut suppose = vec![Tuple::new(of, role.as_str(), somebody.clone())];
    if let Some(custom) = custom {
        let role = object("role", &custom.text());
        suppose.push(Tuple::new(role, "assignee", somebody.clone()));
    }
    held(snapshot, organization, &somebody, &suppose)
}

/// Whether a user may offer a role (H17, security 6 to 9): they have everything that it permits,
/// may invite at all, and for administrators and custom roles have the right to appoint such.
pub(crate) fn may_offer(
    snapshot: &Snapshot,
    organization: OrganizationId,
    inviter: UserId,
    role: OfferedRole,
) -> Result<bool, EvaluationError> {
    let (to, subject) = (object("organization", &organization.text()), user(inviter));
    let has = |relation: &str| snapshot.check(&Check::new(&to, relation, &subject));
    let needed = match role {
        OfferedRole::Organization(InvitableRole::Admin) => "can_invite_admin",
        OfferedRole::Organization(_) => "can_invite",
        OfferedRole::Custom(_) => "can_manage_roles",
    };
    if !has("can_invite")? || !has(needed)? {
        return Ok(false);
    }
    let (base, custom) = role.parts();
    for relation in of_role(snapshot, organization, base, custom)? {
        if !has(&relation)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a user has everything that another has: who has less may not take away from who has
/// more.
pub(crate) fn reaches(
    snapshot: &Snapshot,
    organization: OrganizationId,
    actor: UserId,
    other: UserId,
) -> Result<bool, EvaluationError> {
    let held = of_user(snapshot, organization, actor)?;
    Ok(of_user(snapshot, organization, other)?.is_subset(&held))
}
