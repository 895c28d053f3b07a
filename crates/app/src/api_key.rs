//! API keys: what a program proves with that it acts for a user (H75).

mod create;
mod list;
mod revoke;

pub use create::{CreateApiKey, CreateApiKeyRefusal, NewApiKey};
pub use list::{ListApiKeys, ListedApiKey};
pub use revoke::RevokeApiKey;
