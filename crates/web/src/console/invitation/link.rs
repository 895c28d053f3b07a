//! The page behind the link of an invitation mail. Opening it changes nothing (security 18).

use guildhall_app::{
    Registration,
    invitation::{FindInvitation, FindInvitationRefusal, FoundInvitation, LinkViewer},
};
use guildhall_model::InvitationSecret;

use axum::http::StatusCode;

use crate::caller::Visitor;
use crate::console::enter::now;
use crate::console::moment::moment;
use crate::extract::Path;
use crate::next::NextPath;
use crate::page::{DeadInvitation, Entrance, InvitationPage, InvitationView, PendingInvitation};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitation/{token}", show)
            .reads::<FindInvitation>()
            .secret_address()
            .summary("The page behind the link of an invitation mail"),
    ]
}

async fn show(visitor: Visitor, Path(token): Path<String>) -> Reply<Html<InvitationPage>> {
    let entrance = Entrance {
        notices: visitor.notices(),
        demo: visitor.web().options.demo,
        signed_in_as: visitor.identity().map(|who| who.email.to_string()).unwrap_or_default(),
    };
    let dead = |reason, status| {
        let view = InvitationView::Dead(reason);
        Ok(Html::with_status(InvitationPage::new(entrance.clone(), view), status))
    };
    let Ok(secret) = token.parse::<InvitationSecret>() else {
        return dead(DeadInvitation::Unknown, StatusCode::NOT_FOUND);
    };
    let found = match visitor.read(FindInvitation { secret }).await {
        Ok(found) => found,
        Err(failure) => {
            let reason = match failure.refusal()? {
                FindInvitationRefusal::Unknown => DeadInvitation::Unknown,
                FindInvitationRefusal::Expired => DeadInvitation::Expired,
                FindInvitationRefusal::Accepted | FindInvitationRefusal::Rejected => {
                    DeadInvitation::Used
                }
                FindInvitationRefusal::Withdrawn
                | FindInvitationRefusal::Ended
                | FindInvitationRefusal::Void => DeadInvitation::Revoked,
            };
            let unknown = reason == DeadInvitation::Unknown;
            return dead(reason, if unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE });
        }
    };
    let view = view(&visitor, &token, found);
    Ok(Html::of(InvitationPage::new(entrance, view)))
}

fn view(visitor: &Visitor, token: &str, found: FoundInvitation) -> InvitationView {
    let base = format!("/invitations/{}/{}", found.organization, found.id);
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
            InvitationView::Unverified { email, again: "/verify".to_owned() }
        }
        LinkViewer::Other => InvitationView::OtherAddress {
            invited: email,
            signed_in: visitor.identity().map(|who| who.email.to_string()).unwrap_or_default(),
        },
    }
}
