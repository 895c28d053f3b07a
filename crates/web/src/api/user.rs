//! What system administrators do about accounts, through the API.

use guildhall_app::WeakPassword;
use guildhall_app::account::{
    ChosenPasswordRefusal, CreateUser, DisableUser, EnableUser, MakeSystemAdmin, MakeUserManager,
    Names, RemoveSystemAdmin, RemoveUserManager, SendResetLink,
};
use guildhall_app::system::{GetUser, UserEntry};
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
        Route::get("/api/v1/system/users/{user}", get).reads::<GetUser>().summary("Read a user"),
        Route::post("/api/v1/system/users/{user}/reset-link", send_reset_link)
            .serves::<SendResetLink>()
            .summary("Mail a link to a new password")
            .description("It goes to the address of the account and to nobody else."),
        Route::post("/api/v1/system/administrators", appoint)
            .serves::<MakeSystemAdmin>()
            .summary("Make a user a system administrator")
            .example_body(json!({ "email": "ada@lovelace.example" })),
        Route::delete("/api/v1/system/administrators/{user}", dismiss)
            .serves::<RemoveSystemAdmin>()
            .summary("Dismiss a system administrator")
            .description("One whose account is open always stays."),
        Route::post("/api/v1/system/user-managers", appoint_manager)
            .serves::<MakeUserManager>()
            .summary("Make a user a user manager")
            .description("User managers look after accounts and see nothing else of the system.")
            .example_body(json!({ "email": "ada@lovelace.example" })),
        Route::delete("/api/v1/system/user-managers/{user}", dismiss_manager)
            .serves::<RemoveUserManager>()
            .summary("Dismiss a user manager"),
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

async fn get(caller: Caller, Path(user): Path<UserId>) -> Reply<Json<UserEntry>> {
    Ok(Json(caller.read(GetUser { user }).await?))
}

async fn send_reset_link(caller: Caller, Path(user): Path<UserId>) -> Reply<NoContent> {
    caller.execute(SendResetLink { user }).await?;
    Ok(NoContent)
}

async fn dismiss(caller: Caller, Path(user): Path<UserId>) -> Reply<NoContent> {
    caller.execute(RemoveSystemAdmin { user }).await?;
    Ok(NoContent)
}

async fn appoint_manager(caller: Caller, Json(body): Json<Appointment>) -> Reply<NoContent> {
    caller.execute(MakeUserManager { email: body.email }).await?;
    Ok(NoContent)
}

async fn dismiss_manager(caller: Caller, Path(user): Path<UserId>) -> Reply<NoContent> {
    caller.execute(RemoveUserManager { user }).await?;
    Ok(NoContent)
}
