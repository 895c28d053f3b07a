//! What system administrators and user managers see of the whole installation.

mod directory;
mod relationships;

pub use directory::{
    Directory, GetUser, ListOrganizations, ListUsers, MAX_LISTED, OrganizationEntry, UserEntry,
};
pub use relationships::ReadRelationships;
