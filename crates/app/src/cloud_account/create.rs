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
    /// Fields are unknown, missing or cannot be taken; there is at least one.
    #[error("{}", sentence(.0))]
    Fields(Vec<FieldProblem>),
    /// There are many already.
    #[error("an organization can have 50 cloud accounts")]
    TooMany,
}

fn sentence(problems: &[FieldProblem]) -> String {
    let said: Vec<_> = problems.iter().map(FieldProblem::to_string).collect();
    said.join("; ")
}

impl From<Vec<FieldProblem>> for CreateCloudAccountRefusal {
    fn from(problems: Vec<FieldProblem>) -> Self {
        Self::Fields(problems)
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
            Self::Fields(problems) => match problems.first() {
                Some(FieldProblem::Unknown { .. }) => Self::CODES[1],
                Some(FieldProblem::Missing(_)) => Self::CODES[2],
                Some(FieldProblem::Bad(_)) | None => Self::CODES[3],
            },
            Self::TooMany => Self::CODES[4],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NameTaken | Self::TooMany => RefusalKind::Conflict,
            _ => RefusalKind::Invalid,
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        let at = |one: &FieldProblem| (format!("fields.{}", one.name()), one.to_string());
        match self {
            Self::NameTaken => vec![("name".into(), self.to_string())],
            Self::Fields(problems) => problems.iter().map(at).collect(),
            Self::TooMany => Vec::new(),
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
