//! Making an organization besides the one from registration.

use std::time::Duration;

use guildhall_model::{DisplayName, OrganizationId, OrganizationName};
use guildhall_store::{
    ScopeId, member, organization,
    quota::{self, Quota},
    user,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::make;
use crate::{Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, TheSystem};

/// How many one user can make.
const MOST: Quota = Quota { most: 20, window: Duration::from_secs(24 * 60 * 60) };

/// Make an organization with the actor as its owner (A31, B39, B69).
#[derive(Clone, Debug)]
pub struct CreateOrganization {
    /// The name it is shown under.
    pub display_name: DisplayName,
    /// Its name in addresses; made from the display name where there is none.
    pub name: Option<OrganizationName>,
}

/// An organization that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Created {
    /// Its id.
    pub id: OrganizationId,
}

/// Why none is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreateOrganizationRefusal {
    /// The operator has switched it off.
    #[error("making organizations is switched off in this installation")]
    SwitchedOff,
    /// The installation allows one organization for each account (A22).
    #[error("an account can be in one organization only here, and you are in one")]
    OneOnly,
    /// The name in addresses is taken.
    #[error("this name is taken")]
    NameTaken,
    /// Too many in a day.
    #[error("you have made many organizations today; try again later")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
}

impl Refusal for CreateOrganizationRefusal {
    const CODES: &'static [&'static str] = &[
        "organization.switched_off",
        "organization.one_only",
        "organization.name_taken",
        "organization.too_many",
    ];

    fn code(&self) -> &'static str {
        match self {
            Self::SwitchedOff => Self::CODES[0],
            Self::OneOnly => Self::CODES[1],
            Self::NameTaken => Self::CODES[2],
            Self::TooMany { .. } => Self::CODES[3],
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::SwitchedOff => RefusalKind::Forbidden,
            Self::OneOnly | Self::NameTaken => RefusalKind::Conflict,
            Self::TooMany { retry_after } => RefusalKind::TooMany { retry_after: *retry_after },
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::NameTaken => vec![("name".into(), self.to_string())],
            Self::SwitchedOff | Self::OneOnly | Self::TooMany { .. } => Vec::new(),
        }
    }
}

impl Operation for CreateOrganization {
    const NAME: &'static str = "organization.create";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_create_organization");
    type Target = TheSystem;
    type Output = Created;
    type Refusal = CreateOrganizationRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (actor, _) = cx.acting_user()?;
        if !cx.settings().create_organizations {
            return Err(CreateOrganizationRefusal::SwitchedOff.into());
        }
        let one_only = cx.settings().one_organization;
        if one_only && !member::organizations(cx.store().system(), actor).await?.is_empty() {
            return Err(CreateOrganizationRefusal::OneOnly.into());
        }
        if let Some(name) = &self.name
            && organization::is_named(cx.store().system(), name).await?
        {
            return Err(CreateOrganizationRefusal::NameTaken.into());
        }
        let (key, now) = (format!("organization:create:{actor}"), cx.now());
        if let Err(until) = quota::take(cx.store().system(), &key, 1, MOST, now).await? {
            let retry_after = until.since(now).as_secs().saturating_add(1);
            return Err(CreateOrganizationRefusal::TooMany { retry_after }.into());
        }
        let owner = user::find(cx.store().system(), actor).await?.ok_or(Stop::NotFound)?;
        let id = make::make(cx, &owner.person(), &self.display_name, self.name).await?;
        cx.record_in(&ScopeId::from(id))?;
        cx.about("organization", id, &self.display_name);
        cx.after(serde_json::json!({ "display_name": self.display_name, "owner": owner.email }));
        Ok(Created { id })
    }
}
