//! Declining an invitation.

use guildhall_model::{InvitationId, OrganizationId};
use guildhall_store::invitation::InvitationStatus;

use super::offer;
use crate::{Granted, InvitationRef, Never, Operation, Outcome, Permission};

/// Decline an invitation to one's own confirmed address: no membership is made (H24, H25).
#[derive(Clone, Copy, Debug)]
pub struct RejectInvitation {
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
}

impl Operation for RejectInvitation {
    const NAME: &'static str = "invitation.reject";
    const PERMISSION: Permission<InvitationRef> = Permission::named("can_reject");
    type Target = InvitationRef;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> InvitationRef {
        InvitationRef { organization: self.organization, invitation: self.invitation }
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let invitation = offer::pending(cx, self.invitation).await?;
        offer::forget(cx, self.invitation, InvitationStatus::Rejected).await?;
        cx.about("invitation", self.invitation, &invitation.email);
        cx.before(serde_json::json!({ "email": invitation.email, "role": invitation.role }));
        Ok(())
    }
}
