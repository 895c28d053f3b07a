//! Sessions: how long they last, and how they end.

use std::time::Duration;

use guildhall_app::account::{
    DisableUser, DisableUserRefusal, EnableUser, EnableUserRefusal, MakeSystemAdmin,
    MakeUserManager, RemoveSystemAdmin, RemoveSystemAdminRefusal, RemoveUserManager,
    RemoveUserManagerRefusal, SendResetLink, SendResetLinkRefusal,
};
use guildhall_app::session::{
    EndOtherSessions, EndSession, ListSessions, SignIn, SignInRefusal, SignOut, SignedIn,
};
use guildhall_app::{Error, Settings};
use guildhall_model::SessionSecret;

use super::people::{PASSWORD, Person, anonymous, operator};
use crate::world::{World, worlds};

async fn alive(world: &World, secret: &SessionSecret) -> bool {
    world.app.authenticate_session(secret).await.expect("an answer").is_some()
}

#[tokio::test]
async fn security_51_a_session_ends_at_the_instant_of_its_expiry() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let proof = world.prove("ada@lovelace.example", PASSWORD).await.expect("right");
        let sign_in = SignIn { proof, remember: true };
        let remembered = world.app.execute(&anonymous(), sign_in).await.expect("in").output;
        let SignedIn::Session(remembered) = remembered else { panic!("a session") };
        let Settings { session_lifetime, remembered_session_lifetime, .. } = Settings::default();
        assert_eq!(remembered.keep, Some(remembered_session_lifetime));
        assert_eq!(ada.session.keep, None, "ends with the browser");
        world.clock.advance(session_lifetime - Duration::from_micros(1));
        assert!(alive(&world, &ada.session.secret.0).await, "{}", world.engine);
        world.clock.advance(Duration::from_micros(1));
        assert!(!alive(&world, &ada.session.secret.0).await, "{}", world.engine);
        assert!(alive(&world, &remembered.secret.0).await);
        assert_eq!(world.app.sweep().await.expect("swept"), 1);
    }
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_only() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let phone = world.sign_in("ada@lovelace.example").await;
        let bob = world.newcomer("bob@miller.example").await;
        let list = ListSessions { user: ada.id };
        let listed = world.app.read(&ada.call, list).await.expect("a list");
        assert_eq!(listed.len(), 2, "{}", world.engine);
        assert_eq!(listed.iter().filter(|session| session.current).count(), 1);

        let end = |user, session| EndSession { user, session };
        let hidden = world.app.execute(&bob.call, end(ada.id, phone.session.session)).await;
        assert_eq!(hidden.map(|_| ()), Err(Error::NotFound), "hidden from others");
        let foreign = world.app.execute(&bob.call, end(bob.id, phone.session.session)).await;
        assert_eq!(foreign.map(|_| ()), Err(Error::NotFound), "security 47");
        let nobody = world.app.execute(&anonymous(), end(ada.id, phone.session.session)).await;
        assert_eq!(nobody.map(|_| ()), Err(Error::SignInRequired));
        world.app.execute(&ada.call, end(ada.id, phone.session.session)).await.expect("ended");
        assert!(!alive(&world, &phone.session.secret.0).await);

        world.sign_in("ada@lovelace.example").await;
        let others = EndOtherSessions { user: ada.id };
        let ended = world.app.execute(&ada.call, others).await.expect("ended").output;
        assert_eq!(ended, 1);
        assert!(alive(&world, &ada.session.secret.0).await);
        world.app.execute(&ada.call, SignOut { user: ada.id }).await.expect("signed out");
        assert!(!alive(&world, &ada.session.secret.0).await);
        let audited = world.audited().await;
        for action in ["session.sign_in", "session.end", "session.end_others", "session.sign_out"] {
            assert!(audited.contains(&action.to_owned()), "{action} is recorded");
        }
    }
}

#[tokio::test]
async fn signing_in_anew_ends_the_session_that_the_browser_had() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let proof = world.prove("ada@lovelace.example", PASSWORD).await.expect("right");
        let sign_in = SignIn { proof, remember: false };
        let SignedIn::Session(new) = world.app.execute(&ada.call, sign_in).await.unwrap().output
        else {
            panic!("a session")
        };
        assert_ne!(new.secret.0.hash(), ada.session.secret.0.hash(), "no secret is kept");
        assert!(!alive(&world, &ada.session.secret.0).await, "{}", world.engine);
        assert!(alive(&world, &new.secret.0).await);
    }
}

#[tokio::test]
async fn times_of_last_use_are_noted_to_the_minute() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let began = guildhall_model::Clock::now(&world.clock);
        let seen = async || {
            assert!(alive(&world, &ada.session.secret.0).await);
            let listed = world.app.read(&ada.call, ListSessions { user: ada.id }).await;
            listed.expect("a list")[0].last_seen_at
        };
        world.clock.advance(Duration::from_secs(59));
        assert_eq!(seen().await, began, "{}", world.engine);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(seen().await, began.plus(Duration::from_secs(60)));
    }
}

#[tokio::test]
async fn security_33_only_system_administrators_disable_accounts() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let bob = world.verified("bob@miller.example").await;
        let disable = |user| DisableUser { user };
        let hidden = world.app.execute(&bob.call, disable(ada.id)).await;
        assert_eq!(hidden.map(|_| ()), Err(Error::NotFound), "{}", world.engine);
        let appoint = MakeSystemAdmin { email: ada.email.clone() };
        let refused = world.app.execute(&bob.call, appoint).await;
        let missing = Err(Error::Forbidden { permission: "can_appoint_admin" });
        assert_eq!(refused.map(|_| ()), missing);

        let appoint = MakeSystemAdmin { email: ada.email.clone() };
        world.app.execute(&operator(), appoint).await.expect("appointed");
        let own = world.app.execute(&ada.call, disable(ada.id)).await;
        let yourself = Err(Error::Refused(DisableUserRefusal::Yourself));
        assert_eq!(own.map(|_| ()), yourself);
        world.app.execute(&ada.call, disable(bob.id)).await.expect("disabled");
        assert!(!alive(&world, &bob.session.secret.0).await, "at the next request");
        let proof = world.prove("bob@miller.example", PASSWORD).await.expect("right");
        let sign_in = SignIn { proof: proof.clone(), remember: false };
        let refused = world.app.execute(&anonymous(), sign_in).await;
        assert!(matches!(refused, Err(Error::Refused(SignInRefusal::Disabled))));
        world.app.execute(&ada.call, EnableUser { user: bob.id }).await.expect("enabled");
        world.sign_in("bob@miller.example").await;
    }
}

#[tokio::test]
async fn security_33_administrators_of_the_system_are_dismissed_by_their_like_and_one_stays() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let bob = world.verified("bob@miller.example").await;
        let appoint = |who: &Person| MakeSystemAdmin { email: who.email.clone() };
        world.app.execute(&operator(), appoint(&ada)).await.expect("appointed");
        let dismiss = |user| RemoveSystemAdmin { user };
        let last = Err(Error::Refused(RemoveSystemAdminRefusal::Last));
        let ended = world.app.execute(&ada.call, dismiss(ada.id)).await;
        assert_eq!(ended.map(|_| ()), last, "{}", world.engine);
        let ended = world.app.execute(&ada.call, dismiss(bob.id)).await;
        assert_eq!(ended.map(|_| ()), Err(Error::Refused(RemoveSystemAdminRefusal::NotOne)));
        let ended = world.app.execute(&bob.call, dismiss(ada.id)).await;
        let missing = Error::Forbidden { permission: "can_appoint_admin" };
        assert_eq!(ended.map(|_| ()), Err(missing));

        world.app.execute(&ada.call, appoint(&bob)).await.expect("appointed");
        world.app.execute(&ada.call, DisableUser { user: bob.id }).await.expect("disabled");
        let ended = world.app.execute(&ada.call, dismiss(ada.id)).await;
        assert_eq!(ended.map(|_| ()), last, "one whose account is closed does not count");
        world.app.execute(&ada.call, EnableUser { user: bob.id }).await.expect("enabled");
        world.app.execute(&bob.call, dismiss(ada.id)).await.expect("dismissed");
        let ended = world.app.execute(&ada.call, appoint(&ada)).await;
        assert!(matches!(ended, Err(Error::Forbidden { .. })), "at once");
        assert!(world.audited().await.contains(&"account.remove_system_admin".to_owned()));
    }
}

#[tokio::test]
async fn security_33_a_user_manager_looks_after_accounts_and_no_administrator() {
    for world in worlds().await {
        let root = world.verified("root@system.example").await;
        let ada = world.verified("ada@lovelace.example").await;
        let bob = world.verified("bob@miller.example").await;
        let appoint = MakeSystemAdmin { email: root.email.clone() };
        world.app.execute(&operator(), appoint).await.expect("appointed");
        let manager = || MakeUserManager { email: ada.email.clone() };
        let ended = world.app.execute(&bob.call, manager()).await;
        assert!(matches!(ended, Err(Error::Forbidden { .. })), "{}", world.engine);
        world.app.execute(&root.call, manager()).await.expect("appointed");

        world.app.execute(&ada.call, DisableUser { user: bob.id }).await.expect("disabled");
        let send = |user| SendResetLink { user };
        let ended = world.app.execute(&ada.call, send(bob.id)).await.map(|_| ());
        assert_eq!(ended, Err(Error::Refused(SendResetLinkRefusal::Disabled)));
        world.app.execute(&ada.call, EnableUser { user: bob.id }).await.expect("enabled");
        world.app.execute(&ada.call, send(bob.id)).await.expect("sent");
        let kinds = world.mailed_kinds("bob@miller.example").await;
        assert!(kinds.contains(&"password_reset".to_owned()), "{kinds:?}");

        let ended = world.app.execute(&ada.call, DisableUser { user: root.id }).await;
        let above = Err(Error::Refused(DisableUserRefusal::SystemAdmin));
        assert_eq!(ended.map(|_| ()), above);
        let ended = world.app.execute(&ada.call, EnableUser { user: root.id }).await;
        let above = Err(Error::Refused(EnableUserRefusal::SystemAdmin));
        assert_eq!(ended.map(|_| ()), above);
        let ended = world.app.execute(&ada.call, RemoveSystemAdmin { user: root.id }).await;
        assert!(matches!(ended, Err(Error::Forbidden { .. })));

        let dismiss = || RemoveUserManager { user: ada.id };
        world.app.execute(&root.call, dismiss()).await.expect("dismissed");
        let ended = world.app.execute(&root.call, dismiss()).await;
        let none = Err(Error::Refused(RemoveUserManagerRefusal::NotOne));
        assert_eq!(ended.map(|_| ()), none);
        let ended = world.app.execute(&ada.call, DisableUser { user: bob.id }).await;
        assert_eq!(ended.map(|_| ()), Err(Error::NotFound), "at once");
    }
}
