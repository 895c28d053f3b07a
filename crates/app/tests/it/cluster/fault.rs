//! Drivers that fail, processes that stop, people who meddle: the final state is right.

use std::time::Duration;

use guildhall_app::{
    cluster::{
        Keeper, ListClusterAccounts, SetClusterServices, StartCluster, StopCluster,
        driver::{DriverError, Verb},
    },
    member::RemoveMember,
};
use guildhall_model::{
    ClusterMove, ClusterRole, ClusterState, InvitableRole::Member, UserManagement::Managed,
};

use super::skies;

const AWAY: &str = "no answer. Guildhall tries again by itself.";

fn temporary() -> DriverError {
    DriverError::Temporary("the cloud is busy".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_fails_is_asked_again_under_the_same_request() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        sky.cloud.fail(Verb::Create, temporary());
        sky.cloud.fail(Verb::Create, temporary());
        let cluster = sky.ordered(&alice, organization, "3.0", Managed).await;
        sky.keeper.work_off().await.expect("the database works");
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!(seen.state, ClusterState::Pending);
        assert_eq!(
            seen.message.as_deref(),
            Some("the cloud is busy. Guildhall tries again by itself.")
        );
        sky.world.clock.advance(Duration::from_secs(60));
        sky.keeper.work_off().await.expect("the database works");
        sky.world.clock.advance(Duration::from_secs(60));
        sky.settle().await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        let mut requests = sky.cloud.requests(Verb::Create);
        assert_eq!(requests.len(), 3);
        requests.dedup();
        assert_eq!(requests.len(), 1, "one request, told three times");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_gives_up_leaves_its_words_and_a_way_to_retry() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let words = "the quota for machines\nis exhausted";
        sky.cloud.fail(Verb::Create, DriverError::Permanent(words.into()));
        let cluster = sky.ordered(&alice, organization, "3.0", Managed).await;
        sky.settle().await;
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!(seen.state, ClusterState::Error);
        assert_eq!(seen.message.as_deref(), Some("the quota for machines is exhausted"));
        assert_eq!(seen.moves, [ClusterMove::Start, ClusterMove::Terminate]);
        sky.world.done(&alice.call, StartCluster { cluster }).await;
        sky.settle().await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        assert_eq!(sky.cloud.requests(Verb::Create).len(), 2, "it was made, not only started");
        assert!(sky.cloud.requests(Verb::Start).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_say_for_their_operator_reaches_nobody_else() {
    const RAW: &str = "initdb: could not create `/var/lib/guildhall/clusters`: Permission denied";
    let raw = |text: &str| DriverError::Permanent(text.into()).because(RAW);
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        sky.cloud.fail(Verb::Create, raw("PostgreSQL's data cannot be made"));
        let cluster = sky.ordered(&alice, organization, "3.0", Managed).await;
        sky.settle().await;
        let told = sky.view(&alice, cluster).await.cluster.message.expect("it is told");
        let ask = "Ask the system administrator, who finds the cause in the log.";
        assert_eq!(told, format!("PostgreSQL's data cannot be made. {ask}"));
        sky.world.done(&alice.call, StartCluster { cluster }).await;
        sky.settle().await;
        sky.cloud.fail(Verb::Describe, raw("it does not say how it is"));
        sky.cloud.fail(Verb::EnsureAccount, raw("it takes no accounts"));
        sky.world.member(&alice, organization, "bob@example.org", Member).await;
        sky.keeper.look_at_all().await.expect("the database works");
        let seen = sky.view(&alice, cluster).await;
        let listed = sky.world.answer(&alice.call, ListClusterAccounts { cluster }).await;
        let problem = listed.iter().find_map(|one| one.problem.clone()).expect("it is told");
        let unreachable = seen.cluster.unreachable.clone().expect("it is told");
        for text in [&problem, &unreachable] {
            assert!(text.contains("tries again by itself; the system administrator"), "{text}");
        }
        let events = sky.world.events(organization).await;
        let everything = format!("{seen:?} {listed:?} {events:?}");
        assert!(!everything.contains("initdb") && !everything.contains("/var/lib"), "{everything}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_that_stays_away_is_given_up_after_a_while() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        sky.cloud.cut_off(cluster.cluster, true);
        sky.world.done(&alice.call, StopCluster { cluster }).await;
        for _ in 0..30 {
            sky.world.clock.advance(Duration::from_secs(180));
            sky.keeper.work_off().await.expect("the database works");
        }
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!(seen.state, ClusterState::Error);
        assert_eq!(sky.cloud.requests(Verb::Stop).len(), 14);
        sky.cloud.cut_off(cluster.cluster, false);
        sky.world.done(&alice.call, StopCluster { cluster }).await;
        sky.settle().await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Stopped);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_left_undone_another_finishes() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let bob = sky.world.member(&alice, organization, "bob@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        sky.world.done(&alice.call, RemoveMember { organization, user: bob.id }).await;
        let another = sky.world.another_process().await;
        let keeper = Keeper::new(another, sky.cloud.drivers());
        keeper.look_at_all().await.expect("the database works");
        assert_eq!(sky.cloud.account(cluster.cluster, "bob"), Some((ClusterRole::User, false)));
        sky.world.done(&alice.call, StopCluster { cluster }).await;
        keeper.work_off().await.expect("the database works");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Stopped);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_of_an_unreachable_cluster_is_shown_and_blocked_as_soon_as_it_is_back() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let bob = sky.world.member(&alice, organization, "bob@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        sky.cloud.cut_off(cluster.cluster, true);
        sky.world.done(&alice.call, RemoveMember { organization, user: bob.id }).await;
        sky.keeper.work_off().await.expect("the database works");
        let listed = sky.world.answer(&alice.call, ListClusterAccounts { cluster }).await;
        let bobs = listed.iter().find(|one| one.user == bob.id).expect("his account");
        assert_eq!((bobs.wanted, bobs.role), (None, Some(ClusterRole::User)));
        assert_eq!(bobs.problem.as_deref(), Some(AWAY));
        sky.keeper.look_at_all().await.expect("the database works");
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!(seen.unreachable.as_deref(), Some(AWAY));
        sky.cloud.cut_off(cluster.cluster, false);
        sky.world.clock.advance(Duration::from_secs(10));
        sky.keeper.look_at_all().await.expect("the database works");
        assert_eq!(sky.cloud.account(cluster.cluster, "bob"), Some((ClusterRole::User, false)));
        assert_eq!(sky.view(&alice, cluster).await.cluster.unreachable, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_by_hand_is_told_and_repaired() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let bob = sky.world.member(&alice, organization, "bob@example.org", Member).await;
        sky.world.member(&alice, organization, "max@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        sky.world.done(&alice.call, RemoveMember { organization, user: bob.id }).await;
        sky.settle().await;
        sky.cloud.meddle(cluster.cluster, |machine| {
            machine.accounts.insert("bob".to_owned(), (ClusterRole::Admin, true));
            machine.accounts.remove("max");
            machine.open.insert("kafka".to_owned());
        });
        sky.keeper.look_at_all().await.expect("the database works");
        let machine = sky.cloud.machine(cluster.cluster);
        assert!(!machine.accounts["bob"].1);
        assert_eq!(machine.accounts["max"], (ClusterRole::User, true));
        assert!(machine.open.is_empty());
        let told = sky.view(&alice, cluster).await.drift.expect("it is shown");
        for words in ["bob was an administrator", "max was gone", "Kafka were open"] {
            assert!(told.contains(words), "{told}");
        }
        assert_eq!(sky.world.events(organization).await[0].action, "cluster.drift");
        sky.cloud.meddle(cluster.cluster, |machine| machine.state = ClusterState::Stopped);
        sky.keeper.look_at_all().await.expect("the database works");
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!(seen.state, ClusterState::Stopped, "what was stopped by hand is stopped");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h68_h69_h70_ports_are_closed_at_first_and_open_by_a_tick() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let seen = sky.view(&alice, cluster).await;
        let ports: Vec<_> = seen.services.iter().map(|one| (&*one.label, &*one.ports)).collect();
        let expected: [(&str, &[u16]); 4] = [
            ("Feature store", &[8020, 30010, 9083, 9085]),
            ("Kafka", &[9092]),
            ("Online feature store", &[3306]),
            ("SSH", &[22]),
        ];
        assert_eq!(ports, expected);
        assert!(seen.services.iter().all(|service| !service.open));
        let set = |names: &[&str]| SetClusterServices {
            cluster,
            open: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        sky.world.done(&alice.call, set(&["kafka", "ssh"])).await;
        assert!(!sky.view(&alice, cluster).await.services[1].applied, "not yet");
        sky.cloud.fail(Verb::OpenPorts, temporary());
        sky.settle().await;
        sky.keeper.look_at_all().await.expect("the database works");
        assert!(sky.cloud.machine(cluster.cluster).open.iter().eq(["kafka", "ssh"]));
        assert!(sky.view(&alice, cluster).await.services.iter().all(|service| service.applied));
        sky.world.done(&alice.call, set(&["kafka"])).await;
        sky.settle().await;
        assert!(sky.cloud.machine(cluster.cluster).open.iter().eq(["kafka"]));
    }
}
