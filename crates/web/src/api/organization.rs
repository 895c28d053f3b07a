//! Organizations through the API: made, read, renamed, handed over, left, deleted and restored.

use guildhall_app::organization::{
    CreateOrganization, Created as Made, DeleteOrganization, Deleted, GetOrganization,
    LeaveOrganization, ListMyOrganizations, MyOrganization, OrganizationOverview,
    RenameOrganization, RestoreOrganization, Switches, TransferOwnership, UpdateMemberPermissions,
};
use guildhall_model::{DisplayName, OrganizationId, OrganizationName, Password, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Failure, Page};
use crate::extract::{Json, Path};
use crate::reply::{Created, NoContent, Reply, Stop};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/api/v1/organizations", list)
            .reads::<ListMyOrganizations>()
            .summary("List one's organizations by name"),
        Route::post("/api/v1/organizations", create)
            .serves::<CreateOrganization>()
            .summary("Make an organization, with oneself as its owner")
            .example_body(json!({ "display_name": "Northwind Labs", "name": "northwind" })),
        Route::get("/api/v1/organizations/{organization}", get)
            .reads::<GetOrganization>()
            .summary("Get an organization and what one may do in it"),
        Route::patch("/api/v1/organizations/{organization}", rename)
            .serves::<RenameOrganization>()
            .summary("Change the display name of an organization")
            .example_body(json!({ "display_name": "Northwind Research" })),
    ];
    routes.extend(fate());
    routes.extend(permissions());
    routes
}

fn fate() -> Vec<Route> {
    vec![
        Route::post("/api/v1/organizations/{organization}/transfer", transfer)
            .serves::<TransferOwnership>()
            .summary("Make another member the owner; the owner before becomes an administrator")
            .example_body(json!({
                "user": "user_01hzy3k5f7e8w9x0y1z2a3b4c5", "password": "correct horse battery"
            })),
        Route::post("/api/v1/organizations/{organization}/leave", leave)
            .serves::<LeaveOrganization>()
            .summary("Leave an organization; its owner cannot"),
        Route::post("/api/v1/organizations/{organization}/delete", delete)
            .serves::<DeleteOrganization>()
            .summary("Delete an organization; everything in it stops at once")
            .description("Until the time that is answered its owner may restore it.")
            .example_body(json!({ "password": "correct horse battery" })),
        Route::post("/api/v1/organizations/{organization}/restore", restore)
            .serves::<RestoreOrganization>()
            .summary("Restore a deleted organization, without the invitations it had"),
    ]
}

fn permissions() -> Vec<Route> {
    vec![
        Route::put("/api/v1/organizations/{organization}/permissions", update)
            .serves::<UpdateMemberPermissions>()
            .summary("Set the three permissions of plain members at once")
            .example_body(json!({ "invite": true, "clusters": false, "ports": false })),
    ]
}

async fn list(caller: Caller) -> Reply<Json<Page<MyOrganization>>> {
    let user = caller.user()?;
    Ok(Json(Page::whole(caller.read(ListMyOrganizations { user }).await?)))
}

/// A new organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganization {
    /// The name it is shown under.
    display_name: DisplayName,
    /// Its name in addresses, for good; made from the display name without.
    #[serde(default)]
    name: Option<OrganizationName>,
}

async fn create(caller: Caller, Json(new): Json<NewOrganization>) -> Reply<Created<Made>> {
    let NewOrganization { display_name, name } = new;
    let made = caller.execute(CreateOrganization { display_name, name }).await?;
    Ok(Created::at(format!("/api/v1/organizations/{}", made.id), made))
}

async fn get(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
) -> Reply<Json<OrganizationOverview>> {
    Ok(Json(caller.read(GetOrganization { organization }).await?))
}

/// What to change of an organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationChange {
    /// The name to show it under.
    display_name: DisplayName,
}

async fn rename(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(change): Json<OrganizationChange>,
) -> Reply<NoContent> {
    let display_name = change.display_name;
    caller.execute(RenameOrganization { organization, display_name }).await?;
    Ok(NoContent)
}

/// Whom to hand an organization to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OwnershipTransfer {
    /// The member who becomes its owner.
    user: UserId,
    /// The password of the caller.
    password: Password,
}

async fn transfer(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(body): Json<OwnershipTransfer>,
) -> Reply<NoContent> {
    let proof = prove(&caller, organization, body.password).await?;
    caller.execute(TransferOwnership { organization, to: body.user, proof }).await?;
    Ok(NoContent)
}

async fn leave(caller: Caller, Path(organization): Path<OrganizationId>) -> Reply<NoContent> {
    caller.execute(LeaveOrganization { organization }).await?;
    Ok(NoContent)
}

/// The proof that a deletion needs.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationDeletion {
    /// The password of the caller.
    password: Password,
}

async fn delete(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(body): Json<OrganizationDeletion>,
) -> Reply<Json<Deleted>> {
    let proof = prove(&caller, organization, body.password).await?;
    Ok(Json(caller.execute(DeleteOrganization { organization, proof }).await?))
}

/// Proves the caller's password. Who may not even see the organization is told so first.
async fn prove(
    caller: &Caller,
    organization: OrganizationId,
    password: Password,
) -> Reply<guildhall_app::PasswordProof> {
    let user = caller.user()?;
    let sees = caller.read_for_frame(GetOrganization { organization }).await;
    sees.map_err(Stop::from)?;
    let proof = caller.app().prove_password(user, password).await;
    proof.map_err(|error| Stop::from(Failure::of(error)))
}

async fn restore(caller: Caller, Path(organization): Path<OrganizationId>) -> Reply<NoContent> {
    caller.execute(RestoreOrganization { organization }).await?;
    Ok(NoContent)
}

/// What plain members may do. All three are set together (H50).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MemberPermissions {
    /// Non admin members can invite new members.
    invite: bool,
    /// Non admin members can create and terminate clusters.
    clusters: bool,
    /// Non admin members can open clusters ports.
    ports: bool,
}

async fn update(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(body): Json<MemberPermissions>,
) -> Reply<NoContent> {
    let MemberPermissions { invite, clusters, ports } = body;
    let switches = Switches { invite, clusters, ports };
    caller.execute(UpdateMemberPermissions { organization, switches }).await?;
    Ok(NoContent)
}
