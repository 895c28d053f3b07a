//! What holds between organizations, and what administrators have in each.

use guildhall_app::{
    Actor, Call, Error, Forecast,
    account::MakeSystemAdmin,
    member::{ChangeMemberRole, RemoveMember},
    organization::{
        CreateOrganization, DeleteOrganization, GetOrganization, PurgeOrganization, Switches,
        UpdateMemberPermissions,
    },
    user,
};
use guildhall_model::{InvitableRole, OrganizationName, UserId};

use crate::people::inviting;
use crate::world::worlds;

#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_right_in_one_organization_manages_no_other() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let mallory = world.person("mallory@example.org").await;
        let northwind = world.organization(&alice).await;
        let elsewhere = world.organization(&mallory).await;
        let bob = world.member(&alice, northwind, "bob@example.org", InvitableRole::Member).await;
        let carol =
            world.member(&mallory, elsewhere, "carol@example.org", InvitableRole::Member).await;
        let role = InvitableRole::Admin;
        let user = bob.id;
        // Through her own organization he is nobody, and the other organization she does not see.
        let (own, other) = (elsewhere, northwind);
        let remove = |organization| RemoveMember { organization, user };
        let change = |organization| ChangeMemberRole { organization, user, role };
        assert!(world.end(&mallory.call, remove(own)).await.is_err());
        assert!(world.end(&mallory.call, change(own)).await.is_err());
        assert_eq!(world.end(&mallory.call, remove(other)).await, Err(Error::NotFound));
        assert_eq!(world.end(&mallory.call, change(other)).await, Err(Error::NotFound));
        assert_eq!(world.members(&alice, northwind).await.len(), 2, "{}", world.engine);
        world.done(&mallory.call, RemoveMember { organization: elsewhere, user: carol.id }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_29_a_name_that_is_used_again_opens_nothing() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let name: OrganizationName = "acme".parse().expect("a name");
        let named = || CreateOrganization {
            display_name: "Acme".parse().expect("a name"),
            name: Some(name.clone()),
        };
        let old = world.done(&alice.call, named()).await.id;
        let proof = world.proof(&alice).await;
        world.done(&alice.call, DeleteOrganization { organization: old, proof }).await;
        let grace = world.app.settings().deletion_grace;
        world.clock.advance(grace + std::time::Duration::from_secs(1));
        let system = Call::of(Actor::System("purge"));
        while !world.done(&system, PurgeOrganization { organization: old }).await.finished {}
        let mallory = world.person("mallory@example.org").await;
        let new = world.done(&mallory.call, named()).await.id;
        assert_ne!(old, new);
        for organization in [old, new] {
            let seen = world.app.read(&alice.call, GetOrganization { organization }).await;
            assert!(matches!(seen, Err(Error::NotFound)), "{}", world.engine);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_28_58_a_dry_run_names_nobody_whom_the_asker_may_not_see() {
    for world in worlds().await {
        let system = Call::of(Actor::System("test"));
        let (root, alice) =
            (world.person("root@example.org").await, world.person("alice@example.org").await);
        world.done(&system, MakeSystemAdmin { email: root.email.clone() }).await;
        let name = "Northwind Labs".parse().expect("a name");
        let create = CreateOrganization { display_name: name, name: None };
        let own = world.app.dry_run(&alice.call, create.clone()).await.expect("a forecast");
        let named = |forecast: &Forecast, id: UserId| {
            let subject = user(id).to_string();
            forecast.gains.iter().any(|right| right.subject == subject)
        };
        assert!(named(&own, alice.id) && !named(&own, root.id), "{}: {own:?}", world.engine);
        let all = world.app.dry_run(&root.call, create).await.expect("a forecast");
        assert!(named(&all, root.id), "administrators of the system are told of each other");

        let organization = world.organization(&alice).await;
        let bob = world.member(&alice, organization, "bob@example.org", InvitableRole::Admin).await;
        let carol = world.person("carol@example.org").await;
        let invite = inviting(organization, "carol@example.org", InvitableRole::Member);
        let known = world.app.dry_run(&alice.call, invite).await.expect("a forecast");
        assert!(named(&known, bob.id), "a member, who may withdraw it");
        assert!(!named(&known, carol.id), "whether an address has an account is not told");
        let invite = inviting(organization, "nobody@example.org", InvitableRole::Member);
        let unknown = world.app.dry_run(&alice.call, invite).await.expect("a forecast");
        assert_eq!(known.gains.len(), unknown.gains.len());
        assert_eq!(known.complete, unknown.complete);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h46_h48_h51_the_switches_of_clusters_and_ports_give_what_they_say() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob =
            world.member(&alice, organization, "bob@example.org", InvitableRole::Member).await;
        let may = async |switches: Switches| {
            world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
            let seen = world.answer(&bob.call, GetOrganization { organization }).await;
            ["can_invite", "can_create_cluster", "can_open_ports"].map(|held| seen.may(held))
        };
        assert_eq!(may(Switches::default()).await, [false; 3], "{}", world.engine);
        let clusters = Switches { clusters: true, ..Switches::default() };
        assert_eq!(may(clusters).await, [false, true, false]);
        let ports = Switches { ports: true, ..Switches::default() };
        assert_eq!(may(ports).await, [false, false, true]);
        let seen = world.answer(&alice.call, GetOrganization { organization }).await;
        assert!(["can_invite", "can_create_cluster"].iter().all(|held| seen.may(held)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a3_a32_b43_owner_and_administrators_manage_members_and_nobody_else() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let seen = world.answer(&alice.call, GetOrganization { organization }).await;
        assert!(seen.may("can_change_role") && seen.may("can_remove_member"), "the owner alone");
        let of = async |email: &str, role| world.member(&alice, organization, email, role).await;
        let admin = of("admin@example.org", InvitableRole::Admin).await;
        let member = of("member@example.org", InvitableRole::Member).await;
        let restricted = of("restricted@example.org", InvitableRole::Restricted).await;
        let role = InvitableRole::Restricted;
        for by in [&member, &restricted] {
            let user = admin.id;
            let change = world.end(&by.call, ChangeMemberRole { organization, user, role }).await;
            assert!(matches!(change, Err(Error::Forbidden { .. })), "{}", world.engine);
            let remove = world.end(&by.call, RemoveMember { organization, user }).await;
            assert!(matches!(remove, Err(Error::Forbidden { .. })));
        }
        let user = member.id;
        world.done(&admin.call, ChangeMemberRole { organization, user, role }).await;
        world.done(&admin.call, RemoveMember { organization, user }).await;
    }
}
