//! Members: listed, given another role, removed, and why they may do what they may.

mod change_role;
mod explain;
mod get;
mod list;
mod page;
mod remove;
pub(crate) mod standing;
mod view;

pub use change_role::{ChangeMemberRole, ChangeMemberRoleRefusal};
pub use explain::{ExplainMember, ExplainMemberRefusal, Link, Remedy, Why};
pub use get::GetMember;
pub use list::{ListMembers, MemberCounts, MemberCursor, MemberFilter, MemberPage};
pub use remove::{RemoveMember, RemoveMemberRefusal};
pub use view::{CustomRole, MemberView};
