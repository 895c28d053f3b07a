//! The audit log: each mutation leaves one event, and whoever may read them finds them again.

use guildhall_app::{
    Error,
    account::CloseWelcome,
    audit::{EventFilter, GetOrganizationEvent, ListOrganizationEvents, ListSystemEvents},
    organization::{Switches, UpdateMemberPermissions},
    system::{ListOrganizations, ListUsers},
};
use guildhall_model::{InvitableRole, OrganizationId, UserId};
use std::time::Duration;

use crate::people::Appoint;
use crate::world::{World, worlds};

fn all(organization: OrganizationId, filter: EventFilter) -> ListOrganizationEvents {
    ListOrganizationEvents { organization, filter, after: None, limit: 100 }
}

async fn actions(
    world: &World,
    call: &guildhall_app::Call,
    organization: OrganizationId,
    filter: EventFilter,
) -> Vec<String> {
    let events = world.app.read(call, all(organization, filter)).await.expect("they may read");
    events.into_iter().map(|event| event.action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a93_events_are_found_by_time_user_action_and_target() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        world.clock.advance(Duration::from_secs(3600));
        let noon = guildhall_model::Clock::now(&world.clock);
        let bob = world.member(&alice, northwind, "bob@example.org", InvitableRole::Admin).await;
        world.clock.advance(Duration::from_secs(3600));
        world.invite(&bob, northwind, "carol@example.org", InvitableRole::Member).await;

        let found = |filter| actions(&world, &alice.call, northwind, filter);
        let every = found(EventFilter::default()).await;
        let expected =
            ["invitation.create", "invitation.accept", "invitation.create", "organization.create"];
        assert_eq!(every, expected, "{}: newest first", world.engine);
        let since = EventFilter { since: Some(noon), ..EventFilter::default() };
        assert_eq!(found(since).await.len(), 3);
        let until = EventFilter { until: Some(noon), ..EventFilter::default() };
        assert_eq!(found(until).await, ["organization.create"]);
        for by in ["bob@example.org".to_owned(), bob.id.text()] {
            let filter = EventFilter { actor: Some(by), ..EventFilter::default() };
            assert_eq!(found(filter).await, ["invitation.create", "invitation.accept"]);
        }
        for (action, many) in [("invitation", 3), ("invitation.accept", 1), ("invit", 0)] {
            let filter = EventFilter { action: Some(action.to_owned()), ..EventFilter::default() };
            assert_eq!(found(filter).await.len(), many, "{action}");
        }
        let target = Some(northwind.text());
        let filter = EventFilter { target, ..EventFilter::default() };
        assert!(found(filter).await.contains(&"organization.create".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_meet_without_gap_or_overlap() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        for number in 0..6 {
            let email = format!("guest{number}@example.org");
            world.invite(&alice, northwind, &email, InvitableRole::Member).await;
        }
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let filter = EventFilter::default();
            let page = ListOrganizationEvents { organization: northwind, filter, after, limit: 3 };
            let events = world.app.read(&alice.call, page).await.expect("she may read");
            let Some(last) = events.last() else { break };
            after = Some(last.position());
            seen.extend(events.iter().map(|event| event.id));
        }
        assert_eq!(seen.len(), 7, "{}", world.engine);
        let mut unique = seen.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), seen.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_for_administrators_of_the_organization_it_is_of() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let northwind = world.organization(&alice).await;
        let bob = world.member(&alice, northwind, "bob@example.org", InvitableRole::Member).await;
        let mallory = world.person("mallory@example.org").await;
        let elsewhere = world.organization(&mallory).await;
        let asked = |call: guildhall_app::Call, organization| {
            let app = world.app.clone();
            let list = all(organization, EventFilter::default());
            async move { app.read(&call, list).await.map(|_| ()) }
        };
        let forbidden = Err(Error::Forbidden { permission: "can_read_audit" });
        assert_eq!(asked(bob.call.clone(), northwind).await, forbidden, "{}", world.engine);
        assert_eq!(asked(mallory.call.clone(), northwind).await, Err(Error::NotFound));
        let events = all(northwind, EventFilter::default());
        let events = world.app.read(&alice.call, events).await.expect("she may");
        let event = events[0].id;
        let own = GetOrganizationEvent { organization: northwind, event };
        let detail = world.app.read(&alice.call, own).await.expect("it is there");
        assert!(detail.relationships.iter().any(|(added, tuple)| {
            *added
                && tuple.to_string().contains(&format!("#member@{}", guildhall_app::user(bob.id)))
        }));
        let foreign = GetOrganizationEvent { organization: elsewhere, event };
        let asked = world.app.read(&mallory.call, foreign).await.map(|_| ());
        assert_eq!(asked, Err(Error::NotFound), "another tenant's event");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s56_only_system_administrators_list_the_installation() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        world.organization(&alice).await;
        world.person("b_b@example.org").await;
        world.person("bxb@example.org").await;
        let users = |search: Option<&str>| ListUsers {
            after: None,
            search: search.map(str::to_owned),
            limit: 10,
        };
        let refused = world.app.read(&alice.call, users(None)).await.map(|_| ());
        assert_eq!(refused, Err(Error::Forbidden { permission: "can_list_users" }));
        let log = ListSystemEvents { filter: EventFilter::default(), after: None, limit: 10 };
        let refused = world.app.read(&alice.call, log.clone()).await.map(|_| ());
        assert_eq!(refused, Err(Error::Forbidden { permission: "can_read_audit" }));
        world.done(&alice.call, Appoint(alice.id)).await;
        let listed = world.answer(&alice.call, users(None)).await;
        let ids: Vec<UserId> = listed.rows.iter().map(|row| row.id).collect();
        assert!(ids.contains(&alice.id) && listed.total == Some(3), "{}", world.engine);
        assert_eq!(world.answer(&alice.call, users(Some("b_b"))).await.rows.len(), 1);
        assert_eq!(world.answer(&alice.call, users(Some("ALICE"))).await.rows.len(), 1);
        let list = ListOrganizations { after: None, search: None, limit: 10 };
        let listed = world.answer(&alice.call, list).await;
        assert_eq!((listed.rows[0].people, listed.rows[0].owner.as_ref()), (1, Some(&alice.email)));
        assert!(!world.answer(&alice.call, log).await.is_empty());
    }
}

#[tokio::test]
async fn events_name_what_they_are_about() {
    for world in worlds().await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let switches = Switches { invite: true, ..Switches::default() };
        world.done(&alice.call, UpdateMemberPermissions { organization, switches }).await;
        world.done(&alice.call, CloseWelcome { user: alice.id }).await;
        let newest = world.events(organization).await.remove(0);
        assert_eq!(newest.action, "organization.update_permissions", "{}", world.engine);
        assert_eq!(newest.target_name.as_deref(), Some("Northwind Labs"));
        let list = ListSystemEvents { filter: EventFilter::default(), after: None, limit: 100 };
        let call = guildhall_app::Call::of(guildhall_app::Actor::System("test"));
        let events = world.app.read(&call, list).await.expect("they may read");
        let closed = events.iter().find(|event| event.action == "account.close_welcome");
        let name = closed.expect("an event").target_name.as_deref();
        assert_eq!(name, Some("alice@example.org"), "what one does to one's own account");
    }
}
