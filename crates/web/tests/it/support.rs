//! What the tests share: a client that talks to the router, people who are signed in, and answers
//! that are easy to look at.

mod client;
mod provisioner;
mod someone;
mod world;

pub(crate) use client::{Answer, Ask, BASE, Client};
pub(crate) use provisioner::Provisioner;
pub(crate) use someone::{PASSWORD, Someone, fault, hidden, led_to};
pub(crate) use world::{OTHER_SECRET, SECRET, World, settings};
