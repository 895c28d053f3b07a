//! Making a custom role.

use guildhall_model::{OrganizationId, RoleId, RoleName};
use guildhall_store::{
    Constraint, StoreError,
    role::{self, Role},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact;
use crate::{Granted, Operation, Outcome, Permission, refusal::refusals};

/// Make a custom role.
#[derive(Clone, Debug)]
pub struct CreateRole {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name, unique in the organization.
    pub name: RoleName,
    /// What it is for; may be empty.
    pub description: String,
    /// What it permits, of [`super::GRANTABLE`].
    pub permissions: Vec<String>,
}

/// A role that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleCreated {
    /// Its id.
    pub id: RoleId,
}

refusals! {
    /// Why no role is made.
    CreateRoleRefusal {
        /// Another role of the organization is called so.
        NameTaken = "role.name_taken", crate::RefusalKind::Conflict,
            "a role of this organization has this name already", at "name";
        /// The charter does not let a role carry it.
        NotGrantable = "role.not_grantable", crate::RefusalKind::Invalid,
            "a role cannot carry this permission", at "permissions";
        /// The actor does not have it (security 7, 35).
        AboveOwn = "role.above_own", crate::RefusalKind::Forbidden,
            "you cannot put a permission into a role that you do not have yourself",
            at "permissions";
        /// The description is too long.
        DescriptionTooLong = "role.description_too_long", crate::RefusalKind::Invalid,
            "the description is longer than 500 characters", at "description";
        /// There are many already.
        TooMany = "role.too_many", crate::RefusalKind::Conflict,
            "an organization can have 100 custom roles";
    }
}

impl Operation for CreateRole {
    const NAME: &'static str = "role.create";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_manage_roles");
    type Target = OrganizationId;
    type Output = RoleCreated;
    type Refusal = CreateRoleRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, _) = cx.acting_user()?;
        let organization = self.organization;
        let permissions =
            fact::grantable(&self.permissions).map_err(|_| CreateRoleRefusal::NotGrantable)?;
        if !fact::has_all(cx.snapshot(), organization, actor, &permissions)? {
            return Err(CreateRoleRefusal::AboveOwn.into());
        }
        if self.description.chars().count() > fact::LONGEST {
            return Err(CreateRoleRefusal::DescriptionTooLong.into());
        }
        let all = role::all(&mut cx.store()).await?;
        if all.len() >= fact::MOST {
            return Err(CreateRoleRefusal::TooMany.into());
        }
        let key = self.name.as_str().to_lowercase();
        if all.iter().any(|role| role.name.as_str().to_lowercase() == key) {
            return Err(CreateRoleRefusal::NameTaken.into());
        }
        let id: RoleId = cx.generate();
        let (name, created_at) = (self.name.clone(), cx.now());
        let description = self.description.trim().to_owned();
        let new = Role { id, name, description, created_at };
        match role::add(&mut cx.store(), &new).await {
            Err(StoreError::Conflict(Constraint::RoleName)) => {
                return Err(CreateRoleRefusal::NameTaken.into());
            }
            other => other?,
        }
        cx.relate(fact::belongs(organization, id)).await?;
        fact::permit(cx, organization, id, &permissions).await?;
        cx.about("role", id, &self.name);
        cx.after(serde_json::json!({ "name": self.name, "permissions": permissions }));
        Ok(RoleCreated { id })
    }
}
