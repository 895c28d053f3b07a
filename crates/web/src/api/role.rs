//! Custom roles through the API.

use guildhall_app::role::{
    AssignRole, CreateRole, DeleteRole, EditRole, GetRole, ListRoles, RoleCreated, RoleDetail,
    RoleView, UnassignRole,
};
use guildhall_model::{OrganizationId, RoleId, RoleName, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Page};
use crate::extract::{Json, Path};
use crate::reply::{Created, NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let example = || json!({ "name": "Port keeper", "permissions": ["can_open_ports"] });
    vec![
        Route::get("/api/v1/organizations/{organization}/roles", list)
            .reads::<ListRoles>()
            .summary("List the custom roles of an organization by name"),
        Route::post("/api/v1/organizations/{organization}/roles", create)
            .serves::<CreateRole>()
            .summary("Make a custom role of permissions that one has oneself")
            .example_body(example()),
        Route::get("/api/v1/organizations/{organization}/roles/{role}", get)
            .reads::<GetRole>()
            .summary("Get a custom role and who has it"),
        Route::put("/api/v1/organizations/{organization}/roles/{role}", edit)
            .serves::<EditRole>()
            .summary("Change the name, description and permissions of a custom role")
            .example_body(example()),
        Route::delete("/api/v1/organizations/{organization}/roles/{role}", delete)
            .serves::<DeleteRole>()
            .summary("Delete a custom role; whoever has it loses what it permits"),
        Route::put("/api/v1/organizations/{organization}/roles/{role}/members/{user}", assign)
            .serves::<AssignRole>()
            .summary("Give a custom role to a member"),
        Route::delete("/api/v1/organizations/{organization}/roles/{role}/members/{user}", unassign)
            .serves::<UnassignRole>()
            .summary("Take a custom role from a member"),
    ]
}

/// A custom role as it shall be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleBody {
    /// Its name, unique in the organization.
    name: RoleName,
    /// What it is for.
    #[serde(default)]
    description: String,
    /// What it permits: relations of the charter.
    permissions: Vec<String>,
}

async fn list(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
) -> Reply<Json<Page<RoleView>>> {
    Ok(Json(Page::whole(caller.read(ListRoles { organization }).await?)))
}

async fn create(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(body): Json<RoleBody>,
) -> Reply<Created<RoleCreated>> {
    let RoleBody { name, description, permissions } = body;
    let made = caller.execute(CreateRole { organization, name, description, permissions }).await?;
    let location = format!("/api/v1/organizations/{organization}/roles/{}", made.id);
    Ok(Created::at(location, made))
}

async fn get(
    caller: Caller,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
) -> Reply<Json<RoleDetail>> {
    Ok(Json(caller.read(GetRole { organization, role }).await?))
}

async fn edit(
    caller: Caller,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
    Json(body): Json<RoleBody>,
) -> Reply<NoContent> {
    let RoleBody { name, description, permissions } = body;
    caller.execute(EditRole { organization, role, name, description, permissions }).await?;
    Ok(NoContent)
}

async fn delete(
    caller: Caller,
    Path((organization, role)): Path<(OrganizationId, RoleId)>,
) -> Reply<NoContent> {
    caller.execute(DeleteRole { organization, role }).await?;
    Ok(NoContent)
}

async fn assign(
    caller: Caller,
    Path((organization, role, user)): Path<(OrganizationId, RoleId, UserId)>,
) -> Reply<NoContent> {
    caller.execute(AssignRole { organization, role, user }).await?;
    Ok(NoContent)
}

async fn unassign(
    caller: Caller,
    Path((organization, role, user)): Path<(OrganizationId, RoleId, UserId)>,
) -> Reply<NoContent> {
    caller.execute(UnassignRole { organization, role, user }).await?;
    Ok(NoContent)
}
