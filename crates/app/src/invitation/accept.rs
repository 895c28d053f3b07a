//! Accepting an invitation: the invited person becomes a member.

use guildhall_authz::Tuple;
use guildhall_model::{InvitationId, OrganizationId, OrganizationRole, RoleId, UserId};
use guildhall_store::{
    ScopeId,
    invitation::{Invitation, InvitationStatus},
    member, organization, user as account,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OfferedRole, offer};
use crate::{
    Granted, InvitationRef, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, mail::Mail,
    member::standing, object, organization::seats, user,
};

/// Accept an invitation to one's own confirmed address (H18, H25, A13, B53).
#[derive(Clone, Copy, Debug)]
pub struct AcceptInvitation {
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Joined {
    /// The organization that the actor is a member of now.
    pub organization: OrganizationId,
    /// As what.
    pub role: OrganizationRole,
    /// A custom role that came with it.
    pub custom_role: Option<RoleId>,
    /// Whether the offer was reduced, because the inviter may not give the offered role any more.
    pub reduced: bool,
}

/// Why the actor does not join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptInvitationRefusal {
    /// It is too old (security 10, 51).
    #[error("this invitation has expired; ask for a new one")]
    Expired,
    /// Whoever invited may not do so any more (security 9).
    #[error("this invitation is void, because whoever sent it may not invite any more")]
    Void,
    /// The actor is a member already.
    #[error("you are a member already")]
    AlreadyMember,
    /// The actor is a member of another organization (A22).
    #[error("an account can be in one organization only here: leave or delete the other one first")]
    Elsewhere,
    /// The plan has no seat left (security 19).
    #[error("no seats are left in the plan of this organization")]
    NoSeats,
}

impl Refusal for AcceptInvitationRefusal {
    const CODES: &'static [&'static str] = &[
        "invitation.expired",
        "invitation.void",
        "invitation.you_are_member",
        "invitation.you_are_elsewhere",
        "invitation.no_seats",
    ];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Expired | Self::Void => RefusalKind::Gone,
            Self::AlreadyMember | Self::Elsewhere | Self::NoSeats => RefusalKind::Conflict,
        }
    }
}

impl Operation for AcceptInvitation {
    const NAME: &'static str = "invitation.accept";
    const PERMISSION: Permission<InvitationRef> = Permission::named("can_accept");
    type Target = InvitationRef;
    type Output = Joined;
    type Refusal = AcceptInvitationRefusal;

    fn target(&self) -> InvitationRef {
        InvitationRef { organization: self.organization, invitation: self.invitation }
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, _) = cx.acting_user()?;
        let invitation = offer::pending(cx, self.invitation).await?;
        let offered = self.check(cx, &invitation, actor).await?;
        let asked = offer::offered(&invitation)?;
        let person = account::find(cx.store().system(), actor).await?.ok_or(Stop::NotFound)?;
        let now = cx.now();
        offer::forget(cx, self.invitation, InvitationStatus::Accepted).await?;
        member::insert(&mut cx.store(), &person.person(), now).await?;
        let (role, custom_role) = offered.parts();
        cx.relate(standing::tuple(self.organization, role, actor)).await?;
        if let Some(id) = custom_role {
            cx.relate(Tuple::new(object("role", &id.text()), "assignee", user(actor))).await?;
        }
        self.tell_inviter(cx, &invitation).await?;
        let joined = Joined {
            organization: self.organization,
            role,
            custom_role,
            reduced: offered != asked,
        };
        cx.about("user", actor, &person.email);
        cx.after(&joined);
        Ok(joined)
    }
}

impl AcceptInvitation {
    /// Everything that speaks against it, at this instant; answers what is offered now.
    async fn check(
        &self,
        cx: &mut Granted<'_, Self>,
        invitation: &Invitation,
        actor: UserId,
    ) -> Result<OfferedRole, Stop<AcceptInvitationRefusal>> {
        let now = cx.now();
        if now >= invitation.expires_at {
            return Err(AcceptInvitationRefusal::Expired.into());
        }
        let snapshot = cx.snapshot().clone();
        if member::get(&mut cx.store(), actor).await?.is_some()
            || standing::direct(&snapshot, self.organization, actor).is_some()
        {
            return Err(AcceptInvitationRefusal::AlreadyMember.into());
        }
        let inviter = account::find(cx.store().system(), invitation.inviter).await?;
        let active = inviter.is_some_and(|inviter| inviter.disabled_at.is_none());
        let role = offer::offered(invitation)?;
        let standing = offer::standing(&snapshot, self.organization, invitation.inviter, role)?;
        let offered = standing.filter(|_| active).ok_or(AcceptInvitationRefusal::Void)?;
        if cx.settings().one_organization {
            let here = ScopeId::from(self.organization);
            let others = organization::others_of_user(cx.store().system(), actor, &here).await?;
            if others > 0 {
                return Err(AcceptInvitationRefusal::Elsewhere.into());
            }
        }
        let to = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        if seats::members(&snapshot, self.organization) >= seats::limit(&to).unwrap_or(u64::MAX) {
            return Err(AcceptInvitationRefusal::NoSeats.into());
        }
        Ok(offered)
    }

    async fn tell_inviter(
        &self,
        cx: &mut Granted<'_, Self>,
        invitation: &Invitation,
    ) -> Result<(), Stop<AcceptInvitationRefusal>> {
        let inviter = account::find(cx.store().system(), invitation.inviter).await?;
        let to = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let Some(inviter) = inviter else { return Ok(()) };
        let mail = Mail::InvitationAccepted {
            organization: to.display_name.to_string(),
            organization_id: self.organization,
            member: invitation.email.clone(),
        };
        cx.mail(&inviter.email, &mail).await.map(drop)
    }
}
