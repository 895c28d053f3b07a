//! The operations, each on both engines: allowed, hidden, forbidden, refused, recorded.

mod account;
mod audit;
mod charter;
mod cluster;
mod credit;
mod frame;
mod invitation;
mod mail;
mod member;
mod organization;
mod outbox;
mod people;
mod tenant;
mod vault;
mod world;
