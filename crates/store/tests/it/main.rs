//! The store on both engines: the same statements, the same answers, the same errors.

mod conflict;
mod group;
mod migration;
mod transaction;
mod world;
