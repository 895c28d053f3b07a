//! Reading the audit log: of an organization, or of the system.
//!
//! Writing it is the frame's business: every operation leaves one event in its transaction.

mod get;
mod list;

pub use get::{EventDetail, GetOrganizationEvent, GetSystemEvent};
pub use guildhall_store::audit::{Event, EventFilter, EventPosition};
pub use list::{ListOrganizationEvents, ListSystemEvents, MAX_EVENTS};
