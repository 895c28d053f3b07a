//! The outbox: sending what operations wrote into it, and what administrators do with it.
//!
//! A mail is claimed with a lease, rendered, handed to the transport, and noted as sent. A process
//! that stops in between leaves a lease that runs out; the mail then goes out again under the same
//! Message-ID. So a mail is sent at least once, and hardly ever twice.

mod backoff;
mod circular;
mod get;
mod list;
mod read;
mod retry;
mod send;

pub(crate) use circular::{Content, post};
pub use get::GetMail;
pub use guildhall_store::outbox::{MailFilter, MailStatus};
pub use list::{ListOutbox, OutboxEntry, OutboxList};
pub use read::{ReadMail, ReadMailRefusal, ReadableMail};
pub use retry::{RetryMail, RetryMailRefusal};
pub use send::{OutboxSender, Round};
