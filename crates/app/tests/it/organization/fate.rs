//! Ownership, leaving, and the end of an organization.

use guildhall_app::{
    Actor, Call, Error, Settings,
    invitation::AcceptInvitation,
    member::RemoveMember,
    organization::{
        DeleteOrganization, DeleteOrganizationRefusal, GetOrganization, LeaveOrganization,
        LeaveOrganizationRefusal, ListDeadOrganizations, ListMyOrganizations, PurgeOrganization,
        PurgeOrganizationRefusal, RestoreOrganization, RestoreOrganizationRefusal,
        TransferOwnership, TransferOwnershipRefusal as No,
    },
};
use guildhall_model::{
    InvitableRole::{Admin, Member},
    OrganizationRole,
};

use crate::people::Appoint;
use crate::world::worlds;

#[tokio::test(flavor = "multi_thread")]
async fn b40_b50_h41_the_owner_hands_over_and_becomes_an_administrator() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let proof = world.proof(&alice).await;
        let to = |to, proof: &guildhall_app::PasswordProof| TransferOwnership {
            organization,
            to,
            proof: proof.clone(),
        };
        let stranger = world.person("eve@example.org").await;
        let refused = world.end(&alice.call, to(stranger.id, &proof)).await;
        assert_eq!(refused, Err(Error::Refused(No::NotAMember)));
        let refused = world.end(&alice.call, to(alice.id, &proof)).await;
        assert_eq!(refused, Err(Error::Refused(No::OwnerAlready)));
        let refused = world.end(&ada.call, to(ada.id, &proof)).await;
        assert_eq!(refused, Err(Error::Forbidden { permission: "can_transfer" }));
        world.done(&alice.call, to(bob.id, &proof)).await;
        let roles: Vec<_> =
            world.members(&ada, organization).await.into_iter().map(|m| m.role).collect();
        let (admin, owner) = (OrganizationRole::Admin, OrganizationRole::Owner);
        assert_eq!(roles, [admin, admin, owner], "ada, alice, bob on {}", world.engine);
        for who in [&alice, &bob] {
            let told = world.kinds_of_mail(&who.email).await;
            assert_eq!(told.last(), Some(&"ownership_transferred"), "{told:?}");
        }
        let again = world.end(&alice.call, to(alice.id, &proof)).await;
        assert_eq!(again, Err(Error::Forbidden { permission: "can_transfer" }));

        let root = world.person_with_password("root@example.org").await;
        world.done(&root.call, Appoint(root.id)).await;
        let borrowed = world.end(&root.call, to(alice.id, &proof)).await;
        assert_eq!(borrowed, Err(Error::Refused(No::StaleProof)), "another's proof");
        let own = world.proof(&root).await;
        world.done(&root.call, to(alice.id, &own)).await;
        let seen = world.answer(&alice.call, GetOrganization { organization }).await;
        assert_eq!(seen.role, Some(owner), "recovered by a system administrator");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h40_h41_a_member_leaves_by_themselves_and_the_owner_cannot() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let leave = LeaveOrganization { organization };
        let owner = world.end(&alice.call, leave).await;
        assert_eq!(owner, Err(Error::Refused(LeaveOrganizationRefusal::Owner)));
        world.done(&bob.call, leave).await;
        let gone = world.app.read(&bob.call, GetOrganization { organization }).await;
        assert_eq!(gone.map(|_| ()), Err(Error::NotFound), "{}", world.engine);
        assert_eq!(world.members(&alice, organization).await.len(), 1);
        assert_eq!(world.events(organization).await[0].action, "organization.leave");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b70_security_10_52_deleting_stops_everything_and_restoring_brings_no_invitation_back() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let bob = world.person("bob@example.org").await;
        let invitation = world.invite(&ada, organization, "bob@example.org", Member).await[0].id;
        let proof = world.proof(&alice).await;
        let delete = || DeleteOrganization { organization, proof: proof.clone() };
        let refused = world.end(&ada.call, delete()).await;
        assert_eq!(refused, Err(Error::Forbidden { permission: "can_delete" }));
        world.done(&alice.call, delete()).await;

        let gone = world.app.read(&ada.call, GetOrganization { organization }).await;
        assert_eq!(gone.map(|_| ()), Err(Error::NotFound), "{}", world.engine);
        let gone = world.end(&alice.call, RemoveMember { organization, user: ada.id }).await;
        assert_eq!(
            gone,
            Err(Error::Forbidden { permission: "can_remove_member" }),
            "the owner too"
        );
        let accept = AcceptInvitation { organization, invitation };
        assert_eq!(world.end(&bob.call, accept).await, Err(Error::NotFound));
        assert!(world.waiting(&bob).await.is_empty());
        let told = world.kinds_of_mail(&alice.email).await;
        assert_eq!(told.last(), Some(&"organization_deleted"), "{told:?}");
        let mine = world.answer(&alice.call, ListMyOrganizations { user: alice.id }).await;
        assert!(mine[0].restorable_until.is_some());
        assert!(world.answer(&ada.call, ListMyOrganizations { user: ada.id }).await.is_empty());

        let restore = RestoreOrganization { organization };
        assert_eq!(world.end(&ada.call, restore).await, Err(Error::NotFound));
        world.done(&alice.call, restore).await;
        let seen = world.answer(&ada.call, GetOrganization { organization }).await;
        assert_eq!(seen.role, Some(OrganizationRole::Admin), "roles are as they were");
        assert_eq!(world.end(&bob.call, accept).await, Err(Error::NotFound), "no resurrection");
        assert!(world.waiting(&bob).await.is_empty());
        let again = world.end(&alice.call, restore).await;
        assert_eq!(again, Err(Error::Forbidden { permission: "can_restore" }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b70_deleting_needs_the_password_of_the_owner() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let bob = world.person_with_password("bob@example.org").await;
        let organization = world.organization(&alice).await;
        let proof = world.proof(&bob).await;
        let refused = world.end(&alice.call, DeleteOrganization { organization, proof }).await;
        let stale = Err(Error::Refused(DeleteOrganizationRefusal::StaleProof));
        assert_eq!(refused, stale, "{}", world.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b70_when_the_time_is_over_it_is_purged_and_cannot_come_back() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        world.member(&alice, organization, "ada@example.org", Admin).await;
        let system = Call::of(Actor::System("purge"));
        let purge = PurgeOrganization { organization };
        let living = Err(Error::Refused(PurgeOrganizationRefusal::Living));
        assert_eq!(world.end(&system, purge).await, living);
        let proof = world.proof(&alice).await;
        world.done(&alice.call, DeleteOrganization { organization, proof }).await;
        assert_eq!(world.end(&system, purge).await, living, "within the time");
        assert!(world.answer(&system, ListDeadOrganizations).await.is_empty());
        world.clock.advance(Settings::default().deletion_grace);
        let late = world.end(&alice.call, RestoreOrganization { organization }).await;
        assert_eq!(late, Err(Error::Refused(RestoreOrganizationRefusal::TooLate)));
        assert_eq!(world.answer(&system, ListDeadOrganizations).await, [organization]);
        while !world.done(&system, purge).await.finished {}
        assert!(world.answer(&system, ListDeadOrganizations).await.is_empty(), "{}", world.engine);
        assert_eq!(world.end(&system, purge).await, Err(Error::NotFound));
        let gone = world.app.read(&alice.call, GetOrganization { organization }).await;
        assert_eq!(gone.map(|_| ()), Err(Error::NotFound));
        let events = world.events(organization).await;
        assert_eq!(events[0].action, "organization.purge", "what happened stays on record");
        let other = world.another_process().await;
        let gone = other.read(&alice.call, GetOrganization { organization }).await;
        assert_eq!(gone.map(|_| ()), Err(Error::NotFound));
    }
}
