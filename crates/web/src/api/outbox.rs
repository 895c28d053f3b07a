//! The outbox of mails through the API, for system administrators.

use guildhall_app::outbox::{
    GetMail, ListOutbox, MailFilter, MailStatus, OutboxEntry, ReadMail, ReadableMail, RetryMail,
};
use guildhall_model::{MailId, PageSize};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::{Caller, Client, Page};
use crate::extract::{Json, Path, Query};
use crate::reply::{NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/system/outbox", list)
            .reads::<ListOutbox>()
            .summary("List the mails of the installation, newest first"),
        Route::get("/api/v1/system/outbox/{mail}", get)
            .reads::<GetMail>()
            .summary("Get a mail without its content"),
        Route::post("/api/v1/system/outbox/{mail}/read", read)
            .serves::<ReadMail>()
            .summary("Read a mail's content, while no mail server is configured")
            .description("Each reading leaves an audit event, for a mail may hold a link."),
        Route::post("/api/v1/system/outbox/{mail}/retry", retry)
            .serves::<RetryMail>()
            .summary("Send a mail now that waits or was given up"),
    ]
}

/// Which mails.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutboxQuery {
    /// Only those that have come this far.
    #[serde(default)]
    pub(crate) show: Option<Show>,
    /// Only those to an address with this in it.
    #[serde(default)]
    pub(crate) q: Option<String>,
    /// Where the page begins: `next` of the page before.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    /// How many rows at most, 1 to 200; 50 without.
    #[serde(default)]
    pub(crate) limit: Option<PageSize>,
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Show {
    /// Waits for its first or next attempt.
    Pending,
    /// Was handed to the mail server.
    Sent,
    /// Was given up.
    Failed,
    /// Came too late to be of use.
    Expired,
}

impl Show {
    /// The value of the parameter.
    pub(crate) fn as_str(self) -> &'static str {
        MailStatus::from(self).as_str()
    }
}

impl From<Show> for MailStatus {
    fn from(show: Show) -> Self {
        match show {
            Show::Pending => Self::Pending,
            Show::Sent => Self::Sent,
            Show::Failed => Self::Failed,
            Show::Expired => Self::Expired,
        }
    }
}

/// A page of mails, and how many wait and failed in all.
pub(crate) struct Found {
    pub(crate) page: Page<OutboxEntry>,
    pub(crate) pending: u64,
    pub(crate) failed: u64,
}

impl OutboxQuery {
    /// The mails that the query asks for.
    pub(crate) async fn find(&self, client: &Client) -> Reply<Found> {
        let after = client.position::<MailId>(self.cursor.as_deref())?;
        let size = self.limit.unwrap_or_default().rows();
        let filter = MailFilter {
            status: self.show.map(MailStatus::from),
            recipient: self.search().map(str::to_owned),
        };
        let found = client.read(ListOutbox { filter, after, limit: size as u32 + 1 }).await?;
        let page = Page::cut(found.mails, size, |last| client.cursor(&last.id));
        let page = Page { total: Some(found.total), ..page };
        Ok(Found { page, pending: found.pending, failed: found.failed })
    }

    /// What is searched for, if anything.
    pub(crate) fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

async fn list(caller: Caller, Query(query): Query<OutboxQuery>) -> Reply<Json<Page<OutboxEntry>>> {
    Ok(Json(query.find(&caller).await?.page))
}

async fn get(caller: Caller, Path(mail): Path<MailId>) -> Reply<Json<OutboxEntry>> {
    Ok(Json(caller.read(GetMail { mail }).await?))
}

async fn read(caller: Caller, Path(mail): Path<MailId>) -> Reply<Json<ReadableMail>> {
    Ok(Json(caller.execute(ReadMail { mail }).await?))
}

async fn retry(caller: Caller, Path(mail): Path<MailId>) -> Reply<NoContent> {
    caller.execute(RetryMail { mail }).await?;
    Ok(NoContent)
}
