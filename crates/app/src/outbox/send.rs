//! The sender: claims what is due, hands it to the transport, notes what came of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::{OrganizationId, Timestamp, UserId};
use guildhall_store::outbox::{self, StoredMail};
use guildhall_store::{Completion, Job, StoreError, Tx, Verdict};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::{Content, backoff, circular, read};
use crate::App;
use crate::index::Staged;
use crate::mail::Mail;
use crate::mail::transport::{DeliveryError, OutgoingMail, Transport};

/// How many mails are claimed at a time.
const BATCH: u32 = 8;
/// How long to wait at most before looking for mails of other processes, which wake only their own
/// sender.
const POLL: Duration = Duration::from_secs(30);
/// What a claim lasts longer than the longest delivery, so that noting the outcome is in time.
const MARGIN: Duration = Duration::from_secs(60);
/// After how long a mail that was never handed over is of no use any more.
const STALE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Sends the mails of the outbox. Several processes on one database may each run one.
#[derive(Clone)]
pub struct OutboxSender {
    app: App,
    transport: Arc<dyn Transport>,
    longest: Duration,
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Mails handed over.
    pub sent: usize,
    /// Mails that will be tried again.
    pub postponed: usize,
    /// Mails given up.
    pub failed: usize,
    /// Mails dropped because they came too late.
    pub expired: usize,
}

enum End {
    Sent,
    Postponed(Timestamp, String),
    Failed(String),
    Expired,
}

impl OutboxSender {
    /// A sender that gives up a delivery after `longest`, whatever the transport does.
    pub fn new(app: App, transport: Arc<dyn Transport>, longest: Duration) -> Self {
        Self { app, transport, longest }
    }

    /// Sends whatever is due, now and later, until `stop` holds true; deliveries under way are
    /// then finished. Woken by commits of this process, and by the clock for the rest.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let wait = match self.round(&stop).await {
                Ok(_) => self.until_next().await,
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be read");
                    POLL
                }
            };
            tokio::select! {
                () = self.app.outbox_wake().notified() => {}
                () = tokio::time::sleep(wait) => {}
                // An end of the sending side means that the process is going away.
                _ = stop.wait_for(|stopped| *stopped) => {}
            }
        }
    }

    /// Sends everything that is due at this moment.
    ///
    /// # Errors
    /// If the outbox cannot be read; failed deliveries are no error, they are noted.
    pub async fn send_due(&self) -> Result<Round, StoreError> {
        let (_running, stop) = watch::channel(false);
        self.round(&stop).await
    }

    async fn round(&self, stop: &watch::Receiver<bool>) -> Result<Round, StoreError> {
        let mut round = Round::default();
        while !*stop.borrow() {
            let claimed = self.claim().await?;
            if claimed.is_empty() {
                break;
            }
            let mut deliveries = JoinSet::new();
            for mail in claimed {
                deliveries.spawn(self.clone().attempt(mail));
            }
            while let Some(ended) = deliveries.join_next().await {
                match ended {
                    Ok(Some(End::Sent)) => round.sent += 1,
                    Ok(Some(End::Postponed(..))) => round.postponed += 1,
                    Ok(Some(End::Failed(_))) => round.failed += 1,
                    Ok(Some(End::Expired)) => round.expired += 1,
                    Ok(None) => {}
                    Err(error) => tracing::error!(%error, "a delivery broke off"),
                }
            }
        }
        Ok(round)
    }

    /// Takes the next mails that are due, for as long as a delivery may last.
    async fn claim(&self) -> Result<Vec<StoredMail>, StoreError> {
        let now = self.app.clock().now();
        let until = now.plus(self.longest + MARGIN);
        write(&self.app, move |tx| {
            Box::pin(async move {
                let mut claimed = outbox::due(tx, now, BATCH).await?;
                let mut ours = Vec::with_capacity(claimed.len());
                for mut mail in claimed.drain(..) {
                    if outbox::lease(tx, mail.id, now, until).await? {
                        mail.attempts += 1;
                        ours.push(mail);
                    }
                }
                let verdict = if ours.is_empty() { Verdict::Rollback } else { Verdict::Commit };
                Ok((ours, verdict))
            })
        })
        .await
    }

    /// Tries one mail and notes the outcome. `None` means that the outcome could not be noted: the
    /// lease runs out, and the mail goes out again under the same id.
    async fn attempt(self, mail: StoredMail) -> Option<End> {
        let content = mail.payload.as_ref().map_or_else(
            || Err("the content is gone".to_owned()),
            |payload| read::open(self.app.keys(), mail.id, payload),
        );
        let end = match content {
            Ok(Content::Mail(content)) => self.deliver(&mail, content).await,
            Ok(Content::Circular { circular, after, mail: content }) => {
                return self.spread(mail, circular, after, content).await;
            }
            Err(error) => End::Failed(error),
        };
        let (id, now) = (mail.id, self.app.clock().now());
        match &end {
            End::Sent | End::Expired => {}
            End::Postponed(next, error) => {
                let kind = &mail.kind;
                tracing::warn!(mail = %id, kind, error, %next, "a mail will be tried again");
            }
            End::Failed(error) => {
                tracing::error!(mail = %id, kind = mail.kind, error, "a mail was given up");
            }
        }
        let noted = write(&self.app, move |tx| {
            Box::pin(async move {
                match &end {
                    End::Sent => outbox::sent(tx, id, now).await?,
                    End::Postponed(next, error) => outbox::postponed(tx, id, *next, error).await?,
                    End::Failed(error) => outbox::failed(tx, id, error).await?,
                    End::Expired => outbox::expired(tx, id).await?,
                }
                Ok((end, Verdict::Commit))
            })
        });
        match noted.await {
            Ok(end) => Some(end),
            Err(error) => {
                tracing::error!(mail = %id, %error, "the outcome of a delivery was not noted");
                None
            }
        }
    }

    /// Makes the next members' mails of a circular. If that cannot be written now, the lease runs
    /// out and it is tried again.
    async fn spread(
        self,
        stored: StoredMail,
        circular: OrganizationId,
        after: Option<UserId>,
        mail: Mail,
    ) -> Option<End> {
        let (app, id) = (self.app.clone(), stored.id);
        let spread = write(&self.app, move |tx| {
            Box::pin(async move {
                circular::spread(&app, tx, &stored, circular, after, mail).await?;
                Ok(((), Verdict::Commit))
            })
        });
        if let Err(error) = spread.await {
            tracing::error!(mail = %id, %error, "the mails to all members were not written");
        }
        None
    }

    async fn deliver(&self, stored: &StoredMail, mail: Mail) -> End {
        let now = self.app.clock().now();
        let dead_link = mail.expires().is_some_and(|expires| expires <= now);
        if dead_link || stored.created_at.plus(STALE) <= now {
            return End::Expired;
        }
        let outgoing = OutgoingMail {
            id: stored.id,
            to: stored.recipient.clone(),
            written: stored.created_at,
            content: mail.render(&self.app.settings().base_url),
        };
        let delivery = self.transport.deliver(&outgoing);
        let outcome = tokio::time::timeout(self.longest, delivery).await.unwrap_or_else(|_| {
            Err(DeliveryError::Temporary("the delivery took too long".to_owned()))
        });
        match outcome {
            Ok(()) => End::Sent,
            Err(DeliveryError::Permanent(error)) => End::Failed(error),
            Err(DeliveryError::Temporary(error)) if stored.attempts >= backoff::MOST_ATTEMPTS => {
                End::Failed(error)
            }
            Err(DeliveryError::Temporary(error)) => {
                let pause = backoff::pause(stored.attempts, self.app.entropy());
                End::Postponed(self.app.clock().now().plus(pause), error)
            }
        }
    }

    /// How long to sleep until the next mail is due.
    async fn until_next(&self) -> Duration {
        let next = write(&self.app, |tx| {
            Box::pin(async move { Ok((outbox::next_due(tx).await?, Verdict::Rollback)) })
        });
        match next.await {
            Ok(Some(next)) => next.since(self.app.clock().now()).min(POLL),
            Ok(None) | Err(_) => POLL,
        }
    }
}

type Work<'t, T> = Pin<Box<dyn Future<Output = Result<(T, Verdict), StoreError>> + Send + 't>>;

/// Runs `work` in a transaction of the writer, outside any operation: the outbox's own
/// book-keeping changes nothing that anybody has a right to.
async fn write<T: Send + 'static>(
    app: &App,
    work: impl for<'t> FnOnce(&'t mut Tx) -> Work<'t, T> + Send + 'static,
) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    let job: Job<Staged> = Box::new(move |tx, _| {
        Box::pin(async move {
            let (verdict, outcome) = match work(tx).await {
                Ok((outcome, verdict)) => (verdict, Ok(outcome)),
                Err(error) => (Verdict::Rollback, Err(error)),
            };
            let completion: Completion = Box::new(move |committed| {
                // Whoever asked may have gone; what was written stays written.
                drop(answer.send(committed.and(outcome)));
            });
            (verdict, completion)
        })
    });
    app.writer().submit(job).await;
    let gone = || StoreError::Unavailable("the writer did not take the job".to_owned());
    answered.await.unwrap_or_else(|_| Err(gone()))
}
