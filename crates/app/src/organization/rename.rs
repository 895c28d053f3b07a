//! Giving an organization another display name.

use guildhall_model::{DisplayName, OrganizationId};
use guildhall_store::organization;

use crate::{Granted, Never, Operation, Outcome, Permission, Stop};

/// Show an organization under another name; its name in addresses stays (B45, B69).
#[derive(Clone, Debug)]
pub struct RenameOrganization {
    /// The organization.
    pub organization: OrganizationId,
    /// The name to show it under.
    pub display_name: DisplayName,
}

impl Operation for RenameOrganization {
    const NAME: &'static str = "organization.rename";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_rename");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let before = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        organization::rename(&mut cx.store(), &self.display_name).await?;
        cx.about("organization", self.organization, &self.display_name);
        cx.before(serde_json::json!({ "display_name": before.display_name }));
        cx.after(serde_json::json!({ "display_name": self.display_name }));
        Ok(())
    }
}
