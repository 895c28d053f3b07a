//! Nobody offers more than they have: not at first, not later, and not by having had it once.

use guildhall_app::{
    Error,
    invitation::{
        AcceptInvitation, AcceptInvitationRefusal, ChangeInvitedRole, ChangeInvitedRoleRefusal,
        FindInvitation, FindInvitationRefusal, OfferedRole, ResendInvitation,
        ResendInvitationRefusal,
    },
    member::{ChangeMemberRole, RemoveMember},
    organization::{Switches, UpdateMemberPermissions},
};
use guildhall_model::{
    InvitableRole::{Admin, Member},
    OrganizationRole,
};

use crate::people::Disable;
use crate::world::worlds;

#[tokio::test(flavor = "multi_thread")]
async fn security_6_ownership_cannot_be_offered_and_unknown_roles_are_none() {
    assert!("owner".parse::<OfferedRole>().unwrap_err().to_string().contains("transfer"));
    assert!("root".parse::<OfferedRole>().is_err());
    assert!(serde_json::from_str::<OfferedRole>("\"owner\"").is_err());
    let kept: OfferedRole = serde_json::from_str("\"admin\"").unwrap();
    assert_eq!(kept, OfferedRole::Organization(Admin));
}

#[tokio::test(flavor = "multi_thread")]
async fn security_8_the_role_of_a_pending_invitation_is_raised_by_nobody_below_it() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let admin = world.member(&alice, organization, "ada@example.org", Admin).await;
        let member = world.member(&alice, organization, "max@example.org", Member).await;
        let switches = Switches { invite: true, ..Switches::default() };
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        let invitation = world.invite(&member, organization, "bob@example.org", Member).await[0].id;
        let raise = |role: OfferedRole| ChangeInvitedRole { organization, invitation, role };
        let tried = world.end(&member.call, raise(Admin.into())).await;
        let forbidden = Err(Error::Forbidden { permission: "can_change_invited_role" });
        assert_eq!(tried, forbidden, "{}", world.engine);
        world.done(&admin.call, raise(Admin.into())).await;
        let custom = OfferedRole::Custom(world.generate());
        let unknown = world.end(&admin.call, raise(custom)).await;
        assert_eq!(unknown, Err(Error::Refused(ChangeInvitedRoleRefusal::NoSuchRole)));
        let bob = world.person("bob@example.org").await;
        let joined = world.done(&bob.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(
            (joined.role, joined.reduced),
            (OrganizationRole::Admin, false),
            "ada stands for it"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_9_an_invitation_is_reduced_or_void_when_its_inviter_lost_the_right() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let bob = world.person("bob@example.org").await;
        let carol = world.person("carol@example.org").await;
        let to_bob = world.invite(&ada, organization, "bob@example.org", Admin).await[0].id;
        let to_carol = world.invite(&ada, organization, "carol@example.org", Admin).await[0].id;
        let switches = Switches { invite: true, ..Switches::default() };
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        world
            .done(&alice.call, ChangeMemberRole { organization, user: ada.id, role: Member })
            .await;
        let accept = |invitation| AcceptInvitation { organization, invitation };
        let joined = world.done(&bob.call, accept(to_bob)).await;
        assert_eq!(
            (joined.role, joined.reduced),
            (OrganizationRole::Member, true),
            "{}",
            world.engine
        );

        world.done(&alice.call, RemoveMember { organization, user: ada.id }).await;
        let void = Err(Error::Refused(AcceptInvitationRefusal::Void));
        assert_eq!(world.end(&carol.call, accept(to_carol)).await, void);
        assert!(world.waiting(&carol).await.is_empty());
        let secret = world.link(&carol.email).await;
        let found = world.app.read(&carol.call, FindInvitation { secret }).await.map(|_| ());
        assert_eq!(found, Err(Error::Refused(FindInvitationRefusal::Void)));

        let invitation = to_carol;
        world.done(&alice.call, ResendInvitation { organization, invitation }).await;
        let joined = world.done(&carol.call, accept(to_carol)).await;
        assert_eq!(joined.role, OrganizationRole::Admin, "who sent it again stands for it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_9_a_disabled_inviter_stands_for_nothing() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let bob = world.person("bob@example.org").await;
        let invitation = world.invite(&ada, organization, "bob@example.org", Member).await[0].id;
        world.done(&alice.call, Disable(ada.id)).await;
        let void = world.end(&bob.call, AcceptInvitation { organization, invitation }).await;
        assert_eq!(void, Err(Error::Refused(AcceptInvitationRefusal::Void)), "{}", world.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_9_who_was_demoted_does_not_resend_what_they_may_not_offer() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let invitation = world.invite(&ada, organization, "bob@example.org", Admin).await[0].id;
        let switches = Switches { invite: true, ..Switches::default() };
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        world
            .done(&alice.call, ChangeMemberRole { organization, user: ada.id, role: Member })
            .await;
        let resent = world.end(&ada.call, ResendInvitation { organization, invitation }).await;
        let refused = Err(Error::Refused(ResendInvitationRefusal::AboveOwn));
        assert_eq!(resent, refused, "{}", world.engine);
    }
}
