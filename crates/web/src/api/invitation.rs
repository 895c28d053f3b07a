//! Invitations through the API: sent, listed, changed, taken back, accepted and rejected.

use guildhall_app::invitation::{
    AcceptInvitation, ChangeInvitedRole, FindInvitation, GetInvitation, InvitationCursor,
    InvitationView, InviteMembers, Invited, Joined, ListInvitations, ListMyInvitations,
    MyInvitation, OfferedRole, RejectInvitation, ResendInvitation, Resent, WithdrawInvitation,
};
use guildhall_model::{EmailList, InvitationId, InvitationSecret, OrganizationId, PageSize};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Page};
use crate::extract::{Json, Path, Query};
use crate::reply::{Created, NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/api/v1/organizations/{organization}/invitations", list)
            .reads::<ListInvitations>()
            .summary("List the pending invitations of an organization by address"),
        Route::post("/api/v1/organizations/{organization}/invitations", invite)
            .serves::<InviteMembers>()
            .summary("Invite one address or many: all of them, or none")
            .description(
                "Each gets a mail with a link; no answer ever holds the link. An address that \
                 has a pending invitation gets that one renewed.",
            )
            .example_body(json!({ "emails": ["bob@example.org"], "role": "member" })),
        Route::get("/api/v1/organizations/{organization}/invitations/{invitation}", get)
            .reads::<GetInvitation>()
            .summary("Get a pending invitation"),
        Route::patch("/api/v1/organizations/{organization}/invitations/{invitation}", change)
            .serves::<ChangeInvitedRole>()
            .summary("Offer another role by a pending invitation; its link stays")
            .example_body(json!({ "role": "admin" })),
        Route::delete("/api/v1/organizations/{organization}/invitations/{invitation}", withdraw)
            .serves::<WithdrawInvitation>()
            .summary("Take a pending invitation back; its link is dead at once"),
        Route::post("/api/v1/organizations/{organization}/invitations/{invitation}/resend", resend)
            .serves::<ResendInvitation>()
            .summary("Send a pending invitation again, with a new link"),
    ];
    routes.extend(answers());
    routes
}

fn answers() -> Vec<Route> {
    vec![
        Route::post("/api/v1/organizations/{organization}/invitations/{invitation}/accept", accept)
            .serves::<AcceptInvitation>()
            .summary("Accept an invitation to one's own confirmed address"),
        Route::post("/api/v1/organizations/{organization}/invitations/{invitation}/reject", reject)
            .serves::<RejectInvitation>()
            .summary("Reject an invitation to one's own confirmed address"),
        Route::get("/api/v1/invitations", mine)
            .reads::<ListMyInvitations>()
            .summary("List the invitations that wait for oneself"),
        Route::post("/api/v1/invitations/accept", accept_link)
            .serves::<AcceptInvitation>()
            .also_reads::<FindInvitation>()
            .summary("Accept the invitation of a link")
            .description(
                "The link alone is not enough: the caller has to hold the invited address. A \
                 link that is dead says why by its code.",
            )
            .example_body(json!({
                "token": "ghi_00000000000000000000000000000000000000000000000000"
            })),
    ]
}

/// Which invitations.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvitationsQuery {
    /// Only addresses that start like this.
    #[serde(default)]
    q: Option<String>,
    /// Where the page begins: `next` or `previous` of another page.
    #[serde(default)]
    cursor: Option<String>,
    /// How many rows at most, 1 to 200; 50 without.
    #[serde(default)]
    limit: Option<PageSize>,
}

async fn list(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<InvitationsQuery>,
) -> Reply<Json<Page<InvitationView>>> {
    let search = query.q.unwrap_or_default();
    let searched = !search.trim().is_empty();
    let list = ListInvitations {
        organization,
        search,
        cursor: caller.position::<InvitationCursor>(query.cursor.as_deref())?,
        size: query.limit.unwrap_or_default(),
    };
    let found = caller.read(list).await?;
    Ok(Json(Page {
        next: found.next.as_ref().map(|cursor| caller.cursor(cursor)),
        previous: found.previous.as_ref().map(|cursor| caller.cursor(cursor)),
        items: found.rows,
        total: (!searched).then_some(found.total),
    }))
}

/// Whom to invite.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitations {
    /// The addresses.
    emails: EmailList,
    /// The role that comes with joining.
    #[serde(default)]
    role: OfferedRole,
}

async fn invite(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(new): Json<NewInvitations>,
) -> Reply<Created<Vec<Invited>>> {
    let NewInvitations { emails, role } = new;
    let invited = caller.execute(InviteMembers { organization, emails, role }).await?;
    let location = format!("/api/v1/organizations/{organization}/invitations");
    Ok(Created::at(location, invited))
}

type Ids = Path<(OrganizationId, InvitationId)>;

async fn get(caller: Caller, Path((organization, invitation)): Ids) -> Reply<Json<InvitationView>> {
    Ok(Json(caller.read(GetInvitation { organization, invitation }).await?))
}

/// What to change of an invitation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvitationChange {
    /// The role that comes with joining.
    role: OfferedRole,
}

async fn change(
    caller: Caller,
    Path((organization, invitation)): Ids,
    Json(change): Json<InvitationChange>,
) -> Reply<NoContent> {
    caller.execute(ChangeInvitedRole { organization, invitation, role: change.role }).await?;
    Ok(NoContent)
}

async fn withdraw(caller: Caller, Path((organization, invitation)): Ids) -> Reply<NoContent> {
    caller.execute(WithdrawInvitation { organization, invitation }).await?;
    Ok(NoContent)
}

async fn resend(caller: Caller, Path((organization, invitation)): Ids) -> Reply<Json<Resent>> {
    Ok(Json(caller.execute(ResendInvitation { organization, invitation }).await?))
}

async fn accept(caller: Caller, Path((organization, invitation)): Ids) -> Reply<Json<Joined>> {
    Ok(Json(caller.execute(AcceptInvitation { organization, invitation }).await?))
}

async fn reject(caller: Caller, Path((organization, invitation)): Ids) -> Reply<NoContent> {
    caller.execute(RejectInvitation { organization, invitation }).await?;
    Ok(NoContent)
}

async fn mine(caller: Caller) -> Reply<Json<Page<MyInvitation>>> {
    let user = caller.user()?;
    Ok(Json(Page::whole(caller.read(ListMyInvitations { user }).await?)))
}

/// The link of an invitation.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvitationLink {
    /// The last part of the link.
    token: InvitationSecret,
}

async fn accept_link(caller: Caller, Json(link): Json<InvitationLink>) -> Reply<Json<Joined>> {
    caller.user()?;
    let found = caller.read(FindInvitation { secret: link.token }).await?;
    let (organization, invitation) = (found.organization, found.id);
    Ok(Json(caller.execute(AcceptInvitation { organization, invitation }).await?))
}
