//! Cloud accounts in the settings of an organization and through the API.

use crate::support::{Ask, BASE, Someone, World, fault};
use serde_json::json;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[tokio::test]
async fn h76_h7_cloud_accounts_are_configured_edited_and_deleted_and_read_by_members() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        maya.takes_in(&world, &bob).await;
        let settings = format!("/o/{}/settings", maya.home);
        let list = format!("{settings}/cloud-accounts");
        assert!(maya.sees(&settings).await.contains(&format!("href=\"{list}\"")), "a tab");
        assert!(maya.sees(&list).await.contains("No cloud accounts yet"));
        let page = maya.sees(&format!("{list}/new")).await;
        for cloud in ["AWS", "Azure", "Google Cloud", "This machine"] {
            assert!(page.contains(cloud), "{cloud}: {page}");
        }
        let new = format!("{list}/new?provider=aws");
        let page = maya.sees(&new).await;
        for label in ["Region", "Access key id", "Secret access key"] {
            assert!(page.contains(label), "{label}: {page}");
        }
        let half = [("provider", "aws"), ("name", "Production"), ("region", "eu-central-1")];
        let page = maya.is_refused(&format!("{list}/new"), &half).await;
        assert_eq!(fault(&page, "cloud", "access_key_id"), "Access key id is needed.");
        let mut whole = half.to_vec();
        whole.extend([("access_key_id", "AKIAIOSFODNN7EXAMPLE"), ("secret_access_key", SECRET)]);
        let led = maya.sends(&format!("{list}/new"), &whole).await;
        assert_eq!(led, format!("/o/{}/clusters/new", maya.home), "on to the first cluster");
        let page = bob.sees(&list).await;
        assert!(page.contains("Production") && page.contains("eu-central-1"), "{page}");
        assert!(!page.contains("/edit\"") && page.contains("can change these."), "{page}");
        assert_eq!(bob.client.get(&new).await.status, 403);
        let page = maya.sees(&list).await;
        let edit = address(&page, "/edit\"");
        assert_eq!(bob.client.get(&edit).await.status, 403);
        let page = maya.sees(&edit).await;
        assert!(page.contains("Leave it empty to keep what is there."), "{page}");
        let change = [("name", "Live"), ("region", "eu-west-1"), ("access_key_id", "AKIA2")];
        assert_eq!(maya.sends(&edit, &change).await, list);
        let page = maya.sees(&list).await;
        assert!(page.contains("Live") && page.contains("eu-west-1"), "{page}");
        let delete = address(&page, "/delete\"");
        assert_eq!(bob.client.form(&delete, &[]).await.status, 403);
        assert!(maya.sees(&delete).await.contains("Delete the cloud account Live?"));
        assert_eq!(maya.sends(&delete, &[]).await, list);
        assert!(maya.sees(&list).await.contains("No cloud accounts yet"), "{}", world.engine());
    }
}

#[tokio::test]
async fn h7_no_page_answer_log_or_export_holds_the_secret_of_a_cloud_account() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let all = format!("/api/v1/organizations/{}/cloud-accounts", maya.home);
    let fields = json!({
        "region": "eu-central-1", "access_key_id": "AKIA", "secret_access_key": SECRET
    });
    let body = json!({ "name": "Production", "provider": "aws", "fields": fields });
    let made = maya.client.send(Ask::post(&all).header("origin", BASE).json(&body)).await;
    assert_eq!(made.status, 201);
    let one = made.header("location").to_owned();
    let other = SECRET.replace('w', "v");
    let body = json!({
        "name": "Production",
        "fields": { "region": "eu-west-1", "access_key_id": "A", "secret_access_key": other },
    });
    let changed = maya.client.send(Ask::new("PUT", &one).header("origin", BASE).json(&body)).await;
    assert_eq!(changed.status, 204);
    let id = one.rsplit('/').next().unwrap_or_default();
    let home = maya.home;
    let mut texts = vec![made.text()];
    for path in [
        all.clone(),
        one.clone(),
        format!("/o/{home}/settings/cloud-accounts"),
        format!("/o/{home}/settings/cloud-accounts/{id}/edit"),
        format!("/o/{home}/settings/cloud-accounts/{id}/delete"),
        format!("/o/{home}/clusters/new"),
        format!("/o/{home}/audit"),
        format!("/api/v1/organizations/{home}/audit"),
        format!("/api/v1/organizations/{home}/audit/export?from=2026-01-01&format=json"),
    ] {
        let answer = maya.client.get(&path).await;
        assert!(answer.status.as_u16() < 500, "{path}");
        texts.push(answer.text());
    }
    // A refused form shows what was typed, but not this.
    let fields = [("provider", "aws"), ("name", ""), ("secret_access_key", SECRET)];
    let path = format!("/o/{home}/settings/cloud-accounts/new");
    texts.push(maya.is_refused(&path, &fields).await);
    for text in texts {
        for secret in [SECRET, other.as_str()] {
            assert!(!text.contains(secret), "the secret stands in {text}");
        }
    }
}

#[tokio::test]
async fn h76_an_account_that_clusters_use_is_not_deleted() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let list = format!("/o/{}/settings/cloud-accounts", maya.home);
    let here = [("provider", "local"), ("name", "This machine")];
    maya.sends(&format!("{list}/new"), &here).await;
    let page = maya.sees(&list).await;
    let delete = address(&page, "/delete\"");
    let account = delete.split('/').rev().nth(1).unwrap_or_default().to_owned();
    let fields = [
        ("name", "nightly"),
        ("version", "3.0.0"),
        ("cloud_account", account.as_str()),
        ("size", "small"),
        ("user_management", "managed"),
    ];
    maya.sends(&format!("/o/{}/clusters/new", maya.home), &fields).await;
    assert!(!maya.sees(&list).await.contains("/delete\""), "not offered");
    let page = maya.is_refused(&delete, &[]).await;
    assert!(page.contains("Clusters use this cloud account: terminate them first."), "{page}");
}

/// The first address on a page that ends like this.
fn address(page: &str, end: &str) -> String {
    let (before, _) = page.split_once(end).unwrap_or_else(|| panic!("no {end} in {page}"));
    let start = before.rfind('"').unwrap_or_default() + 1;
    format!("{}{}", &before[start..], end.trim_end_matches('"'))
}

#[tokio::test]
async fn h76_every_field_that_is_wrong_is_named_as_it_was_sent() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let all = format!("/api/v1/organizations/{}/cloud-accounts", maya.home);
    let mut refused = async |provider: &str, fields: serde_json::Value| {
        let body = json!({ "name": "Production", "provider": provider, "fields": fields });
        let answer = maya.client.send(Ask::post(&all).header("origin", BASE).json(&body)).await;
        assert_eq!(answer.status, 422);
        let problem = answer.json();
        let named = problem["fields"].as_array().cloned().unwrap_or_default();
        let named: Vec<_> = named
            .iter()
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one["message"].clone()))
            .collect();
        (problem["code"].as_str().unwrap_or_default().to_owned(), named)
    };
    let (code, named) = refused("aws", json!({ "access_key_id": " " })).await;
    assert_eq!(code, "cloud_account.missing_field");
    let names: Vec<_> = named.iter().map(|(name, _)| name.as_str()).collect();
    let sent = ["fields.region", "fields.access_key_id", "fields.secret_access_key"];
    assert_eq!(names, sent);
    assert_eq!(named[0].1, "Region is needed");
    let (code, named) = refused("aws", json!({ "zone": "a", "rack": "7" })).await;
    assert_eq!(code, "cloud_account.unknown_field");
    let names: Vec<_> = named.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [["fields.rack", "fields.zone"].as_slice(), &sent].concat());
    let message = "AWS has no field `zone`; its fields are region, access_key_id, \
        secret_access_key";
    assert_eq!(named[1].1, message);
    let (_, named) = refused("local", json!({ "region": "here" })).await;
    assert_eq!(named[0].1, "This machine has no field `region`; it needs none");
}
