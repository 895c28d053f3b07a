//! Accepting and rejecting: by the invited person only, once, in time.

use std::time::Duration;

use guildhall_app::{
    Error, Settings,
    invitation::{AcceptInvitation, AcceptInvitationRefusal as No, RejectInvitation},
    organization::{GetOrganization, LeaveOrganization},
};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    OrganizationRole,
};

use crate::people::listing;
use crate::world::{worlds, worlds_with};

#[tokio::test(flavor = "multi_thread")]
async fn h18_h19_h25_h28_a13_a16_security_20_accepting_makes_a_member_with_what_was_offered() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let bob = world.person("bob@example.org").await;
        let organization = world.organization(&alice).await;
        let invitation = world.invite(&alice, organization, "bob@example.org", Member).await[0].id;
        let before = world.app.read(&bob.call, GetOrganization { organization }).await;
        assert_eq!(before.map(|_| ()), Err(Error::NotFound), "an invited person is no member");
        assert_eq!(world.members(&alice, organization).await.len(), 1);
        assert_eq!(world.waiting(&bob).await.len(), 1);

        let joined = world.done(&bob.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!((joined.role, joined.reduced), (OrganizationRole::Member, false));
        let members = world.members(&bob, organization).await;
        assert_eq!(members.len(), 2, "{}", world.engine);
        assert_eq!((members[1].email.clone(), members[1].role), (bob.email.clone(), joined.role));
        let seen = world.answer(&bob.call, GetOrganization { organization }).await;
        assert_eq!((seen.people, seen.role), (Some(2), Some(OrganizationRole::Member)));
        assert!(world.waiting(&bob).await.is_empty());
        assert_eq!(world.kinds_of_mail(&alice.email).await, ["invitation_accepted"]);
        let event = &world.events(organization).await[0];
        assert_eq!(
            (event.action.as_str(), event.target_id.as_str()),
            ("invitation.accept", bob.id.text().as_str())
        );
        let again = world.end(&bob.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(again, Err(Error::NotFound), "it is used up");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h25_security_2_3_5_only_the_holder_of_the_confirmed_address_accepts_or_rejects() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let carol = world.person("carol@example.org").await;
        let bob = world.unconfirmed("bob@example.org").await;
        let organization = world.organization(&alice).await;
        let other = world.organization(&carol).await;
        let invitation = world.invite(&alice, organization, "bob@example.org", Member).await[0].id;
        assert!(world.waiting(&bob).await.is_empty(), "not before it is confirmed");
        for (call, in_organization) in
            [(&carol.call, organization), (&bob.call, organization), (&carol.call, other)]
        {
            let organization = in_organization;
            let accept = world.end(call, AcceptInvitation { organization, invitation }).await;
            assert_eq!(accept, Err(Error::NotFound), "{}", world.engine);
            let reject = world.end(call, RejectInvitation { organization, invitation }).await;
            assert_eq!(reject, Err(Error::NotFound));
        }
        let inviter = world.end(&alice.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(inviter, Err(Error::Forbidden { permission: "can_accept" }));
        assert_eq!(world.members(&alice, organization).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h24_rejecting_makes_no_member_and_uses_the_invitation_up() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let bob = world.person("bob@example.org").await;
        let organization = world.organization(&alice).await;
        let invitation = world.invite(&alice, organization, "bob@example.org", Member).await[0].id;
        world.done(&bob.call, RejectInvitation { organization, invitation }).await;
        assert!(world.waiting(&bob).await.is_empty());
        assert_eq!(world.members(&alice, organization).await.len(), 1);
        let accept = world.end(&bob.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(accept, Err(Error::NotFound), "{}", world.engine);
        assert_eq!(world.events(organization).await[0].action, "invitation.reject");
        assert_eq!(world.try_invite(&alice, organization, "bob@example.org", Admin).await, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_10_51_an_expired_invitation_is_dead_at_its_instant() {
    let lifetime = Settings::default().invitation_lifetime;
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let bob = world.person("bob@example.org").await;
        let carol = world.person("carol@example.org").await;
        let organization = world.organization(&alice).await;
        let invited =
            world.invite(&alice, organization, "bob@example.org carol@example.org", Member).await;
        assert_eq!(
            invited[0].expires_at.since(guildhall_model::Clock::now(&world.clock)),
            lifetime
        );
        world.clock.set(invited[0].expires_at.minus(Duration::from_micros(1)));
        let invitation = invited[0].id;
        assert_eq!(
            world.end(&bob.call, AcceptInvitation { organization, invitation }).await,
            Ok(())
        );
        world.clock.set(invited[0].expires_at);
        assert!(world.waiting(&carol).await.is_empty());
        let invitation = invited[1].id;
        let late = world.end(&carol.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(late, Err(Error::Refused(No::Expired)), "{}", world.engine);
        let reject = world.end(&carol.call, RejectInvitation { organization, invitation }).await;
        assert_eq!(reject, Ok(()), "declining is always possible");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_12_accepting_twice_at_the_same_time_makes_one_membership() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let bob = world.person("bob@example.org").await;
        let organization = world.organization(&alice).await;
        let invitation = world.invite(&alice, organization, "bob@example.org", Member).await[0].id;
        let accept = || {
            let (app, call) = (world.app.clone(), bob.call.clone());
            tokio::spawn(async move {
                app.execute(&call, AcceptInvitation { organization, invitation }).await.is_ok()
            })
        };
        let tasks: Vec<_> = (0..6).map(|_| accept()).collect();
        let mut accepted = 0;
        for task in tasks {
            accepted += usize::from(task.await.unwrap());
        }
        assert_eq!(accepted, 1, "{}", world.engine);
        assert_eq!(world.members(&alice, organization).await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_with_one_organization_for_each_account_accepting_waits_until_the_other_is_left() {
    let settings = Settings { one_organization: true, ..Settings::default() };
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let carol = world.person("carol@example.org").await;
        let bob = world.person("bob@example.org").await;
        let (northwind, acme) =
            (world.organization(&alice).await, world.organization(&carol).await);
        let first = world.invite(&alice, northwind, "bob@example.org", Member).await[0].id;
        let second = world.invite(&carol, acme, "bob@example.org", Restricted).await[0].id;
        let accept = |organization, invitation| AcceptInvitation { organization, invitation };
        world.done(&bob.call, accept(northwind, first)).await;
        let refused = world.end(&bob.call, accept(acme, second)).await;
        assert_eq!(refused, Err(Error::Refused(No::Elsewhere)));
        world.done(&bob.call, LeaveOrganization { organization: northwind }).await;
        assert_eq!(world.end(&bob.call, accept(acme, second)).await, Ok(()), "{}", world.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h39_h42_a_removed_member_can_be_invited_again_and_keeps_their_own_organization() {
    use guildhall_app::member::RemoveMember;
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.member(&alice, organization, "bob@example.org", Admin).await;
        let own = world.organization(&bob).await;
        world.done(&alice.call, RemoveMember { organization, user: bob.id }).await;
        assert_eq!(world.members(&bob, own).await.len(), 1);
        world.join(&alice, organization, &bob, Restricted).await;
        let members = world.answer(&alice.call, listing(organization, "bob")).await.rows;
        assert_eq!(members[0].role, OrganizationRole::Restricted, "{}", world.engine);
    }
}
