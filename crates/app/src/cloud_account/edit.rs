//! Changing a cloud account.

use guildhall_model::CloudAccountName;
use guildhall_store::{Constraint, StoreError, cloud_account};

use super::{
    CreateCloudAccountRefusal,
    content::{self, Fields},
};
use crate::{CloudAccountRef, Granted, Operation, Outcome, Permission, Stop};

/// Change a cloud account's name and fields (H76). The new credentials are used from the next call
/// to a driver on.
#[derive(Clone, Debug)]
pub struct EditCloudAccount {
    /// The account.
    pub account: CloudAccountRef,
    /// Its name.
    pub name: CloudAccountName,
    /// Its fields; a secret one that is left empty stays as it was.
    pub fields: Fields,
}

/// Why it stays as it is: the same reasons as for a new one.
pub type EditCloudAccountRefusal = CreateCloudAccountRefusal;

impl Operation for EditCloudAccount {
    const NAME: &'static str = "cloud_account.edit";
    const PERMISSION: Permission<CloudAccountRef> = Permission::named("can_edit_cloud_account");
    type Target = CloudAccountRef;
    type Output = ();
    type Refusal = EditCloudAccountRefusal;

    fn target(&self) -> CloudAccountRef {
        self.account
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.account.account;
        let mut account = cloud_account::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        let (settings, secrets) =
            content::unseal(cx.app().vault(), &account).map_err(Stop::Fault)?;
        let divided = content::divide(account.provider, &self.fields, Some(secrets.clone()));
        let content = divided.map_err(CreateCloudAccountRefusal::from)?;
        cx.before(serde_json::json!({ "name": account.name, "settings": settings }));
        cx.after(serde_json::json!({ "name": self.name, "settings": content.settings,
            "credentials_replaced": content.secrets != secrets }));
        let sealed = content::seal(cx.app().vault(), id, &content.secrets, cx.entropy());
        let settings = serde_json::to_string(&content.settings);
        account.name = self.name.clone();
        account.settings = settings.map_err(|error| Stop::Fault(error.to_string()))?;
        account.sealed = sealed.map_err(Stop::Fault)?;
        account.changed_at = cx.now();
        match cloud_account::edit(&mut cx.store(), &account).await {
            Err(StoreError::Conflict(Constraint::CloudAccountName)) => {
                return Err(CreateCloudAccountRefusal::NameTaken.into());
            }
            other => other?,
        }
        cx.about("cloud_account", id, &self.name);
        Ok(())
    }
}
