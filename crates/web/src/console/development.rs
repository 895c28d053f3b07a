//! Pages of the demonstration: its sign-ins and mails, and every component at once.

use axum::extract::State;
use guildhall_app::outbox::{GetMail, ListOutbox, MailFilter, ReadMail};
use guildhall_app::{Actor, Call};
use guildhall_model::MailId;

use super::outbox::row;
use crate::extract::Path;
use crate::page::{
    ComponentsPage, DemoMailPage, DemoPage, Entrance, MailRow, Person, Section, Shell, linked,
};
use crate::problem::{Problem, code};
use crate::reply::{Html, Reply};
use crate::route::Route;
use crate::state::WebState;

/// How many mails the demonstration shows.
const SHOWN: u32 = 200;

/// The routes, which exist in a demonstration only.
pub(super) fn routes() -> Vec<Route> {
    let why = "shows everybody the made-up people and their mails, in a demonstration only";
    vec![
        Route::get("/dev/components", components)
            .public("shows the components with made-up data, in a demonstration only"),
        Route::get("/dev/mails", mails).public(why),
        Route::get("/dev/mails/{mail}", mail).public(why),
    ]
}

async fn components() -> Html<ComponentsPage> {
    let person = Person::new("Maya Okafor", "maya@northwind.example");
    Html::of(ComponentsPage::new(Shell::new(person, Section::Elsewhere)))
}

/// The demonstration itself looks, on behalf of whoever watches: its mails are no secrets.
fn onlooker() -> Call {
    Call::of(Actor::System("demonstration"))
}

async fn mails(State(web): State<WebState>) -> Reply<Html<DemoPage>> {
    let list = ListOutbox { filter: MailFilter::default(), after: None, limit: SHOWN };
    let found = web.app.read(&onlooker(), list).await.map_err(|_| unavailable())?;
    let now = web.app.clock().now();
    let mails = found.mails.into_iter().map(|entry| here(row(entry, true, now))).collect();
    let people = web.options.demo_people.clone();
    Ok(Html::of(DemoPage { entrance: entrance(), people, mails }))
}

async fn mail(State(web): State<WebState>, Path(mail): Path<MailId>) -> Reply<Html<DemoMailPage>> {
    let nothing = |_| Problem::new(code::NOT_FOUND, "there is no such mail");
    let entry = web.app.read(&onlooker(), GetMail { mail }).await.map_err(nothing)?;
    let read = web.app.execute(&onlooker(), ReadMail { mail }).await;
    let text = read.map(|done| done.output.text).unwrap_or_default();
    let mail = here(row(entry, true, web.app.clock().now()));
    Ok(Html::of(DemoMailPage { entrance: entrance(), mail, text: linked(&text) }))
}

fn here(row: MailRow) -> MailRow {
    MailRow { url: row.url.replace("/system/outbox/", "/dev/mails/"), ..row }
}

fn entrance() -> Entrance {
    Entrance { demo: true, ..Entrance::default() }
}

fn unavailable() -> Problem {
    Problem::new(code::UNAVAILABLE, "the database does not answer")
}
