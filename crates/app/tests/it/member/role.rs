//! Custom roles: made, assigned, and never a way to more than one has.

use guildhall_app::{
    Error,
    invitation::AcceptInvitation,
    invitation::OfferedRole,
    member::{ExplainMember, RemoveMember, RemoveMemberRefusal},
    organization::GetOrganization,
    role::{
        AssignRole, AssignRoleRefusal, CreateRole, CreateRoleRefusal, DeleteRole, EditRole,
        GRANTABLE, GetRole, ListRoles, UnassignRole,
    },
};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    OrganizationId,
};

use crate::world::worlds;

fn making(organization: OrganizationId, name: &str, permissions: &[&str]) -> CreateRole {
    CreateRole {
        organization,
        name: name.parse().unwrap(),
        description: String::new(),
        permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn roles_carry_exactly_what_the_charter_lets_them() {
    let charter = include_str!("../../../charter.fga");
    let organization = charter.split("\ntype ").find(|part| part.starts_with("organization"));
    let lines = organization.unwrap().lines().filter(|line| line.contains("role#assignee"));
    let mut named: Vec<_> = lines
        .map(|line| line.trim().trim_start_matches("define ").split(':').next().unwrap())
        .collect();
    let mut grantable = GRANTABLE.to_vec();
    named.sort_unstable();
    grantable.sort_unstable();
    assert_eq!(named, grantable);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_7_34_35_custom_roles_are_made_and_given_within_what_one_has() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let max = world.member(&alice, organization, "max@example.org", Member).await;
        let forbidden = Err(Error::Forbidden { permission: "can_manage_roles" });
        let make = |name: &str, of: &[&str]| making(organization, name, of);
        assert_eq!(world.end(&max.call, make("X", &["can_invite"])).await, forbidden);
        let refused = world.end(&ada.call, make("X", &["can_delete"])).await;
        assert_eq!(
            refused,
            Err(Error::Refused(CreateRoleRefusal::NotGrantable)),
            "{}",
            world.engine
        );
        let role = world
            .done(&ada.call, make("Doorkeeper", &["can_invite", "can_remove_member"]))
            .await
            .id;
        let taken = world.end(&ada.call, make("DOORKEEPER", &[])).await;
        assert_eq!(taken, Err(Error::Refused(CreateRoleRefusal::NameTaken)));
        let assign = |user| AssignRole { organization, role, user };
        let oneself = world.end(&max.call, assign(max.id)).await;
        assert_eq!(oneself, Err(Error::Forbidden { permission: "can_manage_roles" }));
        let eve = world.person("eve@example.org").await;
        let outside = world.end(&ada.call, assign(eve.id)).await;
        assert_eq!(outside, Err(Error::Refused(AssignRoleRefusal::NotAMember)));
        world.done(&ada.call, assign(max.id)).await;
        let seen = world.answer(&max.call, GetOrganization { organization }).await;
        assert!(
            seen.may("can_invite") && seen.may("can_remove_member") && !seen.may("can_change_role")
        );
        let why = ExplainMember { organization, user: max.id, permission: "can_invite".to_owned() };
        let why = world.answer(&max.call, why).await;
        assert!(why.path.iter().any(|link| link.relation == "assignee"), "{why:?}");

        assert_eq!(world.try_invite(&max, organization, "m@example.org", Member).await, Ok(()));
        let above = world.try_invite(&max, organization, "a@example.org", Admin).await;
        assert!(matches!(above, Err(Error::Refused(_))), "a role is no way to administrators");
        let above = world.end(&max.call, RemoveMember { organization, user: ada.id }).await;
        assert_eq!(above, Err(Error::Refused(RemoveMemberRefusal::AboveOwn)));
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        assert_eq!(world.end(&max.call, RemoveMember { organization, user: bob.id }).await, Ok(()));

        world.done(&ada.call, UnassignRole { organization, role, user: max.id }).await;
        let seen = world.answer(&max.call, GetOrganization { organization }).await;
        assert!(!seen.may("can_invite"), "at the next request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_5_a_role_of_another_organization_is_not_there() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let (northwind, acme) =
            (world.organization(&alice).await, world.organization(&alice).await);
        let role = world.done(&alice.call, making(acme, "Keeper", &["can_open_ports"])).await.id;
        let user = alice.id;
        let organization = northwind;
        let assigned = world.end(&alice.call, AssignRole { organization, role, user }).await;
        assert_eq!(assigned, Err(Error::NotFound), "{}", world.engine);
        let deleted = world.end(&alice.call, DeleteRole { organization, role }).await;
        assert_eq!(deleted, Err(Error::NotFound));
        let invited =
            world.try_invite(&alice, northwind, "b@example.org", OfferedRole::Custom(role)).await;
        assert!(matches!(invited, Err(Error::Refused(_))));
        let read = world.app.read(&alice.call, GetRole { organization, role }).await;
        assert_eq!(read.map(|_| ()), Err(Error::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b51_an_invitation_offers_a_custom_role_and_a_deleted_one_leaves_a_plain_membership() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let role =
            world.done(&alice.call, making(organization, "Keeper", &["can_open_ports"])).await.id;
        let bob = world.person("bob@example.org").await;
        let carol = world.person("carol@example.org").await;
        let offered = OfferedRole::Custom(role);
        let emails = "bob@example.org carol@example.org";
        let invited = world.invite(&alice, organization, emails, offered).await;
        assert_eq!(world.waiting(&bob).await[0].role_name, "Keeper");
        let accept = |invitation| AcceptInvitation { organization, invitation };
        let joined = world.done(&bob.call, accept(invited[0].id)).await;
        assert_eq!((joined.custom_role, joined.reduced), (Some(role), false), "{}", world.engine);
        let edit = EditRole {
            organization,
            role,
            name: "Gatekeeper".parse().unwrap(),
            description: "Opens ports".to_owned(),
            permissions: vec!["can_create_cluster".to_owned()],
        };
        world.done(&alice.call, edit).await;
        let seen = world.answer(&bob.call, GetOrganization { organization }).await;
        assert!(seen.may("can_create_cluster") && !seen.may("can_open_ports"));
        let listed = world.answer(&bob.call, ListRoles { organization }).await;
        assert_eq!((listed[0].name.as_str(), listed[0].people), ("Gatekeeper", 1));
        world.done(&alice.call, DeleteRole { organization, role }).await;
        let seen = world.answer(&bob.call, GetOrganization { organization }).await;
        assert!(!seen.may("can_create_cluster"));
        let joined = world.done(&carol.call, accept(invited[1].id)).await;
        assert_eq!((joined.custom_role, joined.reduced), (None, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_58_nobody_learns_of_a_role_by_asking_why_not() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let rita = world.member(&alice, organization, "rita@example.org", Restricted).await;
        let making = making(organization, "Inviter", &["can_invite"]);
        let role = world.done(&alice.call, making).await.id;
        let why =
            || ExplainMember { organization, user: rita.id, permission: "can_invite".to_owned() };
        let tells = |why: guildhall_app::member::Why| {
            why.remedies.iter().any(|remedy| remedy.object == format!("role:{role}"))
        };
        assert!(tells(world.answer(&alice.call, why()).await), "administrators see roles");
        let own = world.answer(&rita.call, why()).await;
        assert!(!own.remedies.is_empty() && !tells(own), "restricted people do not");
    }
}
