//! The link in the mail: what it shows to whom, and that looking changes nothing.

use guildhall_app::{
    Actor, Call, Error, Settings,
    invitation::{
        AcceptInvitation, FindInvitation, FindInvitationRefusal as No, LinkViewer,
        RejectInvitation, ResendInvitation, WithdrawInvitation,
    },
    organization::DeleteOrganization,
};
use guildhall_model::{InvitableRole::Member, InvitationSecret};

use crate::world::{World, worlds};

async fn dead(world: &World, call: &Call, secret: &InvitationSecret) -> Option<No> {
    match world.app.read(call, FindInvitation { secret: secret.clone() }).await {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(refusal),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h6_a12_security_18_the_link_says_who_may_accept_and_is_not_used_up_by_looking() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let bob = world.unconfirmed("bob@example.org").await;
        let organization = world.organization(&alice).await;
        let invited = world.invite(&alice, organization, "bob@example.org", Member).await.remove(0);
        let secret = world.link(&invited.email).await;
        let nobody = Call::of(Actor::Anonymous);
        for (call, viewer) in [
            (&nobody, LinkViewer::SignedOut),
            (&bob.call, LinkViewer::Unconfirmed),
            (&alice.call, LinkViewer::Other),
            (&nobody, LinkViewer::SignedOut),
        ] {
            let found = world.answer(call, FindInvitation { secret: secret.clone() }).await;
            assert_eq!((found.viewer, found.id), (viewer, invited.id), "{}", world.engine);
            assert_eq!(found.organization_name, "Northwind Labs");
        }
        let carol = world.person("carol@example.org").await;
        let other = world.invite(&alice, organization, "carol@example.org", Member).await.remove(0);
        let secret = world.link(&other.email).await;
        let found = world.answer(&carol.call, FindInvitation { secret }).await;
        assert_eq!(found.viewer, LinkViewer::Invitee);
        let invitation = other.id;
        world.done(&carol.call, AcceptInvitation { organization, invitation }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_1_10_11_52_every_dead_link_has_its_own_code() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.person("bob@example.org").await;
        let invite = async || {
            let invited = world.invite(&alice, organization, "bob@example.org", Member).await;
            (invited[0].id, world.link(&bob.email).await)
        };
        let made_up = InvitationSecret::generate(&*world.entropy);
        assert_eq!(dead(&world, &bob.call, &made_up).await, Some(No::Unknown));

        let (invitation, first) = invite().await;
        world.done(&alice.call, ResendInvitation { organization, invitation }).await;
        let second = world.link(&bob.email).await;
        assert_eq!(dead(&world, &bob.call, &first).await, Some(No::Unknown), "rotated");
        assert_eq!(dead(&world, &bob.call, &second).await, None);
        world.done(&alice.call, WithdrawInvitation { organization, invitation }).await;
        assert_eq!(dead(&world, &bob.call, &second).await, Some(No::Withdrawn));

        let (invitation, secret) = invite().await;
        world.done(&bob.call, RejectInvitation { organization, invitation }).await;
        assert_eq!(dead(&world, &bob.call, &secret).await, Some(No::Rejected));

        let (_, secret) = invite().await;
        world.clock.advance(Settings::default().invitation_lifetime);
        assert_eq!(dead(&world, &bob.call, &secret).await, Some(No::Expired), "{}", world.engine);

        let (invitation, secret) = invite().await;
        world.done(&bob.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(dead(&world, &bob.call, &secret).await, Some(No::Accepted));

        world.invite(&alice, organization, "carol@example.org", Member).await;
        let secret = world.link(&"carol@example.org".parse().unwrap()).await;
        let proof = world.proof(&alice).await;
        world.done(&alice.call, DeleteOrganization { organization, proof }).await;
        assert_eq!(dead(&world, &bob.call, &secret).await, Some(No::Ended));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_10_what_is_dead_says_nothing_about_the_organization() {
    for refusal in
        [No::Unknown, No::Expired, No::Withdrawn, No::Rejected, No::Accepted, No::Ended, No::Void]
    {
        assert!(!refusal.to_string().contains("Northwind"));
    }
}
