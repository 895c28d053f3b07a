//! Giving a member another role.

use guildhall_model::{InvitableRole, OrganizationId, OrganizationRole, UserId};
use guildhall_store::organization;

use super::standing;
use crate::{
    Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, ceiling, mail::Mail,
};

/// Give a member another role (H55, H56, H60, A26 to A28, B44). Ownership is not among them; it
/// is transferred (B41).
#[derive(Clone, Copy, Debug)]
pub struct ChangeMemberRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The member.
    pub user: UserId,
    /// The role they shall have.
    pub role: InvitableRole,
}

/// Why the role stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeMemberRoleRefusal {
    /// There is no such member.
    #[error("this person is not a member of the organization")]
    NotAMember,
    /// The owner's role changes by a transfer only (B41, H41).
    #[error("the owner's role cannot be changed: the ownership has to be transferred")]
    Owner,
    /// The role permits what the actor may not do, or the member may do more than the actor.
    #[error("you cannot give or take a role that permits more than you may do yourself")]
    AboveOwn,
}

impl Refusal for ChangeMemberRoleRefusal {
    const CODES: &'static [&'static str] =
        &["member.not_a_member", "member.owner_role_is_transferred", "member.role_above_own"];

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

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::NotAMember => Vec::new(),
            Self::Owner | Self::AboveOwn => vec![("role".into(), self.to_string())],
        }
    }
}

impl Operation for ChangeMemberRole {
    const NAME: &'static str = "member.change_role";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_change_role");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = ChangeMemberRoleRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, by) = cx.acting_user()?;
        let found = standing::member(cx, self.organization, self.user).await?;
        let (member, before) = found.ok_or(ChangeMemberRoleRefusal::NotAMember)?;
        if before == OrganizationRole::Owner {
            return Err(ChangeMemberRoleRefusal::Owner.into());
        }
        let after = self.role.role();
        let (snapshot, id) = (cx.snapshot(), self.organization);
        let given = ceiling::of_role(snapshot, id, after, None)?;
        if !given.is_subset(&ceiling::of_user(snapshot, id, actor)?)
            || !ceiling::reaches(snapshot, id, actor, self.user)?
        {
            return Err(ChangeMemberRoleRefusal::AboveOwn.into());
        }
        cx.about("user", self.user, &member.person.email);
        cx.before(serde_json::json!({ "role": before }));
        cx.after(serde_json::json!({ "role": after }));
        if before == after {
            return Ok(());
        }
        standing::set(cx, self.organization, self.user, after).await?;
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let mail = Mail::RoleChanged {
            organization: of.display_name.to_string(),
            organization_id: self.organization,
            before: before.label().to_owned(),
            after: after.label().to_owned(),
            by,
        };
        cx.mail(&member.person.email, &mail).await?;
        Ok(())
    }
}
