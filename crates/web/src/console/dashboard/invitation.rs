//! The invitations that wait on a dashboard: shown, accepted and rejected.

use guildhall_app::invitation::{
    AcceptInvitation, AcceptInvitationRefusal, MyInvitation, RejectInvitation,
};
use guildhall_app::organization::GetOrganization;
use guildhall_model::{InvitationId, OrganizationId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{home_of, remember};
use crate::caller::{Client, Person};
use crate::console::{enter::now, moment::moment};
use crate::extract::{Form, Path};
use crate::flash::{Flash, texts};
use crate::page::PendingInvitation;
use crate::reply::{Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/invitations/{organization}/{invitation}/accept", accept)
            .serves::<AcceptInvitation>()
            .also_reads::<GetOrganization>()
            .example_body(json!({})),
        Route::post("/invitations/{organization}/{invitation}/reject", reject)
            .serves::<RejectInvitation>(),
    ]
}

/// The invitations that wait for somebody, as their dashboard shows them (H19, H23).
pub(super) fn offers(client: &Client, waiting: &[MyInvitation]) -> Vec<PendingInvitation> {
    let now = now(client);
    let offer = |one: &MyInvitation| {
        let base = format!("/invitations/{}/{}", one.organization, one.id);
        PendingInvitation {
            inviter: one.inviter_email.to_string(),
            organization: one.organization_name.clone(),
            role: one.role_name.clone(),
            expires: moment(one.expires_at, now),
            accept: format!("{base}/accept"),
            reject: format!("{base}/reject"),
            submission: client.submission(),
            hindrance: String::new(),
        }
    };
    waiting.iter().map(offer).collect()
}

/// The form that accepts: nothing but the frame's own field against being sent twice.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Acceptance {}

async fn accept(
    person: Person,
    Path((organization, invitation)): Path<(OrganizationId, InvitationId)>,
    Form(Acceptance {}): Form<Acceptance>,
) -> Reply<Redirect> {
    join(&person, organization, invitation).await
}

/// Accepts an invitation and leads to the organization, or says why it cannot be accepted.
pub(in crate::console) async fn join(
    person: &Person,
    organization: OrganizationId,
    invitation: InvitationId,
) -> Reply<Redirect> {
    let joined = match person.execute(AcceptInvitation { organization, invitation }).await {
        Ok(joined) => joined,
        Err(failure) => {
            person.tell(refused(failure.refusal()?));
            return Ok(Redirect::to("/"));
        }
    };
    let overview = person.read(GetOrganization { organization }).await?;
    let text = if joined.reduced { &texts::JOINED_REDUCED } else { &texts::JOINED };
    person.tell(Flash::of(text, [overview.display_name.as_str()]));
    remember(person, organization).await?;
    Ok(Redirect::to(home_of(organization)))
}

fn refused(refusal: AcceptInvitationRefusal) -> Flash {
    let text = match refusal {
        AcceptInvitationRefusal::Expired => &texts::INVITATION_EXPIRED,
        AcceptInvitationRefusal::Void => &texts::INVITATION_VOID,
        AcceptInvitationRefusal::AlreadyMember => &texts::MEMBER_ALREADY,
        AcceptInvitationRefusal::Elsewhere => &texts::ONE_ORGANIZATION,
        AcceptInvitationRefusal::NoSeats => &texts::NO_SEATS,
    };
    Flash::of(text, [])
}

async fn reject(
    person: Person,
    Path((organization, invitation)): Path<(OrganizationId, InvitationId)>,
) -> Reply<Redirect> {
    decline(&person, organization, invitation).await
}

/// Rejects an invitation and leads to the dashboard.
pub(in crate::console) async fn decline(
    person: &Person,
    organization: OrganizationId,
    invitation: InvitationId,
) -> Reply<Redirect> {
    person.execute(RejectInvitation { organization, invitation }).await?;
    person.tell(Flash::of(&texts::INVITATION_REJECTED, []));
    Ok(Redirect::to("/"))
}
