//! Configuring a cloud account.

use guildhall_model::{CloudAccountId, CloudAccountName, CloudProvider, OrganizationId};
use guildhall_store::{
    Constraint, StoreError,
    cloud_account::{self, CloudAccount},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::{self, FieldProblem, Fields};
use crate::{Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop};

/// Configure a cloud account, for the clusters of all members (H7, H76).
#[derive(Clone, Debug)]
pub struct CreateCloudAccount {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: CloudAccountName,
    /// Its cloud.
    pub provider: CloudProvider,
    /// The fields of [`CloudProvider::fields`].
    pub fields: Fields,
}

/// The account that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CloudAccountCreated {
    /// Its id.
    pub id: CloudAccountId,
}

/// Why it is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateCloudAccountRefusal {
    /// Another account of the organization is called so.
    #[error("a cloud account of this organization has this name already")]
    NameTaken,
    /// The cloud has no such field.
    #[error("this cloud has no field `{0}`")]
    UnknownField(String),
    /// A field is empty.
    #[error("{1} is needed")]
    MissingField(&'static str, &'static str),
    /// A field is too long or holds control characters.
    #[error("{1} is too long, or holds characters that cannot be seen")]
    BadField(&'static str, &'static str),
    /// There are many already.
    #[error("an organization can have 50 cloud accounts")]
    TooMany,
}

impl From<FieldProblem> for CreateCloudAccountRefusal {
    fn from(problem: FieldProblem) -> Self {
        match problem {
            FieldProblem::Unknown(name) => Self::UnknownField(name),
            FieldProblem::Missing(field) => Self::MissingField(field.name, field.label),
            FieldProblem::TooLong(field) => Self::BadField(field.name, field.label),
        }
    }
}

impl Refusal for CreateCloudAccountRefusal {
    const CODES: &'static [&'static str] = &[
        "cloud_account.name_taken",
        "cloud_account.unknown_field",
        "cloud_account.missing_field",
        "cloud_account.bad_field",
        "cloud_account.too_many",
    ];

    fn code(&self) -> &'static str {
        match self {
            Self::NameTaken => Self::CODES[0],
            Self::UnknownField(_) => Self::CODES[1],
            Self::MissingField(..) => Self::CODES[2],
            Self::BadField(..) => Self::CODES[3],
            Self::TooMany => Self::CODES[4],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NameTaken | Self::TooMany => RefusalKind::Conflict,
            _ => RefusalKind::Invalid,
        }
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NameTaken => vec![("name", self.to_string())],
            Self::MissingField(name, _) | Self::BadField(name, _) => vec![(name, self.to_string())],
            Self::UnknownField(_) | Self::TooMany => Vec::new(),
        }
    }
}

impl Operation for CreateCloudAccount {
    const NAME: &'static str = "cloud_account.create";
    const PERMISSION: Permission<OrganizationId> =
        Permission::named("can_configure_cloud_accounts");
    type Target = OrganizationId;
    type Output = CloudAccountCreated;
    type Refusal = CreateCloudAccountRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let divided = content::divide(self.provider, &self.fields, None);
        let content = divided.map_err(CreateCloudAccountRefusal::from)?;
        if cloud_account::all(&mut cx.store()).await?.len() >= content::MOST {
            return Err(CreateCloudAccountRefusal::TooMany.into());
        }
        let id: CloudAccountId = cx.generate();
        let sealed = content::seal(cx.app().vault(), id, &content.secrets, cx.entropy());
        let settings = serde_json::to_string(&content.settings);
        let now = cx.now();
        let new = CloudAccount {
            id,
            name: self.name.clone(),
            provider: self.provider,
            settings: settings.map_err(|error| Stop::Fault(error.to_string()))?,
            sealed: sealed.map_err(Stop::Fault)?,
            created_at: now,
            changed_at: now,
        };
        match cloud_account::add(&mut cx.store(), &new).await {
            Err(StoreError::Conflict(Constraint::CloudAccountName)) => {
                return Err(CreateCloudAccountRefusal::NameTaken.into());
            }
            other => other?,
        }
        cx.relate(content::belongs(self.organization, id)).await?;
        cx.about("cloud_account", id, &self.name);
        cx.after(serde_json::json!({ "name": self.name, "provider": self.provider,
            "settings": content.settings }));
        Ok(CloudAccountCreated { id })
    }
}
