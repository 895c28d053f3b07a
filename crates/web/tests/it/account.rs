//! Accounts at the router: what people see at the door, and what the API answers.

mod api;
mod door;
mod invitation;
mod mailbox;
