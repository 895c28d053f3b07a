//! Registering, from the front page or from an invitation.

use axum::response::{IntoResponse, Response};
use guildhall_app::account::{
    ChosenPasswordRefusal, RegisterUser, RegisterUserRefusal, RequestVerification,
};
use guildhall_app::invitation::{FindInvitation, FoundInvitation};
use guildhall_app::{Refusal, Registration};
use guildhall_model::{Email, InvitationSecret, Password};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::entrance::{carried, entrance, names, next, refuse, span};
use crate::caller::{Client, Visitor, status};
use crate::extract::{Form, Query};
use crate::next::NextPath;
use crate::page::{self, CheckMailPage, MailPurpose, RegisterPage};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;
use crate::session;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/register", page)
            .public("it shows the form with which one registers")
            .also_reads::<FindInvitation>(),
        Route::post("/register", register)
            .serves::<RegisterUser>()
            .also_reads::<FindInvitation>()
            .refuses::<ChosenPasswordRefusal>()
            .example_body(json!({
                "email": "ada@lovelace.example", "first_name": "Ada", "last_name": "King",
                "password": "tundra walnut ladder 47"
            })),
        Route::post("/register/again", again)
            .serves::<RequestVerification>()
            .example_body(json!({ "email": "ada@lovelace.example" })),
    ]
}

/// Where to go after registering.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RegisterQuery {
    /// A path of this site.
    #[serde(default)]
    next: Option<String>,
}

async fn page(visitor: Visitor, Query(query): Query<RegisterQuery>) -> Reply<Response> {
    let next = next(query.next.as_deref());
    if visitor.is_signed_in() {
        return Ok(Redirect::next(&next).into_response());
    }
    Ok(Html::of(register_page(&visitor, &next).await?).into_response())
}

/// The page, with the invitation that one comes from.
async fn register_page(client: &Client, next: &NextPath) -> Reply<RegisterPage> {
    let registration = match client.app().settings().registration {
        Registration::Closed => page::Registration::Closed,
        setting => match invitation(client, next).await? {
            Some(found) => page::Registration::Invited {
                email: found.email.to_string(),
                inviter: found.inviter_email.to_string(),
                organization: found.organization_name,
            },
            None if setting == Registration::Open => page::Registration::Open,
            None => page::Registration::InvitationOnly,
        },
    };
    let mut page = RegisterPage::new(entrance(client), registration, &client.submission());
    page.next = carried(next);
    Ok(page)
}

/// The living invitation that `next` leads to.
async fn invitation(client: &Client, next: &NextPath) -> Reply<Option<FoundInvitation>> {
    let Some(secret) = secret(next) else { return Ok(None) };
    match client.read(FindInvitation { secret }).await {
        Ok(found) => Ok(Some(found)),
        Err(failure) => failure.refusal().map(|_dead| None),
    }
}

fn secret(next: &NextPath) -> Option<InvitationSecret> {
    next.as_str().strip_prefix("/invitation/")?.parse().ok()
}

/// What is typed to register.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RegisterForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: Option<String>,
}

async fn register(visitor: Visitor, Form(fields): Form<RegisterForm>) -> Reply<Response> {
    let next = next(fields.next.as_deref());
    let mut page = register_page(&visitor, &next).await?;
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
    let invitation = secret(&next);
    let register = RegisterUser { email: email.clone(), names, password, invitation };
    let registered = match visitor.execute(register).await {
        Ok(registered) => registered,
        Err(failure) => return refused(page, &failure.refusal()?),
    };
    session::promise(&visitor, &registered.continuation.0);
    if let Some(new) = &registered.session {
        session::open(&visitor, new);
        return Ok(Redirect::next(&next).into_response());
    }
    Ok(Html::of(check_mail(&visitor, MailPurpose::Verify, &email)).into_response())
}

fn refused(mut page: RegisterPage, refusal: &RegisterUserRefusal) -> Reply<Response> {
    refuse(&mut page.form, refusal);
    page.registration = match refusal {
        RegisterUserRefusal::Closed => page::Registration::Closed,
        RegisterUserRefusal::InvitationOnly => page::Registration::InvitationOnly,
        RegisterUserRefusal::Exists => page.registration,
    };
    Ok(Html::with_status(page, status(refusal.kind())).into_response())
}

/// Shows why a password is refused, and answers the advice.
pub(super) fn advise(form: &mut page::Form, refusal: &ChosenPasswordRefusal) -> Vec<String> {
    match refusal {
        ChosenPasswordRefusal::Weak(weak) => {
            form.fault("password", weak.to_string());
            weak.advice.clone()
        }
        ChosenPasswordRefusal::TooMany(too_many) => {
            refuse(form, too_many);
            Vec::new()
        }
    }
}

/// The same page for known and unknown addresses.
pub(super) fn check_mail(client: &Client, purpose: MailPurpose, email: &Email) -> CheckMailPage {
    let settings = client.app().settings();
    let again = match purpose {
        MailPurpose::Verify => "/register/again",
        MailPurpose::Reset => "/forgot",
        MailPurpose::ChangeEmail => "",
    };
    CheckMailPage {
        entrance: entrance(client),
        purpose,
        email: email.to_string(),
        works_for: span(settings.link_lifetime),
        again: again.to_owned(),
        kept_in_outbox: !settings.mail_is_sent,
    }
}

/// Whom the link is sent to once more.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AgainForm {
    #[serde(default)]
    email: String,
}

async fn again(visitor: Visitor, Form(fields): Form<AgainForm>) -> Reply<Response> {
    let Ok(email) = Email::parse(&fields.email) else {
        return Ok(Redirect::to("/register").into_response());
    };
    visitor.execute(RequestVerification { email: email.clone() }).await?;
    Ok(Html::of(check_mail(&visitor, MailPurpose::Verify, &email)).into_response())
}
