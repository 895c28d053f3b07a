//! One's API keys through the API (H75).

use guildhall_app::api_key::{CreateApiKey, ListApiKeys, ListedApiKey, NewApiKey, RevokeApiKey};
use guildhall_model::{ApiKeyId, ApiKeyName, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::caller::{Caller, Page};
use crate::extract::{Json, Path};
use crate::reply::{Created, NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/api-keys", list).reads::<ListApiKeys>().summary("List your API keys"),
        Route::post("/api/v1/api-keys", create)
            .serves::<CreateApiKey>()
            .summary("Make an API key")
            .description("The key is shown this one time. A key cannot make another.")
            .example_body(json!({ "name": "nightly import" })),
        Route::delete("/api/v1/api-keys/{key}", revoke)
            .serves::<RevokeApiKey>()
            .summary("Revoke one of your API keys"),
    ]
}

/// The key to make.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ApiKeyRequest {
    /// What it is for.
    name: ApiKeyName,
    /// The instant from which it is worth nothing; never without.
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

async fn list(caller: Caller) -> Reply<Json<Page<ListedApiKey>>> {
    let keys = caller.read(ListApiKeys { user: caller.user()? }).await?;
    Ok(Json(Page::whole(keys)))
}

async fn create(caller: Caller, Json(body): Json<ApiKeyRequest>) -> Reply<Created<NewApiKey>> {
    let user = caller.user()?;
    let ApiKeyRequest { name, expires_at } = body;
    let new = caller.execute(CreateApiKey { user, name, expires_at }).await?;
    Ok(Created { body: new, location: None })
}

async fn revoke(caller: Caller, Path(key): Path<ApiKeyId>) -> Reply<NoContent> {
    caller.execute(RevokeApiKey { user: caller.user()?, key }).await?;
    Ok(NoContent)
}
