//! What an invitation offers: one of the organization's roles, or a custom role.

use std::{borrow::Cow, fmt, str::FromStr};

use guildhall_model::{InvitableRole, OrganizationRole, RoleId};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The role that an invitation offers. Ownership is not among them by type (security 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferedRole {
    /// A role of every organization.
    Organization(InvitableRole),
    /// A plain membership with a custom role of the organization.
    Custom(RoleId),
}

/// A text is no role that can be offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OfferedRoleError(String);

impl OfferedRole {
    /// The role in the organization and the custom role that come with joining.
    pub fn parts(self) -> (OrganizationRole, Option<RoleId>) {
        match self {
            Self::Organization(role) => (role.role(), None),
            Self::Custom(id) => (OrganizationRole::Member, Some(id)),
        }
    }
}

impl Default for OfferedRole {
    /// A new member is a plain member (A16, B51).
    fn default() -> Self {
        Self::Organization(InvitableRole::Member)
    }
}

impl From<InvitableRole> for OfferedRole {
    fn from(role: InvitableRole) -> Self {
        Self::Organization(role)
    }
}

impl fmt::Display for OfferedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(role) => f.write_str(role.as_str()),
            Self::Custom(id) => id.fmt(f),
        }
    }
}

impl FromStr for OfferedRole {
    type Err = OfferedRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Custom(id));
        }
        let role = text.parse::<InvitableRole>();
        role.map(Self::Organization).map_err(|error| OfferedRoleError(error.to_string()))
    }
}

impl Serialize for OfferedRole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OfferedRole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for OfferedRole {
    fn schema_name() -> Cow<'static, str> {
        "OfferedRole".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fixed = generator.subschema_for::<InvitableRole>();
        let custom = generator.subschema_for::<RoleId>();
        json_schema!({
            "anyOf": [fixed, custom],
            "default": "member",
            "description": "The role an invitation offers: `admin`, `member`, `restricted`, or \
                            the id of a custom role, which comes with a plain membership.",
        })
    }
}
