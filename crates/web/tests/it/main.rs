//! The web part through its real router: what clients of every kind are told.

mod bad_input;
mod cursor;
mod frame;
mod headers;
mod matrix;
mod origin;
mod probe;
mod support;
mod table;
