//! Deleting one's account.

use guildhall_app::Actor;
use guildhall_app::account::MakeSystemAdmin;

use super::people::{PASSWORD, Someone, execute, fault, led_to, refused, sign_in};
use crate::support::World;

const PAGE: &str = "/settings/account";
const DELETE: &str = "/settings/account/delete";

#[tokio::test]
async fn an_account_is_deleted_with_the_address_and_the_password() {
    for world in World::on_each_engine().await {
        let mut alice = Someone::enter(&world, "alice").await;
        let mut maya = Someone::enter(&world, "maya").await;
        alice.takes_in(&world, &maya).await;
        maya.client.form("/settings/api-keys/new", &[("name", "Export"), ("expires", "30")]).await;
        let page = maya.client.get(PAGE).await.text();
        for loss in [
            "You lose access to 1 organization.",
            "Your 1 API key stops working.",
            "Your organization maya@northwind.example is deleted; nobody else is in it.",
        ] {
            assert!(page.contains(loss), "{loss}: {page}");
        }
        let typed = [("typed", "Maya@northwind.example "), ("password", PASSWORD)];
        let deleted = maya.client.form(DELETE, &typed).await;
        assert_eq!(led_to(&deleted), "/sign-in", "{}", world.engine());
        assert_eq!(maya.client.cookie("guildhall"), None, "the session cookie is removed");
        assert!(led_to(&maya.client.get(PAGE).await).starts_with("/sign-in"));
        assert!(sign_in(&world, &maya.email, PASSWORD, false).await.is_none());
        let people = alice.organizations(&world).await[0].people;
        assert_eq!(people, Some(1), "it is out of the organization");
        assert_eq!(alice.client.get(PAGE).await.status, 200);
    }
}

#[tokio::test]
async fn an_account_is_not_deleted_by_a_slip() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        for (typed, password, field, words) in [
            ("maya", PASSWORD, "typed", "Type your e-mail address"),
            ("bob@northwind.example", PASSWORD, "typed", "Type your e-mail address"),
            (maya.email.as_str(), "a guess", "password", "This is not your password."),
            (maya.email.as_str(), "", "password", "missing"),
        ] {
            let answer =
                maya.client.form(DELETE, &[("typed", typed), ("password", password)]).await;
            let page = refused(&answer);
            assert!(fault(&page, "account", field).contains(words), "{typed} {password}");
            assert!(page.contains(&format!("value=\"{typed}\"")), "what was typed is kept");
            assert!(password.is_empty() || !page.contains(password), "but no password");
        }
        assert_eq!(maya.client.get(PAGE).await.status, 200, "{}", world.engine());
    }
}

#[tokio::test]
async fn an_owner_of_an_organization_with_others_hands_it_over_first() {
    for world in World::on_each_engine().await {
        let mut alice = Someone::enter(&world, "alice").await;
        let maya = Someone::enter(&world, "maya").await;
        alice.takes_in(&world, &maya).await;
        let organization = alice.organizations(&world).await[0].id;
        let settings = format!("href=\"/o/{organization}/settings\"");
        let page = alice.client.get(PAGE).await.text();
        assert!(page.contains("Others are in organizations that you own."), "{page}");
        assert!(page.contains(&settings) && !page.contains(DELETE), "{page}");
        let typed = [("typed", alice.email.as_str()), ("password", PASSWORD)];
        let page = refused(&alice.client.form(DELETE, &typed).await);
        assert!(page.contains("Others are in organizations that you own."));
        assert!(page.contains(&settings));
        let still = sign_in(&world, &alice.email, PASSWORD, false).await;
        assert!(still.is_some(), "{}", world.engine());
    }
}

#[tokio::test]
async fn the_only_system_administrator_appoints_another_first() {
    for world in World::on_each_engine().await {
        let mut alice = Someone::enter(&world, "alice").await;
        let bob = Someone::enter(&world, "bob").await;
        let appoint = |email: &guildhall_model::Email| MakeSystemAdmin { email: email.clone() };
        execute(&world, Actor::System("a test"), appoint(&alice.email)).await;
        let typed = [("typed", alice.email.as_str()), ("password", PASSWORD)];
        let page = refused(&alice.client.form(DELETE, &typed).await);
        let reason = "You are the only system administrator; appoint another first.";
        assert!(page.contains(reason), "{page}");
        execute(&world, Actor::System("a test"), appoint(&bob.email)).await;
        assert_eq!(led_to(&alice.client.form(DELETE, &typed).await), "/sign-in");
    }
}
