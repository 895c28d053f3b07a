//! One's own account through the API: registering, addresses, passwords, the second factor.

use guildhall_app::account::{
    ChangeEmail, ChangePassword, ChosenPasswordRefusal, CloseWelcome, ConfirmAddress,
    DeleteAccount, EditProfile, GetAccount, MyAccount, Names, RegisterUser, RequestReset,
    RequestVerification, ResetPassword, SendVerification, SetUp,
};
use guildhall_app::organization::{ListMyOrganizations, MyOrganization};
use guildhall_app::second_factor::{
    ConfirmSecondFactor, DisableSecondFactor, EnrolSecondFactor, Enrolment, GetSecondFactor,
    RecoveryCodes, RenewRecoveryCodes, SecondFactor,
};
use guildhall_app::{PasswordProof, PasswordRefusal, WeakPassword};
use guildhall_model::{
    BootstrapKind, BootstrapSecret, Email, Entropy, InvitationSecret, Password, PersonName,
    ResetKind, ResetSecret, Secret, SecretKind, VerificationKind, VerificationSecret,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::caller::{Caller, Client, Failure};
use crate::extract::Json;
use crate::problem::{Problem, code};
use crate::reply::{NoContent, Reply};
use crate::route::Route;
use crate::session;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = entrance_routes();
    routes.extend(own_routes());
    routes.extend(second_factor_routes());
    routes
}

fn entrance_routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/account", register)
            .serves::<RegisterUser>()
            .refuses::<ChosenPasswordRefusal>()
            .summary("Register")
            .description(
                "Makes an account and an organization that it owns. The answer is the same \
                 whether or not the address has an account already; a mail tells its holder. With \
                 an `invitation` to this very address the account is signed in at once; where an \
                 account can be in one organization only, it then gets none of its own.",
            )
            .example_body(json!({
                "email": "ada@lovelace.example", "first_name": "Ada", "last_name": "King",
                "password": "tundra walnut ladder 47"
            })),
        Route::post("/api/v1/account/verification-requests", request_verification)
            .serves::<RequestVerification>()
            .summary("Ask for the link that confirms an address once more")
            .example_body(json!({ "email": "ada@lovelace.example" })),
        Route::post("/api/v1/account/address-confirmations", confirm)
            .serves::<ConfirmAddress>()
            .summary("Confirm an address with the token of the link that was mailed there")
            .example_body(json!({ "token": example::<VerificationKind>() })),
        Route::post("/api/v1/account/password-reset-requests", request_reset)
            .serves::<RequestReset>()
            .summary("Ask for a link to a new password")
            .description("The answer is the same whether or not the address has an account.")
            .example_body(json!({ "email": "ada@lovelace.example" })),
        Route::post("/api/v1/account/password-resets", reset)
            .serves::<ResetPassword>()
            .refuses::<WeakPassword>()
            .summary("Set a new password with the token of the link that was mailed")
            .description("Every session ends, and every API key is revoked.")
            .example_body(
                json!({ "token": example::<ResetKind>(), "password": "tundra walnut ladder 47" }),
            ),
        Route::post("/api/v1/set-up", set_up)
            .serves::<SetUp>()
            .refuses::<ChosenPasswordRefusal>()
            .summary("Make the first system administrator")
            .description("With the token of the link that the first start prints.")
            .example_body(json!({
                "token": example::<BootstrapKind>(), "email": "ada@lovelace.example",
                "first_name": "Ada", "password": "tundra walnut ladder 47"
            })),
    ]
}

fn own_routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/account", get)
            .reads::<GetAccount>()
            .also_reads::<ListMyOrganizations>()
            .summary("Read your account and which organizations you are in"),
        Route::patch("/api/v1/account", edit)
            .serves::<EditProfile>()
            .also_reads::<GetAccount>()
            .summary("Change your names")
            .example_body(json!({ "first_name": "Ada" })),
        Route::post("/api/v1/account/password", change_password)
            .serves::<ChangePassword>()
            .refuses::<PasswordRefusal>()
            .refuses::<WeakPassword>()
            .summary("Change your password")
            .description("Every other session ends; links that were mailed before stop working.")
            .example_body(json!({
                "current_password": "tundra walnut ladder 47",
                "password": "granite orbit parsley 12"
            })),
        Route::post("/api/v1/account/email", change_email)
            .serves::<ChangeEmail>()
            .refuses::<PasswordRefusal>()
            .summary("Ask for another address")
            .description("It changes when the link that is mailed to it is confirmed.")
            .example_body(json!({
                "email": "ada@analytical.example", "current_password": "tundra walnut ladder 47"
            })),
        Route::post("/api/v1/account/verification", send_verification)
            .serves::<SendVerification>()
            .summary("Have the link that confirms your address sent again"),
        Route::post("/api/v1/account/welcome/close", close_welcome)
            .serves::<CloseWelcome>()
            .summary("Close the Welcome page"),
        Route::post("/api/v1/account/deletion", delete)
            .serves::<DeleteAccount>()
            .refuses::<PasswordRefusal>()
            .summary("Delete your account")
            .example_body(json!({ "current_password": "tundra walnut ladder 47" })),
    ]
}

fn second_factor_routes() -> Vec<Route> {
    let password = json!({ "current_password": "tundra walnut ladder 47" });
    vec![
        Route::get("/api/v1/account/second-factor", second_factor)
            .reads::<GetSecondFactor>()
            .summary("Read whether your second factor is on"),
        Route::post("/api/v1/account/second-factor", enrol)
            .serves::<EnrolSecondFactor>()
            .summary("Make the secret for an authenticator"),
        Route::post("/api/v1/account/second-factor/confirmation", confirm_factor)
            .serves::<ConfirmSecondFactor>()
            .refuses::<PasswordRefusal>()
            .summary("Turn the second factor on with a first code")
            .example_body(json!({
                "current_password": "tundra walnut ladder 47", "code": "123456"
            })),
        Route::post("/api/v1/account/second-factor/recovery-codes", renew_codes)
            .serves::<RenewRecoveryCodes>()
            .refuses::<PasswordRefusal>()
            .summary("Make new recovery codes")
            .example_body(password.clone()),
        Route::post("/api/v1/account/second-factor/removal", disable_factor)
            .serves::<DisableSecondFactor>()
            .refuses::<PasswordRefusal>()
            .summary("Turn the second factor off")
            .example_body(password),
    ]
}

/// A token that is valid in form, and nobody's.
fn example<K: SecretKind>() -> String {
    Secret::<K>::generate(&Nothing).expose().to_string()
}

struct Nothing;

impl Entropy for Nothing {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// What registering takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Registration {
    /// The address.
    email: Email,
    /// The first name; one of both is needed.
    #[serde(default)]
    first_name: Option<PersonName>,
    /// The last name.
    #[serde(default)]
    last_name: Option<PersonName>,
    /// The password.
    password: Password,
    /// The secret of the invitation that led here.
    #[serde(default)]
    invitation: Option<InvitationSecret>,
}

/// What registering or confirming has led to.
#[derive(Serialize, JsonSchema)]
struct Entered {
    /// Whether a session came with it, as a cookie.
    signed_in: bool,
}

async fn register(caller: Caller, Json(body): Json<Registration>) -> Reply<Json<Entered>> {
    let Registration { email, first_name, last_name, password, invitation } = body;
    let names = names(first_name, last_name)?;
    let password = caller.registration_password(&email, &names, password).await?;
    let registered = caller.execute(RegisterUser { email, names, password, invitation }).await?;
    session::promise(&caller, &registered.continuation.0);
    if let Some(new) = &registered.session {
        session::open(&caller, new);
    }
    Ok(Json(Entered { signed_in: registered.session.is_some() }))
}

fn names(first: Option<PersonName>, last: Option<PersonName>) -> Result<Names, Problem> {
    Names::new(first, last).ok_or_else(|| {
        let detail = "a first or a last name is needed";
        Problem::new(code::MISSING_FIELD, detail).field("first_name", detail)
    })
}

/// An address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    /// The address.
    email: Email,
}

async fn request_verification(caller: Caller, Json(body): Json<Address>) -> Reply<NoContent> {
    caller.execute(RequestVerification { email: body.email }).await?;
    Ok(NoContent)
}

/// The token of a link.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddressConfirmation {
    /// The last part of the link's address.
    token: VerificationSecret,
}

async fn confirm(caller: Caller, Json(body): Json<AddressConfirmation>) -> Reply<Json<Entered>> {
    let continuation = session::promised(&caller);
    let confirmed = caller.execute(ConfirmAddress { secret: body.token, continuation }).await?;
    if let Some(new) = &confirmed.session {
        session::open(&caller, new);
    }
    Ok(Json(Entered { signed_in: confirmed.session.is_some() }))
}

async fn request_reset(caller: Caller, Json(body): Json<Address>) -> Reply<NoContent> {
    caller.execute(RequestReset { email: body.email }).await?;
    Ok(NoContent)
}

/// The token of a link and the new password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordReset {
    /// The last part of the link's address.
    token: ResetSecret,
    /// The new password.
    password: Password,
}

async fn reset(caller: Caller, Json(body): Json<PasswordReset>) -> Reply<NoContent> {
    let password = caller.new_password_by_link(&body.token, body.password).await?;
    caller.execute(ResetPassword { secret: body.token, password }).await?;
    Ok(NoContent)
}

/// The first system administrator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FirstAdministrator {
    /// The last part of the printed link's address.
    token: BootstrapSecret,
    /// The address.
    email: Email,
    /// The first name; one of both is needed.
    #[serde(default)]
    first_name: Option<PersonName>,
    /// The last name.
    #[serde(default)]
    last_name: Option<PersonName>,
    /// The password.
    password: Password,
}

async fn set_up(caller: Caller, Json(body): Json<FirstAdministrator>) -> Reply<Json<Entered>> {
    let FirstAdministrator { token, email, first_name, last_name, password } = body;
    let names = names(first_name, last_name)?;
    let password = caller.registration_password(&email, &names, password).await?;
    let new = caller.execute(SetUp { secret: token, email, names, password }).await?;
    session::open(&caller, &new);
    Ok(Json(Entered { signed_in: true }))
}

/// Your account, and the organizations that you are in.
#[derive(Serialize, JsonSchema)]
struct OwnAccount {
    /// The account itself.
    #[serde(flatten)]
    account: MyAccount,
    /// The organizations by name, each with your role; those you may restore included.
    organizations: Vec<MyOrganization>,
}

async fn get(caller: Caller) -> Reply<Json<OwnAccount>> {
    let user = caller.user()?;
    let account = caller.read(GetAccount { user }).await?;
    let organizations = caller.read(ListMyOrganizations { user }).await?;
    Ok(Json(OwnAccount { account, organizations }))
}

/// The names to change; what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChange {
    /// The first name; null takes it away.
    #[serde(default, deserialize_with = "given")]
    first_name: Option<Option<PersonName>>,
    /// The last name; null takes it away.
    #[serde(default, deserialize_with = "given")]
    last_name: Option<Option<PersonName>>,
}

/// Tells null apart from what is absent.
fn given<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<PersonName>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

async fn edit(caller: Caller, Json(body): Json<ProfileChange>) -> Reply<NoContent> {
    let user = caller.user()?;
    let account = caller.read(GetAccount { user }).await?;
    let kept = |name: &str| PersonName::parse(name).ok();
    let first = body.first_name.unwrap_or_else(|| kept(&account.first_name));
    let last = body.last_name.unwrap_or_else(|| kept(&account.last_name));
    caller.execute(EditProfile { user, names: names(first, last)? }).await?;
    Ok(NoContent)
}

/// The current password and the new one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The current password.
    current_password: Password,
    /// The new password.
    password: Password,
}

async fn change_password(caller: Caller, Json(body): Json<PasswordChange>) -> Reply<NoContent> {
    let proof = prove(&caller, body.current_password).await?;
    let password = caller.new_password(body.password).await?;
    if let Some(renewed) = caller.execute(ChangePassword { proof, password }).await? {
        session::open(&caller, &renewed);
    }
    Ok(NoContent)
}

/// The new address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EmailChange {
    /// The new address.
    email: Email,
    /// The current password.
    current_password: Password,
}

async fn change_email(caller: Caller, Json(body): Json<EmailChange>) -> Reply<NoContent> {
    let proof = prove(&caller, body.current_password).await?;
    caller.execute(ChangeEmail { proof, email: body.email }).await?;
    Ok(NoContent)
}

async fn send_verification(caller: Caller) -> Reply<NoContent> {
    caller.execute(SendVerification { user: caller.user()? }).await?;
    Ok(NoContent)
}

async fn close_welcome(caller: Caller) -> Reply<NoContent> {
    caller.execute(CloseWelcome { user: caller.user()? }).await?;
    Ok(NoContent)
}

/// The current password, without which this is not done.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithPassword {
    /// The current password.
    current_password: Password,
}

async fn delete(caller: Caller, Json(body): Json<WithPassword>) -> Reply<NoContent> {
    let proof = prove(&caller, body.current_password).await?;
    caller.execute(DeleteAccount { proof }).await?;
    session::end(&caller);
    Ok(NoContent)
}

async fn second_factor(caller: Caller) -> Reply<Json<Option<SecondFactor>>> {
    Ok(Json(caller.read(GetSecondFactor { user: caller.user()? }).await?))
}

async fn enrol(caller: Caller) -> Reply<Json<Enrolment>> {
    Ok(Json(caller.execute(EnrolSecondFactor { user: caller.user()? }).await?))
}

/// The current password and a code of the authenticator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FactorConfirmation {
    /// The current password.
    current_password: Password,
    /// The six digits that the authenticator shows.
    code: String,
}

async fn confirm_factor(
    caller: Caller,
    Json(body): Json<FactorConfirmation>,
) -> Reply<Json<RecoveryCodes>> {
    let proof = prove(&caller, body.current_password).await?;
    Ok(Json(caller.execute(ConfirmSecondFactor { proof, code: body.code }).await?))
}

async fn renew_codes(caller: Caller, Json(body): Json<WithPassword>) -> Reply<Json<RecoveryCodes>> {
    let proof = prove(&caller, body.current_password).await?;
    Ok(Json(caller.execute(RenewRecoveryCodes { proof }).await?))
}

async fn disable_factor(caller: Caller, Json(body): Json<WithPassword>) -> Reply<NoContent> {
    let proof = prove(&caller, body.current_password).await?;
    caller.execute(DisableSecondFactor { proof }).await?;
    Ok(NoContent)
}

async fn prove(
    client: &Client,
    password: Password,
) -> Result<PasswordProof, Failure<PasswordRefusal>> {
    client.prove_password(password).await
}
