//! Invitations: who may offer what to whom, and what becomes of it.

mod accept;
mod ceiling;
mod invite;
mod link;
mod manage;
