//! The pages of the outbox: what was sent, what waits, what failed, and the mails themselves while
//! no mail server is configured.

use guildhall_app::outbox::{GetMail, ListOutbox, OutboxEntry, ReadMail, ReadableMail, RetryMail};
use guildhall_model::{MailId, Timestamp};

use super::moment::moment;
use super::shell::shell;
use crate::api::outbox::{OutboxQuery, Show};
use crate::caller::Person;
use crate::extract::{self, Path, Query};
use crate::flash::{Flash, texts};
use crate::page::{MailPage, MailRow, MailState, OutboxPage, Pager, Section, Tab, linked};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

const PATH: &str = "/system/outbox";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/system/outbox", list).reads::<ListOutbox>(),
        Route::get("/system/outbox/{mail}", show).reads::<GetMail>().also::<ReadMail>(),
        Route::post("/system/outbox/{mail}/retry", retry).serves::<RetryMail>(),
    ]
}

async fn list(person: Person, Query(query): Query<OutboxQuery>) -> Reply<Html<OutboxPage>> {
    let found = query.find(&person).await?;
    let now = person.app().clock().now();
    let kept = !person.app().settings().mail_is_sent;
    let lead = if kept {
        "No mail server is configured: mails are kept here to be read."
    } else {
        "Mails go through the configured mail server; a failed one is tried again for 15 hours."
    };
    let tab = |label: &str, show: Option<Show>, count| {
        let url = extract::address(PATH, &pairs(show, query.search(), None));
        Tab::new(label, count, &url, show == query.show)
    };
    let next = found.page.next.as_deref();
    let page_at = |cursor| extract::address(PATH, &pairs(query.show, query.search(), cursor));
    let first_page = query.cursor.is_none();
    // A cursor of the outbox does not tell how many mails come before it.
    let pager = match first_page {
        true => Pager::after(0, found.page.items.len(), found.page.total),
        false => Pager::default(),
    };
    Ok(Html::of(OutboxPage {
        shell: shell(&person, None, Section::SystemOutbox).await,
        lead: lead.to_owned(),
        tabs: vec![
            tab("All", None, None),
            tab("Waiting", Some(Show::Pending), Some(found.pending)),
            tab("Failed", Some(Show::Failed), Some(found.failed)),
            tab("Sent", Some(Show::Sent), None),
        ],
        show: query.show.map(Show::as_str).unwrap_or_default().to_owned(),
        query: query.search().unwrap_or_default().to_owned(),
        pager: pager.turning(
            (!first_page).then(|| page_at(None)),
            next.map(|cursor| page_at(Some(cursor))),
        ),
        rows: found.page.items.into_iter().map(|entry| row(entry, kept, now)).collect(),
    }))
}

fn pairs<'a>(
    show: Option<Show>,
    search: Option<&'a str>,
    cursor: Option<&'a str>,
) -> Vec<(&'static str, &'a str)> {
    let show = show.map(|show| ("show", show.as_str()));
    let search = search.map(|text| ("q", text));
    show.into_iter().chain(search).chain(cursor.map(|text| ("cursor", text))).collect()
}

async fn show(person: Person, Path(mail): Path<MailId>) -> Reply<Html<MailPage>> {
    let entry = person.read(GetMail { mail }).await?;
    let now = person.app().clock().now();
    let kept = !person.app().settings().mail_is_sent;
    let content = if kept && entry.has_content {
        Some(person.execute(ReadMail { mail }).await?)
    } else {
        None
    };
    let retry = !kept && entry.has_content;
    let failure = entry.last_error.clone().unwrap_or_default();
    Ok(Html::of(MailPage {
        shell: shell(&person, None, Section::SystemOutbox).await,
        from: String::new(),
        text: content.as_ref().map_or_else(|| why_not(kept), |mail| linked(&mail.text)),
        html: content.map(|mail: ReadableMail| mail.html).unwrap_or_default(),
        failure,
        retry: if retry { format!("{PATH}/{mail}/retry") } else { String::new() },
        back: PATH.to_owned(),
        mail: row(entry, kept, now),
    }))
}

fn why_not(kept: bool) -> Vec<crate::page::TextPart> {
    linked(if kept {
        "The content of this mail has been erased."
    } else {
        "Only its receiver can read this mail: it may hold a link that opens an account."
    })
}

async fn retry(person: Person, Path(mail): Path<MailId>) -> Reply<Redirect> {
    person.execute(RetryMail { mail }).await?;
    person.tell(Flash::of(&texts::MAIL_DUE, []));
    Ok(Redirect::to(format!("{PATH}/{mail}")))
}

/// One mail as a row; `kept` where no mail server is configured.
pub(super) fn row(entry: OutboxEntry, kept: bool, now: Timestamp) -> MailRow {
    let state = match entry.status.as_str() {
        "sent" => MailState::Sent,
        "failed" | "expired" => MailState::Failed,
        _ if kept => MailState::Kept,
        _ => MailState::Waiting,
    };
    let next = entry.next_attempt_at.filter(|at| !kept && *at > now);
    let attempts = match entry.attempts {
        _ if kept || state == MailState::Sent => String::new(),
        0 => String::new(),
        1 => "1 attempt".to_owned(),
        several => format!("{several} attempts"),
    };
    let detail = match (entry.status.as_str(), next) {
        ("expired", _) => "too late to be of use".to_owned(),
        (_, Some(next)) if !attempts.is_empty() => {
            format!("{attempts}, next {}", moment(next, now).words)
        }
        _ => attempts,
    };
    MailRow {
        to: entry.recipient.as_str().to_owned(),
        subject: entry.subject,
        at: moment(entry.created_at, now),
        state,
        detail,
        url: format!("{PATH}/{}", entry.id),
    }
}
