//! Routes that exist only here, to look at the frame without the product in the way.

use guildhall_model::{OrganizationId, UserId};
use guildhall_web::Route;
use guildhall_web::caller::{Caller, Page, Person, Visitor};
use guildhall_web::extract::{Form, Json, Path, Query};
use guildhall_web::reply::{Html, NoContent, Plain, Redirect, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sample {
    name: String,
    #[serde(default)]
    size: u32,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Member {
    email: guildhall_model::Email,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Typed {
    name: String,
    #[serde(default)]
    tick: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Filter {
    search: Option<String>,
    cursor: Option<String>,
    limit: Option<guildhall_model::PageSize>,
}

#[derive(askama::Template)]
#[template(source = "<p>{{ text }}</p>", ext = "html")]
struct Shown {
    text: String,
}

const WHY: &str = "a probe";

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/probe", json)
            .public(WHY)
            .summary("Probe")
            .example_body(json!({ "name": "a" })),
        Route::delete("/api/v1/probe", remove).public(WHY).summary("Remove the probe"),
        Route::get("/api/v1/organizations/{organization}/probes", list)
            .public(WHY)
            .summary("List probes"),
        Route::get("/api/v1/organizations/{organization}/probes/{user}", one)
            .public(WHY)
            .summary("One probe"),
        Route::get("/api/v1/panic", panics).public(WHY).summary("Panic"),
        Route::get("/panic", panics).public(WHY),
        Route::get("/api/v1/slow", slow).public(WHY).summary("Never ends"),
        Route::get("/probe", page).public(WHY),
        Route::post("/probe", submit).public(WHY),
        Route::get("/secret/{token}", page).public(WHY).secret_address(),
        Route::post("/secret/{token}", submit).public(WHY).secret_address(),
        Route::get("/private", private).public(WHY),
        Route::post("/private", private).public(WHY),
    ]
}

async fn json(_: Caller, Json(sample): Json<Sample>) -> Reply<Json<Sample>> {
    Ok(Json(sample))
}

async fn remove(_: Caller) -> Reply<NoContent> {
    Ok(NoContent)
}

async fn list(
    caller: Caller,
    Path(_): Path<OrganizationId>,
    Query(filter): Query<Filter>,
) -> Reply<Json<Page<u64>>> {
    let size = filter.limit.unwrap_or_default().rows() as u64;
    let first: u64 = caller.position(filter.cursor.as_deref())?.unwrap_or(0);
    let total = filter.search.map_or(120, |search| search.len() as u64);
    let next = (first + size < total).then(|| caller.cursor(&(first + size)));
    let items = (first..(first + size).min(total)).collect();
    Ok(Json(Page { items, next, previous: None, total: Some(total) }))
}

async fn one(
    _: Caller,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
) -> Reply<Plain> {
    Ok(Plain::text(format!("{organization} {user}")))
}

async fn panics() -> Plain {
    panic!("a secret of the program: xyzzy")
}

async fn slow() -> Plain {
    std::future::pending().await
}

async fn page(visitor: Visitor) -> Html<Shown> {
    let notices = visitor.notices();
    let text = notices.first().map_or_else(|| "nothing".to_owned(), |notice| notice.text.clone());
    Html::of(Shown { text })
}

async fn submit(visitor: Visitor, Form(typed): Form<Typed>) -> Reply<Redirect> {
    if typed.tick {
        visitor.tell(guildhall_web::flash::Flash::of(&guildhall_web::flash::texts::SIGNED_OUT, []));
    }
    Ok(Redirect::to(format!("/probe?{}", typed.name)))
}

async fn private(_: Person) -> Plain {
    Plain::text("private")
}
