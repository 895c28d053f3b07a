//! Signing in and out, and one's sessions, through the API.

use guildhall_app::PasswordRefusal;
use guildhall_app::session::{
    EndOtherSessions, EndSession, FinishSignIn, ListSessions, ListedSession, NewSession, SignIn,
    SignOut, SignedIn, TicketRefusal,
};
use guildhall_model::{Email, Password, SessionId, Timestamp, UserId, VerificationSecret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::caller::{Caller, Client, Page};
use crate::extract::{Json, Path};
use crate::reply::{NoContent, Reply};
use crate::route::Route;
use crate::session;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/sessions", sign_in)
            .serves::<SignIn>()
            .refuses::<PasswordRefusal>()
            .summary("Sign in")
            .description(
                "Begins a session, which is answered as a cookie. An account with a second factor \
                 gets a `ticket` instead, with which `/api/v1/sessions/code` is asked next.",
            )
            .example_body(json!({
                "email": "ada@lovelace.example", "password": "tundra walnut ladder 47"
            })),
        Route::post("/api/v1/sessions/code", finish)
            .serves::<FinishSignIn>()
            .refuses::<TicketRefusal>()
            .summary("Sign in, second step")
            .example_body(json!({ "ticket": "…", "code": "123456" })),
        Route::get("/api/v1/sessions", list).reads::<ListSessions>().summary("List your sessions"),
        Route::delete("/api/v1/sessions/current", sign_out).serves::<SignOut>().summary("Sign out"),
        Route::delete("/api/v1/sessions/{session}", end)
            .serves::<EndSession>()
            .summary("End one of your sessions"),
        Route::post("/api/v1/sessions/end-others", end_others)
            .serves::<EndOtherSessions>()
            .summary("End all your sessions but this one"),
    ]
}

/// A password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The address of the account.
    email: Email,
    /// Its password.
    password: Password,
    /// Whether the session outlives the browser.
    #[serde(default)]
    remember: bool,
    /// The token of the link that confirms the address: a new account opens only with it, until
    /// its address is confirmed.
    #[serde(default)]
    verification: Option<VerificationSecret>,
}

/// How far signing in has come.
#[derive(Serialize, JsonSchema)]
struct Entry {
    /// The session that has begun; null where the second factor is asked for.
    session: Option<Begun>,
    /// What to send with the code; null where the session has begun.
    ticket: Option<String>,
}

/// A session that has begun. Its secret is in the cookie only.
#[derive(Serialize, JsonSchema)]
struct Begun {
    /// Its id.
    id: SessionId,
    /// Whose it is.
    user: UserId,
    /// The instant from which it is worth nothing.
    expires_at: Timestamp,
}

async fn sign_in(caller: Caller, Json(body): Json<Credentials>) -> Reply<Json<Entry>> {
    let link = body.verification.as_ref();
    let proof = caller.prove_sign_in(&body.email, body.password, link).await?;
    match caller.execute(SignIn { proof, remember: body.remember }).await? {
        SignedIn::Session(new) => Ok(begun(&caller, &new)),
        SignedIn::CodeRequired(ticket) => {
            Ok(Json(Entry { session: None, ticket: Some(ticket.text().to_owned()) }))
        }
    }
}

/// The second step.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SecondStep {
    /// What the first step answered.
    ticket: String,
    /// Six digits of the authenticator, or a recovery code.
    code: String,
}

async fn finish(caller: Caller, Json(body): Json<SecondStep>) -> Reply<Json<Entry>> {
    let ticket = caller.open_ticket(&body.ticket).await?;
    let new = caller.execute(FinishSignIn { ticket, code: body.code }).await?;
    Ok(begun(&caller, &new))
}

fn begun(client: &Client, new: &NewSession) -> Json<Entry> {
    session::open(client, new);
    let begun = Begun { id: new.session, user: new.user, expires_at: new.expires_at };
    Json(Entry { session: Some(begun), ticket: None })
}

async fn list(caller: Caller) -> Reply<Json<Page<ListedSession>>> {
    let sessions = caller.read(ListSessions { user: caller.user()? }).await?;
    Ok(Json(Page::whole(sessions)))
}

async fn sign_out(caller: Caller) -> Reply<NoContent> {
    caller.execute(SignOut { user: caller.user()? }).await?;
    session::end(&caller);
    Ok(NoContent)
}

async fn end(caller: Caller, Path(session): Path<SessionId>) -> Reply<NoContent> {
    caller.execute(EndSession { user: caller.user()?, session }).await?;
    Ok(NoContent)
}

/// How many sessions were ended.
#[derive(Serialize, JsonSchema)]
struct Ended {
    /// How many.
    ended: u64,
}

async fn end_others(caller: Caller) -> Reply<Json<Ended>> {
    let ended = caller.execute(EndOtherSessions { user: caller.user()? }).await?;
    Ok(Json(Ended { ended }))
}
