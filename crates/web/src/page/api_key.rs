//! A user's API keys: the list, making one, and the one time it is shown.

use askama::Template;

use super::form::Form;
use super::part::{Choice, Moment, count_of};
use super::shell::Shell;

/// One key.
#[derive(Debug, Clone, Default)]
pub struct ApiKeyRow {
    /// Its name.
    pub name: String,
    /// What is shown of it, to recognise it: `ghk_…a1b2`.
    pub prefix: String,
    /// When it was made.
    pub created: Moment,
    /// When it ends; empty words for never.
    pub expires: Moment,
    /// Whether it has ended.
    pub expired: bool,
    /// When it was last used; empty words for never.
    pub used: Moment,
    /// The page that asks before revoking.
    pub revoke: String,
}

/// `/settings/api-keys`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/api_keys.html")]
pub struct ApiKeysPage {
    /// The frame.
    pub shell: Shell,
    /// The keys, the latest first.
    pub rows: Vec<ApiKeyRow>,
}

impl ApiKeysPage {
    /// "2 keys work. A program with one may do what you may do."
    fn sentence(&self) -> String {
        let living = self.rows.iter().filter(|row| !row.expired).count();
        let works = if living == 1 { "works" } else { "work" };
        match living {
            0 => "No program acts for you.".to_owned(),
            _ => format!(
                "{} {works}. A program with one may do what you may do.",
                count_of(living as u64, "key", "keys")
            ),
        }
    }
}

/// `/settings/api-keys/new`. Fields: `name`, `expires`, hidden `submission`.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/new_api_key.html")]
pub struct NewApiKeyPage {
    /// The frame.
    pub shell: Shell,
    /// Posted to `/settings/api-keys/new`.
    pub form: Form,
    /// How long it may work.
    pub lifetimes: Vec<Choice>,
}

impl NewApiKeyPage {
    /// A fresh page.
    pub fn new(shell: Shell, submission: &str, lifetimes: Vec<Choice>) -> Self {
        let form = Form::creating("api-key", "/settings/api-keys/new", submission);
        Self { shell, form, lifetimes }
    }
}

/// The answer to making a key: the only time it is shown.
#[derive(Debug, Clone, Template)]
#[template(path = "settings/api_key.html")]
pub struct ApiKeyPage {
    /// The frame.
    pub shell: Shell,
    /// Its name.
    pub name: String,
    /// The key itself.
    pub key: String,
    /// When it ends, in words; empty for never.
    pub expires: String,
    /// The address of the API, for the example.
    pub base_url: String,
}
