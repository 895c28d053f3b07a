//! The switches of an organization: what its plain members may do.

use std::str::FromStr;

use crate::text::{self, text_value};

/// One permission of all plain members, on or off for the whole organization (H45–H50).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Switch {
    /// Members may invite others.
    Invite,
    /// Members may create and terminate clusters.
    Clusters,
    /// Members may open and close the ports of clusters.
    Ports,
}

/// No switch is called this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a permission: choose `invite`, `clusters` or `ports`", text::quoted(.0))]
pub struct SwitchError(String);

impl Switch {
    /// All switches, in the order the console shows them.
    pub const ALL: [Self; 3] = [Self::Invite, Self::Clusters, Self::Ports];

    /// The text form: `invite`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Clusters => "clusters",
            Self::Ports => "ports",
        }
    }

    /// What people read beside the tick box (H45, H46, H48).
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invite => "Non admin members can invite new members",
            Self::Clusters => "Non admin members can create and terminate clusters",
            Self::Ports => "Non admin members can open clusters ports",
        }
    }
}

impl FromStr for Switch {
    type Err = SwitchError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|switch| switch.as_str() == text);
        found.ok_or_else(|| SwitchError(text.into()))
    }
}

text_value!(Switch, "a permission of members", {
    "type": "string",
    "enum": ["invite", "clusters", "ports"],
    "description": "A permission of all plain members of an organization.",
});
