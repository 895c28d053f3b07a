//! The frame that every operation and query runs in.
//!
//! [`Granted`] and [`Viewing`] are made nowhere but in the two leaf modules below, after the
//! check, and the body of an operation cannot run without one.

mod execute;
mod forecast;
mod idempotency;
mod note;
mod read;

pub use execute::{Done, Granted};
pub(crate) use execute::{dry_run, execute};
pub use forecast::{Forecast, Right};
pub(crate) use note::{Note, look, note};
pub use read::Viewing;
pub(crate) use read::read;
