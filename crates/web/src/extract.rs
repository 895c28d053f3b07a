//! What handlers take from a request. Every rejection is a problem that names the field.

mod body;
mod form;
mod json;
mod pairs;
mod path;
mod query;
mod signed;
mod text;
mod words;

pub use form::Form;
pub use json::Json;
pub use path::Path;
pub use query::Query;
pub use signed::SignedJson;

pub(crate) use pairs::{address, decode};
