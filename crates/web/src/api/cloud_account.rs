//! Cloud accounts through the API: listed, configured, changed, deleted. No answer holds what is
//! secret in one.

use guildhall_app::CloudAccountRef;
use guildhall_app::cloud_account::{
    CloudAccountCreated, CreateCloudAccount, DeleteCloudAccount, EditCloudAccount, Fields,
    GetCloudAccount, ListCloudAccounts, ListedCloudAccount,
};
use guildhall_model::{CloudAccountId, CloudAccountName, CloudProvider, OrganizationId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Page};
use crate::extract::{Json, Path};
use crate::reply::{Created, NoContent, Reply};
use crate::route::Route;

const ALL: &str = "/api/v1/organizations/{organization}/cloud-accounts";
const ONE: &str = "/api/v1/organizations/{organization}/cloud-accounts/{account}";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(ALL, list)
            .reads::<ListCloudAccounts>()
            .summary("List the cloud accounts of an organization by name")
            .description("What is secret in them is in no answer."),
        Route::post(ALL, create)
            .serves::<CreateCloudAccount>()
            .summary("Configure a cloud account for the clusters of all members")
            .description(
                "The fields of `aws` are `region`, `access_key_id`, `secret_access_key`; of \
                 `azure` `location`, `tenant_id`, `subscription_id`, `client_id`, \
                 `client_secret`; of `gcp` `region`, `project_id`, `service_account_key`; `local` \
                 has none.",
            )
            .example_body(json!({ "name": "Build machine", "provider": "local", "fields": {} })),
        Route::get(ONE, get).reads::<GetCloudAccount>().summary("Get a cloud account"),
        Route::put(ONE, edit)
            .serves::<EditCloudAccount>()
            .summary("Change a cloud account")
            .description("A secret field that is left out or empty stays as it was.")
            .example_body(json!({ "name": "Build machine", "fields": {} })),
        Route::delete(ONE, delete)
            .serves::<DeleteCloudAccount>()
            .summary("Delete a cloud account that no cluster uses"),
    ]
}

async fn list(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
) -> Reply<Json<Page<ListedCloudAccount>>> {
    Ok(Json(Page::whole(caller.read(ListCloudAccounts { organization }).await?)))
}

/// A new cloud account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewCloudAccount {
    /// Its name, unique in the organization.
    name: CloudAccountName,
    /// Its cloud.
    provider: CloudProvider,
    /// The fields of its cloud, by name.
    #[serde(default)]
    fields: Fields,
}

async fn create(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(new): Json<NewCloudAccount>,
) -> Reply<Created<CloudAccountCreated>> {
    let NewCloudAccount { name, provider, fields } = new;
    let made = caller.execute(CreateCloudAccount { organization, name, provider, fields }).await?;
    let place = format!("/api/v1/organizations/{organization}/cloud-accounts/{}", made.id);
    Ok(Created::at(place, made))
}

async fn get(
    caller: Caller,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
) -> Reply<Json<ListedCloudAccount>> {
    let account = CloudAccountRef { organization, account };
    Ok(Json(caller.read(GetCloudAccount { account }).await?))
}

/// How a cloud account shall be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CloudAccountChange {
    /// Its name, unique in the organization.
    name: CloudAccountName,
    /// The fields of its cloud, by name; secret ones that are left out stay as they were.
    #[serde(default)]
    fields: Fields,
}

async fn edit(
    caller: Caller,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
    Json(change): Json<CloudAccountChange>,
) -> Reply<NoContent> {
    let account = CloudAccountRef { organization, account };
    let CloudAccountChange { name, fields } = change;
    caller.execute(EditCloudAccount { account, name, fields }).await?;
    Ok(NoContent)
}

async fn delete(
    caller: Caller,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
) -> Reply<NoContent> {
    let account = CloudAccountRef { organization, account };
    caller.execute(DeleteCloudAccount { account }).await?;
    Ok(NoContent)
}
