//! One's names.

use axum::response::{IntoResponse, Response};
use guildhall_app::account::{EditProfile, GetAccount, Names};
use guildhall_model::PersonName;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{frame, lead_to, me};
use crate::caller::Person;
use crate::console::moment::moment;
use crate::extract::Form;
use crate::flash::{Flash, texts};
use crate::page::{self, ProfilePage, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

const PAGE: &str = "/settings/profile";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PAGE, show).reads::<GetAccount>(),
        Route::post(PAGE, save)
            .serves::<EditProfile>()
            .also_reads::<GetAccount>()
            .example_body(json!({ "first_name": "Maya", "last_name": "Okafor" })),
    ]
}

/// The form with one's names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Profile {
    first_name: String,
    last_name: String,
}

async fn show(person: Person) -> Reply<Html<ProfilePage>> {
    page(&person).await.map(Html::of)
}

async fn save(person: Person, Form(typed): Form<Profile>) -> Reply<Response> {
    let mut page = page(&person).await?;
    page.form.set("first_name", &typed.first_name).set("last_name", &typed.last_name);
    let Some(names) = names(&mut page.form, &typed) else {
        return Ok(Html::refused(page).into_response());
    };
    match person.execute(EditProfile { user: me(&person)?, names }).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::PROFILE_SAVED, []));
            Ok(lead_to(PAGE))
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn page(person: &Person) -> Reply<ProfilePage> {
    let account = person.read(GetAccount { user: me(person)? }).await?;
    let shell = frame(person, Section::Profile).await;
    let mut page = ProfilePage::new(shell, account.first_name, account.last_name);
    page.id = account.id.text();
    page.created = moment(account.created_at, person.app().clock().now());
    Ok(page)
}

/// At least one of both names has to be given (S78).
fn names(form: &mut page::Form, typed: &Profile) -> Option<Names> {
    let first = name(form, "first_name", &typed.first_name);
    let last = name(form, "last_name", &typed.last_name);
    let names = Names::new(first?, last?);
    if names.is_none() {
        form.fault("first_name", "give a first name or a last name");
    }
    names
}

/// The outer `None` is a name that cannot be taken, the inner one is no name.
fn name(form: &mut page::Form, field: &str, typed: &str) -> Option<Option<PersonName>> {
    if typed.trim().is_empty() {
        return Some(None);
    }
    form.take(field, PersonName::parse(typed)).map(Some)
}
