//! The two engines, each behind the same few functions.

pub(crate) mod postgres;
pub(crate) mod sqlite;
