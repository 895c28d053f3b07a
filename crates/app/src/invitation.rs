//! Invitations: offers of membership to an address, and what becomes of them.
//!
//! An invitation is an object of the charter. Its relationships exist while it is pending.

mod accept;
mod change_role;
mod find;
mod invite;
mod letter;
mod list;
mod mine;
mod offer;
mod reject;
mod resend;
mod role;
mod withdraw;

pub use accept::{AcceptInvitation, AcceptInvitationRefusal, Joined};
pub use change_role::{ChangeInvitedRole, ChangeInvitedRoleRefusal};
pub use find::{FindInvitation, FindInvitationRefusal, FoundInvitation, LinkViewer};
pub use invite::{InviteMembers, InviteMembersRefusal, Invited};
pub use list::{GetInvitation, InvitationCursor, InvitationPage, InvitationView, ListInvitations};
pub use mine::{ListMyInvitations, MyInvitation};
pub use reject::RejectInvitation;
pub use resend::{ResendInvitation, ResendInvitationRefusal, Resent};
pub use role::{OfferedRole, OfferedRoleError};
pub use withdraw::WithdrawInvitation;

pub(crate) use offer::forget;
