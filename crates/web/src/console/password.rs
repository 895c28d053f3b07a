//! Forgotten passwords: asking for a link, and choosing a new password with it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use guildhall_app::WeakPassword;
use guildhall_app::account::{LookAtResetLink, RequestReset, ResetPassword};
use guildhall_model::{Email, Password, ResetSecret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::entrance::entrance;
use super::register::check_mail;
use crate::caller::{Client, Visitor};
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::{ForgotPage, MailPurpose, ResetPage};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;
use crate::session;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/forgot", forgot_page).public("it shows the form that asks for a new password"),
        Route::post("/forgot", forgot)
            .serves::<RequestReset>()
            .example_body(json!({ "email": "ada@lovelace.example" })),
        Route::get("/reset/{token}", look).reads::<LookAtResetLink>().secret_address(),
        Route::post("/reset/{token}", reset)
            .serves::<ResetPassword>()
            .refuses::<WeakPassword>()
            .secret_address()
            .example_body(json!({ "password": "tundra walnut ladder 47" })),
    ]
}

async fn forgot_page(visitor: Visitor) -> Html<ForgotPage> {
    Html::of(ForgotPage::new(entrance(&visitor)))
}

/// Who has forgotten.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ForgotForm {
    #[serde(default)]
    email: String,
}

async fn forgot(visitor: Visitor, Form(fields): Form<ForgotForm>) -> Reply<Response> {
    let mut page = ForgotPage::new(entrance(&visitor));
    page.form.set("email", &fields.email);
    let Some(email) = page.form.take("email", Email::parse(&fields.email)) else {
        return Ok(Html::refused(page).into_response());
    };
    visitor.execute(RequestReset { email: email.clone() }).await?;
    Ok(Html::of(check_mail(&visitor, MailPurpose::Reset, &email)).into_response())
}

async fn look(visitor: Visitor, Path(token): Path<String>) -> Reply<Response> {
    let Ok(secret) = token.parse::<ResetSecret>() else { return Ok(dead(&visitor)) };
    if !visitor.read(LookAtResetLink { secret }).await? {
        return Ok(dead(&visitor));
    }
    let page = ResetPage::new(entrance(&visitor), format!("/reset/{token}"));
    Ok(Html::of(page).into_response())
}

/// The new password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ResetForm {
    #[serde(default)]
    password: String,
}

async fn reset(
    visitor: Visitor,
    Path(token): Path<String>,
    Form(fields): Form<ResetForm>,
) -> Reply<Response> {
    let Ok(secret) = token.parse::<ResetSecret>() else { return Ok(dead(&visitor)) };
    let mut page = ResetPage::new(entrance(&visitor), format!("/reset/{token}"));
    let password = page.form.take("password", Password::parse(fields.password));
    let Some(password) = password else { return Ok(Html::refused(page).into_response()) };
    let password = match visitor.new_password_by_link(&secret, password).await {
        Ok(password) => password,
        Err(failure) => {
            let weak = failure.refusal()?;
            page.form.fault("password", weak.to_string());
            page.advice = weak.advice;
            return Ok(Html::refused(page).into_response());
        }
    };
    if let Err(failure) = visitor.execute(ResetPassword { secret, password }).await {
        failure.refusal()?;
        return Ok(dead(&visitor));
    }
    session::end(&visitor);
    visitor.tell(Flash::of(&texts::PASSWORD_SET, []));
    Ok(Redirect::to("/sign-in").into_response())
}

fn dead(client: &Client) -> Response {
    Html::with_status(ResetPage::dead(entrance(client)), StatusCode::GONE).into_response()
}
