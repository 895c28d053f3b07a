//! The pages of one's own settings (A6, H76): profile, security, sessions, API keys, account.

mod account;
mod api_keys;
mod profile;
mod second_factor;
mod security;
mod sessions;

use axum::response::{IntoResponse, Response};
use guildhall_app::{PasswordProof, PasswordRefusal};
use guildhall_model::{Password, UserId};

use crate::caller::{Failure, Person};
use crate::console::shell::shell;
use crate::page::{Form, Section, Shell};
use crate::problem::{Problem, code};
use crate::reply::{Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let why = "leads on to a page that asks who it is";
    let mut routes = vec![
        Route::get("/settings", to_profile).public(why),
        // Addresses of forms that stand on another page: somebody reloads one after a refusal, or
        // comes back from signing in.
        Route::get("/settings/security/password", to_security).public(why),
        Route::get("/settings/security/email", to_security).public(why),
        Route::get("/settings/security/totp/confirm", to_enrolment).public(why),
        Route::get("/settings/account/delete", to_account).public(why),
    ];
    routes.extend(profile::routes());
    routes.extend(security::routes());
    routes.extend(second_factor::routes());
    routes.extend(sessions::routes());
    routes.extend(api_keys::routes());
    routes.extend(account::routes());
    routes
}

async fn to_profile() -> Redirect {
    Redirect::to("/settings/profile")
}

async fn to_security() -> Redirect {
    Redirect::to(security::PAGE)
}

async fn to_enrolment() -> Redirect {
    Redirect::to("/settings/security/totp")
}

async fn to_account() -> Redirect {
    Redirect::to("/settings/account")
}

/// The account of the person.
fn me(person: &Person) -> Result<UserId, Problem> {
    let me = person.identity().map(|identity| identity.user);
    me.ok_or_else(|| Problem::new(code::SIGN_IN_REQUIRED, "sign in first"))
}

/// Proof of the person's password as it was typed into `field`; `None` if there is none, and then
/// the form says why.
pub(super) async fn prove(
    person: &Person,
    form: &mut Form,
    field: &str,
    typed: String,
) -> Reply<Option<PasswordProof>> {
    let Some(password) = form.take(field, Password::parse(typed)) else { return Ok(None) };
    let refusal = match person.app().prove_password(me(person)?, password).await {
        Ok(proof) => return Ok(Some(proof)),
        Err(error) => Failure::of(error).refusal()?,
    };
    match refusal {
        PasswordRefusal::TooMany { .. } => form.refuse(refusal.to_string()),
        PasswordRefusal::WrongPassword | PasswordRefusal::WrongCredentials => {
            form.fault(field, "this is not your password")
        }
    };
    Ok(None)
}

/// The frame of a page of the settings.
async fn frame(person: &Person, section: Section) -> Shell {
    shell(person, None, section).await
}

/// On to another page of the settings.
fn lead_to(path: &'static str) -> Response {
    Redirect::to(path).into_response()
}
