//! Sessions: signing in, staying signed in, signing out.

mod authenticate;
mod begin;
mod code;
mod end;
mod list;
mod sign_in;
mod sign_out;

pub use authenticate::Authenticated;
pub use begin::NewSession;
pub(crate) use begin::{begin, renew};
pub use code::{FinishSignIn, FinishSignInRefusal, OpenTicket, Ticket, TicketRefusal};
pub use end::{EndOtherSessions, EndSession};
pub use list::{ListSessions, ListedSession};
pub use sign_in::{SignIn, SignInRefusal, SignedIn};
pub use sign_out::SignOut;
