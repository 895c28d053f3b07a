//! Deleting a cloud account.

use guildhall_store::cloud_account;

use super::content;
use crate::{
    CloudAccountRef, Granted, Operation, Outcome, Permission, RefusalKind, Stop, refusal::refusals,
};

/// Delete a cloud account, which no cluster uses any more (H76).
#[derive(Clone, Copy, Debug)]
pub struct DeleteCloudAccount {
    /// The account.
    pub account: CloudAccountRef,
}

refusals! {
    /// Why the account stays.
    DeleteCloudAccountRefusal {
        /// A cluster runs in it.
        InUse = "cloud_account.in_use", RefusalKind::Conflict,
            "clusters use this cloud account: terminate them first";
    }
}

impl Operation for DeleteCloudAccount {
    const NAME: &'static str = "cloud_account.delete";
    const PERMISSION: Permission<CloudAccountRef> = Permission::named("can_delete_cloud_account");
    type Target = CloudAccountRef;
    type Output = ();
    type Refusal = DeleteCloudAccountRefusal;

    fn target(&self) -> CloudAccountRef {
        self.account
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.account.account;
        let account = cloud_account::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        if cloud_account::uses(&mut cx.store(), id).await? > 0 {
            return Err(DeleteCloudAccountRefusal::InUse.into());
        }
        cloud_account::remove(&mut cx.store(), id).await?;
        cx.unrelate(content::belongs(self.account.organization, id)).await?;
        cx.about("cloud_account", id, &account.name);
        cx.before(serde_json::json!({ "name": account.name, "provider": account.provider }));
        Ok(())
    }
}
