//! The roles a person can have in an organization, and those an invitation can offer.

use std::str::FromStr;

use crate::text::{self, text_value};

/// A member's role in an organization. Exactly one member is the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationRole {
    /// Owns the organization: all an administrator can do, and its transfer and deletion.
    Owner,
    /// Manages members, permissions and resources.
    Admin,
    /// Works in the organization, within its switches.
    Member,
    /// Reaches only what was shared with them by name.
    Restricted,
}

/// A role that an invitation can offer: every one but the owner's, which only a transfer gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvitableRole {
    /// See [`OrganizationRole::Admin`].
    Admin,
    /// See [`OrganizationRole::Member`]; what an invitation offers unless it says otherwise (B51).
    #[default]
    Member,
    /// See [`OrganizationRole::Restricted`].
    Restricted,
}

/// A text or role is not one of the expected roles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// No role is called this.
    #[error("{} is not a role: choose {choices}", text::quoted(.text))]
    Unknown {
        /// What was given.
        text: String,
        /// The texts that would be read.
        choices: &'static str,
    },
    /// The owner's role was to be offered by an invitation.
    #[error("`owner` cannot be offered: a person becomes owner only by a transfer")]
    Owner,
}

impl OrganizationRole {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Admin, Self::Member, Self::Restricted];

    /// The text form, which is also the charter's relation: `admin`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Restricted => "restricted",
        }
    }

    /// What people read: `Administrator`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Administrator",
            Self::Member => "Member",
            Self::Restricted => "Restricted member",
        }
    }
}

impl InvitableRole {
    /// All roles that can be offered, the mightiest first.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Member, Self::Restricted];

    /// The text form: `admin`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.role().as_str()
    }

    /// What people read: `Administrator`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.role().label()
    }

    /// The same role among all roles.
    #[must_use]
    pub const fn role(self) -> OrganizationRole {
        match self {
            Self::Admin => OrganizationRole::Admin,
            Self::Member => OrganizationRole::Member,
            Self::Restricted => OrganizationRole::Restricted,
        }
    }
}

impl FromStr for OrganizationRole {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let choices = "`owner`, `admin`, `member` or `restricted`";
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or_else(|| RoleError::Unknown { text: text.into(), choices })
    }
}

impl FromStr for InvitableRole {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let choices = "`admin`, `member` or `restricted`";
        match text.parse::<OrganizationRole>() {
            Ok(role) => role.try_into(),
            Err(_) => Err(RoleError::Unknown { text: text.into(), choices }),
        }
    }
}

impl From<InvitableRole> for OrganizationRole {
    fn from(role: InvitableRole) -> Self {
        role.role()
    }
}

impl TryFrom<OrganizationRole> for InvitableRole {
    type Error = RoleError;

    fn try_from(role: OrganizationRole) -> Result<Self, Self::Error> {
        match role {
            OrganizationRole::Owner => Err(RoleError::Owner),
            OrganizationRole::Admin => Ok(Self::Admin),
            OrganizationRole::Member => Ok(Self::Member),
            OrganizationRole::Restricted => Ok(Self::Restricted),
        }
    }
}

text_value!(OrganizationRole, "a role", {
    "type": "string",
    "enum": ["owner", "admin", "member", "restricted"],
    "description": "A member's role in an organization.",
});

text_value!(InvitableRole, "a role", {
    "type": "string",
    "enum": ["admin", "member", "restricted"],
    "default": "member",
    "description": "The role an invitation offers. Ownership is transferred, never offered.",
});
