//! Deleting a custom role.

use guildhall_model::{OrganizationId, RoleId};
use guildhall_store::role;

use super::fact;
use crate::{Granted, Operation, Outcome, Permission, Stop, object, refusal::refusals};

/// Delete a custom role: whoever had it loses what it permitted. A pending invitation that offers
/// it offers a plain membership from then on.
#[derive(Clone, Copy, Debug)]
pub struct DeleteRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The role.
    pub role: RoleId,
}

refusals! {
    /// Why the role stays.
    DeleteRoleRefusal {
        /// The role permits what the actor may not do.
        AboveOwn = "role.above_own", crate::RefusalKind::Forbidden,
            "you cannot delete a role that permits what you may not do yourself";
    }
}

impl Operation for DeleteRole {
    const NAME: &'static str = "role.delete";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_manage_roles");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = DeleteRoleRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, _) = cx.acting_user()?;
        let organization = self.organization;
        let before = role::get(&mut cx.store(), self.role).await?.ok_or(Stop::NotFound)?;
        let had = fact::permissions(cx.snapshot(), organization, self.role);
        if !fact::has_all(cx.snapshot(), organization, actor, &had)? {
            return Err(DeleteRoleRefusal::AboveOwn.into());
        }
        fact::permit(cx, organization, self.role, &std::collections::BTreeSet::new()).await?;
        for tuple in cx.snapshot().tuples_of(&object("role", &self.role.text()), None) {
            cx.unrelate(tuple).await?;
        }
        role::remove(&mut cx.store(), self.role).await?;
        cx.about("role", self.role, &before.name);
        cx.before(serde_json::json!({ "name": before.name, "permissions": had }));
        Ok(())
    }
}
