//! Taking an invitation back.

use guildhall_model::{InvitationId, OrganizationId};
use guildhall_store::{invitation::InvitationStatus, organization};

use super::offer;
use crate::{Granted, InvitationRef, Never, Operation, Outcome, Permission, Stop, mail::Mail};

/// Take a pending invitation back: its link is dead, and the invited person is told (H22, A36,
/// B54).
#[derive(Clone, Copy, Debug)]
pub struct WithdrawInvitation {
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
}

impl Operation for WithdrawInvitation {
    const NAME: &'static str = "invitation.withdraw";
    const PERMISSION: Permission<InvitationRef> = Permission::named("can_withdraw");
    type Target = InvitationRef;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> InvitationRef {
        InvitationRef { organization: self.organization, invitation: self.invitation }
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let invitation = offer::pending(cx, self.invitation).await?;
        let from = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        offer::forget(cx, self.invitation, InvitationStatus::Withdrawn).await?;
        let mail = Mail::InvitationWithdrawn { organization: from.display_name.to_string() };
        cx.mail(&invitation.email, &mail).await?;
        cx.about("invitation", self.invitation, &invitation.email);
        cx.before(serde_json::json!({ "email": invitation.email, "role": invitation.role }));
        Ok(())
    }
}
