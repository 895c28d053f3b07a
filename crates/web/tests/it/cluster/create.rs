//! The form that makes a cluster.

use guildhall_model::UserManagement;

use super::{Shared, between};
use crate::support::{Ask, BASE, Someone, World, fault};
use serde_json::json;

#[tokio::test]
async fn h67_user_management_has_four_choices_and_managed_is_the_default() {
    let mut at = Shared::new().await;
    let new = format!("{}/new", at.list());
    let page = at.owner.sees(&new).await;
    let choices = between(&page, "<legend>User management</legend>", "</fieldset>");
    for management in UserManagement::ALL {
        let value = format!("name=\"user_management\" value=\"{}\"", management.as_str());
        assert!(choices.contains(&value), "{choices}");
    }
    assert_eq!(choices.matches("type=\"radio\"").count(), 4);
    assert!(choices.contains("value=\"managed\" checked"), "{choices}");
    assert!(choices.contains("Manage users manually"), "{choices}");
    assert!(page.contains("60 credits an hour"), "what each size costs: {page}");
    let account = at.account.text();
    for management in UserManagement::ALL {
        let fields = [
            ("name", management.as_str()),
            ("version", "3.0.0"),
            ("cloud_account", account.as_str()),
            ("size", "medium"),
            ("user_management", management.as_str()),
        ];
        let led = at.owner.sends(&new, &fields).await;
        let page = at.owner.sees(&led).await;
        assert!(page.contains(management.label()), "{management:?}: {page}");
    }
    let body = json!({
        "name": "plain", "version": "3.0.0", "cloud_account": account, "size": "small"
    });
    let all = format!("/api/v1/organizations/{}/clusters", at.owner.home);
    let made = at.owner.client.send(Ask::post(all).header("origin", BASE).json(&body)).await;
    assert_eq!(made.status, 201);
    let place = made.header("location").to_owned();
    assert_eq!(at.owner.client.get(&place).await.json()["user_management"], "managed");
}

#[tokio::test]
async fn what_cannot_be_made_is_told_at_its_field() {
    let mut at = Shared::new().await;
    let new = format!("{}/new", at.list());
    let account = at.account.text();
    let fields = |name, version, size| {
        [("name", name), ("version", version), ("size", size), ("user_management", "managed")]
    };
    let page = at.owner.is_refused(&new, &fields("", "three", "small")).await;
    assert!(fault(&page, "cluster", "version").contains("is not a version"), "{page}");
    assert!(!fault(&page, "cluster", "cloud_account").is_empty());
    let with = |fields: [(&'static str, &'static str); 4]| {
        let mut fields = fields.to_vec();
        fields.push(("cloud_account", account.clone().leak()));
        fields
    };
    let page = at.owner.is_refused(&new, &with(fields("nightly", "3.0", "small"))).await;
    assert!(fault(&page, "cluster", "name").contains("has this name already"), "{page}");
    let page = at.owner.is_refused(&new, &with(fields("other", "3.0", "giant"))).await;
    assert!(fault(&page, "cluster", "size").contains("small, medium, large"), "{page}");
}

#[tokio::test]
async fn without_a_driver_the_form_says_so() {
    let world = World::set(|settings| settings.clusters.providers.clear()).await;
    let mut maya = Someone::settled(&world, "maya").await;
    let account = super::configure(&world, &maya, "This machine").await.text();
    let new = format!("/o/{}/clusters/new", maya.home);
    assert!(maya.sees(&new).await.contains("no driver yet"));
    let fields = [
        ("name", "nightly"),
        ("version", "3.0.0"),
        ("cloud_account", account.as_str()),
        ("size", "small"),
        ("user_management", "managed"),
    ];
    let page = maya.is_refused(&new, &fields).await;
    assert!(fault(&page, "cluster", "cloud_account").contains("No driver"), "{page}");
}

#[tokio::test]
async fn h67_h69_a_program_reads_what_it_can_choose_and_is_told_so_when_it_chose_wrongly() {
    for world in World::on_each_engine().await {
        let mut at = Shared::at(world).await;
        let organization = format!("/api/v1/organizations/{}", at.owner.home);
        let answer = at.member.client.get(&format!("{organization}/cluster-options")).await;
        assert_eq!(answer.status, 200);
        let options = answer.json();
        assert_eq!(
            options["sizes"],
            json!([
                { "name": "small", "credits_per_hour": "60" },
                { "name": "medium", "credits_per_hour": "120" },
                { "name": "large", "credits_per_hour": "240" }
            ])
        );
        assert_eq!(options["clouds"][0]["provider"], "local");
        assert_eq!(options["clouds"][0]["services"][2]["name"], "kafka");
        assert_eq!(options["versions"], json!(["2.6.0"]), "those that run");
        assert_eq!(options["proposed_version"], "2.6.0");
        let body = json!({
            "name": "other", "version": "3.0", "cloud_account": at.account.text(), "size": "giant"
        });
        let ask = Ask::post(format!("{organization}/clusters")).header("origin", BASE).json(&body);
        let refused = at.owner.client.send(ask).await;
        assert_eq!(refused.status, 422);
        let field = &refused.json()["fields"][0];
        assert_eq!(field["name"], "size");
        let message = "choose one of the sizes on offer: small, medium, large";
        assert_eq!(field["message"], message);
        let ask = Ask::new("PUT", format!("{}/services", at.api())).header("origin", BASE);
        let refused = at.owner.client.send(ask.json(&json!({ "open": ["kafka", "gopher"] }))).await;
        let field = &refused.json()["fields"][0];
        assert_eq!(refused.status, 422);
        assert_eq!(field["name"], "open");
        let message = field["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains("`gopher`") && message.contains("ssh"), "{message}");
        let outsider = Someone::settled(&at.world, "zoe").await;
        let mut client = outsider.client;
        assert_eq!(client.get(&format!("{organization}/cluster-options")).await.status, 404);
    }
}
