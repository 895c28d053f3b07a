//! The shared steps of invitations: their relationships, seats and limits.

use std::time::Duration;

use guildhall_authz::{Snapshot, Subject, Tuple};
use guildhall_model::{Email, InvitationId, OrganizationId, RoleId, Timestamp, UserId};
use guildhall_store::{
    Scoped, StoreError,
    invitation::{self, Invitation, InvitationStatus},
    quota::{self, Quota},
};

use super::OfferedRole;
use crate::{Granted, Operation, Settings, Stop, ceiling, object, user};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The relationship by which a user holds a confirmed address.
pub(super) fn holds(email: &Email, id: UserId) -> Tuple {
    Tuple::new(object("address", email.as_str()), "holder", user(id))
}

/// The relationships of a pending invitation.
pub(super) fn tuples(
    organization: OrganizationId,
    id: InvitationId,
    inviter: UserId,
    email: &Email,
) -> [Tuple; 3] {
    let invitation = object("invitation", &id.text());
    let holder = Subject::userset(object("address", email.as_str()), "holder");
    [
        Tuple::new(
            invitation.clone(),
            "organization",
            object("organization", &organization.text()),
        ),
        Tuple::new(invitation.clone(), "inviter", user(inviter)),
        Tuple::new(invitation, "invitee", holder),
    ]
}

/// Takes all relationships of an invitation away.
pub(crate) async fn unrelate<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: InvitationId,
) -> Result<(), Stop<O::Refusal>> {
    for tuple in cx.snapshot().tuples_of(&object("invitation", &id.text()), None) {
        cx.unrelate(tuple).await?;
    }
    Ok(())
}

/// Settles a pending invitation and takes its relationships away. Answers whether it was pending.
pub(crate) async fn forget<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: InvitationId,
    status: InvitationStatus,
) -> Result<bool, Stop<O::Refusal>> {
    let now = cx.now();
    if !invitation::settle(&mut cx.store(), id, status, now).await? {
        return Ok(false);
    }
    unrelate(cx, id).await?;
    Ok(true)
}

/// The pending invitation of an operation, or *not found*.
pub(super) async fn pending<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: InvitationId,
) -> Result<Invitation, Stop<O::Refusal>> {
    let found = invitation::get(&mut cx.store(), id).await?;
    let found = found.filter(|invitation| invitation.status == InvitationStatus::Pending);
    found.ok_or(Stop::NotFound)
}

/// The offered role as it was stored; a text that is none is damage.
pub(super) fn offered(invitation: &Invitation) -> Result<OfferedRole, StoreError> {
    invitation.role.parse().map_err(|error| StoreError::Fault(format!("invitation: {error}")))
}

/// Makes somebody the one whose right the offer rests on.
pub(super) async fn take_over<O: Operation>(
    cx: &mut Granted<'_, O>,
    organization: OrganizationId,
    invitation: &mut Invitation,
    (inviter, email): (UserId, &Email),
) -> Result<(), Stop<O::Refusal>> {
    let [_, before, _] = tuples(organization, invitation.id, invitation.inviter, &invitation.email);
    let [_, after, _] = tuples(organization, invitation.id, inviter, &invitation.email);
    cx.unrelate(before).await?;
    cx.relate(after).await?;
    invitation.inviter = inviter;
    invitation.inviter_email = email.clone();
    Ok(())
}

/// Whether the inviter still stands for the offer: as it was made, for less, or not at all
/// (security 9).
pub(super) fn standing(
    snapshot: &Snapshot,
    organization: OrganizationId,
    inviter: UserId,
    role: OfferedRole,
) -> Result<Option<OfferedRole>, guildhall_authz::EvaluationError> {
    for candidate in [role, OfferedRole::default()] {
        if exists(snapshot, organization, candidate)
            && ceiling::may_offer(snapshot, organization, inviter, candidate)?
        {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Whether a custom role belongs to the organization; the fixed ones always do.
pub(super) fn exists(snapshot: &Snapshot, organization: OrganizationId, role: OfferedRole) -> bool {
    match role {
        OfferedRole::Organization(_) => true,
        OfferedRole::Custom(id) => is_role_of(snapshot, organization, id),
    }
}

fn is_role_of(snapshot: &Snapshot, organization: OrganizationId, id: RoleId) -> bool {
    let organization = object("organization", &organization.text());
    snapshot.contains(&Tuple::new(object("role", &id.text()), "organization", organization))
}

/// Counts mails against the limits of the organization, the inviter and each recipient
/// (security 17). Answers when to try again where one is reached.
pub(super) async fn count_mails(
    scoped: &mut Scoped<'_>,
    settings: &Settings,
    inviter: UserId,
    recipients: &[&Email],
    now: Timestamp,
) -> Result<Result<(), Timestamp>, StoreError> {
    let mut recipients = recipients.to_vec();
    // In a fixed order, so that two lists never wait for each other's rows.
    recipients.sort();
    let hourly = Quota { most: settings.invitations_per_hour, window: HOUR };
    let daily = Quota { most: settings.invitations_per_recipient, window: DAY };
    let many = recipients.len();
    let organization = format!("invite:organization:{}", scoped.id().as_str());
    let tx = scoped.system();
    if let Err(until) = quota::take(tx, &organization, many, hourly, now).await? {
        return Ok(Err(until));
    }
    let by = format!("invite:inviter:{inviter}");
    if let Err(until) = quota::take(tx, &by, many, hourly, now).await? {
        return Ok(Err(until));
    }
    for email in recipients {
        let to = format!("invite:recipient:{email}");
        if let Err(until) = quota::take(tx, &to, 1, daily, now).await? {
            return Ok(Err(until));
        }
    }
    Ok(Ok(()))
}

/// Seconds until a time, at least one.
pub(super) fn wait(until: Timestamp, now: Timestamp) -> u64 {
    until.since(now).as_secs().saturating_add(1)
}
