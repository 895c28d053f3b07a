//! What every change through the API has in common: dry runs, revisions, keys against repeating.

use guildhall_app::{
    Granted, Never, Operation, Outcome, Permission, Query as Question, QueryOutcome, Viewing,
};
use guildhall_authz::Tuple;
use guildhall_model::OrganizationId;
use guildhall_web::Route;
use guildhall_web::caller::Caller;
use guildhall_web::extract::{Json, Path};
use guildhall_web::reply::Reply;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::matrix::fixture::{Fixture, Persona, Whose};
use crate::support::{Ask, Client, World};

/// Lets plain members invite, and counts how often it was asked.
struct Allow {
    organization: OrganizationId,
}

/// Whether plain members may invite.
struct IsAllowed {
    organization: OrganizationId,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wish {
    note: String,
}

fn switch(organization: OrganizationId) -> Tuple {
    let text = format!("organization:{organization}#can_invite@organization:{organization}#member");
    text.parse().expect("a relationship")
}

impl Operation for Allow {
    const NAME: &'static str = "probe.allow";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_update_permissions");
    type Target = OrganizationId;
    type Output = bool;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        cx.relate(switch(self.organization)).await
    }
}

impl Question for IsAllowed {
    const NAME: &'static str = "probe.is_allowed";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_see");
    type Target = OrganizationId;
    type Output = bool;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        Ok(cx.snapshot().contains(&switch(self.organization)))
    }
}

async fn allow(
    caller: Caller,
    Path(organization): Path<OrganizationId>,
    Json(_): Json<Wish>,
) -> Reply<Json<bool>> {
    Ok(Json(caller.execute(Allow { organization }).await?))
}

async fn is_allowed(caller: Caller, Path(organization): Path<OrganizationId>) -> Reply<Json<bool>> {
    Ok(Json(caller.read(IsAllowed { organization }).await?))
}

fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/organizations/{organization}/allow", allow)
            .serves::<Allow>()
            .summary("Allow")
            .example_body(json!({ "note": "please" })),
        Route::get("/api/v1/organizations/{organization}/allow", is_allowed)
            .reads::<IsAllowed>()
            .summary("Is it allowed"),
        Route::post("/api/v1/organizations/{organization}/undeclared", allow)
            .reads::<IsAllowed>()
            .summary("Runs what it does not declare")
            .example_body(json!({ "note": "please" })),
    ]
}

/// The administrator's program, and the address of the switch.
async fn admin(world: &World) -> (Client, String) {
    let fixture = Fixture::found(&world.web.app).await;
    let own = fixture.thing(Persona::Admin, Whose::Own, "organization").expect("an organization");
    let client = world.client_of(routes()).with_key(fixture.key(Persona::Admin));
    (client, format!("/api/v1/organizations/{own}/allow"))
}

fn post(path: &str) -> Ask {
    Ask::post(path).json(&json!({ "note": "please" }))
}

#[tokio::test]
async fn a_dry_run_says_who_gains_what_and_changes_nothing() {
    for world in World::on_each_engine().await {
        let (mut client, path) = admin(&world).await;
        let answer = client.send(post(&format!("{path}?dry_run=true"))).await;
        assert_eq!(answer.status, 200, "{}: {}", world.engine(), answer.text());
        let forecast = answer.json();
        assert_eq!(forecast["added"].as_array().map(Vec::len), Some(1), "{forecast}");
        let gains = forecast["gains"].as_array().expect("gains");
        assert!(gains.iter().any(|right| right["relation"] == "can_invite"), "{forecast}");
        assert_eq!(answer.header("guildhall-revision"), "");
        assert_eq!(client.get(&path).await.json(), false, "nothing was changed");
        let refused = client.send(post(&format!("{path}?dry_run=maybe"))).await;
        assert_eq!(refused.problem(), "422 request.invalid_field dry_run");
    }
}

#[tokio::test]
async fn a_change_answers_with_its_revision_and_a_reader_may_ask_for_it() {
    let world = World::new().await;
    let (mut client, path) = admin(&world).await;
    let done = client.send(post(&path)).await;
    assert_eq!(done.json(), true);
    let revision = done.header("guildhall-revision").to_owned();
    assert!(revision.starts_with("org_"), "{revision}");
    let ask = Ask::get(&path).header("guildhall-at-least", &revision);
    assert_eq!(client.send(ask).await.json(), true);
    for nonsense in ["", "x", "org_1:", "org_1:-1", "1:2:3;", "org_1:99999999999999999999"] {
        let ask = Ask::get(&path).header("guildhall-at-least", nonsense);
        assert_eq!(client.send(ask).await.problem(), "422 request.bad_revision", "{nonsense}");
    }
}

#[tokio::test]
async fn repeating_a_change_with_its_key_is_harmless() {
    for world in World::on_each_engine().await {
        let (mut client, path) = admin(&world).await;
        let keyed = || post(&path).header("idempotency-key", "wish-1");
        let first = client.send(keyed()).await;
        let again = client.send(keyed()).await;
        assert_eq!((first.json(), again.json()), (json!(true), json!(true)), "{}", world.engine());
        assert_eq!(first.header("idempotency-replayed"), "");
        assert_eq!(again.header("idempotency-replayed"), "true");
        let other = Ask::post(&path).json(&json!({ "note": "another" }));
        let other = client.send(other.header("idempotency-key", "wish-1")).await;
        assert_eq!(other.problem(), "409 request.key_reused");
        let without = client.send(post(&path)).await;
        assert_eq!(without.json(), false, "it was related already");
        for key in ["", "with space", "ü", &"x".repeat(129)] {
            let answer = client.send(post(&path).header("idempotency-key", key)).await;
            assert_eq!(answer.problem(), "422 request.bad_idempotency_key", "{key:?}");
        }
    }
}

#[tokio::test]
async fn a_handler_cannot_run_what_its_route_does_not_declare() {
    let world = World::new().await;
    let (mut client, path) = admin(&world).await;
    let undeclared = path.replace("/allow", "/undeclared");
    assert_eq!(client.send(post(&undeclared)).await.problem(), "500 fault");
    assert_eq!(client.get(&path).await.json(), false, "and it did not run");
}
