//! API keys: shown once, kept hashed, worth nothing after they end.

use std::time::Duration;

use guildhall_app::api_key::{
    CreateApiKey, CreateApiKeyRefusal, ListApiKeys, NewApiKey, RevokeApiKey,
};
use guildhall_app::{Actor, Call, Error};
use guildhall_model::{Clock, Timestamp};

use super::people::{Person, anonymous};
use crate::world::{World, worlds};

async fn create(world: &World, person: &Person, expires_at: Option<Timestamp>) -> NewApiKey {
    let name = "nightly import".parse().expect("a name");
    let create = CreateApiKey { user: person.id, name, expires_at };
    world.app.execute(&person.call, create).await.expect("a key").output
}

async fn alive(world: &World, key: &NewApiKey) -> bool {
    world.app.authenticate_api_key(&key.key.0).await.expect("an answer").is_some()
}

#[tokio::test]
async fn h75_a_key_is_shown_once_acts_for_its_owner_and_can_be_deleted() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let key = create(&world, &ada, None).await;
        let known = world.app.authenticate_api_key(&key.key.0).await.unwrap().expect("somebody");
        assert_eq!((known.user, known.actor.session()), (ada.id, None), "{}", world.engine);
        let list = || ListApiKeys { user: ada.id };
        let listed = world.app.read(&ada.call, list()).await.expect("a list");
        let text = serde_json::to_string(&listed).expect("JSON");
        let secret = key.key.0.expose();
        assert!(!text.contains(&secret[4..40]), "never again");
        assert!(secret.ends_with(&listed[0].hint));
        assert_eq!(listed[0].last_used_at, Some(world.clock.now()));
        assert!(
            world
                .mailed_kinds("ada@lovelace.example")
                .await
                .contains(&"api_key_created".to_owned())
        );

        let bob = world.newcomer("bob@miller.example").await;
        let foreign = RevokeApiKey { user: bob.id, key: key.id };
        assert_eq!(world.app.execute(&bob.call, foreign).await.map(|_| ()), Err(Error::NotFound));
        let revoke = || RevokeApiKey { user: ada.id, key: key.id };
        let hidden = world.app.execute(&bob.call, revoke()).await.map(|_| ());
        assert_eq!(hidden, Err(Error::NotFound));
        let nobody = world.app.execute(&anonymous(), revoke()).await.map(|_| ());
        assert_eq!(nobody, Err(Error::SignInRequired));
        world.app.execute(&ada.call, revoke()).await.expect("revoked");
        assert!(!alive(&world, &key).await, "security 48: at the next request");
    }
}

#[tokio::test]
async fn security_51_a_key_ends_at_the_instant_of_its_expiry() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let expires = world.clock.now().plus(Duration::from_secs(3600));
        let key = create(&world, &ada, Some(expires)).await;
        world.clock.advance(Duration::from_secs(3600) - Duration::from_micros(1));
        assert!(alive(&world, &key).await, "{}", world.engine);
        world.clock.advance(Duration::from_micros(1));
        assert!(!alive(&world, &key).await, "no sweeper ran: {}", world.engine);
        let listed = world.app.read(&ada.call, ListApiKeys { user: ada.id }).await.unwrap();
        assert!(listed[0].expired);
        let name = "late".parse().expect("a name");
        let past = CreateApiKey { user: ada.id, name, expires_at: Some(expires) };
        let refused = world.app.execute(&ada.call, past).await.map(|_| ());
        assert_eq!(refused, Err(Error::Refused(CreateApiKeyRefusal::Expired)));
    }
}

#[tokio::test]
async fn security_69_keys_and_sessions_are_stored_as_hashes() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let key = create(&world, &ada, None).await;
        let database = world.database().await;
        let mut tx = database.read().await.expect("a transaction");
        let stored = guildhall_store::api_key::list(&mut tx, ada.id).await.expect("keys");
        assert_eq!(stored[0].token_hash, key.key.0.hash());
        assert!(!format!("{stored:?}{key:?}").contains(&key.key.0.expose()[4..40]));
        let found = guildhall_store::session::find(&mut tx, &ada.session.secret.0.hash()).await;
        let (session, account) = found.expect("an answer").expect("a session");
        assert_eq!(session.token_hash, ada.session.secret.0.hash(), "{}", world.engine);
        assert!(account.password_hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }
}

#[tokio::test]
async fn a_key_cannot_make_a_key_that_outlives_it() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let key = create(&world, &ada, None).await;
        let known = world.app.authenticate_api_key(&key.key.0).await.unwrap().expect("somebody");
        assert!(matches!(known.actor, Actor::User { .. }));
        let name = "heir".parse().expect("a name");
        let create = CreateApiKey { user: ada.id, name, expires_at: None };
        let refused = world.app.execute(&Call::of(known.actor), create).await.map(|_| ());
        let session_required = Err(Error::Refused(CreateApiKeyRefusal::SessionRequired));
        assert_eq!(refused, session_required, "{}", world.engine);
    }
}
