//! The first system administrator, by the link that the first start prints.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use guildhall_app::Refusal;
use guildhall_app::account::{ChosenPasswordRefusal, LookAtSetUpLink, SetUp, SetUpRefusal};
use guildhall_model::{BootstrapSecret, Email, Password};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::entrance::{entrance, names, refuse};
use super::register::advise;
use crate::caller::{Client, Visitor, status};
use crate::extract::{Form, Path};
use crate::page::SetUpPage;
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;
use crate::session;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/setup/{token}", look).reads::<LookAtSetUpLink>().secret_address(),
        Route::post("/setup/{token}", set_up)
            .serves::<SetUp>()
            .refuses::<ChosenPasswordRefusal>()
            .secret_address()
            .example_body(json!({
                "email": "ada@lovelace.example", "first_name": "Ada", "last_name": "King",
                "password": "tundra walnut ladder 47"
            })),
    ]
}

async fn look(visitor: Visitor, Path(token): Path<String>) -> Reply<Response> {
    let Ok(secret) = token.parse::<BootstrapSecret>() else { return Ok(dead(&visitor)) };
    if !visitor.read(LookAtSetUpLink { secret }).await? {
        return Ok(dead(&visitor));
    }
    Ok(Html::of(page(&visitor, &token)).into_response())
}

fn page(client: &Client, token: &str) -> SetUpPage {
    SetUpPage::new(entrance(client), format!("/setup/{token}"), &client.submission())
}

/// The first administrator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetUpForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    password: String,
}

async fn set_up(
    visitor: Visitor,
    Path(token): Path<String>,
    Form(fields): Form<SetUpForm>,
) -> Reply<Response> {
    let Ok(secret) = token.parse::<BootstrapSecret>() else { return Ok(dead(&visitor)) };
    let mut page = page(&visitor, &token);
    let form = &mut page.form;
    form.set("email", &fields.email);
    form.set("first_name", &fields.first_name).set("last_name", &fields.last_name);
    let email = form.take("email", Email::parse(&fields.email));
    let names = names(form, &fields.first_name, &fields.last_name);
    let password = form.take("password", Password::parse(fields.password));
    let (Some(email), Some(names), Some(password)) = (email, names, password) else {
        return Ok(Html::refused(page).into_response());
    };
    let password = match visitor.registration_password(&email, &names, password).await {
        Ok(password) => password,
        Err(failure) => {
            let refusal = failure.refusal()?;
            page.advice = advise(&mut page.form, &refusal);
            return Ok(Html::with_status(page, status(refusal.kind())).into_response());
        }
    };
    match visitor.execute(SetUp { secret, email, names, password }).await {
        Ok(new) => {
            session::open(&visitor, &new);
            Ok(Redirect::to("/").into_response())
        }
        Err(failure) => match failure.refusal()? {
            SetUpRefusal::Dead => Ok(dead(&visitor)),
            refusal @ SetUpRefusal::Exists => {
                refuse(&mut page.form, &refusal);
                Ok(Html::with_status(page, status(refusal.kind())).into_response())
            }
        },
    }
}

fn dead(client: &Client) -> Response {
    Html::with_status(SetUpPage::dead(entrance(client)), StatusCode::GONE).into_response()
}
