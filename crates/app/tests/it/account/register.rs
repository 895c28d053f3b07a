//! Registering: what is made, and what nobody learns by it.

use guildhall_app::account::{ChosenPasswordRefusal, RegisterUserRefusal, RequestReset};
use guildhall_app::organization::ListMyOrganizations;
use guildhall_app::{Error, Origin, Registration, Settings};
use guildhall_model::OrganizationRole;
use guildhall_store::organization;

use super::people::{anonymous, email, from, names, password};
use crate::world::{worlds, worlds_with};

#[tokio::test]
async fn h2_h3_h4_registering_makes_an_organization_owned_and_named_after_the_address() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let mine = ListMyOrganizations { user: ada.id };
        let mine = world.app.read(&ada.call, mine).await.expect("a list");
        assert_eq!(mine.len(), 1, "{}", world.engine);
        assert_eq!(mine[0].display_name.as_str(), "ada@lovelace.example");
        assert_eq!(mine[0].role, OrganizationRole::Owner);
        assert!(mine[0].name.as_str().starts_with("ada-lovelace-exam"), "{}", mine[0].name);
        let mut tx = world.database().await.read().await.expect("a transaction");
        let stored = organization::get(&mut tx.scope(&mine[0].id.into())).await.expect("a row");
        assert_eq!(stored.expect("an organization").plan, "enterprise");
        assert!(world.audited().await.contains(&"account.register".to_owned()));
    }
}

#[tokio::test]
async fn h42_two_people_have_an_organization_each() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let bob = world.newcomer("bob@miller.example").await;
        for person in [&ada, &bob] {
            let mine = ListMyOrganizations { user: person.id };
            let mine = world.app.read(&person.call, mine).await.expect("a list");
            assert_eq!(mine.len(), 1);
            assert_eq!(mine[0].display_name.as_str(), person.email.as_str());
        }
        let other = ListMyOrganizations { user: bob.id };
        assert_eq!(world.app.read(&ada.call, other).await, Err(Error::NotFound));
    }
}

#[tokio::test]
async fn security_28_a_known_address_gets_the_same_answer_after_the_same_work() {
    for world in worlds().await {
        world.verified("ada@lovelace.example").await;
        world.clock.advance(std::time::Duration::from_secs(3600));
        let runs = || world.app.passwords().runs();
        let before = runs();
        let known = world.register("ada@lovelace.example", None).await.expect("an answer");
        let for_known = runs() - before;
        let unknown = world.register("new@lovelace.example", None).await.expect("an answer");
        assert_eq!(runs() - before - for_known, for_known, "{}", world.engine);
        assert!(known.session.is_none() && unknown.session.is_none());
        let mails = world.mailed_kinds("ada@lovelace.example").await;
        assert!(mails.contains(&"registration_on_known_address".to_owned()), "{mails:?}");
        assert_eq!(world.mailed_kinds("new@lovelace.example").await, ["verify_address"]);
        // The known account is what it was.
        world.sign_in("ada@lovelace.example").await;
    }
}

#[tokio::test]
async fn security_28_nobody_learns_by_a_dry_run_or_a_form_sent_twice() {
    for world in worlds().await {
        world.register("ada@lovelace.example", None).await.expect("registered");
        world.register("ada@lovelace.example", None).await.expect("the same answer");
        assert_eq!(world.mailed_kinds("ada@lovelace.example").await, ["verify_address"]);
        let stranger = world.newcomer("bob@miller.example").await;
        for call in [anonymous(), stranger.call] {
            let email = email("ada@lovelace.example");
            let forecast = world.app.dry_run(&call, RequestReset { email }).await;
            let forbidden = Error::Forbidden { permission: "can_use_mailed_link" };
            assert_eq!(forecast, Err(forbidden), "{}", world.engine);
        }
    }
}

#[tokio::test]
async fn security_21_spellings_of_an_address_never_meet() {
    for world in worlds().await {
        world.register("mike@acme.example", None).await.expect("registered");
        // Upper case is the same address, a dotless i or a Kelvin sign is none at all.
        assert!(world.prove(" MIKE@ACME.example ", super::people::PASSWORD).await.is_some());
        assert!("m\u{131}ke@acme.example".parse::<guildhall_model::Email>().is_err());
        assert!("mi\u{212a}e@acme.example".parse::<guildhall_model::Email>().is_err());
    }
}

#[tokio::test]
async fn registration_can_be_closed_or_by_invitation_only() {
    for (registration, refusal) in [
        (Registration::Closed, RegisterUserRefusal::Closed),
        (Registration::Invitation, RegisterUserRefusal::InvitationOnly),
    ] {
        for world in worlds_with(Settings { registration, ..Settings::default() }).await {
            let ended = world.register("ada@lovelace.example", None).await.map(|_| ());
            assert_eq!(ended, Err(Error::Refused(refusal.clone())), "{}", world.engine);
            assert!(world.mailed_kinds("ada@lovelace.example").await.is_empty());
        }
    }
}

#[tokio::test]
async fn weak_passwords_and_too_many_registrations_are_refused() {
    let settings = Settings { sign_in_attempts_per_address: 2, ..Settings::default() };
    for world in worlds_with(settings).await {
        let (email, names) = (email("ada@lovelace.example"), names("Ada", "King"));
        let choose = async |origin: &Origin, text: &str| {
            world.app.registration_password(origin, &email, &names, password(text)).await
        };
        let here = from("2001:db8::7");
        let weak = choose(&here, "lovelace.example").await;
        assert!(matches!(weak, Err(Error::Refused(ChosenPasswordRefusal::Weak(_)))), "{weak:?}");
        assert!(choose(&here, super::people::PASSWORD).await.is_ok());
        // The whole /64 is one network; others are not concerned.
        let many = choose(&from("2001:db8::8"), super::people::PASSWORD).await;
        assert!(matches!(many, Err(Error::Refused(ChosenPasswordRefusal::TooMany(_)))), "{many:?}");
        assert!(choose(&from("2001:db8:0:1::8"), super::people::PASSWORD).await.is_ok());
    }
}
