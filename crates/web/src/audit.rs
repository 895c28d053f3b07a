//! What API and console share of the audit log: the filter, the shape of an event, the export.

mod event;
mod export;
mod filter;
mod words;

pub(crate) use event::EventBody;
pub(crate) use export::{Format, export};
pub(crate) use filter::{AuditQuery, ExportQuery, Log, day_or_moment};
pub(crate) use words::{ACTIONS, words};
