//! Members: listed, given another role, removed, and why they may do what they may.

mod change;
mod invariant;
mod list;
mod role;
