//! The operations, the one `execute`, the charter, audit, outbox and jobs.

pub mod mail;
