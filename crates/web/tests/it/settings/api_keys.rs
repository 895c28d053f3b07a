//! API keys.

use guildhall_app::api_key::{CreateApiKey, ListApiKeys, ListedApiKey};
use guildhall_app::{Actor, Call, Via};

use super::people::{Someone, execute, fault, hidden, led_to, refused};
use crate::support::{Answer, World};

const PAGE: &str = "/settings/api-keys";
const NEW: &str = "/settings/api-keys/new";

#[tokio::test]
async fn h75_a_key_is_made_shown_once_and_works() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        assert!(maya.client.get(PAGE).await.text().contains("No API keys yet"));
        let form = maya.client.get(NEW).await;
        assert!(form.text().contains("<option value=\"90\" selected>"), "{}", form.text());
        let submission = hidden(&form, "submission");
        let typed = [("submission", &*submission), ("name", "Nightly export"), ("expires", "90")];
        let made = maya.client.form(NEW, &typed).await;
        let key = key(&made);
        assert!(made.text().contains("it works until 30 May 2026"), "{}", made.text());
        assert_eq!(made.header("cache-control"), "no-store");
        assert_eq!(whose(&world, &key).await, Some(maya.actor().key()), "{}", world.engine());
        let list = maya.client.get(PAGE).await.text();
        assert!(list.contains("Nightly export"));
        assert!(list.contains(&format!("ghk_…{}", &key[key.len() - 4..])), "{list}");
        assert!(!list.contains(&key), "the key itself is shown once only");
        let again = maya.client.form(NEW, &typed).await;
        assert_eq!(self::key(&again), key, "the form sent twice makes one key");
        assert_eq!(keys(&world, &maya).await.len(), 1);
    }
}

#[tokio::test]
async fn h75_a_key_without_an_end_and_one_more_from_a_form_gone_back_to() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    let submission = hidden(&maya.client.get(NEW).await, "submission");
    let typed = [("submission", &*submission), ("name", "First"), ("expires", "")];
    assert!(!maya.client.form(NEW, &typed).await.text().contains("it works until"));
    let other = [("submission", &*submission), ("name", "Second"), ("expires", "30")];
    let answer = maya.client.form(NEW, &other).await;
    let page = refused(&answer);
    assert!(page.contains("This form has made a key already"), "{page}");
    assert!(page.contains("value=\"Second\""), "what was typed is kept");
    let fresh = hidden(&answer, "submission");
    assert_ne!(fresh, submission);
    let sent = [("submission", &*fresh), ("name", "Second"), ("expires", "30")];
    key(&maya.client.form(NEW, &sent).await);
    let keys = keys(&world, &maya).await;
    let shown: Vec<_> =
        keys.iter().map(|key| (key.name.as_str(), key.expires_at.is_some())).collect();
    assert_eq!(shown.len(), 2);
    assert!(shown.contains(&("First", false)) && shown.contains(&("Second", true)), "{shown:?}");
}

#[tokio::test]
async fn h75_a_key_that_cannot_be_made_is_refused_at_its_fields() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let long = "x".repeat(61);
        for (name, expires, field, words) in [
            ("", "365", "name", "it is empty"),
            (long.as_str(), "30", "name", "longer than 60 characters"),
            ("Export", "36500", "expires", "Choose one of these."),
            ("Export", "-1", "expires", "Choose one of these."),
        ] {
            let answer = maya.client.form(NEW, &[("name", name), ("expires", expires)]).await;
            let page = refused(&answer);
            assert!(fault(&page, "api-key", field).contains(words), "{name} {expires}");
            assert!(page.contains(&format!("value=\"{name}\"")), "the name is kept");
            let chosen = format!("<option value=\"{expires}\" selected>");
            assert_eq!(page.contains(&chosen), field == "name", "so is the choice");
        }
        assert!(keys(&world, &maya).await.is_empty(), "{}", world.engine());
    }
}

#[tokio::test]
async fn h75_there_is_a_most_of_keys() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    for number in 0..100 {
        let name = format!("Key {number}").parse().expect("a name");
        let create = CreateApiKey { user: maya.id, name, expires_at: None };
        execute(&world, maya.actor(), create).await;
    }
    let answer = maya.client.form(NEW, &[("name", "One more"), ("expires", "30")]).await;
    assert!(refused(&answer).contains("You have 100 API keys, which is the most"));
}

#[tokio::test]
async fn h75_a_key_is_revoked_after_a_question_and_stops_working() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let made = maya.client.form(NEW, &[("name", "Old <laptop>"), ("expires", "30")]).await;
        let key = key(&made);
        let revoke = format!("{PAGE}/{}/revoke", keys(&world, &maya).await[0].id);
        assert!(maya.client.get(PAGE).await.text().contains(&revoke));
        let question = maya.client.get(&revoke).await;
        assert!(question.text().contains("Revoke Old &#60;laptop&#62;?"), "{}", question.text());
        assert!(whose(&world, &key).await.is_some(), "asking revokes nothing");
        assert_eq!(led_to(&maya.client.form(&revoke, &[]).await), PAGE, "{}", world.engine());
        let page = maya.client.get(PAGE).await.text();
        assert!(page.contains("The API key Old &#60;laptop&#62; is revoked."), "{page}");
        assert_eq!(whose(&world, &key).await, None, "refused at its next request");
        assert_eq!(maya.client.get(&revoke).await.status, 404, "it is gone");
        assert_eq!(maya.client.form(&revoke, &[]).await.status, 404);
    }
}

#[tokio::test]
async fn h75_another_users_key_is_not_there() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let mut bob = Someone::enter(&world, "bob").await;
        bob.client.form(NEW, &[("name", "Bob's own"), ("expires", "30")]).await;
        let revoke = format!("{PAGE}/{}/revoke", keys(&world, &bob).await[0].id);
        let page = maya.client.get(PAGE).await.text();
        assert!(!page.contains("own"), "{}: {page}", world.engine());
        assert_eq!(maya.client.get(&revoke).await.status, 404);
        assert_eq!(maya.client.form(&revoke, &[]).await.status, 404);
        assert_eq!(maya.client.get("/settings/api-keys/key_x/revoke").await.status, 404);
        assert_eq!(keys(&world, &bob).await.len(), 1, "it is still there");
    }
}

/// The key on the page that shows it once.
fn key(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    let (_, rest) = text.split_once("<code id=\"api-key\">").expect("the key is shown");
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// Whom a key acts for.
async fn whose(world: &World, key: &str) -> Option<String> {
    let secret = key.parse().expect("an API key");
    let found = world.web.app.authenticate_api_key(&secret).await.expect("the database answers");
    let found = found?;
    assert!(matches!(found.actor, Actor::User { via: Via::ApiKey(_), .. }));
    Some(found.actor.key())
}

async fn keys(world: &World, someone: &Someone) -> Vec<ListedApiKey> {
    let call = Call::of(someone.actor());
    let list = ListApiKeys { user: someone.id };
    world.web.app.read(&call, list).await.expect("the keys are listed")
}
