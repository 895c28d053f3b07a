//! Notices for the next page: "Maya was removed." after the form that removed her.
//!
//! They travel in a short-lived signed cookie that names one of our own texts and what to fill in,
//! so nobody can put words of their own on a page.

mod text;

use std::time::Duration;

use axum::http::HeaderValue;
use guildhall_model::isolated;
use serde::{Deserialize, Serialize};

pub use text::{NoticeText, texts};

use crate::cookie::NOTICE;
use crate::state::WebState;
use crate::{page, seal};

/// How long a notice waits for its page.
const LASTS: Duration = Duration::from_secs(60);
/// The longest part that is filled in, in characters.
const LONGEST: usize = 200;

/// A notice to be shown: one of our texts and what fills its gaps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flash {
    key: String,
    fill: Vec<String>,
}

impl Flash {
    /// A text with what fills its gaps, in order.
    pub fn of<const N: usize>(text: &NoticeText<N>, fill: [&str; N]) -> Self {
        let fill = fill.iter().map(|part| part.chars().take(LONGEST).collect()).collect();
        Self { key: text.key().to_owned(), fill }
    }
}

/// The cookie that carries a notice.
pub(crate) fn cookie(web: &WebState, flash: &Flash) -> HeaderValue {
    let sealed = seal::close(web.app.keys(), "notice", &[], flash);
    NOTICE.set(&sealed, Some(LASTS), web.base())
}

/// The notice in a cookie, if we wrote it.
pub(crate) fn open(web: &WebState, sealed: &str) -> Option<page::Notice> {
    let flash: Flash = seal::open(web.app.keys(), "notice", &[], sealed)?;
    let (tone, text) = text::find(&flash.key)?;
    let mut filled = text.to_owned();
    for part in &flash.fill {
        filled = filled.replacen("{}", &isolated(part), 1);
    }
    Some(page::Notice { tone, text: filled })
}
