//! Members through the API: listed, given another role, removed, and why they may do something.

use guildhall_app::member::{
    ChangeMemberRole, ExplainMember, GetMember, ListMembers, MemberCursor, MemberFilter,
    MemberView, RemoveMember, Why,
};
use guildhall_model::{InvitableRole, OrganizationId, PageSize, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Page};
use crate::extract::{Json, Path, Query};
use crate::reply::{NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/organizations/{organization}/members", list)
            .reads::<ListMembers>()
            .summary("List the members of an organization by name")
            .description("Every word of `q` has to start a word of the name or the address."),
        Route::get("/api/v1/organizations/{organization}/members/{user}", get)
            .reads::<GetMember>()
            .summary("Get a member"),
        Route::patch("/api/v1/organizations/{organization}/members/{user}", change)
            .serves::<ChangeMemberRole>()
            .summary("Give a member another role; ownership is transferred instead")
            .example_body(json!({ "role": "admin" })),
        Route::delete("/api/v1/organizations/{organization}/members/{user}", remove)
            .serves::<RemoveMember>()
            .summary("Remove a member; what was shared with them ends at once"),
        Route::get("/api/v1/organizations/{organization}/members/{user}/why", why)
            .reads::<ExplainMember>()
            .summary("Why a member may do something, or what is missing")
            .example_query("permission=can_invite"),
    ]
}

/// Which members.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MembersQuery {
    /// All of them without.
    #[serde(default)]
    show: Option<MemberFilter>,
    /// What to search for.
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
    Query(query): Query<MembersQuery>,
) -> Reply<Json<Page<MemberView>>> {
    let list = ListMembers {
        organization,
        filter: query.show.unwrap_or_default(),
        search: query.q.unwrap_or_default(),
        cursor: caller.position::<MemberCursor>(query.cursor.as_deref())?,
        size: query.limit.unwrap_or_default(),
    };
    let found = caller.read(list).await?;
    Ok(Json(Page {
        next: found.next.as_ref().map(|cursor| caller.cursor(cursor)),
        previous: found.previous.as_ref().map(|cursor| caller.cursor(cursor)),
        items: found.rows,
        total: found.total,
    }))
}

async fn get(
    caller: Caller,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
) -> Reply<Json<MemberView>> {
    Ok(Json(caller.read(GetMember { organization, user }).await?))
}

/// What to change of a member.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    /// The role they shall have.
    role: InvitableRole,
}

async fn change(
    caller: Caller,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
    Json(change): Json<MemberChange>,
) -> Reply<NoContent> {
    caller.execute(ChangeMemberRole { organization, user, role: change.role }).await?;
    Ok(NoContent)
}

async fn remove(
    caller: Caller,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
) -> Reply<NoContent> {
    caller.execute(RemoveMember { organization, user }).await?;
    Ok(NoContent)
}

/// What is asked about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhyQuery {
    /// The relation of the charter, such as `can_invite`.
    permission: String,
}

async fn why(
    caller: Caller,
    Path((organization, user)): Path<(OrganizationId, UserId)>,
    Query(query): Query<WhyQuery>,
) -> Reply<Json<Why>> {
    let permission = query.permission;
    Ok(Json(caller.read(ExplainMember { organization, user, permission }).await?))
}
