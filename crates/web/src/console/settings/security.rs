//! One's password and e-mail address.

use axum::response::{IntoResponse, Response};
use guildhall_app::account::{ChangeEmail, ChangeEmailRefusal, ChangePassword, GetAccount};
use guildhall_app::second_factor::GetSecondFactor;
use guildhall_app::{NewPassword, PASSWORD_MINIMUM, WeakPassword};
use guildhall_model::{Email, Password};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{frame, lead_to, me, prove};
use crate::caller::{Failure, Person};
use crate::console::moment::moment;
use crate::extract::Form;
use crate::flash::{Flash, texts};
use crate::page::{SecondFactor, Section, SecurityPage};
use crate::reply::{Html, Reply};
use crate::route::Route;
use crate::session;

pub(super) const PAGE: &str = "/settings/security";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PAGE, show).reads::<GetAccount>().also_reads::<GetSecondFactor>(),
        Route::post("/settings/security/password", change_password)
            .serves::<ChangePassword>()
            .also_reads::<GetAccount>()
            .also_reads::<GetSecondFactor>()
            .example_body(json!({
                "username": "maya@northwind.example",
                "current_password": "tundra walnut ladder 47",
                "new_password": "granite orbit parsley 12"
            })),
        Route::post("/settings/security/email", change_email)
            .serves::<ChangeEmail>()
            .also_reads::<GetAccount>()
            .also_reads::<GetSecondFactor>()
            .example_body(json!({
                "new_email": "maya.okafor@northwind.example",
                "current_password": "tundra walnut ladder 47"
            })),
    ]
}

/// The form that changes the password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// For password managers alone.
    #[serde(default, rename = "username")]
    _username: String,
    current_password: String,
    new_password: String,
}

/// The form that asks for another address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EmailChange {
    new_email: String,
    current_password: String,
}

async fn show(person: Person) -> Reply<Html<SecurityPage>> {
    page(&person).await.map(Html::of)
}

async fn change_password(person: Person, Form(typed): Form<PasswordChange>) -> Reply<Response> {
    let mut page = page(&person).await?;
    let field = "current_password";
    let proof = prove(&person, &mut page.password, field, typed.current_password).await?;
    // Both fields are judged at once, unless too many passwords were tried already.
    if page.password.message.is_some() {
        return Ok(Html::refused(page).into_response());
    }
    let chosen = choose(&person, &mut page, typed.new_password).await?;
    let (Some(proof), Some(password)) = (proof, chosen) else {
        return Ok(Html::refused(page).into_response());
    };
    match person.execute(ChangePassword { proof, password }).await {
        Ok(renewed) => {
            if let Some(renewed) = renewed {
                session::open(&person, &renewed);
            }
            person.tell(Flash::of(&texts::PASSWORD_CHANGED, []));
            Ok(lead_to(PAGE))
        }
        Err(failure) => {
            failure.show_in(&mut page.password)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn change_email(person: Person, Form(typed): Form<EmailChange>) -> Reply<Response> {
    let mut page = page(&person).await?;
    let form = &mut page.email;
    form.set("new_email", &typed.new_email);
    let email = form.take("new_email", typed.new_email.parse::<Email>());
    let proof = prove(&person, form, "current_password", typed.current_password).await?;
    let (Some(email), Some(proof)) = (email, proof) else {
        return Ok(Html::refused(page).into_response());
    };
    let failure = match person.execute(ChangeEmail { proof, email: email.clone() }).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::EMAIL_LINK_SENT, [email.as_str()]));
            return Ok(lead_to(PAGE));
        }
        Err(failure) => failure,
    };
    match failure.refusal()? {
        refusal @ ChangeEmailRefusal::Same => form.fault("new_email", refusal.to_string()),
        refusal => form.refuse(refusal.to_string()),
    };
    Ok(Html::refused(page).into_response())
}

async fn page(person: &Person) -> Reply<SecurityPage> {
    let user = me(person)?;
    let account = person.read(GetAccount { user }).await?;
    let factor = person.read(GetSecondFactor { user }).await?;
    let now = person.app().clock().now();
    let factor = factor.map_or(SecondFactor::Off, |factor| SecondFactor::On {
        since: moment(factor.since, now),
        codes_left: factor.recovery_codes_left,
    });
    let mut page = SecurityPage::new(frame(person, Section::Security).await, factor);
    page.password_minimum = PASSWORD_MINIMUM as u32;
    page.email_pending = account.email_pending.map(|email| email.to_string()).unwrap_or_default();
    Ok(page)
}

/// The new password, judged; `None` if it cannot be one, and then the page says why and what would
/// be better.
async fn choose(
    person: &Person,
    page: &mut SecurityPage,
    typed: String,
) -> Reply<Option<NewPassword>> {
    let form = &mut page.password;
    let Some(password) = form.take("new_password", Password::parse(typed)) else {
        return Ok(None);
    };
    match person.app().new_password(me(person)?, password).await {
        Ok(chosen) => Ok(Some(chosen)),
        Err(error) => {
            let weak: WeakPassword = Failure::of(error).refusal()?;
            form.fault("new_password", weak.to_string());
            page.advice = weak.advice;
            Ok(None)
        }
    }
}
