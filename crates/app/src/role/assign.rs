//! Giving a custom role to a member.

use guildhall_model::{OrganizationId, RoleId, UserId};
use guildhall_store::{member, organization, role};

use super::fact;
use crate::{
    Granted, Operation, Outcome, Permission, Stop, mail::Mail, member::standing, refusal::refusals,
};

/// Give a custom role to a member, beside the role they have.
#[derive(Clone, Copy, Debug)]
pub struct AssignRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The role.
    pub role: RoleId,
    /// The member.
    pub user: UserId,
}

refusals! {
    /// Why it is not given.
    AssignRoleRefusal {
        /// There is no such member.
        NotAMember = "role.not_a_member", crate::RefusalKind::Invalid,
            "only a member of the organization can have a role of it", at "email";
        /// The role permits what the actor may not do (security 34).
        AboveOwn = "role.above_own", crate::RefusalKind::Forbidden,
            "you cannot give a role that permits what you may not do yourself";
    }
}

impl Operation for AssignRole {
    const NAME: &'static str = "role.assign";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_manage_roles");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = AssignRoleRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, by) = cx.acting_user()?;
        let organization = self.organization;
        let role = role::get(&mut cx.store(), self.role).await?.ok_or(Stop::NotFound)?;
        let member = member::get(&mut cx.store(), self.user).await?;
        let own = standing::direct(cx.snapshot(), organization, self.user);
        let (Some(member), Some(own)) = (member, own) else {
            return Err(AssignRoleRefusal::NotAMember.into());
        };
        let permissions = fact::permissions(cx.snapshot(), organization, self.role);
        if !fact::has_all(cx.snapshot(), organization, actor, &permissions)? {
            return Err(AssignRoleRefusal::AboveOwn.into());
        }
        cx.about("user", self.user, &member.person.email);
        cx.after(serde_json::json!({ "role": role.name }));
        if !cx.relate(fact::assigned(self.role, self.user)).await? {
            return Ok(());
        }
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let mail = Mail::RoleChanged {
            organization: of.display_name.to_string(),
            organization_id: organization,
            before: own.label().to_owned(),
            after: format!("{}, {}", own.label(), role.name),
            by,
        };
        cx.mail(&member.person.email, &mail).await?;
        Ok(())
    }
}
