//! Confirming an address by the link that was mailed there.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use guildhall_app::account::{
    ConfirmAddress, ConfirmAddressRefusal, LookAtAddressLink, PendingAddress, SendVerification,
};
use guildhall_model::VerificationSecret;

use super::entrance::{entrance, next};
use super::register::check_mail;
use crate::caller::{Client, Person, Visitor, status};
use crate::cookie::REGISTRATION;
use crate::extract::Path;
use crate::flash::{Flash, texts};
use crate::page::{MailPurpose, Verification, VerifyPage};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;
use crate::session;
use guildhall_app::Refusal;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/verify/{token}", look).reads::<LookAtAddressLink>().secret_address(),
        Route::post("/verify/{token}", confirm).serves::<ConfirmAddress>().secret_address(),
        Route::post("/verify", again).serves::<SendVerification>(),
    ]
}

/// Shows a button; the link scanner of a mail server that looks at the page changes nothing
/// (security 18).
async fn look(visitor: Visitor, Path(token): Path<String>) -> Reply<Response> {
    let Ok(secret) = token.parse::<VerificationSecret>() else {
        return Ok(page(&visitor, Verification::Dead, "", &token));
    };
    let continuation = session::promised(&visitor);
    Ok(match visitor.read(LookAtAddressLink { secret, continuation }).await? {
        PendingAddress::Ready { email } => {
            page(&visitor, Verification::Ready, email.as_str(), &token)
        }
        PendingAddress::Expired => page(&visitor, Verification::Expired, "", &token),
        PendingAddress::SignInFirst if !visitor.is_signed_in() => sign_in_first(&token),
        PendingAddress::SignInFirst | PendingAddress::Dead => {
            page(&visitor, Verification::Dead, "", &token)
        }
    })
}

async fn confirm(visitor: Visitor, Path(token): Path<String>) -> Reply<Response> {
    let Ok(secret) = token.parse::<VerificationSecret>() else {
        return Ok(page(&visitor, Verification::Dead, "", &token));
    };
    let continuation = session::promised(&visitor);
    let confirmed = match visitor.execute(ConfirmAddress { secret, continuation }).await {
        Ok(confirmed) => confirmed,
        Err(failure) => {
            return Ok(match failure.refusal()? {
                ConfirmAddressRefusal::SignInFirst if !visitor.is_signed_in() => {
                    sign_in_first(&token)
                }
                ConfirmAddressRefusal::Expired => page(&visitor, Verification::Expired, "", &token),
                _ => page(&visitor, Verification::Dead, "", &token),
            });
        }
    };
    if let Some(new) = &confirmed.session {
        session::open(&visitor, new);
    }
    visitor.clear_cookie(REGISTRATION);
    let outcome = if confirmed.changed { Verification::Changed } else { Verification::Verified };
    Ok(page(&visitor, outcome, confirmed.email.as_str(), &token))
}

fn sign_in_first(token: &str) -> Response {
    let back = next(Some(&format!("/verify/{token}")));
    Redirect::to(back.carried_by("/sign-in")).into_response()
}

fn page(client: &Client, outcome: Verification, email: &str, token: &str) -> Response {
    let page = VerifyPage {
        entrance: entrance(client),
        outcome,
        action: format!("/verify/{token}"),
        email: email.to_owned(),
        next: "/".to_owned(),
    };
    let status = match outcome {
        Verification::Expired | Verification::Dead => StatusCode::GONE,
        Verification::Ready | Verification::Verified | Verification::Changed => StatusCode::OK,
    };
    Html::with_status(page, status).into_response()
}

/// Sends the link again to whoever is signed in.
async fn again(person: Person) -> Reply<Response> {
    send_again(&person).await
}

pub(super) async fn send_again(person: &Person) -> Reply<Response> {
    let user = person.user()?;
    match person.execute(SendVerification { user }).await {
        Ok(()) => {}
        Err(failure) => {
            let refusal = failure.refusal()?;
            let too_many = status(refusal.kind()) == StatusCode::TOO_MANY_REQUESTS;
            let text = if too_many { &texts::TOO_MANY_MAILS } else { &texts::ALREADY_CONFIRMED };
            person.tell(Flash::of(text, []));
            return Ok(Redirect::to("/").into_response());
        }
    }
    let Some(identity) = person.identity() else { return Ok(Redirect::to("/").into_response()) };
    Ok(Html::of(check_mail(person, MailPurpose::Verify, &identity.email)).into_response())
}
