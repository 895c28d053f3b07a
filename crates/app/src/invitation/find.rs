//! Looking at an invitation by the link that was mailed. Looking changes nothing (security 18).

use guildhall_model::{Email, InvitationId, InvitationSecret, OrganizationId, Timestamp};
use guildhall_store::{
    invitation::{self, Invitation, InvitationStatus},
    organization, role, user,
};
use serde::Serialize;

use super::{OfferedRole, offer};
use crate::{
    Actor, Permission, Query, QueryOutcome, Refusal, RefusalKind, Stop, TheSystem, Viewing,
};

/// What the link of an invitation leads to.
#[derive(Clone, Debug)]
pub struct FindInvitation {
    /// The secret of the link.
    pub secret: InvitationSecret,
}

/// A living invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The organization it is to.
    pub organization: OrganizationId,
    /// What the organization is called.
    pub organization_name: String,
    /// What the role that comes with joining is called.
    pub role_name: String,
    /// Who invited.
    pub inviter_email: Email,
    /// The invited address.
    pub email: Email,
    /// The instant from which on it cannot be accepted.
    pub expires_at: Timestamp,
    /// How the asker relates to it.
    pub viewer: LinkViewer,
}

/// How somebody who opened the link relates to the invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkViewer {
    /// Nobody is signed in.
    SignedOut,
    /// The invited person, who may accept.
    Invitee,
    /// An account with the invited address, which is not confirmed yet (H6, security 3).
    Unconfirmed,
    /// An account with another address (security 2).
    Other,
}

/// Why the link leads nowhere. None of them says anything about the organization (security 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindInvitationRefusal {
    /// There is no such link, or it was replaced by a newer one (security 11).
    #[error("this link is not valid, or a newer one has taken its place")]
    Unknown,
    /// It is too old.
    #[error("this invitation has expired; ask for a new one")]
    Expired,
    /// It was taken back.
    #[error("this invitation was withdrawn")]
    Withdrawn,
    /// The invited person declined.
    #[error("this invitation was rejected")]
    Rejected,
    /// It was accepted before.
    #[error("this invitation was accepted already")]
    Accepted,
    /// The organization was deleted.
    #[error("this invitation ended together with what it invited to")]
    Ended,
    /// Whoever invited may not do so any more (security 9).
    #[error("this invitation is void, because whoever sent it may not invite any more")]
    Void,
}

impl Refusal for FindInvitationRefusal {
    const CODES: &'static [&'static str] = &[
        "invitation.unknown_link",
        "invitation.expired",
        "invitation.withdrawn",
        "invitation.rejected",
        "invitation.accepted",
        "invitation.ended",
        "invitation.void",
    ];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Unknown => RefusalKind::Missing,
            _ => RefusalKind::Gone,
        }
    }
}

impl Query for FindInvitation {
    const NAME: &'static str = "invitation.find";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_use_mailed_link");
    type Target = TheSystem;
    type Output = FoundInvitation;
    type Refusal = FindInvitationRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let found = invitation::by_token(cx.store().system(), &self.secret.hash()).await?;
        let Some(invitation::Offer { invitation, organization_name }) = found else {
            return Err(FindInvitationRefusal::Unknown.into());
        };
        let role = living(cx, &invitation).await?;
        let scope = invitation.organization.into();
        let mut store = cx.store();
        let tx = store.system();
        let role_name = match role {
            OfferedRole::Organization(fixed) => fixed.label().to_owned(),
            OfferedRole::Custom(id) => {
                let role = role::get(&mut tx.scope(&scope), id).await?;
                role.map_or_else(|| "Member".to_owned(), |role| role.name.to_string())
            }
        };
        let viewer = match cx.actor() {
            Actor::User { id, email, .. } if *email == invitation.email => {
                let confirmed = cx.snapshot().contains(&offer::holds(email, *id));
                if confirmed { LinkViewer::Invitee } else { LinkViewer::Unconfirmed }
            }
            Actor::User { .. } => LinkViewer::Other,
            Actor::Anonymous | Actor::System(_) => LinkViewer::SignedOut,
        };
        Ok(FoundInvitation {
            id: invitation.id,
            organization: invitation.organization,
            organization_name,
            role_name,
            inviter_email: invitation.inviter_email,
            email: invitation.email,
            expires_at: invitation.expires_at,
            viewer,
        })
    }
}

/// What it offers now, if it can still be accepted.
async fn living(
    cx: &mut Viewing<'_, FindInvitation>,
    invitation: &Invitation,
) -> Result<OfferedRole, Stop<FindInvitationRefusal>> {
    let dead = match invitation.status {
        InvitationStatus::Pending => None,
        InvitationStatus::Accepted => Some(FindInvitationRefusal::Accepted),
        InvitationStatus::Rejected => Some(FindInvitationRefusal::Rejected),
        InvitationStatus::Withdrawn => Some(FindInvitationRefusal::Withdrawn),
        InvitationStatus::Ended => Some(FindInvitationRefusal::Ended),
    };
    if let Some(refusal) = dead {
        return Err(refusal.into());
    }
    if cx.now() >= invitation.expires_at {
        return Err(FindInvitationRefusal::Expired.into());
    }
    let scope = invitation.organization.into();
    let mut store = cx.store();
    let to = organization::get(&mut store.system().scope(&scope)).await?;
    if to.is_none_or(|to| to.deleted_at.is_some()) {
        return Err(FindInvitationRefusal::Ended.into());
    }
    let inviter = user::find(cx.store().system(), invitation.inviter).await?;
    let active = inviter.is_some_and(|inviter| inviter.disabled_at.is_none());
    let offered = offer::offered(invitation)?;
    let organization = invitation.organization;
    let standing = offer::standing(cx.snapshot(), organization, invitation.inviter, offered)?;
    standing.filter(|_| active).ok_or_else(|| FindInvitationRefusal::Void.into())
}
