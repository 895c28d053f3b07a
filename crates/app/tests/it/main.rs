//! The tests of the operations and of what they send.

mod mail;
