//! Registering from an invitation, and deleting an account that others depend on.

use std::time::Duration;

use guildhall_app::account::{DeleteAccount, DeleteAccountRefusal, RegisterUserRefusal};
use guildhall_app::invitation::AcceptInvitation;
use guildhall_app::organization::ListMyOrganizations;
use guildhall_app::{Error, Registration, Settings};
use guildhall_model::InvitableRole;
use guildhall_store::invitation::InvitationStatus;

use super::people::{PASSWORD, email, password, person};
use crate::world::{worlds, worlds_with};

#[tokio::test]
async fn h6_a12_registering_with_the_mailed_invitation_proves_that_very_address() {
    let registration = Registration::Invitation;
    for world in worlds_with(Settings { registration, ..Settings::default() }).await {
        let alice = world.person("alice@northwind.example").await;
        let organization = world.organization(&alice).await;
        let role = InvitableRole::Member;
        let sent = world.invite(&alice, organization, "bob@miller.example", role).await;
        let secret = world.link(&email("bob@miller.example")).await;

        // The link of Bob is none for Mallory.
        let other = world.register("mallory@evil.example", Some(secret.clone())).await;
        let refused = Err(Error::Refused(RegisterUserRefusal::InvitationOnly));
        assert_eq!(other.map(|_| ()), refused, "{}", world.engine);

        let bob = world.register("bob@miller.example", Some(secret)).await.expect("registered");
        let bob = person(email("bob@miller.example"), bob.session.expect("signed in at once"));
        let known = world.app.authenticate_session(&bob.session.secret.0).await.unwrap();
        assert!(known.expect("somebody").email_verified);
        let accept = AcceptInvitation { organization, invitation: sent[0].id };
        world.app.execute(&bob.call, accept).await.expect("a member");
        assert_eq!(world.members(&alice, organization).await.len(), 2);
    }
}

#[tokio::test]
async fn security_3_27_an_invitation_proves_nothing_for_an_account_that_exists() {
    for world in worlds().await {
        // Mallory has registered with Bob's address and waits for an invitation to it.
        let mallory = world.newcomer("bob@miller.example").await;
        let alice = world.person("alice@northwind.example").await;
        let organization = world.organization(&alice).await;
        let role = InvitableRole::Member;
        let sent = world.invite(&alice, organization, "bob@miller.example", role).await;
        let secret = world.link(&email("bob@miller.example")).await;
        let again = world.register("bob@miller.example", Some(secret)).await.map(|_| ());
        assert_eq!(again, Err(Error::Refused(RegisterUserRefusal::Exists)), "{}", world.engine);
        let known = world.app.authenticate_session(&mallory.session.secret.0).await.unwrap();
        assert!(!known.expect("somebody").email_verified);
        let accept = AcceptInvitation { organization, invitation: sent[0].id };
        let refused = world.app.execute(&mallory.call, accept).await.map(|_| ());
        assert_eq!(refused, Err(Error::NotFound), "not even seen");
    }
}

#[tokio::test]
async fn security_10_an_expired_invitation_lets_nobody_register() {
    let registration = Registration::Invitation;
    for world in worlds_with(Settings { registration, ..Settings::default() }).await {
        let alice = world.person("alice@northwind.example").await;
        let organization = world.organization(&alice).await;
        world.invite(&alice, organization, "bob@miller.example", InvitableRole::Member).await;
        let secret = world.link(&email("bob@miller.example")).await;
        world.clock.advance(Duration::from_secs(7 * 24 * 60 * 60));
        let late = world.register("bob@miller.example", Some(secret)).await.map(|_| ());
        let refused = Err(Error::Refused(RegisterUserRefusal::InvitationOnly));
        assert_eq!(late, refused, "{}", world.engine);
    }
}

#[tokio::test]
async fn h42_security_30_an_owner_with_others_stays_and_a_member_leaves_everywhere() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@northwind.example").await;
        let organization = world.organization(&alice).await;
        let bob = world.verified("bob@miller.example").await;
        let role = InvitableRole::Member;
        let sent = world.invite(&alice, organization, "bob@miller.example", role).await;
        let accept = AcceptInvitation { organization, invitation: sent[0].id };
        world.app.execute(&bob.call, accept).await.expect("a member");
        let delete = DeleteAccount { proof: world.proof(&alice).await };
        let refused = world.app.execute(&alice.call, delete).await.map(|_| ());
        let owned = vec![(organization, "Northwind Labs".to_owned())];
        let refusal = DeleteAccountRefusal::OwnsOrganizations(owned);
        assert_eq!(refused, Err(Error::Refused(refusal)), "{}", world.engine);

        let proof = world.app.prove_password(bob.id, password(PASSWORD)).await.expect("right");
        world.app.execute(&bob.call, DeleteAccount { proof }).await.expect("deleted");
        assert_eq!(world.members(&alice, organization).await.len(), 1);
        // Alone in it, Alice takes the organization with her, and its invitations end.
        let last = world.invite(&alice, organization, "carol@miller.example", role).await;
        let delete = DeleteAccount { proof: world.proof(&alice).await };
        world.app.execute(&alice.call, delete).await.expect("deleted");
        let database = world.database().await;
        let mut tx = database.read().await.expect("a transaction");
        let scope = organization.into();
        let invitation = guildhall_store::invitation::get(&mut tx.scope(&scope), last[0].id).await;
        assert_eq!(invitation.unwrap().expect("a row").status, InvitationStatus::Ended);
    }
}

#[tokio::test]
async fn a22_h2_who_registers_to_join_gets_no_organization_where_one_is_all_they_may_have() {
    for world in worlds_with(Settings { one_organization: true, ..Settings::default() }).await {
        let alice = world.person("alice@northwind.example").await;
        let organization = world.organization(&alice).await;
        let role = InvitableRole::Member;
        let sent = world.invite(&alice, organization, "bob@miller.example", role).await;
        let secret = world.link(&email("bob@miller.example")).await;
        let bob = world.register("bob@miller.example", Some(secret)).await.expect("registered");
        let bob = person(email("bob@miller.example"), bob.session.expect("signed in at once"));
        let mine = async || {
            let list = ListMyOrganizations { user: bob.id };
            world.app.read(&bob.call, list).await.expect("a list").len()
        };
        assert_eq!(mine().await, 0, "{}", world.engine);
        let accept = AcceptInvitation { organization, invitation: sent[0].id };
        world.app.execute(&bob.call, accept).await.expect("a member");
        assert_eq!(mine().await, 1);

        // Whoever was not invited has one of their own, which stands in the way.
        let carol = world.verified("carol@miller.example").await;
        let offered = world.try_invite(&alice, organization, "carol@miller.example", role).await;
        assert!(matches!(offered, Err(Error::Refused(_))), "they are in one already");
        let list = ListMyOrganizations { user: carol.id };
        assert_eq!(world.app.read(&carol.call, list).await.expect("a list").len(), 1);
    }
}
