//! Organizations: made, renamed, handed over, left, deleted, restored and purged.

mod fate;
mod rights;
