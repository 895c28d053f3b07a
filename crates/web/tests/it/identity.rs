//! Who a request comes from: sessions and API keys, and when they stop counting.

use std::time::Duration;

use crate::matrix::fixture::{Fixture, Persona, Whose};
use crate::support::{Ask, Client, World};

async fn world() -> (World, Fixture, String) {
    let world = World::new().await;
    let fixture = Fixture::found(&world.web.app).await;
    let own = fixture.thing(Persona::Owner, Whose::Own, "organization").expect("an organization");
    let path = format!("/api/v1/organizations/{own}/audit");
    (world, fixture, path)
}

fn holding(world: &World, secret: &str) -> Client {
    let mut client = world.client();
    client.hold("guildhall", secret);
    client
}

#[tokio::test]
async fn security_51_a_session_and_a_key_end_at_the_instant_they_expire() {
    let (world, fixture, path) = world().await;
    let session = fixture.session(Persona::Owner).expect("a session");
    let mut browser = holding(&world, session);
    let mut program = world.client().with_key(fixture.key(Persona::Owner));
    assert_eq!(browser.get(&path).await.status, 200);
    assert_eq!(program.get(&path).await.status, 200);
    world.clock.advance(Duration::from_secs(86_400) - Duration::from_micros(1));
    assert_eq!(browser.get(&path).await.status, 200);
    assert_eq!(program.get(&path).await.status, 200);
    world.clock.advance(Duration::from_micros(1));
    assert_eq!(browser.get(&path).await.problem(), "401 sign_in_required");
    assert_eq!(program.get(&path).await.problem(), "401 sign_in_required");
}

#[tokio::test]
async fn security_69_a_secret_counts_only_as_what_it_is_and_whole() {
    let (world, fixture, path) = world().await;
    let session = fixture.session(Persona::Owner).expect("a session").to_owned();
    let key = fixture.key(Persona::Owner).to_owned();
    assert!(session.starts_with("ghs_") && key.starts_with("ghk_"), "scanners know the prefixes");
    for secret in [&key, &session[..session.len() - 1], &session.to_lowercase(), "ghs_"] {
        let answer = holding(&world, secret).get(&path).await;
        assert_eq!(answer.problem(), "401 sign_in_required", "as a cookie");
    }
    for secret in [&session, &key[..key.len() - 1], &key.to_uppercase(), &format!("{key} x")] {
        let answer = world.client().with_key(secret).get(&path).await;
        assert_eq!(answer.problem(), "401 sign_in_required", "as a key");
    }
}

#[tokio::test]
async fn a_key_that_is_sent_and_not_valid_is_never_ignored() {
    let (world, fixture, path) = world().await;
    let mut client = holding(&world, fixture.session(Persona::Owner).expect("a session"));
    let ask = Ask::get(&path).header("authorization", "Bearer ghk_stale");
    assert_eq!(client.send(ask).await.problem(), "401 sign_in_required");
}

#[tokio::test]
async fn no_answer_repeats_a_secret() {
    let (world, fixture, path) = world().await;
    let key = fixture.key(Persona::Owner).to_owned();
    let answer = world.client().with_key(&key).get(&path).await;
    assert!(!answer.text().contains(&key[4..]));
    let wrong = format!("{}0", &key[..key.len() - 1]);
    let answer = world.client().with_key(&wrong).get(&path).await;
    assert!(!answer.text().contains(&wrong[4..]), "{}", answer.text());
}
