//! Lists in pages: a cursor goes on where the last page ended, at the same version and for the same
//! question.

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::str::FromStr;

use crate::error::EvaluationError;
use crate::list::Given;
use crate::object::{Object, Subject};
use crate::snapshot::Snapshot;

/// Where a page ended.
///
/// Its text is opaque. It tells nothing but the last item, and is refused by every other question
/// and every other version of the relationships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    version: u64,
    question: u64,
    last: String,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order of the whole list.
    pub items: Vec<T>,
    /// Where the next page begins; `None` where the list ends here and is complete.
    pub next: Option<Cursor>,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}{}", self.version, self.question, self.last)
    }
}

impl FromStr for Cursor {
    type Err = EvaluationError;

    fn from_str(text: &str) -> Result<Self, EvaluationError> {
        let number = |from: usize| {
            let digits = text.get(from..from + 16).ok_or(EvaluationError::Cursor)?;
            u64::from_str_radix(digits, 16).map_err(|_| EvaluationError::Cursor)
        };
        let (version, question) = (number(0)?, number(16)?);
        let last = text.get(32..).ok_or(EvaluationError::Cursor)?.to_owned();
        Ok(Self { version, question, last })
    }
}

impl Snapshot {
    /// A page of [`Snapshot::list_objects`]. Each page costs as much as the whole list.
    pub fn objects_page(
        &self,
        kind: &str,
        relation: &str,
        subject: &Subject,
        given: Given<'_>,
        after: Option<&Cursor>,
        size: usize,
    ) -> Result<Page<Object>, EvaluationError> {
        let question = fingerprint(&["objects", kind, relation, &subject.to_string()], given);
        self.check_cursor(after, question)?;
        let all = self.list_objects_given(kind, relation, subject, given)?;
        Ok(self.page(all, question, after, size, |object| object.id.to_string()))
    }

    /// A page of [`Snapshot::list_subjects`]. Each page costs as much as the whole list.
    pub fn subjects_page(
        &self,
        object: &Object,
        relation: &str,
        subject_kind: &str,
        given: Given<'_>,
        after: Option<&Cursor>,
        size: usize,
    ) -> Result<Page<Subject>, EvaluationError> {
        let parts = ["subjects", &object.to_string(), relation, subject_kind];
        let question = fingerprint(&parts, given);
        self.check_cursor(after, question)?;
        let all = self.list_subjects_given(object, relation, subject_kind, given)?;
        Ok(self.page(all, question, after, size, ToString::to_string))
    }

    fn check_cursor(&self, after: Option<&Cursor>, question: u64) -> Result<(), EvaluationError> {
        let fits = |cursor: &Cursor| cursor.version == self.version && cursor.question == question;
        if after.is_none_or(fits) { Ok(()) } else { Err(EvaluationError::Cursor) }
    }

    fn page<T>(
        &self,
        all: Vec<T>,
        question: u64,
        after: Option<&Cursor>,
        size: usize,
        key: impl Fn(&T) -> String,
    ) -> Page<T> {
        let begin = after.map_or(0, |cursor| {
            all.iter().position(|item| key(item) == cursor.last).map_or(all.len(), |at| at + 1)
        });
        let end = begin.saturating_add(size.max(1)).min(all.len());
        let more = end < all.len();
        let items: Vec<T> = all.into_iter().take(end).skip(begin).collect();
        let next = items.last().filter(|_| more).map(|item| Cursor {
            version: self.version,
            question,
            last: key(item),
        });
        Page { items, next }
    }
}

/// A number for a question. Each part goes in with its length, so that no two questions run
/// together.
fn fingerprint(parts: &[&str], given: Given<'_>) -> u64 {
    let mut hasher = foldhash::quality::FixedState::with_seed(0x6775_696c_6468_616c).build_hasher();
    let mut put = |text: &str| {
        hasher.write_usize(text.len());
        hasher.write(text.as_bytes());
    };
    parts.iter().for_each(|part| put(part));
    put(&given.contextual.len().to_string());
    for tuple in given.contextual {
        put(&tuple.to_string());
        let condition = tuple.condition.as_deref();
        put(&condition.map_or(String::new(), |condition| {
            serde_json::to_string(condition).unwrap_or_default()
        }));
    }
    let context = given.context.and_then(|context| serde_json::to_string(context).ok());
    put(&context.unwrap_or_default());
    hasher.finish()
}
