//! The page behind the link of an invitation mail. Opening it changes nothing (security 18).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use guildhall_app::Registration;
use guildhall_app::account::SendVerification;
use guildhall_app::invitation::{
    AcceptInvitation, FindInvitation, FindInvitationRefusal, FoundInvitation, LinkViewer,
    RejectInvitation,
};
use guildhall_app::organization::GetOrganization;
use guildhall_model::InvitationSecret;

use crate::caller::{Client, Person, Visitor};
use crate::console::dashboard::{decline, join};
use crate::console::enter::now;
use crate::console::entrance::entrance;
use crate::console::moment::moment;
use crate::console::verify::send_again;
use crate::extract::Path;
use crate::next::NextPath;
use crate::page::{DeadInvitation, InvitationPage, InvitationView, PendingInvitation};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes. The forms of this page post to addresses below its own: it sends no referrer, so
/// that browsers say nothing of where its forms come from, and the secret stands for that.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitation/{token}", show)
            .reads::<FindInvitation>()
            .secret_address()
            .summary("The page behind the link of an invitation mail"),
        Route::post("/invitation/{token}/accept", accept)
            .serves::<AcceptInvitation>()
            .also_reads::<FindInvitation>()
            .also_reads::<GetOrganization>()
            .secret_address(),
        Route::post("/invitation/{token}/reject", reject)
            .serves::<RejectInvitation>()
            .also_reads::<FindInvitation>()
            .secret_address(),
        Route::post("/invitation/{token}/confirm", confirm)
            .serves::<SendVerification>()
            .also_reads::<FindInvitation>()
            .secret_address(),
    ]
}

async fn show(visitor: Visitor, Path(token): Path<String>) -> Reply<Html<InvitationPage>> {
    Ok(match find(&visitor, &token).await? {
        Ok(found) => {
            let view = view(&visitor, &token, found);
            Html::of(InvitationPage::new(entrance(&visitor), view))
        }
        Err(reason) => dead(&visitor, reason),
    })
}

async fn accept(person: Person, Path(token): Path<String>) -> Reply<Response> {
    Ok(match offered(&person, &token).await? {
        Ok(found) => join(&person, found.organization, found.id).await?.into_response(),
        Err(page) => page.into_response(),
    })
}

async fn reject(person: Person, Path(token): Path<String>) -> Reply<Response> {
    Ok(match offered(&person, &token).await? {
        Ok(found) => decline(&person, found.organization, found.id).await?.into_response(),
        Err(page) => page.into_response(),
    })
}

/// The invitation, if it is for whoever is signed in; else the page that says why not: whose it is,
/// that the address has to be confirmed first (security 2 and 3), or that it is dead.
async fn offered(
    person: &Person,
    token: &str,
) -> Reply<Result<FoundInvitation, Html<InvitationPage>>> {
    Ok(match find(person, token).await? {
        Ok(found) if found.viewer == LinkViewer::Invitee => Ok(found),
        Ok(found) => {
            let page = InvitationPage::new(entrance(person), view(person, token, found));
            Err(Html::with_status(page, StatusCode::FORBIDDEN))
        }
        Err(reason) => Err(dead(person, reason)),
    })
}

/// Sends the link again that confirms the address of whoever is signed in.
async fn confirm(person: Person, Path(token): Path<String>) -> Reply<Response> {
    match find(&person, &token).await? {
        Ok(_) => send_again(&person).await,
        Err(reason) => Ok(dead(&person, reason).into_response()),
    }
}

async fn find(client: &Client, token: &str) -> Reply<Result<FoundInvitation, DeadInvitation>> {
    let Ok(secret) = token.parse::<InvitationSecret>() else {
        return Ok(Err(DeadInvitation::Unknown));
    };
    let failure = match client.read(FindInvitation { secret }).await {
        Ok(found) => return Ok(Ok(found)),
        Err(failure) => failure,
    };
    Ok(Err(match failure.refusal()? {
        FindInvitationRefusal::Unknown => DeadInvitation::Unknown,
        FindInvitationRefusal::Expired => DeadInvitation::Expired,
        FindInvitationRefusal::Accepted | FindInvitationRefusal::Rejected => DeadInvitation::Used,
        FindInvitationRefusal::Withdrawn
        | FindInvitationRefusal::Ended
        | FindInvitationRefusal::Void => DeadInvitation::Revoked,
    }))
}

fn dead(client: &Client, reason: DeadInvitation) -> Html<InvitationPage> {
    let unknown = reason == DeadInvitation::Unknown;
    let status = if unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE };
    let page = InvitationPage::new(entrance(client), InvitationView::Dead(reason));
    Html::with_status(page, status)
}

fn view(visitor: &Client, token: &str, found: FoundInvitation) -> InvitationView {
    let base = format!("/invitation/{token}");
    let invitation = PendingInvitation {
        inviter: found.inviter_email.to_string(),
        organization: found.organization_name,
        role: found.role_name,
        expires: moment(found.expires_at, now(visitor)),
        accept: format!("{base}/accept"),
        reject: format!("{base}/reject"),
        submission: visitor.submission(),
        hindrance: String::new(),
    };
    let email = found.email.to_string();
    match found.viewer {
        LinkViewer::SignedOut => {
            let next = NextPath::parse(&format!("/invitation/{token}"));
            let next = next.unwrap_or_else(NextPath::home);
            let closed = visitor.app().settings().registration == Registration::Closed;
            let register = if closed { String::new() } else { next.carried_by("/register") };
            let sign_in = next.carried_by("/sign-in");
            InvitationView::SignedOut { invitation, email, register, sign_in }
        }
        LinkViewer::Invitee => InvitationView::Matching { invitation },
        LinkViewer::Unconfirmed => {
            InvitationView::Unverified { email, again: format!("{base}/confirm") }
        }
        LinkViewer::Other => InvitationView::OtherAddress {
            invited: email,
            signed_in: visitor.identity().map(|who| who.email.to_string()).unwrap_or_default(),
        },
    }
}
