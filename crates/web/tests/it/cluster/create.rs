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
    assert!(fault(&page, "cluster", "size").contains("sizes on offer"), "{page}");
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
