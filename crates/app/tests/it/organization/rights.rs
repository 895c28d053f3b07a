//! What an organization is made with, and what its owner and administrators change.

use guildhall_app::{
    Error, Settings,
    organization::{
        CreateOrganization, CreateOrganizationRefusal, GetOrganization, ListMyOrganizations,
        RenameOrganization, Switches, UpdateMemberPermissions,
    },
};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    OrganizationRole,
};

use crate::people::Appoint;
use crate::world::{worlds, worlds_with};

#[tokio::test(flavor = "multi_thread")]
async fn h1_h3_h51_a31_b39_b60_b69_its_maker_owns_it_and_every_switch_is_off() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let make = |name: &str| CreateOrganization {
            display_name: "Northwind Labs".parse().unwrap(),
            name: Some(name.parse().unwrap()),
        };
        let id = world.done(&alice.call, make("northwind")).await.id;
        let seen = world.answer(&alice.call, GetOrganization { organization: id }).await;
        assert_eq!((seen.role, seen.people), (Some(OrganizationRole::Owner), Some(1)));
        assert_eq!(seen.switches, Some(Switches::default()), "{}", world.engine);
        assert_eq!(seen.owner().map(|owner| owner.email.clone()), Some(alice.email.clone()));
        assert!(seen.may("can_delete") && seen.may("can_invite_admin"));
        let taken = world.end(&alice.call, make("NorthWind")).await;
        assert_eq!(taken, Err(Error::Refused(CreateOrganizationRefusal::NameTaken)));
        assert_eq!(world.events(id).await[0].action, "organization.create");
        world.organization(&alice).await;
        let mine = world.answer(&alice.call, ListMyOrganizations { user: alice.id }).await;
        assert_eq!(mine.len(), 2);
        let bob = world.person("bob@example.org").await;
        let others = world.app.read(&bob.call, ListMyOrganizations { user: alice.id }).await;
        assert_eq!(others.map(|_| ()), Err(Error::NotFound), "security 40");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn making_organizations_is_a_setting_and_limited() {
    let settings = Settings { create_organizations: false, ..Settings::default() };
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let make = CreateOrganization { display_name: "Any".parse().unwrap(), name: None };
        let refused = world.end(&alice.call, make).await;
        assert_eq!(refused, Err(Error::Refused(CreateOrganizationRefusal::SwitchedOff)));
    }
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        for _ in 0..20 {
            world.organization(&alice).await;
        }
        let make = CreateOrganization { display_name: "Any".parse().unwrap(), name: None };
        let refused = world.end(&alice.call, make).await;
        let limited =
            matches!(refused, Err(Error::Refused(CreateOrganizationRefusal::TooMany { .. })));
        assert!(limited, "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h43_h44_h47_h49_h50_h53_h59_the_switches_are_saved_together_by_administrators_only() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let rex = world.member(&alice, organization, "rex@example.org", Restricted).await;
        let stranger = world.person("eve@example.org").await;
        let update = |invite, clusters, ports| UpdateMemberPermissions {
            organization,
            switches: Switches { invite, clusters, ports },
        };
        let forbidden = Err(Error::Forbidden { permission: "can_update_permissions" });
        assert_eq!(world.end(&max.call, update(true, true, true)).await, forbidden);
        assert_eq!(world.end(&rex.call, update(true, true, true)).await, forbidden);
        assert_eq!(world.end(&stranger.call, update(true, true, true)).await, Err(Error::NotFound));
        let permissions = ["can_invite", "can_create_cluster", "can_open_ports"];
        for bits in 0..8u8 {
            let on = [bits & 1 > 0, bits & 2 > 0, bits & 4 > 0];
            let by = if bits % 2 == 0 { &ada } else { &alice };
            world.done(&by.call, update(on[0], on[1], on[2])).await;
            for (who, expected) in
                [(&max, on), (&ada, [true; 3]), (&alice, [true; 3]), (&rex, [false; 3])]
            {
                let seen = world.answer(&who.call, GetOrganization { organization }).await;
                let may = permissions.map(|permission| seen.may(permission));
                assert_eq!(may, expected, "{bits:03b} {} {}", who.email, world.engine);
            }
        }
        let event = &world.events(organization).await[0];
        assert_eq!(event.action, "organization.update_permissions");
        assert!(event.before.as_ref().is_some_and(|before| before.contains("\"ports\":true")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b45_b69_only_the_owner_changes_the_display_name_and_the_other_name_stays() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let before = world.answer(&alice.call, GetOrganization { organization }).await;
        let rename = || RenameOrganization {
            organization,
            display_name: "Northwind Research".parse().unwrap(),
        };
        let refused = world.end(&ada.call, rename()).await;
        assert_eq!(refused, Err(Error::Forbidden { permission: "can_rename" }));
        world.done(&alice.call, rename()).await;
        let after = world.answer(&ada.call, GetOrganization { organization }).await;
        assert_eq!(after.display_name.as_str(), "Northwind Research", "{}", world.engine);
        assert_eq!(after.name, before.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h11_h37_what_is_inside_is_invisible_outside_and_to_system_administrators_only_readable() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let root = world.person("root@example.org").await;
        let outside = world.app.read(&root.call, GetOrganization { organization }).await;
        assert_eq!(outside.map(|_| ()), Err(Error::NotFound));
        world.done(&root.call, Appoint(root.id)).await;
        let seen = world.answer(&root.call, GetOrganization { organization }).await;
        assert_eq!((seen.role, seen.may("can_transfer")), (None, true), "{}", world.engine);
        let invited = world.try_invite(&root, organization, "x@example.org", Member).await;
        assert_eq!(invited, Err(Error::Forbidden { permission: "can_invite" }));
    }
}
