//! Warnings at thresholds, and what stops at their end.

use guildhall_app::{
    Actor, Call, Settings,
    credit::{GrantCredits, WatchedCredits},
    mail::Mail,
    organization::{DeleteOrganization, PurgeOrganization, RestoreOrganization},
};
use guildhall_model::{
    ClusterState, Credits,
    InvitableRole::{Admin, Member},
};
use guildhall_store::{ScopeId, cloud_account};

use super::{HOUR, MINUTE, settings};
use crate::people::Appoint;
use crate::world::{World, worlds_with};

/// New organizations get 300, and people are told at 100 and at nothing.
fn little(stop_at_zero: bool) -> Settings {
    let mut settings = settings();
    settings.clusters.initial_credits = Credits::new(300);
    settings.clusters.warn_below = vec![Credits::new(1000), Credits::new(100), Credits::new(0)];
    settings.clusters.stop_at_zero = stop_at_zero;
    settings
}

async fn watch(world: &World) -> WatchedCredits {
    world.app.watch_credits().await.expect("balances are read")
}

const NOTHING: WatchedCredits = WatchedCredits { warned: 0, stopped: 0 };

#[tokio::test(flavor = "multi_thread")]
async fn h9_owner_and_administrators_are_told_once_at_each_threshold() {
    for world in worlds_with(little(false)).await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        world.running(&alice, organization, "east").await;
        assert_eq!(watch(&world).await, NOTHING, "few were granted, nobody is told of that");
        world.clock.advance(3 * HOUR + 20 * MINUTE);
        assert_eq!(watch(&world).await.warned, 1, "100 are left on {}", world.engine);
        assert_eq!(watch(&world).await, NOTHING, "once");
        let mails = world.mails(&ada.email).await;
        let Some(Mail::CreditsLow { left, hours, .. }) = mails.last() else {
            panic!("{mails:?}");
        };
        assert!(*left <= Credits::new(100) && *left > Credits::new(99), "{left}");
        assert_eq!(*hours, Some(1));
        assert_eq!(world.kinds_of_mail(&alice.email).await.last(), Some(&"credits_low"));
        assert!(!world.kinds_of_mail(&bob.email).await.contains(&"credits_low"));
        let event = &world.events(organization).await[0];
        assert_eq!((&*event.action, &*event.actor_kind), ("credit.warn", "system"));

        world.clock.advance(2 * HOUR);
        assert_eq!(watch(&world).await.warned, 1);
        assert_eq!(watch(&world).await, NOTHING);
        assert_eq!(world.kinds_of_mail(&ada.email).await.last(), Some(&"credits_spent"));

        // A grant above a threshold has people told again when it is reached again.
        let root = world.person("root@example.org").await;
        world.done(&root.call, Appoint(root.id)).await;
        let amount = Credits::new(200);
        world.done(&root.call, GrantCredits { organization, amount, note: String::new() }).await;
        assert_eq!(watch(&world).await, NOTHING);
        world.clock.advance(2 * HOUR);
        assert_eq!(watch(&world).await.warned, 1);
        let told = world.kinds_of_mail(&ada.email).await;
        let told: Vec<_> = told.iter().filter(|kind| kind.starts_with("credits")).collect();
        assert_eq!(told, [&"credits_low", &"credits_spent", &"credits_low"]);
        // Taking back may reach one as well, without anything running.
        let amount = Credits::new(0) - Credits::new(500);
        world.done(&root.call, GrantCredits { organization, amount, note: String::new() }).await;
        assert_eq!(watch(&world).await.warned, 1);
        assert_eq!(world.kinds_of_mail(&ada.email).await.last(), Some(&"credits_spent"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h9_clusters_are_stopped_at_zero_if_the_operator_set_it_so() {
    for world in worlds_with(little(true)).await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let east = world.running(&alice, organization, "east").await;
        let west = world.running(&alice, organization, "west").await;
        world.clock.advance(2 * HOUR);
        assert_eq!(watch(&world).await, WatchedCredits { warned: 1, stopped: 0 });
        world.clock.advance(HOUR);
        assert_eq!(watch(&world).await, WatchedCredits { warned: 1, stopped: 2 });
        assert_eq!(watch(&world).await, NOTHING, "the drivers are at work");
        for cluster in [east, west] {
            assert_eq!(world.state(cluster).await, ClusterState::Stopping, "{}", world.engine);
        }
        world.report(east, ClusterState::Stopped).await;
        world.give_up(west).await;
        assert_eq!(watch(&world).await, NOTHING, "what failed is left alone for a while");
        world.clock.advance(HOUR);
        assert_eq!(watch(&world).await, WatchedCredits { warned: 0, stopped: 1 });
        let mails = world.mails(&alice.email).await;
        let Some(Mail::CreditsSpent { stopping: true, .. }) = mails.last() else {
            panic!("{mails:?}");
        };
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b70_clusters_of_a_deleted_organization_stop_and_go_before_it_is_purged() {
    for world in worlds_with(settings()).await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let east = world.running(&alice, organization, "east").await;
        let proof = world.proof(&alice).await;
        let delete = || DeleteOrganization { organization, proof: proof.clone() };
        world.done(&alice.call, delete()).await;
        assert_eq!(watch(&world).await, WatchedCredits { warned: 0, stopped: 1 });
        world.report(east, ClusterState::Stopped).await;
        assert_eq!(watch(&world).await, NOTHING);
        world.done(&alice.call, RestoreOrganization { organization }).await;
        assert_eq!(world.state(east).await, ClusterState::Stopped, "whoever restored it starts it");

        world.done(&alice.call, delete()).await;
        world.clock.advance(14 * 24 * HOUR);
        let system = Call::of(Actor::System("housekeeping"));
        let purge = async || world.done(&system, PurgeOrganization { organization }).await;
        for _ in 0..2 {
            let waits = purge().await;
            assert!(waits.waits && !waits.finished, "on {}", world.engine);
            assert_eq!(world.state(east).await, ClusterState::Terminating);
        }
        world.report(east, ClusterState::Error).await;
        assert!(purge().await.waits, "it is tried again");
        assert_eq!(world.state(east).await, ClusterState::Terminating);
        world.report(east, ClusterState::Terminated).await;
        let mut rounds = 0;
        while !purge().await.finished {
            rounds += 1;
            assert!(rounds < 10, "it comes to an end");
        }
        let mut tx = world.database().await.read().await.expect("the database opens");
        let left = cloud_account::all(&mut tx.scope(&ScopeId::from(organization))).await;
        tx.commit().await.expect("reading ends");
        assert_eq!(left.expect("accounts are read"), [], "credentials are gone");
    }
}
