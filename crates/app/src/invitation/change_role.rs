//! Changing the role that a pending invitation offers.

use guildhall_model::{InvitationId, OrganizationId};
use guildhall_store::invitation;

use super::{OfferedRole, offer};
use crate::{
    Granted, InvitationRef, Operation, Outcome, Permission, Refusal, RefusalKind, ceiling,
};

/// Offer another role by a pending invitation; its link stays (H21, H54).
#[derive(Clone, Copy, Debug)]
pub struct ChangeInvitedRole {
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invitation.
    pub invitation: InvitationId,
    /// The role that comes with joining.
    pub role: OfferedRole,
}

/// Why the offer stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeInvitedRoleRefusal {
    /// The role permits what the actor may not do (security 8).
    #[error("you cannot offer a role that permits more than you may do yourself")]
    AboveOwn,
    /// There is no such custom role.
    #[error("there is no such role in this organization")]
    NoSuchRole,
}

impl Refusal for ChangeInvitedRoleRefusal {
    const CODES: &'static [&'static str] =
        &["invitation.role_above_own", "invitation.no_such_role"];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::AboveOwn => RefusalKind::Forbidden,
            Self::NoSuchRole => RefusalKind::Invalid,
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        vec![("role".into(), self.to_string())]
    }
}

impl Operation for ChangeInvitedRole {
    const NAME: &'static str = "invitation.change_role";
    const PERMISSION: Permission<InvitationRef> = Permission::named("can_change_invited_role");
    type Target = InvitationRef;
    type Output = ();
    type Refusal = ChangeInvitedRoleRefusal;

    fn target(&self) -> InvitationRef {
        InvitationRef { organization: self.organization, invitation: self.invitation }
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, email) = cx.acting_user()?;
        let mut invitation = offer::pending(cx, self.invitation).await?;
        let snapshot = cx.snapshot().clone();
        if !offer::exists(&snapshot, self.organization, self.role) {
            return Err(ChangeInvitedRoleRefusal::NoSuchRole.into());
        }
        if !ceiling::may_offer(&snapshot, self.organization, actor, self.role)? {
            return Err(ChangeInvitedRoleRefusal::AboveOwn.into());
        }
        cx.about("invitation", self.invitation, &invitation.email);
        cx.before(serde_json::json!({ "role": invitation.role }));
        cx.after(serde_json::json!({ "role": self.role }));
        let inviter = invitation.inviter;
        if !ceiling::may_offer(&snapshot, self.organization, inviter, self.role)? {
            offer::take_over(cx, self.organization, &mut invitation, (actor, &email)).await?;
        }
        invitation.role = self.role.to_string();
        invitation::offer(&mut cx.store(), &invitation).await?;
        Ok(())
    }
}
