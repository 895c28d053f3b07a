//! Accounts through the API.

use guildhall_model::{ResetSecret, SystemEntropy};
use serde_json::json;

use super::mailbox::{PASSWORD, link, member};
use crate::support::{Ask, World};

#[tokio::test]
async fn registering_confirming_and_signing_in_without_pages() {
    for world in World::on_each_engine().await {
        let mut ada = world.client();
        let body = json!({ "email": "Ada@Lovelace.example", "last_name": "King",
            "password": PASSWORD });
        let made = ada.send(Ask::post("/api/v1/account").json(&body)).await;
        assert_eq!(made.json(), json!({ "signed_in": false }), "{}", world.engine());
        let link = link(&world, "ada@lovelace.example", "/verify/").await;
        let token = link.trim_start_matches("/verify/");
        let mut elsewhere = world.client();
        let body = json!({ "email": "ada@lovelace.example", "password": PASSWORD });
        let entry = elsewhere.send(Ask::post("/api/v1/sessions").json(&body)).await;
        assert!(entry.json()["session"]["id"].as_str().expect("an id").starts_with("ses_"));
        assert!(!entry.text().contains("ghs_"), "the secret is in the cookie only");
        let confirm = Ask::post("/api/v1/account/address-confirmations")
            .header("origin", crate::support::BASE)
            .json(&json!({ "token": token }));
        assert_eq!(elsewhere.send(confirm).await.status, 200);
        let account = elsewhere.get("/api/v1/account").await.json();
        assert_eq!(account["email_verified"], true);
        assert_eq!((&account["first_name"], &account["last_name"]), (&json!(""), &json!("King")));
        let own = &account["organizations"][0];
        assert_eq!((&own["role"], &own["display_name"]), (&json!("owner"), &account["email"]));
    }
}

#[tokio::test]
async fn security_36_nothing_can_be_assigned_that_is_not_asked_for() {
    let world = World::new().await;
    for extra in ["email_verified", "id", "system_admin", "role", "disabled_at", "user_id"] {
        let body = json!({ "email": "ada@lovelace.example", "first_name": "Ada",
            "password": PASSWORD, extra: true });
        let answer = world.client().send(Ask::post("/api/v1/account").json(&body)).await;
        assert_eq!(answer.problem(), format!("422 request.unknown_field {extra}"));
    }
}

#[tokio::test]
async fn refusals_name_their_code_and_field() {
    let world = World::new().await;
    let mut ada = member(&world, "ada@lovelace.example").await;
    let post = |path: &str, body: serde_json::Value| {
        Ask::post(format!("/api/v1/{path}")).header("origin", crate::support::BASE).json(&body)
    };
    let weak = json!({ "email": "new@lovelace.example", "first_name": "A",
        "password": "password" });
    let answer = world.client().send(post("account", weak)).await;
    assert_eq!(answer.problem(), "422 account.weak_password password");
    let wrong = json!({ "email": "ada@lovelace.example", "password": "wrong" });
    let answer = world.client().send(post("sessions", wrong)).await;
    assert_eq!(answer.problem(), "422 session.wrong_credentials");
    let wrong = json!({ "current_password": "wrong", "email": "x@lovelace.example" });
    let answer = ada.send(post("account/email", wrong)).await;
    assert_eq!(answer.problem(), "422 account.wrong_password current_password");
    let token = ResetSecret::generate(&SystemEntropy).expose().to_string();
    let dead = json!({ "token": token, "password": PASSWORD });
    let answer = world.client().send(post("account/password-resets", dead)).await;
    assert_eq!(answer.problem(), "410 account.link_dead");
    let nobody = world.client().get("/api/v1/account").await;
    assert_eq!(nobody.problem(), "401 sign_in_required");
    let past = json!({ "name": "late", "expires_at": "2020-01-01T00:00:00Z" });
    let answer = ada.send(post("api-keys", past)).await;
    assert_eq!(answer.problem(), "422 api_key.expires_in_the_past expires_at");
}
