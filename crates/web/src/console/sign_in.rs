//! Signing in, the second step, and signing out.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use guildhall_app::session::{FinishSignIn, SignIn, SignOut, SignedIn, TicketRefusal};
use guildhall_app::{PasswordRefusal, Refusal, Registration};
use guildhall_model::{Email, Password};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::entrance::{carried, entrance, next, refuse};
use super::shell::shell;
use crate::caller::{Client, Person, Visitor, status};
use crate::cookie::TICKET;
use crate::extract::{Form, Query};
use crate::flash::{Flash, texts};
use crate::next::NextPath;
use crate::page::{ConfirmPage, SecondFactorPage, Section, SignInPage};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;
use crate::session;

/// How long the browser keeps what proves the first step.
const TICKET_LASTS: Duration = Duration::from_secs(10 * 60);

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sign-in", page).public("it shows the form with which one signs in"),
        Route::post("/sign-in", sign_in)
            .serves::<SignIn>()
            .refuses::<PasswordRefusal>()
            .example_body(json!({
                "email": "ada@lovelace.example", "password": "tundra walnut ladder 47"
            })),
        Route::get("/sign-in/code", code_page).public("it shows the form for the second step"),
        Route::post("/sign-in/code", code)
            .serves::<FinishSignIn>()
            .refuses::<TicketRefusal>()
            .example_body(json!({ "code": "123456" })),
        Route::get("/sign-out", ask).public("it shows the button with which one signs out"),
        Route::post("/sign-out", sign_out).serves::<SignOut>(),
    ]
}

/// Where to go after signing in, and which of the two second steps is shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignInQuery {
    /// A path of this site.
    #[serde(default)]
    next: Option<String>,
    /// Whether to ask for a recovery code.
    #[serde(default)]
    recovery: Option<String>,
}

async fn page(visitor: Visitor, Query(query): Query<SignInQuery>) -> Reply<Response> {
    let next = next(query.next.as_deref());
    if visitor.is_signed_in() {
        return Ok(Redirect::next(&next).into_response());
    }
    Ok(Html::of(sign_in_page(&visitor, &next)).into_response())
}

fn sign_in_page(client: &Client, next: &NextPath) -> SignInPage {
    let may_register = match client.app().settings().registration {
        Registration::Open => true,
        Registration::Invitation => next.as_str().starts_with("/invitation/"),
        Registration::Closed => false,
    };
    let mut page = SignInPage::new(entrance(client), may_register);
    page.next = carried(next);
    if next.as_str().starts_with("/invitation/") {
        page.reason = "Sign in to see your invitation.".to_owned();
    } else if next.as_str().starts_with("/verify/") {
        page.reason = "Sign in to confirm your address.".to_owned();
    }
    page
}

/// What is typed to sign in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    remember: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

async fn sign_in(visitor: Visitor, Form(fields): Form<SignInForm>) -> Reply<Response> {
    let next = next(fields.next.as_deref());
    let mut page = sign_in_page(&visitor, &next);
    page.form.set("email", &fields.email);
    if fields.remember.is_some() {
        page.form.set("remember", "on");
    }
    let email = page.form.take("email", Email::parse(&fields.email));
    let password = page.form.take("password", Password::parse(fields.password));
    let (Some(email), Some(password)) = (email, password) else {
        return Ok(Html::refused(page).into_response());
    };
    let link = next.as_str().strip_prefix("/verify/").and_then(|token| token.parse().ok());
    let proof = match visitor.prove_sign_in(&email, password, link.as_ref()).await {
        Ok(proof) => proof,
        Err(failure) => return refused(page, &failure.refusal()?),
    };
    match visitor.execute(SignIn { proof, remember: fields.remember.is_some() }).await {
        Ok(SignedIn::Session(new)) => {
            session::open(&visitor, &new);
            Ok(Redirect::next(&next).into_response())
        }
        Ok(SignedIn::CodeRequired(ticket)) => {
            visitor.set_cookie(TICKET, ticket.text(), Some(TICKET_LASTS));
            Ok(Redirect::to(next.carried_by("/sign-in/code")).into_response())
        }
        Err(failure) => refused(page, &failure.refusal()?),
    }
}

fn refused<R: Refusal>(mut page: SignInPage, refusal: &R) -> Reply<Response> {
    refuse(&mut page.form, refusal);
    Ok(Html::with_status(page, status(refusal.kind())).into_response())
}

async fn code_page(visitor: Visitor, Query(query): Query<SignInQuery>) -> Reply<Response> {
    let next = next(query.next.as_deref());
    if visitor.cookie(TICKET).is_none() {
        return Ok(Redirect::to(next.carried_by("/sign-in")).into_response());
    }
    Ok(Html::of(second_page(&visitor, &next, query.recovery.is_some())).into_response())
}

fn second_page(client: &Client, next: &NextPath, recovery: bool) -> SecondFactorPage {
    let mut page = SecondFactorPage::new(entrance(client), recovery);
    page.next = carried(next);
    if !page.next.is_empty() {
        let address = next.carried_by("/sign-in/code");
        page.other = if recovery { address } else { format!("{address}&recovery=1") };
    }
    page
}

/// What is typed in the second step.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CodeForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: Option<String>,
}

async fn code(visitor: Visitor, Form(fields): Form<CodeForm>) -> Reply<Response> {
    let next = next(fields.next.as_deref());
    let recovery = fields.code.chars().any(|c| c.is_ascii_alphabetic());
    let mut page = second_page(&visitor, &next, recovery);
    let ticket = match visitor.open_ticket(visitor.cookie(TICKET).unwrap_or_default()).await {
        Ok(ticket) => ticket,
        Err(failure) => match failure.refusal()? {
            TicketRefusal::Expired => return Ok(start_again(&visitor, &next)),
            refusal @ TicketRefusal::TooMany { .. } => {
                refuse(&mut page.form, &refusal);
                return Ok(Html::with_status(page, status(refusal.kind())).into_response());
            }
        },
    };
    match visitor.execute(FinishSignIn { ticket, code: fields.code }).await {
        Ok(new) => {
            session::open(&visitor, &new);
            visitor.clear_cookie(TICKET);
            Ok(Redirect::next(&next).into_response())
        }
        Err(failure) => match failure.refusal()? {
            guildhall_app::session::FinishSignInRefusal::StartAgain => {
                Ok(start_again(&visitor, &next))
            }
            refusal => {
                refuse(&mut page.form, &refusal);
                Ok(Html::refused(page).into_response())
            }
        },
    }
}

fn start_again(client: &Client, next: &NextPath) -> Response {
    client.clear_cookie(TICKET);
    client.tell(Flash::of(&texts::SIGN_IN_AGAIN, []));
    Redirect::to(next.carried_by("/sign-in")).into_response()
}

/// The button by itself, for pages that cannot post: browsers hide where the forms of a page come
/// from whose address is a secret.
async fn ask(person: Person) -> Html<ConfirmPage> {
    let frame = shell(&person, None, Section::Elsewhere).await;
    let back = ("Dashboard", "/");
    Html::of(ConfirmPage::calm(frame, "Sign out?", "Sign out", "/sign-out", back))
}

async fn sign_out(visitor: Visitor) -> Reply<Redirect> {
    // Who has no session any more is out already.
    if let Ok(user) = visitor.user() {
        visitor.execute(SignOut { user }).await?;
        visitor.tell(Flash::of(&texts::SIGNED_OUT, []));
    }
    session::end(&visitor);
    Ok(Redirect::to("/sign-in"))
}
