//! Custom roles: named sets of permissions that an organization defines and assigns.
//!
//! What a role permits, and who has it, are relationships; only its name is a row.

mod assign;
mod create;
mod delete;
mod edit;
mod fact;
mod list;
mod unassign;

pub use assign::{AssignRole, AssignRoleRefusal};
pub use create::{CreateRole, CreateRoleRefusal, RoleCreated};
pub use delete::{DeleteRole, DeleteRoleRefusal};
pub use edit::{EditRole, EditRoleRefusal};
pub use fact::GRANTABLE;
pub use list::{GetRole, ListRoles, RoleDetail, RoleHolder, RoleView};
pub use unassign::UnassignRole;
