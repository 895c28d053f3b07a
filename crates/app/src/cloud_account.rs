//! Cloud accounts: the credentials with which an organization's clusters are made (H7, H8). All
//! members use them; nobody reads what is secret in them, whoever they are.

mod content;
mod create;
mod delete;
mod edit;
mod list;

pub(crate) use content::open;
pub use content::{FieldProblem, Fields};
pub use create::{CloudAccountCreated, CreateCloudAccount, CreateCloudAccountRefusal};
pub use delete::{DeleteCloudAccount, DeleteCloudAccountRefusal};
pub use edit::{EditCloudAccount, EditCloudAccountRefusal};
pub use list::{GetCloudAccount, ListCloudAccounts, ListedCloudAccount};
