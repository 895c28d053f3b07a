//! What system administrators do about accounts, through the API.

use guildhall_app::WeakPassword;
use guildhall_app::account::{
    ChosenPasswordRefusal, CreateUser, DisableUser, EnableUser, MakeSystemAdmin, Names,
};
use guildhall_model::{Email, Password, PersonName, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::caller::Caller;
use crate::extract::{Json, Path};
use crate::problem::{Problem, code};
use crate::reply::{Created, NoContent, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/system/users", create)
            .serves::<CreateUser>()
            .refuses::<ChosenPasswordRefusal>()
            .refuses::<WeakPassword>()
            .summary("Make an account for somebody")
            .example_body(json!({
                "email": "ada@lovelace.example", "first_name": "Ada",
                "password": "tundra walnut ladder 47", "email_verified": true
            })),
        Route::post("/api/v1/system/users/{user}/disable", disable)
            .serves::<DisableUser>()
            .summary("Disable an account")
            .description("Its sessions end, its keys are refused, nobody can sign in to it."),
        Route::post("/api/v1/system/users/{user}/enable", enable)
            .serves::<EnableUser>()
            .summary("Enable a disabled account"),
        Route::post("/api/v1/system/administrators", appoint)
            .serves::<MakeSystemAdmin>()
            .summary("Make a user a system administrator")
            .example_body(json!({ "email": "ada@lovelace.example" })),
    ]
}

/// The account to make.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewUser {
    /// The address.
    email: Email,
    /// The first name; one of both is needed.
    #[serde(default)]
    first_name: Option<PersonName>,
    /// The last name.
    #[serde(default)]
    last_name: Option<PersonName>,
    /// The first password.
    password: Password,
    /// Whether you vouch that the person receives mail at the address.
    #[serde(default)]
    email_verified: bool,
}

/// A user.
#[derive(Serialize, JsonSchema)]
struct UserReference {
    /// The id.
    id: UserId,
}

async fn create(caller: Caller, Json(body): Json<NewUser>) -> Reply<Created<UserReference>> {
    let NewUser { email, first_name, last_name, password, email_verified } = body;
    let names = Names::new(first_name, last_name).ok_or_else(|| {
        let detail = "a first or a last name is needed";
        Problem::new(code::MISSING_FIELD, detail).field("first_name", detail)
    })?;
    let password = caller.registration_password(&email, &names, password).await?;
    let create = CreateUser { email, names, password, verified: email_verified };
    let id = caller.execute(create).await?;
    Ok(Created { body: UserReference { id }, location: None })
}

async fn disable(caller: Caller, Path(user): Path<UserId>) -> Reply<NoContent> {
    caller.execute(DisableUser { user }).await?;
    Ok(NoContent)
}

async fn enable(caller: Caller, Path(user): Path<UserId>) -> Reply<NoContent> {
    caller.execute(EnableUser { user }).await?;
    Ok(NoContent)
}

/// Who is appointed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Appointment {
    /// The address of the account.
    email: Email,
}

async fn appoint(caller: Caller, Json(body): Json<Appointment>) -> Reply<NoContent> {
    caller.execute(MakeSystemAdmin { email: body.email }).await?;
    Ok(NoContent)
}
