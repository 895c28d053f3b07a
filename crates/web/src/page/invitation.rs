//! The page behind the link of an invitation mail, and the panel of an invitation on a dashboard.

use askama::Template;

use super::part::Moment;
use super::shell::Entrance;

/// A pending invitation as the invited person sees it.
#[derive(Debug, Clone, Default)]
pub struct PendingInvitation {
    /// Who invited; the e-mail.
    pub inviter: String,
    /// The organization's display name.
    pub organization: String,
    /// The role that comes with it: "Member", "Administrator".
    pub role: String,
    /// When the offer ends.
    pub expires: Moment,
    /// Where **Accept** posts to.
    pub accept: String,
    /// Where **Reject** posts to.
    pub reject: String,
    /// The idempotency key that **Accept** sends as `submission`; empty for none.
    pub submission: String,
    /// Why it cannot be accepted now ("confirm your address first"); empty if it can.
    pub hindrance: String,
}

/// Why a link of an invitation does not work any more. The page then names no organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadInvitation {
    /// Too old.
    Expired,
    /// Withdrawn, void because the inviter lost the right, or replaced by a newer link.
    Revoked,
    /// Accepted or rejected before.
    Used,
    /// No such link.
    Unknown,
}

/// Who looks at the link.
#[derive(Debug, Clone)]
pub enum InvitationView {
    /// Nobody is signed in: registering or signing in leads back here.
    SignedOut {
        /// The offer.
        invitation: PendingInvitation,
        /// The invited address.
        email: String,
        /// The registration page with this invitation; empty if nobody may register.
        register: String,
        /// The sign-in page that leads back here.
        sign_in: String,
    },
    /// The invited person: Accept and Reject.
    Matching {
        /// The offer.
        invitation: PendingInvitation,
    },
    /// The invited person has not confirmed the address; the button posts to `again`.
    Unverified {
        /// The invited address.
        email: String,
        /// Where "Send the link again" posts to.
        again: String,
    },
    /// Somebody else is signed in.
    OtherAddress {
        /// The invited address.
        invited: String,
        /// The address signed in now.
        signed_in: String,
    },
    /// The link does not work.
    Dead(DeadInvitation),
}

/// `/invitation/{token}`. Its forms have to post to addresses that hold the secret, too: the page
/// sends no referrer, and so a browser sends its forms with `Origin: null`.
#[derive(Debug, Clone, Template)]
#[template(path = "invitation/invitation.html")]
pub struct InvitationPage {
    /// The frame.
    pub entrance: Entrance,
    /// Who looks at it.
    pub view: InvitationView,
}

impl InvitationPage {
    /// The page for one way of looking at it.
    pub fn new(entrance: Entrance, view: InvitationView) -> Self {
        Self { entrance, view }
    }
}
