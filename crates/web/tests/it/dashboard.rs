//! The dashboard, the Welcome before it, and the invitations on it, on both engines.

mod front;
mod invitation;
mod welcome;
