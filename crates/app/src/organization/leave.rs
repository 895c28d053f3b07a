//! Leaving an organization by oneself.

use guildhall_model::OrganizationId;
use guildhall_store::organization;

use crate::{
    Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, member::standing,
};

/// Leave an organization (H40). The owner cannot (H41).
#[derive(Clone, Copy, Debug)]
pub struct LeaveOrganization {
    /// The organization.
    pub organization: OrganizationId,
}

/// Why the actor stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeaveOrganizationRefusal {
    /// The owner cannot leave.
    #[error("the owner cannot leave: transfer the ownership first, or delete the organization")]
    Owner,
    /// What the actor may do here comes through a group or a team.
    #[error("you are here through a group or a team only, which you leave elsewhere")]
    NotAMember,
}

impl Refusal for LeaveOrganizationRefusal {
    const CODES: &'static [&'static str] =
        &["organization.owner_cannot_leave", "organization.not_a_member"];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
}

impl Operation for LeaveOrganization {
    const NAME: &'static str = "organization.leave";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_leave");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = LeaveOrganizationRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, email) = cx.acting_user()?;
        if standing::owner(cx.snapshot(), self.organization) == Some(actor) {
            return Err(LeaveOrganizationRefusal::Owner.into());
        }
        let role = standing::direct(cx.snapshot(), self.organization, actor);
        let role = role.ok_or(LeaveOrganizationRefusal::NotAMember)?;
        organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        standing::end(cx, actor).await?;
        cx.about("user", actor, &email);
        cx.before(serde_json::json!({ "email": email, "role": role }));
        Ok(())
    }
}
