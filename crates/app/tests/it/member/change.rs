//! Roles given and taken, members removed, and the reasons behind it all.

use guildhall_app::{
    Error,
    member::{
        ChangeMemberRole, ChangeMemberRoleRefusal, ExplainMember, ExplainMemberRefusal, GetMember,
        RemoveMember, RemoveMemberRefusal,
    },
    organization::{GetOrganization, Switches, UpdateMemberPermissions},
};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    OrganizationRole,
};

use crate::world::worlds;

#[tokio::test(flavor = "multi_thread")]
async fn h55_h56_h60_a26_a27_a28_a30_b41_b44_administrators_change_roles_but_the_owners() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let change = |user, role| ChangeMemberRole { organization, user, role };
        let forbidden = Err(Error::Forbidden { permission: "can_change_role" });
        assert_eq!(
            world.end(&max.call, change(bob.id, Admin)).await,
            forbidden,
            "{}",
            world.engine
        );
        assert_eq!(world.end(&max.call, change(max.id, Admin)).await, forbidden);
        world.done(&ada.call, change(bob.id, Admin)).await;
        let seen = world.answer(&bob.call, GetOrganization { organization }).await;
        assert!(seen.may("can_update_permissions"), "at the next request");
        assert_eq!(world.kinds_of_mail(&bob.email).await, ["invitation", "role_changed"]);
        let event = &world.events(organization).await[0];
        assert_eq!(event.action, "member.change_role");
        assert_eq!(event.before.as_deref(), Some("{\"role\":\"member\"}"));
        assert_eq!(event.after.as_deref(), Some("{\"role\":\"admin\"}"));
        world.done(&ada.call, change(bob.id, Admin)).await;
        assert_eq!(world.kinds_of_mail(&bob.email).await.len(), 2, "nothing changed, no mail");
        world.done(&bob.call, change(ada.id, Restricted)).await;
        let seen = world.answer(&ada.call, GetOrganization { organization }).await;
        assert_eq!((seen.role, seen.people), (Some(OrganizationRole::Restricted), None));
        let owner = world.end(&bob.call, change(alice.id, Member)).await;
        assert_eq!(owner, Err(Error::Refused(ChangeMemberRoleRefusal::Owner)));
        let owner = world.end(&alice.call, change(alice.id, Admin)).await;
        assert_eq!(owner, Err(Error::Refused(ChangeMemberRoleRefusal::Owner)));
        let eve = world.person("eve@example.org").await;
        let nobody = world.end(&alice.call, change(eve.id, Member)).await;
        assert_eq!(nobody, Err(Error::Refused(ChangeMemberRoleRefusal::NotAMember)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h36_h37_h40_h41_a33_b42_b58_security_48_removed_members_lose_everything_at_once() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let remove = |user| RemoveMember { organization, user };
        let forbidden = Err(Error::Forbidden { permission: "can_remove_member" });
        assert_eq!(world.end(&max.call, remove(bob.id)).await, forbidden, "{}", world.engine);
        let owner = world.end(&ada.call, remove(alice.id)).await;
        assert_eq!(owner, Err(Error::Refused(RemoveMemberRefusal::Owner)));
        world.answer(&bob.call, GetOrganization { organization }).await;
        let other = world.another_process().await;
        world.done(&ada.call, remove(bob.id)).await;
        for app in [&world.app, &other] {
            let gone = app.read(&bob.call, GetOrganization { organization }).await;
            assert_eq!(gone.map(|_| ()), Err(Error::NotFound), "the very next request");
        }
        let gone = world.app.read(&ada.call, GetMember { organization, user: bob.id }).await;
        assert_eq!(gone.map(|_| ()), Err(Error::NotFound));
        let told = world.kinds_of_mail(&bob.email).await;
        assert_eq!(told, ["invitation", "removed_from_organization"]);
        let event = &world.events(organization).await[0];
        assert_eq!(
            (event.action.as_str(), event.target_name.as_deref()),
            ("member.remove", Some("bob@example.org"))
        );
        let twice = world.end(&ada.call, remove(bob.id)).await;
        assert_eq!(twice, Err(Error::Refused(RemoveMemberRefusal::NotAMember)));
        let stranger = world.end(&bob.call, remove(max.id)).await;
        assert_eq!(stranger, Err(Error::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_58_why_is_answered_to_administrators_and_about_oneself() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let why = |user, permission: &str| ExplainMember {
            organization,
            user,
            permission: permission.to_owned(),
        };
        let no = world.answer(&alice.call, why(max.id, "can_invite")).await;
        assert!(!no.allowed && no.path.is_empty(), "{}", world.engine);
        assert!(no.remedies.iter().any(|remedy| remedy.relation == "admin"), "{no:?}");
        let own = world.answer(&max.call, why(max.id, "can_invite")).await;
        assert_eq!(own.remedies, no.remedies, "what members may see of their organization");
        let switches = Switches { invite: true, ..Switches::default() };
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        let yes = world.answer(&max.call, why(max.id, "can_invite")).await;
        assert!(yes.allowed);
        let stated: Vec<_> = yes.path.iter().filter_map(|link| link.relationship.clone()).collect();
        let it = format!("organization:{organization}");
        assert_eq!(
            stated,
            [format!("{it}#member@user:{}", max.id), format!("{it}#can_invite@{it}#member"),]
        );
        let others = world.app.read(&max.call, why(bob.id, "can_invite")).await;
        assert_eq!(others, Err(Error::Refused(ExplainMemberRefusal::Others)));
        let unknown = world.app.read(&alice.call, why(bob.id, "owner")).await;
        assert_eq!(unknown, Err(Error::Refused(ExplainMemberRefusal::NoSuchPermission)));
    }
}
