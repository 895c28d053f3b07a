//! One cluster: how everybody signs in to it, and who has which account.

use guildhall_app::member::RemoveMember;
use guildhall_app::organization::{Switches, UpdateMemberPermissions};
use guildhall_model::UserManagement;

use super::{Shared, between, make};
use crate::support::{Ask, BASE, Someone, World, fault, hidden};
use serde_json::json;

#[tokio::test]
async fn h35_a_managed_cluster_shows_everybody_their_own_account_and_no_password() {
    for world in World::on_each_engine().await {
        let mut at = Shared::at(world).await;
        let path = at.page();
        let page = at.member.sees(&path).await;
        assert!(page.contains("Sign in with your own account"), "{page}");
        assert!(page.contains("https://nightly.clusters.example"), "{page}");
        let own = between(&page, "You are <b>", "</b>").to_owned();
        assert!(page.contains(&format!("-U {own}")), "{page}");
        assert!(!page.contains("admin-password"), "no shared password: {page}");
        let others = at.admin.sees(&path).await;
        assert!(!others.contains(&format!("-U {own}")), "everybody their own: {others}");
        // One's password on clusters is set here, and is nobody else's to read.
        let password = format!("{path}/password");
        let refused = at.member.is_refused(&password, &[("password", "short")]).await;
        let says = fault(&refused, "cluster-password", "password");
        assert_eq!(says, "Choose at least 10 characters.");
        let set = [("username", own.as_str()), ("password", "quartz willow comet")];
        assert_eq!(at.member.sends(&password, &set).await, path);
        let page = at.member.sees(&path).await;
        assert!(page.contains("Your password on clusters is set."), "{page}");
        assert!(page.contains("Change password"), "{}: {page}", at.world.engine());
        let ask = Ask::post(format!("{}/admin-password", at.api())).header("origin", BASE);
        assert_eq!(at.owner.client.send(ask).await.problem(), "409 cluster.managed");
    }
}

#[tokio::test]
async fn h35_the_administrator_of_an_unmanaged_cluster_is_shown_to_owner_and_admins_and_audited() {
    let mut at = Shared::new().await;
    at.cluster = make(&at.world, &at.owner, at.account, "manual", UserManagement::Disabled).await;
    at.driver.works(&at.world).await;
    let path = at.page();
    let look = format!("{path}/admin-password");
    let button = |page: &str| page.contains(&format!("action=\"{look}\""));
    let page = at.member.sees(&path).await;
    assert!(page.contains("manages its users manually") && !button(&page), "{page}");
    assert_eq!(at.member.client.form(&look, &[]).await.status, 403);
    let page = at.admin.sees(&path).await;
    assert!(button(&page), "{page}");
    let answer = at.admin.client.form(&look, &[]).await;
    assert_eq!(answer.status, 200);
    let shown = answer.text();
    let secret = between(&shown, "id=\"admin-password\">", "<").to_owned();
    assert_eq!(secret.len(), 24, "{shown}");
    assert!(shown.contains("id=\"admin-name\">admin<"), "{shown}");
    // The look is in the audit log, the password nowhere else.
    let log = at.owner.sees(&format!("/o/{}/audit", at.owner.home)).await;
    assert!(log.contains("Looked at a cluster&#39;s administrator password"), "{log}");
    let events = format!("/api/v1/organizations/{}/audit", at.owner.home);
    let events = at.owner.client.get(&events).await.text();
    assert!(events.contains("cluster.read_admin_password"), "{events}");
    for text in [&log, &events, &at.owner.sees(&path).await] {
        assert!(!text.contains(&secret), "the password stands in {text}");
    }
}

#[tokio::test]
async fn h61_h65_h77_the_accounts_tab_follows_roles_and_membership() {
    let mut at = Shared::new().await;
    let accounts = format!("{}/accounts", at.page());
    let row = |page: &str, email: &str| {
        let rows =
            page.split("<tr").find(|row| row.contains("class=\"lead\"") && row.contains(email));
        rows.unwrap_or_else(|| panic!("{email}: {page}")).to_owned()
    };
    let page = at.member.sees(&accounts).await;
    assert!(row(&page, "bob@northwind.example").contains("Admin"), "H61: {page}");
    assert!(row(&page, "carol@northwind.example").contains("User"), "{page}");
    assert!(!page.contains("dan@northwind.example"), "restricted members have none: {page}");
    let (organization, user) = (at.owner.home, at.member.id);
    at.owner.does(&at.world, RemoveMember { organization, user }).await;
    at.driver.works(&at.world).await;
    let page = at.owner.sees(&accounts).await;
    assert!(row(&page, "carol@northwind.example").contains("Blocked"), "H77: {page}");
    assert_eq!(at.member.client.get(&accounts).await.status, 404);
    at.owner.takes_in(&at.world, &at.member).await;
    at.driver.works(&at.world).await;
    let page = at.owner.sees(&accounts).await;
    assert!(row(&page, "carol@northwind.example").contains("Active"), "reactivated: {page}");
}

#[tokio::test]
async fn one_sets_the_password_on_clusters_through_the_api_too() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let put = |password: &str| {
        let body = json!({ "password": password });
        Ask::new("PUT", "/api/v1/account/cluster-password").header("origin", BASE).json(&body)
    };
    let answer = maya.client.send(put("short")).await;
    assert_eq!(answer.problem(), "422 cluster_password.too_short password");
    assert_eq!(maya.client.send(put("quartz willow comet")).await.status, 204);
}

#[tokio::test]
async fn the_form_that_makes_a_cluster_makes_one_however_often_it_is_sent() {
    let mut at = Shared::new().await;
    let new = format!("{}/new", at.list());
    let submission = hidden(&at.owner.sees(&new).await, "submission");
    let account = at.account.text();
    let fields = [
        ("submission", submission.as_str()),
        ("name", "once"),
        ("version", "3.0.0"),
        ("cloud_account", account.as_str()),
        ("size", "small"),
        ("user_management", "managed"),
    ];
    let first = at.owner.sends(&new, &fields).await;
    assert_eq!(at.owner.sends(&new, &fields).await, first);
}

#[tokio::test]
async fn h46_h48_h50_the_switches_of_the_members_page_take_effect_on_clusters_and_ports() {
    let mut at = Shared::new().await;
    let organization = at.owner.home;
    let permissions = format!("/o/{organization}/permissions");
    at.owner.sends(&permissions, &[("clusters", "on"), ("ports", "on")]).await;
    assert_eq!(at.member.client.get(&format!("{}/new", at.list())).await.status, 200);
    let services = format!("{}/services", at.page());
    assert!(at.member.sees(&services).await.contains(">Update</button>"));
    let switches = Switches::default();
    at.owner.does(&at.world, UpdateMemberPermissions { organization, switches }).await;
    assert_eq!(at.member.client.get(&format!("{}/new", at.list())).await.status, 403);
}
