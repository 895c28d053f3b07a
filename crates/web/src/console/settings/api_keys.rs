//! One's API keys (H75): the list, making one, revoking one.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use guildhall_app::api_key::{
    CreateApiKey, CreateApiKeyRefusal, ListApiKeys, ListedApiKey, NewApiKey, RevokeApiKey,
};
use guildhall_model::{ApiKeyId, ApiKeyName, Timestamp, isolated};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{frame, lead_to, me};
use crate::caller::{Failure, Person};
use crate::console::moment::{date, moment};
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{
    ApiKeyPage, ApiKeyRow, ApiKeysPage, Choice, ConfirmPage, NewApiKeyPage, Section,
};
use crate::problem::{Problem, code};
use crate::reply::{Html, Reply, Stop};
use crate::route::Route;

const PAGE: &str = "/settings/api-keys";
const NEW: &str = "/settings/api-keys/new";
const REVOKE: &str = "/settings/api-keys/{key}/revoke";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a key may work, in days, and as people say it. An empty text is without end.
const LIFETIMES: [(&str, &str); 4] =
    [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked")];
/// What the form proposes.
const PROPOSED: &str = "90";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PAGE, list).reads::<ListApiKeys>(),
        Route::get(NEW, ask).public("an empty form for whoever is signed in"),
        Route::post(NEW, create)
            .serves::<CreateApiKey>()
            .example_body(json!({ "name": "Nightly export", "expires": "90" })),
        Route::get(REVOKE, ask_revoke).reads::<ListApiKeys>(),
        Route::post(REVOKE, revoke).serves::<RevokeApiKey>().also_reads::<ListApiKeys>(),
    ]
}

/// The form that makes a key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    /// Days, or empty for no end.
    #[serde(default)]
    expires: String,
}

async fn list(person: Person) -> Reply<Html<ApiKeysPage>> {
    let keys = person.read(ListApiKeys { user: me(&person)? }).await?;
    let now = person.app().clock().now();
    Ok(Html::of(ApiKeysPage {
        shell: frame(&person, Section::ApiKeys).await,
        rows: keys.into_iter().map(|key| row(key, now)).collect(),
    }))
}

async fn ask(person: Person) -> Reply<Html<NewApiKeyPage>> {
    let mut page = page(&person).await?;
    page.form.set("expires", PROPOSED);
    Ok(Html::of(page))
}

async fn create(person: Person, Form(typed): Form<Wanted>) -> Reply<Response> {
    let mut page = page(&person).await?;
    page.form.set("name", &typed.name).set("expires", &typed.expires);
    let now = person.app().clock().now();
    let name = page.form.take("name", ApiKeyName::parse(&typed.name));
    let expires = page.form.take("expires", expiry(&typed.expires, now));
    let (Some(name), Some(expires_at)) = (name, expires) else {
        return Ok(Html::refused(page).into_response());
    };
    match person.execute(CreateApiKey { user: me(&person)?, name, expires_at }).await {
        Ok(made) => Ok(shown(&person, made).await?.into_response()),
        Err(Failure::Refused(refusal @ CreateApiKeyRefusal::Expired)) => {
            page.form.fault("expires", refusal.to_string());
            Ok(Html::refused(page).into_response())
        }
        Err(Failure::Refused(refusal)) => {
            page.form.refuse(refusal.to_string());
            Ok(Html::refused(page).into_response())
        }
        Err(Failure::Stopped(stop)) if was_sent_before(&stop) => {
            page.form.refuse("this form has made a key already; send it again to make another");
            Ok(Html::refused(page).into_response())
        }
        Err(Failure::Stopped(stop)) => Err(stop),
    }
}

async fn ask_revoke(person: Person, Path(id): Path<ApiKeyId>) -> Reply<Html<ConfirmPage>> {
    let key = find(&person, id).await?;
    let shell = frame(&person, Section::ApiKeys).await;
    let title = format!("Revoke {}?", isolated(key.name.as_str()));
    let action = format!("{PAGE}/{id}/revoke");
    let mut page = ConfirmPage::danger(shell, title, "Revoke", action, ("API keys", PAGE));
    page.lead = "Programs that use it are refused at their next request.".to_owned();
    Ok(Html::of(page))
}

async fn revoke(person: Person, Path(id): Path<ApiKeyId>) -> Reply<Response> {
    let key = find(&person, id).await?;
    person.execute(RevokeApiKey { user: me(&person)?, key: id }).await?;
    person.tell(Flash::of(&texts::API_KEY_REVOKED, [key.name.as_str()]));
    Ok(lead_to(PAGE))
}

async fn page(person: &Person) -> Reply<NewApiKeyPage> {
    let shell = frame(person, Section::ApiKeys).await;
    let lifetimes = LIFETIMES.map(|(value, label)| Choice::new(value, label));
    Ok(NewApiKeyPage::new(shell, &person.submission(), lifetimes.into()))
}

/// The only time that the key is shown.
async fn shown(person: &Person, made: NewApiKey) -> Reply<Html<ApiKeyPage>> {
    Ok(Html::of(ApiKeyPage {
        shell: frame(person, Section::ApiKeys).await,
        name: made.name.to_string(),
        key: made.key.0.expose().to_string(),
        expires: made.expires_at.map(date).unwrap_or_default(),
        base_url: person.web().base().to_string(),
    }))
}

/// The person's key of that id.
async fn find(person: &Person, id: ApiKeyId) -> Reply<ListedApiKey> {
    let keys = person.read(ListApiKeys { user: me(person)? }).await?;
    let key = keys.into_iter().find(|key| key.id == id);
    let missing = || Problem::new(code::NOT_FOUND, "there is no such key");
    Ok(key.ok_or_else(missing)?)
}

fn row(key: ListedApiKey, now: Timestamp) -> ApiKeyRow {
    let shown = |at: Option<Timestamp>| at.map(|at| moment(at, now)).unwrap_or_default();
    ApiKeyRow {
        prefix: format!("ghk_…{}", key.hint),
        created: moment(key.created_at, now),
        expires: shown(key.expires_at),
        expired: key.expired,
        used: shown(key.last_used_at),
        revoke: format!("{PAGE}/{}/revoke", key.id),
        name: key.name.to_string(),
    }
}

/// When a key of this lifetime ends.
fn expiry(typed: &str, now: Timestamp) -> Result<Option<Timestamp>, &'static str> {
    if !LIFETIMES.iter().any(|(value, _)| *value == typed) {
        return Err("choose one of these");
    }
    Ok(typed.parse::<u32>().ok().map(|days| now.plus(DAY * days)))
}

/// Whether the form was sent before with other values: somebody went back to it.
fn was_sent_before(stop: &Stop) -> bool {
    stop.problem().is_some_and(|problem| problem.code() == code::KEY_REUSED.code)
}
