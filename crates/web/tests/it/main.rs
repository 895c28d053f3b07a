//! The web part through its real router: what clients of every kind are told.

mod account;
mod bad_input;
mod cloud_account;
mod cluster;
mod cursor;
mod dashboard;
mod frame;
mod headers;
mod identity;
mod matrix;
mod mutation;
mod organization_page;
mod origin;
mod outage;
mod probe;
mod settings;
mod support;
mod system;
mod table;
mod usage;
