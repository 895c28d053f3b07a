//! What the tests share: a client that talks to the router, and answers that are easy to look at.

mod client;
mod world;

pub(crate) use client::{Answer, Ask, BASE, Client};
pub(crate) use world::World;
