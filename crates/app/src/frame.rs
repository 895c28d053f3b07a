//! The frame that every operation and query runs in.
//!
//! [`Granted`] and [`Viewing`] are made nowhere but in the modules `execute` and `read` below,
//! after the check, and the body of an operation cannot run without one. What does not depend on
//! an operation's types is in `asked` and `work`, which are compiled once and not for each of them.

mod asked;
mod execute;
mod forecast;
mod granted;
mod idempotency;
mod note;
mod read;
mod work;

pub use execute::Done;
pub(crate) use execute::{dry_run, execute};
pub use forecast::{Forecast, Right};
pub use granted::Granted;
pub(crate) use note::{Note, look, note};
pub use read::Viewing;
pub(crate) use read::read;
