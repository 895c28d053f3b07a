//! Clearing away what has run out: sessions, links, counted attempts, old mails.

use std::time::Duration;

use guildhall_model::Timestamp;
use guildhall_store::{StoreError, Tx, idempotency, mailed_link, outbox, quota, session};

use crate::{
    App,
    frame::{Note, note},
};

/// Links stay a while after they run out, so that their page can say why they do not work.
const LINKS_STAY: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Longer than any window that attempts are counted over.
const COUNTS_STAY: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// How long a repeated request is answered with the first one's outcome.
const KEYS_STAY: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// How long the outbox tells about a mail.
const MAILS_STAY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl App {
    /// Deletes sessions, links, counts, kept outcomes and mails that have run out. Nothing depends
    /// on it but space: each is refused from the very instant it runs out. Answers how many there
    /// were.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        note(self, Sweep { now: self.clock().now() }).await
    }
}

struct Sweep {
    now: Timestamp,
}

impl Note for Sweep {
    type Output = u64;

    async fn run(self, tx: &mut Tx) -> Result<u64, StoreError> {
        Ok(session::sweep(tx, self.now).await?
            + mailed_link::sweep(tx, self.now.minus(LINKS_STAY)).await?
            + quota::sweep(tx, self.now.minus(COUNTS_STAY)).await?
            + idempotency::forget(tx, self.now.minus(KEYS_STAY)).await?
            + outbox::purge(tx, self.now.minus(MAILS_STAY)).await?)
    }
}
