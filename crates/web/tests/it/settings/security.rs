//! Password and e-mail.

use guildhall_app::outbox::{ListOutbox, MailFilter, OutboxEntry};
use guildhall_app::{Actor, Call};

use super::people::{PASSWORD, Someone, fault, led_to, refused, sign_in};
use crate::support::World;

const PAGE: &str = "/settings/security";
const CHANGE_PASSWORD: &str = "/settings/security/password";
const CHANGE_EMAIL: &str = "/settings/security/email";
const BETTER: &str = "granite orbit parsley 12";

#[tokio::test]
async fn h76_the_password_is_changed_with_the_current_one_and_other_sessions_end() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let (_, mut phone) = sign_in(&world, &maya.email, PASSWORD, true).await.expect("in");
        let before = maya.client.cookie("guildhall").map(str::to_owned);
        let typed = [
            ("username", maya.email.as_str()),
            ("current_password", PASSWORD),
            ("new_password", BETTER),
        ];
        let changed = maya.client.form(CHANGE_PASSWORD, &typed).await;
        assert_eq!(led_to(&changed), PAGE, "{}", world.engine());
        let cookie = changed.header("set-cookie");
        assert!(!cookie.contains("Max-Age"), "this session ends with the browser: {cookie}");
        let page = maya.client.get(PAGE).await;
        assert_eq!(page.status, 200, "the session it was changed in goes on");
        assert!(page.text().contains("Your password is changed."));
        assert_ne!(maya.client.cookie("guildhall").map(str::to_owned), before, "a new secret");
        let next = phone.get(PAGE).await;
        assert!(led_to(&next).starts_with("/sign-in"), "the other session has ended");
        assert!(sign_in(&world, &maya.email, PASSWORD, false).await.is_none());
        assert!(sign_in(&world, &maya.email, BETTER, false).await.is_some());
        assert_eq!(kinds(&world, maya.email.as_str()).await, ["password_changed"]);
    }
}

#[tokio::test]
async fn h76_a_remembered_session_is_still_remembered_after_the_change() {
    let world = World::new().await;
    let maya = Someone::enter(&world, "maya").await;
    let (_, mut phone) = sign_in(&world, &maya.email, PASSWORD, true).await.expect("in");
    let typed = [("current_password", PASSWORD), ("new_password", BETTER)];
    let changed = phone.form(CHANGE_PASSWORD, &typed).await;
    assert_eq!(led_to(&changed), PAGE);
    let kept = changed.headers.get_all("set-cookie").iter().any(|cookie| {
        let cookie = cookie.to_str().expect("ASCII");
        cookie.starts_with("guildhall=") && cookie.contains("Max-Age=")
    });
    assert!(kept, "{:?}", changed.headers);
}

#[tokio::test]
async fn h76_a_wrong_current_password_and_a_weak_new_one_are_refused_together() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let typed = [("current_password", "not my own one"), ("new_password", "password1234")];
        let page = refused(&maya.client.form(CHANGE_PASSWORD, &typed).await);
        let current = fault(&page, "password", "current_password");
        assert_eq!(current, "This is not your password.", "{}", world.engine());
        let new = fault(&page, "password", "new_password");
        assert_eq!(new, "This password is too easy to guess.");
        assert!(page.contains("What makes it stronger"), "advice is given");
        for (_, password) in typed {
            assert!(!page.contains(password), "a password is never shown again");
        }
        let typed = [("current_password", ""), ("new_password", "short")];
        let page = refused(&maya.client.form(CHANGE_PASSWORD, &typed).await);
        assert!(fault(&page, "password", "current_password").contains("missing"));
        assert!(page.contains("at least 10 characters"));
        assert!(sign_in(&world, &maya.email, PASSWORD, false).await.is_some(), "unchanged");
    }
}

#[tokio::test]
async fn security_14_a_borrowed_session_cannot_try_passwords_without_end() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    let guess = [("current_password", "a guess"), ("new_password", BETTER)];
    for _ in 0..world.web.app.settings().sign_in_attempts {
        refused(&maya.client.form(CHANGE_PASSWORD, &guess).await);
    }
    let right = [("current_password", PASSWORD), ("new_password", BETTER)];
    let page = refused(&maya.client.form(CHANGE_PASSWORD, &right).await);
    assert!(page.contains("Too many attempts; try again in"), "{page}");
    assert!(sign_in(&world, &maya.email, PASSWORD, false).await.is_some(), "sign-in still works");
}

#[tokio::test]
async fn h76_another_address_is_asked_for_and_waits_for_its_link() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let typed =
            [("new_email", " Maya.Okafor@Northwind.Example "), ("current_password", PASSWORD)];
        let asked = maya.client.form(CHANGE_EMAIL, &typed).await;
        assert_eq!(led_to(&asked), PAGE, "{}", world.engine());
        let page = maya.client.get(PAGE).await.text();
        assert!(page.contains("We sent a link to maya.okafor@northwind.example."), "{page}");
        assert!(page.contains("New address: maya.okafor@northwind.example"));
        assert!(page.contains(maya.email.as_str()), "the old address stays until then");
        let sent = kinds(&world, "maya.okafor@northwind.example").await;
        assert_eq!(sent, ["email_change_verify"]);
    }
}

#[tokio::test]
async fn security_28_the_settings_do_not_tell_whether_an_address_has_an_account() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        Someone::enter(&world, "bob").await;
        let mut pages = Vec::new();
        for address in ["bob@northwind.example", "eve@northwind.example"] {
            let typed = [("new_email", address), ("current_password", PASSWORD)];
            assert_eq!(led_to(&maya.client.form(CHANGE_EMAIL, &typed).await), PAGE);
            let page = maya.client.get(PAGE).await.text();
            pages.push(page.replace(address, "ADDRESS"));
        }
        assert_eq!(pages[0], pages[1], "{}", world.engine());
        assert_eq!(kinds(&world, "bob@northwind.example").await.len(), 1, "its holder is told");
    }
}

#[tokio::test]
async fn h76_an_address_that_cannot_be_is_refused_and_stays_in_the_form() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    for (address, password, field, words) in [
        ("maya at home", PASSWORD, "new_email", "“maya at home”"),
        ("maya@northwind.example", PASSWORD, "new_email", "This is your address already."),
        ("maya@home.example", "a guess", "current_password", "This is not your password."),
    ] {
        let typed = [("new_email", address), ("current_password", password)];
        let page = refused(&maya.client.form(CHANGE_EMAIL, &typed).await);
        assert!(fault(&page, "email", field).contains(words), "{}", fault(&page, "email", field));
        assert!(page.contains(&format!("value=\"{address}\"")), "{address} is kept");
        assert!(!page.contains(password), "the password is not");
    }
}

/// What sort of mails wait for an address.
async fn kinds(world: &World, recipient: &str) -> Vec<String> {
    let call = Call::of(Actor::System("a test"));
    let list = ListOutbox { filter: MailFilter::default(), after: None, limit: 200 };
    let mails = world.web.app.read(&call, list).await.expect("the outbox is listed");
    let to = |mail: &OutboxEntry| mail.recipient.as_str() == recipient;
    mails.mails.into_iter().filter(to).map(|mail| mail.kind).collect()
}
