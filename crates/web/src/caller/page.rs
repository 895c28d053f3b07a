//! Pages of lists, and the cursors between them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The `cursor` of the page after this one; null on the last.
    pub next: Option<String>,
    /// The `cursor` of the page before this one; null on the first.
    pub previous: Option<String>,
    /// How many rows there are in all pages, where that is known.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// A list that is given whole.
    pub fn whole(items: Vec<T>) -> Self {
        let total = Some(items.len() as u64);
        Self { items, next: None, previous: None, total }
    }

    /// The first rows of what was found beyond the size of a page, with the cursor after them
    /// where there are more.
    pub fn cut(mut items: Vec<T>, size: usize, cursor: impl FnOnce(&T) -> String) -> Self {
        let more = items.len() > size;
        items.truncate(size);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next, previous: None, total: None }
    }

    /// The page with every row made into another.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, next, previous, total } = self;
        Page { items: items.into_iter().map(row).collect(), next, previous, total }
    }
}

/// A place in a list, as a cursor carries it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Place<P> {
    /// The row that the page comes after.
    pub after: P,
    /// How many rows come before the page.
    pub before: u64,
}

impl<P> Place<P> {
    /// How many rows come before a place; none before the beginning.
    pub fn rows_before(place: Option<&Self>) -> u64 {
        place.map_or(0, |place| place.before)
    }
}
