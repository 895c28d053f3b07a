//! Changing a custom role.

use guildhall_model::{OrganizationId, RoleId, RoleName};
use guildhall_store::role;

use super::fact;
use crate::{Granted, Operation, Outcome, Permission, Stop, refusal::refusals};

/// Give a custom role another name, description and permissions.
#[derive(Clone, Debug)]
pub struct EditRole {
    /// The organization.
    pub organization: OrganizationId,
    /// The role.
    pub role: RoleId,
    /// Its name.
    pub name: RoleName,
    /// What it is for; may be empty.
    pub description: String,
    /// What it permits, of [`super::GRANTABLE`].
    pub permissions: Vec<String>,
}

refusals! {
    /// Why the role stays as it is.
    EditRoleRefusal {
        /// Another role of the organization is called so.
        NameTaken = "role.name_taken", crate::RefusalKind::Conflict,
            "a role of this organization has this name already", at "name";
        /// The charter does not let a role carry it.
        NotGrantable = "role.not_grantable", crate::RefusalKind::Invalid,
            "a role cannot carry this permission", at "permissions";
        /// The actor does not have it (security 7, 35).
        AboveOwn = "role.above_own", crate::RefusalKind::Forbidden,
            "you cannot edit a role that permits what you may not do yourself",
            at "permissions";
        /// The description is too long.
        DescriptionTooLong = "role.description_too_long", crate::RefusalKind::Invalid,
            "the description is longer than 500 characters", at "description";
    }
}

impl Operation for EditRole {
    const NAME: &'static str = "role.edit";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_manage_roles");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = EditRoleRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, _) = cx.acting_user()?;
        let organization = self.organization;
        let all = role::all(&mut cx.store()).await?;
        let before = all.iter().find(|role| role.id == self.role).ok_or(Stop::NotFound)?;
        let permissions =
            fact::grantable(&self.permissions).map_err(|_| EditRoleRefusal::NotGrantable)?;
        let had = fact::permissions(cx.snapshot(), organization, self.role);
        let touched = permissions.union(&had).cloned().collect();
        if !fact::has_all(cx.snapshot(), organization, actor, &touched)? {
            return Err(EditRoleRefusal::AboveOwn.into());
        }
        if self.description.chars().count() > fact::LONGEST {
            return Err(EditRoleRefusal::DescriptionTooLong.into());
        }
        let key = self.name.as_str().to_lowercase();
        let taken = |other: &&role::Role| {
            other.id != self.role && other.name.as_str().to_lowercase() == key
        };
        if all.iter().any(|other| taken(&other)) {
            return Err(EditRoleRefusal::NameTaken.into());
        }
        cx.about("role", self.role, &self.name);
        cx.before(serde_json::json!({ "name": before.name, "permissions": had }));
        cx.after(serde_json::json!({ "name": self.name, "permissions": permissions }));
        let description = self.description.trim();
        role::edit(&mut cx.store(), self.role, &self.name, description).await?;
        fact::permit(cx, organization, self.role, &permissions).await
    }
}
