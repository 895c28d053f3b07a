//! Sending an invitation again, with a new link.

use std::time::Duration;

use guildhall_model::{InvitationId, OrganizationId, Timestamp};
use guildhall_store::{
    invitation, organization,
    quota::{self, Quota},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{letter, offer};
use crate::{
    Granted, InvitationRef, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, ceiling,
    organization::seats,
};

/// How often one invitation can be sent again.
const AGAIN: Quota = Quota { most: 5, window: Duration::from_secs(60 * 60) };

/// Send a pending invitation again. Its link is replaced, and it can be accepted as long as a new
/// one (A20, security 11).
#[derive(Clone, Copy, Debug)]
pub struct ResendInvitation {
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
}

/// An invitation that was sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resent {
    /// The instant from which on it cannot be accepted.
    pub expires_at: Timestamp,
}

/// Why it is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResendInvitationRefusal {
    /// Neither the inviter nor the actor may offer the role any more (security 9).
    #[error("you cannot offer a role that permits more than you may do yourself")]
    AboveOwn,
    /// It had expired, and its seat is taken (B52).
    #[error("no seats are left in the plan of this organization")]
    NoSeats,
    /// It was sent too often (security 17).
    #[error("this invitation was sent often already; try again later")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
}

impl Refusal for ResendInvitationRefusal {
    const CODES: &'static [&'static str] =
        &["invitation.role_above_own", "invitation.no_seats", "invitation.too_many"];

    fn code(&self) -> &'static str {
        match self {
            Self::AboveOwn => Self::CODES[0],
            Self::NoSeats => Self::CODES[1],
            Self::TooMany { .. } => Self::CODES[2],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::AboveOwn => RefusalKind::Forbidden,
            Self::NoSeats => RefusalKind::Conflict,
            Self::TooMany { retry_after } => RefusalKind::TooMany { retry_after: *retry_after },
        }
    }
}

impl Operation for ResendInvitation {
    const NAME: &'static str = "invitation.resend";
    const PERMISSION: Permission<InvitationRef> = Permission::named("can_resend");
    type Target = InvitationRef;
    type Output = Resent;
    type Refusal = ResendInvitationRefusal;

    fn target(&self) -> InvitationRef {
        InvitationRef { organization: self.organization, invitation: self.invitation }
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, email) = cx.acting_user()?;
        let mut invitation = offer::pending(cx, self.invitation).await?;
        let to = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let (now, settings) = (cx.now(), cx.settings().clone());
        let snapshot = cx.snapshot().clone();
        let role = offer::offered(&invitation)?;
        if offer::standing(&snapshot, self.organization, invitation.inviter, role)? != Some(role) {
            // Whoever sends it again stands for it from now on, if they can.
            if !ceiling::may_offer(&snapshot, self.organization, actor, role)? {
                return Err(ResendInvitationRefusal::AboveOwn.into());
            }
            offer::take_over(cx, self.organization, &mut invitation, (actor, &email)).await?;
        }
        if invitation.expires_at <= now {
            let seats = seats::of(&mut cx.store(), &snapshot, &to, now).await?;
            if seats.left() == Some(0) {
                return Err(ResendInvitationRefusal::NoSeats.into());
            }
        }
        let key = format!("invite:again:{}", self.invitation);
        let mut counted = quota::take(cx.store().system(), &key, 1, AGAIN, now).await?;
        if counted.is_ok() {
            let recipients = [&invitation.email];
            counted =
                offer::count_mails(&mut cx.store(), &settings, actor, &recipients, now).await?;
        }
        if let Err(until) = counted {
            let retry_after = offer::wait(until, now);
            return Err(ResendInvitationRefusal::TooMany { retry_after }.into());
        }
        let label = letter::label(cx, role).await?.ok_or(Stop::NotFound)?;
        let (secret, hash) = letter::new_link(cx);
        invitation.sent_at = now;
        invitation.expires_at = now.plus(settings.invitation_lifetime);
        invitation::renew(&mut cx.store(), &invitation, &hash).await?;
        let names = (to.display_name.as_str(), label.as_str());
        letter::send(cx, &invitation, names, &secret, true).await?;
        let resent = Resent { expires_at: invitation.expires_at };
        cx.about("invitation", self.invitation, &invitation.email);
        cx.after(&resent);
        Ok(resent)
    }
}
