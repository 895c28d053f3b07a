//! Typed ids, validated values, entities and their state changes, the clock. No I/O, no async.
