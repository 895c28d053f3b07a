//! The operations, the one `execute`, the charter, audit, outbox and jobs.
