//! Inviting: who may, whom, how many, how often.

use guildhall_app::{
    Error,
    invitation::{InviteMembersRefusal as No, ListInvitations, OfferedRole},
    organization::{Switches, UpdateMemberPermissions},
};
use guildhall_app::{Plan, Settings};
use guildhall_model::{
    InvitableRole::{Admin, Member, Restricted},
    OrganizationId, PageSize,
};

use crate::people::{Somebody, inviting};
use crate::world::{World, worlds, worlds_with};

fn pending(organization: OrganizationId) -> ListInvitations {
    ListInvitations { organization, search: String::new(), cursor: None, size: PageSize::default() }
}

async fn addresses(world: &World, by: &Somebody, organization: OrganizationId) -> Vec<String> {
    let page = world.answer(&by.call, pending(organization)).await;
    page.rows.into_iter().map(|row| row.email.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_h6_h13_h15_h21_a2_a8_a11_a19_b51_one_or_many_are_invited_and_mailed() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let bob = world.person("bob@example.org").await;
        let northwind = world.organization(&alice).await;
        let emails = "bob@example.org, carol@example.org; dave@example.org";
        let invited = world.invite(&alice, northwind, emails, Member).await;
        assert_eq!(invited.len(), 3);
        assert!(invited.iter().all(|one| !one.renewed));
        let listed = addresses(&world, &alice, northwind).await;
        assert_eq!(listed, ["bob@example.org", "carol@example.org", "dave@example.org"]);
        for one in &invited {
            assert_eq!(world.kinds_of_mail(&one.email).await, ["invitation"], "{}", world.engine);
        }
        let page = world.answer(&alice.call, pending(northwind)).await;
        assert_eq!(page.rows[0].role, OfferedRole::default());
        assert_eq!((page.rows[0].role_name.as_str(), page.rows[0].expired), ("Member", false));
        assert_eq!(page.rows[0].inviter_email, alice.email);
        let event = &world.events(northwind).await[0];
        assert_eq!(event.action, "invitation.create");
        assert!(event.after.as_ref().is_some_and(|after| after.contains("carol@example.org")));
        assert_eq!(world.waiting(&bob).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_4_no_answer_list_or_event_holds_the_link() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let invited = world.invite(&alice, northwind, "bob@example.org", Member).await;
        let secret = world.link(&"bob@example.org".parse().unwrap()).await;
        let secret = secret.expose();
        let page = world.answer(&alice.call, pending(northwind)).await;
        let mut shown = serde_json::to_string(&invited).unwrap();
        shown.push_str(&serde_json::to_string(&page.rows).unwrap());
        for event in world.events(northwind).await {
            shown.push_str(&format!("{event:?}"));
        }
        assert!(!shown.contains(secret.as_str()) && !shown.contains("ghi_"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h17_h45_h53_h58_who_may_invite_and_as_what() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let admin = world.member(&alice, northwind, "ada@example.org", Admin).await;
        let member = world.member(&alice, northwind, "max@example.org", Member).await;
        let restricted = world.member(&alice, northwind, "rex@example.org", Restricted).await;
        let stranger = world.person("eve@example.org").await;
        let forbidden = Err(Error::Forbidden { permission: "can_invite" });
        let engine = world.engine;
        let tries =
            async |by: &Somebody, to: &str, role| world.try_invite(by, northwind, to, role).await;
        assert_eq!(tries(&stranger, "x1@example.org", Member).await, Err(Error::NotFound));
        assert_eq!(tries(&restricted, "x1@example.org", Member).await, forbidden, "{engine}");
        assert_eq!(tries(&member, "x1@example.org", Member).await, forbidden, "switch off");
        assert_eq!(tries(&admin, "x2@example.org", Admin).await, Ok(()));
        assert_eq!(tries(&alice, "x3@example.org", Admin).await, Ok(()));

        let switches = Switches { invite: true, ..Switches::default() };
        let organization = northwind;
        world.done(&admin.call, UpdateMemberPermissions { organization, switches }).await;
        assert_eq!(tries(&member, "x4@example.org", Member).await, Ok(()), "switch on");
        assert_eq!(tries(&member, "x5@example.org", Restricted).await, Ok(()));
        let above = Err(Error::Refused(No::AboveOwn));
        assert_eq!(tries(&member, "x6@example.org", Admin).await, above);
        assert_eq!(tries(&restricted, "x7@example.org", Member).await, forbidden);

        let switches = Switches::default();
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        assert_eq!(tries(&member, "x8@example.org", Member).await, forbidden, "off again");
        assert_eq!(tries(&admin, "x8@example.org", Member).await, Ok(()), "whatever the switch");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h26_a25_security_11_13_members_are_not_invited_and_invitations_renewed_not_doubled() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        world.member(&alice, northwind, "max@example.org", Member).await;
        let both = world.try_invite(&alice, northwind, "new@example.org, max@example.org", Member);
        let max = "max@example.org".parse().unwrap();
        assert_eq!(both.await, Err(Error::Refused(No::AlreadyMembers(vec![max]))));
        assert!(addresses(&world, &alice, northwind).await.is_empty(), "all or nothing");

        let first = world.invite(&alice, northwind, "bob@example.org", Member).await.remove(0);
        let old = world.link(&first.email).await;
        let again = world.invite(&alice, northwind, "BOB@example.org", Admin).await.remove(0);
        assert_eq!((again.id, again.renewed), (first.id, true), "{}", world.engine);
        assert_ne!(old.hash(), world.link(&first.email).await.hash());
        let page = world.answer(&alice.call, pending(northwind)).await;
        assert_eq!((page.rows.len(), page.rows[0].role), (1, Admin.into()));
        let kinds = world.kinds_of_mail(&first.email).await;
        assert_eq!(kinds, ["invitation", "invitation_reminder"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_13_security_19_invitations_at_the_same_time_make_one_and_never_exceed_the_seats()
{
    let settings = Settings { default_seats: Some(4), ..Settings::default() };
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let one = |email: String| {
            let (app, call) = (world.app.clone(), alice.call.clone());
            tokio::spawn(
                async move { app.execute(&call, inviting(northwind, &email, Member)).await },
            )
        };
        let same: Vec<_> = (0..4).map(|_| one("bob@example.org".to_owned())).collect();
        for task in same {
            assert!(task.await.unwrap().is_ok(), "{}", world.engine);
        }
        assert_eq!(addresses(&world, &alice, northwind).await, ["bob@example.org"]);

        let many: Vec<_> = (0..8).map(|n| one(format!("n{n}@example.org"))).collect();
        let mut sent = 0;
        for task in many {
            match task.await.unwrap() {
                Ok(_) => sent += 1,
                Err(error) => {
                    assert_eq!(error, Error::Refused(No::NoSeats { left: 0, needed: 1 }));
                }
            }
        }
        assert_eq!(sent, 2, "one owner, one pending, four seats on {}", world.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b52_seats_count_members_and_pending_invitations_but_not_expired_ones() {
    let settings = Settings { default_seats: Some(3), ..Settings::default() };
    for world in worlds_with(settings.clone()).await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let all = world.try_invite(
            &alice,
            northwind,
            "a@example.org b@example.org c@example.org",
            Member,
        );
        let refused = No::NoSeats { left: 2, needed: 3 };
        assert!(refused.to_string().contains("only 2 seats are left"));
        assert_eq!(all.await, Err(Error::Refused(refused)));
        world.invite(&alice, northwind, "a@example.org b@example.org", Member).await;
        let third = world.try_invite(&alice, northwind, "c@example.org", Member).await;
        assert_eq!(third, Err(Error::Refused(No::NoSeats { left: 0, needed: 1 })));
        let renewed = world.try_invite(&alice, northwind, "a@example.org", Member).await;
        assert_eq!(renewed, Ok(()), "it has its seat");
        world.clock.advance(settings.invitation_lifetime);
        let third = world.try_invite(&alice, northwind, "c@example.org", Member).await;
        assert_eq!(third, Ok(()), "{}", world.engine);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_the_community_plan_does_not_invite_and_the_message_names_the_plans_that_do() {
    let settings = Settings { default_plan: Plan::Community, ..Settings::default() };
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let refused = world.try_invite(&alice, northwind, "bob@example.org", Member).await;
        assert_eq!(refused, Err(Error::Refused(No::Plan)));
        let words = No::Plan.to_string();
        assert!(words.contains("Commercial") && words.contains("Enterprise"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_with_one_organization_for_each_account_members_elsewhere_are_not_invited() {
    let settings = Settings { one_organization: true, ..Settings::default() };
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let bob = world.person("bob@example.org").await;
        let (northwind, _) = (world.organization(&alice).await, world.organization(&bob).await);
        let refused = world.try_invite(&alice, northwind, "bob@example.org", Member).await;
        assert_eq!(refused, Err(Error::Refused(No::Elsewhere(vec![bob.email]))));
        assert_eq!(world.try_invite(&alice, northwind, "new@example.org", Member).await, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_17_mails_are_limited_for_each_organization_inviter_and_recipient() {
    let settings =
        Settings { invitations_per_hour: 4, invitations_per_recipient: 2, ..Settings::default() };
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let limited = |ended: Result<(), Error<No>>| match ended {
            Err(Error::Refused(No::TooMany { retry_after })) => retry_after > 0,
            _ => false,
        };
        for _ in 0..2 {
            world.invite(&alice, northwind, "bob@example.org", Member).await;
        }
        assert!(limited(world.try_invite(&alice, northwind, "bob@example.org", Member).await));
        let acme = world.organization(&alice).await;
        let carol = world.person("carol@example.org").await;
        let tailspin = world.organization(&carol).await;
        assert!(limited(world.try_invite(&carol, tailspin, "bob@example.org", Member).await));
        world.invite(&alice, northwind, "c1@example.org c2@example.org", Member).await;
        assert!(limited(world.try_invite(&alice, northwind, "c3@example.org", Member).await));
        assert!(limited(world.try_invite(&alice, acme, "c3@example.org", Member).await));
        world.clock.advance(std::time::Duration::from_secs(60 * 60));
        assert_eq!(world.try_invite(&alice, northwind, "c3@example.org", Member).await, Ok(()));
        assert_eq!(world.mails(&"c3@example.org".parse().unwrap()).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_confirmed_their_address_does_not_invite() {
    for world in worlds().await {
        let mallory = world.unconfirmed("mallory@example.org").await;
        let organization = world.organization(&mallory).await;
        let refused = world.try_invite(&mallory, organization, "bob@example.org", Member).await;
        assert_eq!(refused, Err(Error::Refused(No::Unconfirmed)));
    }
}
