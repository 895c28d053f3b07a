//! Passwords: proving, changing, resetting, and what is not learned by trying.

use std::time::Duration;

use guildhall_app::account::{
    ChangePassword, LookAtResetLink, RequestReset, ResetPassword, ResetPasswordRefusal,
};
use guildhall_app::api_key::CreateApiKey;
use guildhall_app::session::SignIn;
use guildhall_app::{Error, Origin, PasswordProof, PasswordRefusal, Settings};
use guildhall_model::ResetSecret;

use super::people::{OTHER, PASSWORD, anonymous, email, from, password};
use crate::world::{World, worlds, worlds_with};

/// Sets a new password by the link that is mailed to an address.
pub(super) async fn reset(world: &World, address: &str, text: &str) {
    let secret = ask(world, address).await;
    let chosen = world.app.new_password_by_link(&secret, password(text)).await.expect("strong");
    let reset = ResetPassword { secret, password: chosen };
    world.app.execute(&anonymous(), reset).await.expect("the password is set");
}

async fn ask(world: &World, address: &str) -> ResetSecret {
    // Mails of one instant have no order.
    world.clock.advance(Duration::from_micros(1));
    let request = RequestReset { email: email(address) };
    world.app.execute(&anonymous(), request).await.expect("an answer");
    world.mailed(address, "/reset/").await.parse().expect("a link")
}

#[tokio::test]
async fn security_28_signing_in_does_the_same_work_for_known_and_unknown_addresses() {
    for world in worlds().await {
        world.register("ada@lovelace.example", None).await.expect("registered");
        let mut seen = Vec::new();
        for address in ["ada@lovelace.example", "nobody@lovelace.example"] {
            let before = world.app.passwords().runs();
            let proof = world
                .app
                .prove_sign_in(&from("203.0.113.7"), &email(address), password(OTHER), None)
                .await;
            seen.push((proof.map(|_| ()), world.app.passwords().runs() - before));
        }
        let refused = Err(Error::Refused(PasswordRefusal::WrongCredentials));
        assert_eq!(seen, [(refused.clone(), 1), (refused, 1)], "{}", world.engine);
        // The same goes for asking for a new password: nobody gets an answer, one gets a mail.
        for address in ["ada@lovelace.example", "nobody@lovelace.example"] {
            let request = RequestReset { email: email(address) };
            world.app.execute(&anonymous(), request).await.expect("the same answer");
        }
        assert!(
            world.mailed_kinds("ada@lovelace.example").await.contains(&"password_reset".to_owned())
        );
        assert!(world.mailed_kinds("nobody@lovelace.example").await.is_empty());
    }
}

#[tokio::test]
async fn security_14_too_many_attempts_make_one_wait_and_lock_nobody_out() {
    let settings = Settings { sign_in_attempts: 3, ..Settings::default() };
    for world in worlds_with(settings).await {
        for address in ["ada@lovelace.example", "nobody@lovelace.example"] {
            if address.starts_with("ada") {
                world.register(address, None).await.expect("registered");
            }
            let attempt = async || {
                let tried = password(OTHER);
                world.app.prove_sign_in(&Origin::default(), &email(address), tried, None).await
            };
            for _ in 0..3 {
                let wrong = attempt().await.map(|_| ());
                assert_eq!(wrong, Err(Error::Refused(PasswordRefusal::WrongCredentials)));
            }
            let runs = world.app.passwords().runs();
            let waits = attempt().await.map(|_| ());
            let retry_after = 15 * 60 + 1;
            let too_many = Error::Refused(PasswordRefusal::TooMany { retry_after });
            assert_eq!(waits, Err(too_many), "known or not: {}", world.engine);
            assert_eq!(world.app.passwords().runs(), runs, "nothing is verified meanwhile");
        }
        // The right password waits as well, until the window that the first attempt began is over.
        assert!(world.prove("ada@lovelace.example", PASSWORD).await.is_none());
        world.clock.advance(Duration::from_secs(15 * 60 - 1));
        assert!(world.prove("ada@lovelace.example", PASSWORD).await.is_none());
        world.clock.advance(Duration::from_secs(1));
        assert!(world.prove("ada@lovelace.example", PASSWORD).await.is_some());
        // And the mailbox always opens the account at once.
        for _ in 0..3 {
            world.prove("ada@lovelace.example", OTHER).await;
        }
        assert!(world.prove("ada@lovelace.example", PASSWORD).await.is_none());
        reset(&world, "ada@lovelace.example", OTHER).await;
        assert!(world.prove("ada@lovelace.example", OTHER).await.is_some());
    }
}

#[tokio::test]
async fn security_14_wrong_passwords_from_elsewhere_do_not_keep_the_person_out() {
    let settings =
        Settings { sign_in_attempts: 2, sign_in_attempts_everywhere: 5, ..Settings::default() };
    for world in worlds_with(settings).await {
        world.register("ada@lovelace.example", None).await.expect("registered");
        let attempt = async |origin: &Origin, text: &str| {
            let ada = email("ada@lovelace.example");
            world.app.prove_sign_in(origin, &ada, password(text), None).await
        };
        let waits = |answer: Result<PasswordProof, Error<PasswordRefusal>>| {
            matches!(answer, Err(Error::Refused(PasswordRefusal::TooMany { .. })))
        };
        let (home, stranger, cafe) =
            (from("203.0.113.7"), from("198.51.100.1"), from("203.0.113.99"));
        for _ in 0..2 {
            assert!(!waits(attempt(&stranger, OTHER).await));
        }
        assert!(waits(attempt(&stranger, PASSWORD).await), "that address waits");
        let proof = attempt(&home, PASSWORD).await.expect("the person does not");
        let call = guildhall_app::Call { origin: home.clone(), ..anonymous() };
        let sign_in = SignIn { proof, remember: false };
        world.app.execute(&call, sign_in).await.expect("signed in");
        for last in 2..5 {
            assert!(!waits(attempt(&from(&format!("198.51.100.{last}")), OTHER).await));
        }
        assert!(waits(attempt(&cafe, PASSWORD).await), "too many from everywhere together");
        assert!(attempt(&home, PASSWORD).await.is_ok(), "not where the person is signed in");
        reset(&world, "ada@lovelace.example", OTHER).await;
        assert!(attempt(&cafe, OTHER).await.is_ok(), "nor with a new password from the mailbox");
    }
}

#[tokio::test]
async fn security_14_a_network_address_waits_by_itself_and_success_does_not_count() {
    let settings = Settings { sign_in_attempts_per_address: 3, ..Settings::default() };
    for world in worlds_with(settings).await {
        world.register("ada@lovelace.example", None).await.expect("registered");
        let (here, there) = (from("203.0.113.7"), from("203.0.113.8"));
        let attempt = async |origin, address: &str, text: &str| {
            world.app.prove_sign_in(origin, &email(address), password(text), None).await
        };
        for _ in 0..5 {
            let proof = attempt(&here, "ada@lovelace.example", PASSWORD).await.expect("right");
            let call = guildhall_app::Call { origin: here.clone(), ..anonymous() };
            let sign_in = SignIn { proof, remember: false };
            world.app.execute(&call, sign_in).await.expect("signed in");
        }
        for n in 0..3 {
            let address = format!("guess{n}@lovelace.example");
            assert!(attempt(&here, &address, OTHER).await.is_err());
        }
        let waits = attempt(&here, "ada@lovelace.example", PASSWORD).await;
        assert!(matches!(waits, Err(Error::Refused(PasswordRefusal::TooMany { .. }))));
        assert!(attempt(&there, "ada@lovelace.example", PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn h76_changing_the_password_ends_other_sessions_and_renews_this_one() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let elsewhere = world.sign_in("ada@lovelace.example").await;
        let wrong = world.app.prove_password(ada.id, password(OTHER)).await.map(|_| ());
        assert_eq!(wrong, Err(Error::Refused(PasswordRefusal::WrongPassword)), "H76");
        let proof = world.app.prove_password(ada.id, password(PASSWORD)).await.expect("right");
        let new = world.app.new_password(ada.id, password(OTHER)).await.expect("strong");
        let change = ChangePassword { proof: proof.clone(), password: new.clone() };
        let renewed = world.app.execute(&ada.call, change).await.expect("changed").output;
        let renewed = renewed.expect("the session goes on");
        let alive = async |secret| world.app.authenticate_session(secret).await.unwrap().is_some();
        assert!(alive(&renewed.secret.0).await, "{}", world.engine);
        assert_eq!(renewed.session, ada.session.session);
        assert!(!alive(&ada.session.secret.0).await, "the old secret is worth nothing");
        assert!(!alive(&elsewhere.session.secret.0).await, "other sessions have ended");
        assert!(
            world
                .mailed_kinds("ada@lovelace.example")
                .await
                .contains(&"password_changed".to_owned())
        );
        // The proof of the old password proves nothing any more.
        let again = ChangePassword { proof, password: new };
        let stale = world.app.execute(&ada.call, again).await;
        assert!(matches!(stale, Err(Error::Refused(_))), "{stale:?}");
    }
}

#[tokio::test]
async fn a_reset_link_works_once_and_ends_every_session_and_key() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let name = "nightly import".parse().expect("a name");
        let create = CreateApiKey { user: ada.id, name, expires_at: None };
        let key = world.app.execute(&ada.call, create).await.expect("a key").output;
        let secret = ask(&world, "ada@lovelace.example").await;
        let look = LookAtResetLink { secret: secret.clone() };
        assert_eq!(world.app.read(&anonymous(), look).await, Ok(true));
        let new = world.app.new_password_by_link(&secret, password(OTHER)).await.expect("strong");
        let set = || ResetPassword { secret: secret.clone(), password: new.clone() };
        world.app.execute(&anonymous(), set()).await.expect("set");
        let known = world.app.authenticate_session(&ada.session.secret.0).await.unwrap();
        assert!(known.is_none(), "{}", world.engine);
        let known = world.app.authenticate_api_key(&key.key.0).await.unwrap();
        assert!(known.is_none(), "a thief's key would outlive it: {}", world.engine);
        let again = world.app.execute(&anonymous(), set()).await.map(|_| ());
        assert_eq!(again, Err(Error::Refused(ResetPasswordRefusal::Dead)));
        let weak = world.app.new_password_by_link(&secret, password("password")).await;
        assert!(matches!(weak, Err(Error::Refused(_))));
        // At the instant of its expiry it is dead.
        let secret = ask(&world, "ada@lovelace.example").await;
        world.clock.advance(Duration::from_secs(24 * 60 * 60));
        let late = ResetPassword { secret, password: new };
        let late = world.app.execute(&anonymous(), late).await.map(|_| ());
        assert_eq!(late, Err(Error::Refused(ResetPasswordRefusal::Dead)));
    }
}

#[tokio::test]
async fn security_27_what_was_set_up_before_the_address_was_proved_goes_with_a_reset() {
    for world in worlds().await {
        let mallory = world.newcomer("victor@acme.example").await;
        let name = "trap".parse().expect("a name");
        let create = CreateApiKey { user: mallory.id, name, expires_at: None };
        let key = world.app.execute(&mallory.call, create).await.expect("a key").output;
        super::second_factor::turn_on(&world, &mallory).await;
        reset(&world, "victor@acme.example", OTHER).await;
        let known = world.app.authenticate_api_key(&key.key.0).await.unwrap();
        assert!(known.is_none(), "the key is gone: {}", world.engine);
        let proof = world.prove("victor@acme.example", OTHER).await.expect("Victor's password");
        let sign_in = SignIn { proof, remember: false };
        let signed_in = world.app.execute(&anonymous(), sign_in).await.expect("signed in").output;
        assert!(matches!(signed_in, guildhall_app::session::SignedIn::Session(_)));
    }
}
