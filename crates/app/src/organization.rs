//! Organizations: made, renamed, handed over, left, deleted and restored.

mod create;
mod delete;
mod get;
mod leave;
pub(crate) mod make;
mod mine;
mod place;
mod purge;
mod rename;
mod restore;
pub(crate) mod seats;
mod switches;
mod transfer;

pub use create::{CreateOrganization, CreateOrganizationRefusal, Created};
pub use delete::{DeleteOrganization, DeleteOrganizationRefusal, Deleted};
pub use get::{GetOrganization, InCharge, OrganizationOverview};
pub use leave::{LeaveOrganization, LeaveOrganizationRefusal};
pub use mine::{ListMyOrganizations, MyOrganization};
pub use place::{GetMyPlace, MyPlace};
pub use purge::{ListDeadOrganizations, PurgeOrganization, PurgeOrganizationRefusal, Purged};
pub use rename::RenameOrganization;
pub use restore::{RestoreOrganization, RestoreOrganizationRefusal};
pub use seats::Seats;
pub use switches::{Switches, UpdateMemberPermissions};
pub use transfer::{TransferOwnership, TransferOwnershipRefusal};
