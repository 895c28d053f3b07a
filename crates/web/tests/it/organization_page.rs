//! Choosing, making, renaming, handing over, leaving, deleting and restoring an organization at
//! the console, on both engines.

mod ending;
mod list;
mod settings;
mod transfer;
