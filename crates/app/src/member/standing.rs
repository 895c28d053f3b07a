//! What somebody is in an organization: the relationships that say it, and their changes.

use guildhall_authz::{Check, EvaluationError, Snapshot, Subject, Tuple};
use guildhall_model::{OrganizationId, OrganizationRole, UserId};
use guildhall_store::{
    member::{self, Member},
    relationship,
};

use crate::{Granted, Operation, Stop, index, object, user};

/// A role and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The role.
    pub(crate) role: OrganizationRole,
    /// The group or team that it comes through; `None` for one's own.
    pub(crate) through: Option<String>,
}

/// The one relationship that makes a user a member.
pub(crate) fn tuple(organization: OrganizationId, role: OrganizationRole, id: UserId) -> Tuple {
    Tuple::new(object("organization", &organization.text()), role.as_str(), user(id))
}

/// The role that a user has by a relationship of their own, also while the organization is
/// deleted.
pub(crate) fn direct(
    snapshot: &Snapshot,
    organization: OrganizationId,
    id: UserId,
) -> Option<OrganizationRole> {
    let held = |role: &OrganizationRole| snapshot.contains(&tuple(organization, *role, id));
    OrganizationRole::ALL.into_iter().find(held)
}

/// The role that a user has, by themselves or through a group or team that administers.
pub(crate) fn of(
    snapshot: &Snapshot,
    organization: OrganizationId,
    id: UserId,
) -> Result<Option<Standing>, EvaluationError> {
    let direct = direct(snapshot, organization, id);
    if let Some(role @ (OrganizationRole::Owner | OrganizationRole::Admin)) = direct {
        return Ok(Some(Standing { role, through: None }));
    }
    let this = object("organization", &organization.text());
    let subject = user(id);
    if !snapshot.check(&Check::new(&this, "admin", &subject))? {
        return Ok(direct.map(|role| Standing { role, through: None }));
    }
    for tuple in snapshot.tuples_of(&this, Some("admin")) {
        let Subject::Userset(set, relation) = &tuple.subject else { continue };
        if snapshot.check(&Check::new(set, relation, &subject))? {
            let through = Some(format!("through {} {}", set.kind, set.id));
            return Ok(Some(Standing { role: OrganizationRole::Admin, through }));
        }
    }
    Ok(Some(Standing { role: OrganizationRole::Admin, through: None }))
}

/// A member, with the role that they have by a relationship of their own.
pub(super) async fn member<O: Operation>(
    cx: &mut Granted<'_, O>,
    organization: OrganizationId,
    id: UserId,
) -> Result<Option<(Member, OrganizationRole)>, Stop<O::Refusal>> {
    let member = member::get(&mut cx.store(), id).await?;
    Ok(member.zip(direct(cx.snapshot(), organization, id)))
}

/// The one owner.
pub(crate) fn owner(snapshot: &Snapshot, organization: OrganizationId) -> Option<UserId> {
    users(snapshot, organization, OrganizationRole::Owner).into_iter().next()
}

/// The owner, then the administrators who are so by themselves.
pub(crate) fn in_charge(
    snapshot: &Snapshot,
    organization: OrganizationId,
) -> Vec<(UserId, OrganizationRole)> {
    let mut found = Vec::new();
    for role in [OrganizationRole::Owner, OrganizationRole::Admin] {
        let users = users(snapshot, organization, role);
        found.extend(users.into_iter().map(|user| (user, role)));
    }
    found
}

fn users(snapshot: &Snapshot, organization: OrganizationId, role: OrganizationRole) -> Vec<UserId> {
    let this = object("organization", &organization.text());
    let tuples = snapshot.tuples_of(&this, Some(role.as_str()));
    let user = |tuple: Tuple| match tuple.subject {
        Subject::Object(user) => user.id.parse().ok(),
        Subject::Userset(..) | Subject::Wildcard(_) => None,
    };
    tuples.into_iter().filter_map(user).collect()
}

/// Gives a member another role, in the place of the one they have.
pub(crate) async fn set<O: Operation>(
    cx: &mut Granted<'_, O>,
    organization: OrganizationId,
    id: UserId,
    role: OrganizationRole,
) -> Result<(), Stop<O::Refusal>> {
    for other in OrganizationRole::ALL {
        cx.unrelate(tuple(organization, other, id)).await?;
    }
    cx.relate(tuple(organization, role, id)).await?;
    Ok(())
}

/// Ends a membership: every relationship of the user in the organization goes, custom roles and
/// invitations they sent included (H37, A33).
pub(crate) async fn end<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: UserId,
) -> Result<(), Stop<O::Refusal>> {
    for fact in relationship::of_subject(&mut cx.store(), "user", &id.text()).await? {
        cx.unrelate(index::tuple(fact)).await?;
    }
    member::remove(&mut cx.store(), id).await?;
    Ok(())
}
