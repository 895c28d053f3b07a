//! Who sees which clusters, and where.

use std::time::Duration;

use guildhall_app::organization::DeleteOrganization;
use guildhall_model::{Password, UserManagement};
use serde_json::Value;

use super::{Shared, between, configure, make};
use crate::support::{Ask, PASSWORD, Someone, World};

#[tokio::test]
async fn h28_every_member_sees_the_same_clusters_on_the_dashboard() {
    for world in World::on_each_engine().await {
        let mut at = Shared::at(world).await;
        let home = format!("/o/{}/", at.owner.home);
        let table =
            |page: &str| between(page, "<table class=\"cards clusters\"", "</table>").to_owned();
        let owners = table(&at.owner.sees(&home).await);
        assert!(owners.contains("nightly") && owners.contains("Running"), "{owners}");
        assert!(owners.contains("/stop\""), "{owners}");
        assert_eq!(table(&at.admin.sees(&home).await), owners);
        assert_eq!(table(&at.member.sees(&home).await), owners, "{}", at.world.engine());
        let restricted = at.restricted.sees(&home).await;
        assert!(!restricted.contains("nightly"), "{restricted}");
        assert!(!restricted.contains("/clusters\""), "not in the menu either");
    }
}

#[tokio::test]
async fn h27_h8_whoever_has_accepted_uses_what_the_organization_has_configured() {
    let mut at = Shared::new().await;
    at.switch(true, false).await;
    let mut new = Someone::settled(&at.world, "erin").await;
    at.owner.takes_in(&at.world, &new).await;
    let page = new.sees(&format!("{}/new", at.list())).await;
    assert!(page.contains("This machine"), "nothing to configure: {page}");
    let account = at.account.text();
    let fields = [
        ("name", "erins"),
        ("version", "3.0.0"),
        ("cloud_account", account.as_str()),
        ("size", "small"),
        ("user_management", "managed"),
    ];
    let led = new.sends(&format!("{}/new", at.list()), &fields).await;
    at.driver.works(&at.world).await;
    assert!(new.sees(&led).await.contains("Running"));
    assert!(at.member.sees(&at.list()).await.contains("erins"), "it is everybody's");
}

#[tokio::test]
async fn h52_restricted_members_see_no_clusters() {
    let mut at = Shared::new().await;
    for (path, status) in
        [(at.list(), 403), (at.page(), 404), (format!("{}/state", at.page()), 404)]
    {
        assert_eq!(at.restricted.client.get(&path).await.status, status, "{path}");
    }
    let answer = at.restricted.client.form(&format!("{}/stop", at.page()), &[]).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn an_empty_list_says_what_to_do_first_and_who_may() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let mut bob = Someone::settled(&world, "bob").await;
    maya.takes_in(&world, &bob).await;
    let list = format!("/o/{}/clusters", maya.home);
    let page = maya.sees(&list).await;
    assert!(page.contains("First, a cloud account") && page.contains("?provider=local"), "{page}");
    let page = bob.sees(&list).await;
    assert!(page.contains("No cloud account yet") && page.contains("can configure one"), "{page}");
    assert!(!page.contains("?provider=local"));
    configure(&world, &maya, "This machine").await;
    let page = maya.sees(&list).await;
    assert!(page.contains("No clusters yet") && page.contains("Create cluster</a>"), "{page}");
    let page = bob.sees(&list).await;
    assert!(page.contains("You can then start and stop it"), "{page}");
    let path = format!("/o/{}/clusters/new", maya.home);
    assert_eq!(bob.client.get(&path).await.status, 403);
}

#[tokio::test]
async fn clusters_are_searched_and_paged_and_terminated_ones_are_listed_on_request() {
    for world in World::on_each_engine().await {
        let mut at = Shared::at(world).await;
        for name in ["weekly", "monthly", "yearly"] {
            at.world.clock.advance(Duration::from_secs(1));
            make(&at.world, &at.owner, at.account, name, UserManagement::Managed).await;
        }
        at.driver.works(&at.world).await;
        let page = at.member.sees(&at.list()).await;
        assert!(page.contains("All 4 clusters are running."), "{page}");
        let page = at.member.sees(&format!("{}?q=EEKL", at.list())).await;
        assert!(page.contains("weekly") && !page.contains("monthly"), "{page}");
        let all = format!("/api/v1/organizations/{}/clusters", at.owner.home);
        let ask = Ask::get(format!("{all}?limit=3"));
        let first = at.member.client.send(ask).await.json();
        let names = |page: &Value| -> Vec<String> {
            let items = page["items"].as_array().expect("items");
            items.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(names(&first), ["yearly", "monthly", "weekly"], "{}", at.world.engine());
        let cursor = first["next"].as_str().expect("a next page");
        let next = at.member.client.get(&format!("{all}?cursor={cursor}&limit=3")).await.json();
        assert_eq!(names(&next), ["nightly"]);
        let terminate = format!("{}/terminate", at.page());
        at.owner.sends(&terminate, &[("understood", "on")]).await;
        at.driver.works(&at.world).await;
        let page = at.member.sees(&at.list()).await;
        assert!(!page.contains("nightly") && page.contains("All 3 clusters are running."));
        let page = at.member.sees(&format!("{}?terminated=true", at.list())).await;
        assert!(page.contains("nightly") && page.contains("Terminated"), "{page}");
    }
}

#[tokio::test]
async fn security_45_clusters_of_a_deleted_organization_are_out_of_reach_for_all() {
    let mut at = Shared::new().await;
    let organization = at.owner.home;
    let password = Password::parse(PASSWORD).expect("a password");
    let proof = at.world.web.app.prove_password(at.owner.id, password).await.expect("right");
    at.owner.does(&at.world, DeleteOrganization { organization, proof }).await;
    let (page, api) = (at.page(), at.api());
    for person in [&mut at.admin, &mut at.member] {
        assert_eq!(person.client.get(&page).await.status, 404);
        assert_eq!(person.client.get(&api).await.status, 404);
        assert_eq!(person.client.form(&format!("{page}/stop"), &[]).await.status, 404);
    }
    // The owner may restore it, and sees nothing of what is in it until then.
    assert!(!at.owner.sees(&page).await.contains("nightly"));
    assert_eq!(at.owner.client.get(&api).await.status, 404);
    let accounts = format!("/api/v1/organizations/{organization}/cloud-accounts");
    assert_ne!(at.owner.client.get(&accounts).await.status, 200);
}
