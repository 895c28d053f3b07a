//! Removing a member.

use guildhall_model::{OrganizationId, OrganizationRole, UserId};
use guildhall_store::organization;

use super::standing;
use crate::{
    Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, ceiling, mail::Mail,
};

/// Remove a member from an organization (H36, H37, H40, A33, B58). What they made stays; what was
/// shared with them ends at once (security 48).
#[derive(Clone, Copy, Debug)]
pub struct RemoveMember {
    /// The organization.
    pub organization: OrganizationId,
    /// The member.
    pub user: UserId,
}

/// Why the member stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoveMemberRefusal {
    /// There is no such member.
    #[error("this person is not a member of the organization")]
    NotAMember,
    /// The owner cannot be removed (H41, B42).
    #[error("the owner cannot be removed: the ownership has to be transferred first")]
    Owner,
    /// The member may do more than the actor.
    #[error("you cannot remove somebody who may do more than you")]
    AboveOwn,
}

impl Refusal for RemoveMemberRefusal {
    const CODES: &'static [&'static str] =
        &["member.not_a_member", "member.owner_cannot_be_removed", "member.above_own"];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotAMember => RefusalKind::Missing,
            Self::Owner => RefusalKind::Conflict,
            Self::AboveOwn => RefusalKind::Forbidden,
        }
    }
}

impl Operation for RemoveMember {
    const NAME: &'static str = "member.remove";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_remove_member");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = RemoveMemberRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, by) = cx.acting_user()?;
        let found = standing::member(cx, self.organization, self.user).await?;
        let (member, role) = found.ok_or(RemoveMemberRefusal::NotAMember)?;
        if role == OrganizationRole::Owner {
            return Err(RemoveMemberRefusal::Owner.into());
        }
        if !ceiling::reaches(cx.snapshot(), self.organization, actor, self.user)? {
            return Err(RemoveMemberRefusal::AboveOwn.into());
        }
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        standing::end(cx, self.user).await?;
        if actor != self.user {
            let mail =
                Mail::RemovedFromOrganization { organization: of.display_name.to_string(), by };
            cx.mail(&member.person.email, &mail).await?;
        }
        cx.about("user", self.user, &member.person.email);
        cx.before(serde_json::json!({ "email": member.person.email, "role": role }));
        Ok(())
    }
}
