//! The accounts of the installation, as administrators, user managers and others meet them.

use guildhall_app::account::MakeSystemAdmin;
use guildhall_app::{Actor, Call};

use crate::support::{Ask, BASE, Someone, World};

async fn admin(world: &World, name: &str) -> Someone {
    let someone = Someone::settled(world, name).await;
    let appoint = MakeSystemAdmin { email: someone.email.clone() };
    let operator = Call::of(Actor::System("a test"));
    world.web.app.execute(&operator, appoint).await.expect("appointed");
    someone
}

fn page_of(someone: &Someone) -> String {
    format!("/system/users/{}", someone.id)
}

#[tokio::test]
async fn s57_an_administrator_finds_disables_and_enables_an_account_and_sends_a_reset_link() {
    for world in World::on_each_engine().await {
        let mut root = admin(&world, "root").await;
        let mut bob = Someone::settled(&world, "bob").await;
        let list = root.sees("/system/users?q=bob").await;
        assert!(list.contains(&page_of(&bob)), "{}: {list}", world.engine());
        assert!(!list.contains(&page_of(&root)), "only who was looked for");
        let page = root.sees(&page_of(&bob)).await;
        for act in ["Send a link to a new password", "Disable the account", "Make user manager"] {
            assert!(page.contains(act), "{act}");
        }
        let asked = root.sees(&format!("{}/disable", page_of(&bob))).await;
        assert!(asked.contains("bob@northwind.example") && asked.contains("sessions end at once"));
        let led = root.sends(&format!("{}/disable", page_of(&bob)), &[]).await;
        let page = root.sees(&led).await;
        assert!(page.contains("bob@northwind.example is disabled"), "{page}");
        assert!(!page.contains("Send a link to a new password"), "not to a closed account");
        assert_eq!(bob.is_led_from("/settings/profile").await, "/sign-in?next=/settings/profile");
        root.sends(&format!("{}/enable", page_of(&bob)), &[]).await;
        let mut bob = bob.signs_in_again(&world).await;
        bob.sees("/settings/profile").await;
        let led = root.sends(&format!("{}/reset-link", page_of(&bob)), &[]).await;
        assert!(root.sees(&led).await.contains("link to a new password is on its way"));
        let own = root.sees(&page_of(&root)).await;
        assert!(!own.contains("Disable the account"), "nobody disables themselves");
    }
}

#[tokio::test]
async fn security_33_the_last_administrator_stays_and_the_page_says_why() {
    let world = World::new().await;
    let mut root = admin(&world, "root").await;
    let mut bob = Someone::settled(&world, "bob").await;
    let dismiss = format!("{}/dismiss", page_of(&root));
    assert!(root.sees(&dismiss).await.contains("Dismiss as system administrator?"));
    let refused = root.is_refused(&dismiss, &[]).await;
    assert!(refused.contains("appoint another first"), "{refused}");
    let api = format!("/api/v1/system/administrators/{}", root.id);
    let ask = Ask::new("DELETE", api).header("origin", BASE);
    assert_eq!(root.client.send(ask).await.problem(), "409 account.last_system_admin");

    let led = root.sends(&format!("{}/appoint", page_of(&bob)), &[]).await;
    assert!(root.sees(&led).await.contains("administers this installation now"));
    bob.sends(&dismiss, &[]).await;
    assert_eq!(root.client.get("/system/users").await.status, 403, "at the next click");
    assert!(!root.sees("/settings/profile").await.contains("/system/"));
}

#[tokio::test]
async fn s57_a_user_manager_sees_the_users_and_nothing_else_of_the_system() {
    let world = World::new().await;
    let mut root = admin(&world, "root").await;
    let mut mia = Someone::settled(&world, "mia").await;
    let bob = Someone::settled(&world, "bob").await;
    assert_eq!(mia.client.get(&page_of(&bob)).await.status, 403);
    root.sends(&format!("{}/manager/appoint", page_of(&mia)), &[]).await;
    let list = mia.sees("/system/users").await;
    assert!(!list.contains("href=\"/system/outbox\""), "{list}");
    for path in ["/system/outbox", "/system/audit", "/system/organizations"] {
        assert_eq!(mia.client.get(path).await.status, 403, "{path}");
    }
    let page = mia.sees(&page_of(&bob)).await;
    assert!(page.contains("Disable the account") && !page.contains("Make system administrator"));
    let page = mia.sees(&page_of(&root)).await;
    assert!(!page.contains("Disable the account"), "an administrator is out of reach");
    let appoint = mia.client.form(&format!("{}/appoint", page_of(&mia)), &[]).await;
    assert_eq!(appoint.status, 403);
    root.sends(&format!("{}/manager/dismiss", page_of(&mia)), &[]).await;
    assert_eq!(mia.client.get("/system/users").await.status, 403);
}

#[tokio::test]
async fn what_the_log_is_not_asked_in_its_own_words_is_refused_and_not_ignored() {
    let world = World::new().await;
    let mut root = admin(&world, "root").await;
    for (asked, answer) in [
        ("/api/v1/system/audit?action=member.vanish", "422 request.invalid_field action"),
        ("/api/v1/system/audit?format=csv", "422 request.unknown_field format"),
        ("/api/v1/system/audit/export?limit=5", "422 request.unknown_field limit"),
        ("/api/v1/system/audit/export?format=xml", "422 request.invalid_field format"),
    ] {
        assert_eq!(root.client.get(asked).await.problem(), answer, "{asked}");
    }
    for asked in ["audit?action=account", "audit/export?action=account.make_system_admin"] {
        let found = root.client.get(&format!("/api/v1/system/{asked}")).await;
        assert!(found.text().contains("account.make_system_admin"), "{asked}");
    }
}

#[tokio::test]
async fn a_list_says_how_many_there_are_only_where_it_knows() {
    let world = World::new().await;
    let mut root = admin(&world, "root").await;
    Someone::settled(&world, "bob").await;
    for (list, all) in [("users", 2), ("organizations", 2)] {
        let path = format!("/api/v1/system/{list}");
        assert_eq!(root.client.get(&path).await.json()["total"], all, "{list}");
        let found = root.client.get(&format!("{path}?q=bob")).await.json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(found["total"], serde_json::Value::Null, "{list}");
    }
}
