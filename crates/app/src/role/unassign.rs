//! Taking a custom role from a member.

use guildhall_model::{OrganizationId, RoleId, UserId};
use guildhall_store::{member, organization, role};

use super::fact;
use crate::{Granted, Never, Operation, Outcome, Permission, Stop, mail::Mail, member::standing};

/// Take a custom role from a member; the role they have beside it stays.
#[derive(Clone, Copy, Debug)]
pub struct UnassignRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The role.
    pub role: RoleId,
    /// The member.
    pub user: UserId,
}

impl Operation for UnassignRole {
    const NAME: &'static str = "role.unassign";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_manage_roles");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (_, by) = cx.acting_user()?;
        let role = role::get(&mut cx.store(), self.role).await?.ok_or(Stop::NotFound)?;
        let member = member::get(&mut cx.store(), self.user).await?.ok_or(Stop::NotFound)?;
        if !cx.unrelate(fact::assigned(self.role, self.user)).await? {
            return Err(Stop::NotFound);
        }
        cx.about("user", self.user, &member.person.email);
        cx.before(serde_json::json!({ "role": role.name }));
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        let own = standing::direct(cx.snapshot(), self.organization, self.user);
        let own = own.map_or("Member", |own| own.label());
        let mail = Mail::RoleChanged {
            organization: of.display_name.to_string(),
            organization_id: self.organization,
            before: format!("{own}, {}", role.name),
            after: own.to_owned(),
            by,
        };
        cx.mail(&member.person.email, &mail).await?;
        Ok(())
    }
}
