//! Organizations: made, renamed, handed over, deleted and restored.

pub(crate) mod make;
