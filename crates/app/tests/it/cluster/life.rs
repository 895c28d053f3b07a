//! A cluster's life: made, used, stopped, upgraded, terminated, and what it consumes.

use std::time::Duration;

use guildhall_app::{
    Error,
    cluster::{
        MoveRefusal, StartCluster, StopCluster, TerminateCluster, UpgradeCluster,
        driver::{DriverError, Verb},
    },
    credit::GetCredits,
};
use guildhall_model::{
    ClusterMove, ClusterState, Credits,
    InvitableRole::{Admin, Member},
    UserManagement::Managed,
};

use super::skies;

#[tokio::test(flavor = "multi_thread")]
async fn h72_a_cluster_goes_through_its_states_by_its_driver_alone() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        sky.cloud.take_time(2);
        let cluster = sky.ordered(&alice, organization, "3.0", Managed).await;
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!((seen.state, seen.moves), (ClusterState::Pending, vec![ClusterMove::Terminate]));
        sky.keeper.work_off().await.expect("the database works");
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!((seen.state, seen.progress), (ClusterState::Starting, Some(50)));
        sky.settle().await;
        let seen = sky.view(&alice, cluster).await;
        assert_eq!(seen.cluster.state, ClusterState::Running);
        assert_eq!(seen.own_account.and_then(|own| own.sign_in).as_deref(), Some("psql -U alice"));
        let version = "3.1".parse().expect("a version");
        sky.world.done(&alice.call, UpgradeCluster { cluster, version }).await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Updating);
        sky.settle().await;
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!((seen.state, seen.version.to_string()), (ClusterState::Running, "3.1".into()));
        sky.world.done(&alice.call, StopCluster { cluster }).await;
        sky.settle().await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Stopped);
        sky.world.done(&alice.call, StartCluster { cluster }).await;
        sky.settle().await;
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        sky.world.done(&alice.call, TerminateCluster { cluster }).await;
        sky.settle().await;
        let seen = sky.view(&alice, cluster).await.cluster;
        assert_eq!((seen.state, seen.moves), (ClusterState::Terminated, vec![]));
        let moves: Vec<_> = sky.cloud.calls().into_iter().map(|(verb, _)| verb).collect();
        let moves: Vec<_> = moves.into_iter().filter(|verb| *verb != Verb::Describe).collect();
        let expected = [
            Verb::Create,
            Verb::EnsureAccount,
            Verb::Upgrade,
            Verb::Stop,
            Verb::Start,
            Verb::Terminate,
        ];
        assert_eq!(moves, expected, "each verb is told once, and asked about from then on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_stop_and_terminate_at_once_one_wins_and_the_other_is_told() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let ada = sky.world.member(&alice, organization, "ada@example.org", Admin).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let (stop, terminate) = tokio::join!(
            sky.world.end(&alice.call, StopCluster { cluster }),
            sky.world.end(&ada.call, TerminateCluster { cluster }),
        );
        let told = |wanted, state| Err(Error::Refused(MoveRefusal::State { state, wanted }));
        match (&stop, &terminate) {
            (Ok(()), refused) => {
                assert_eq!(*refused, told(ClusterMove::Terminate, ClusterState::Stopping));
            }
            (refused, Ok(())) => {
                assert_eq!(*refused, told(ClusterMove::Stop, ClusterState::Terminating));
            }
            both => panic!("one of them has to win: {both:?}"),
        }
        sky.settle().await;
        let verbs: Vec<_> = sky.cloud.calls().into_iter().map(|(verb, _)| verb).collect();
        let both = [Verb::Stop, Verb::Terminate].map(|verb| verbs.contains(&verb));
        assert_eq!(both, [stop.is_ok(), terminate.is_ok()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h9_running_time_is_consumed_to_the_second_and_without_credits_nothing_starts() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let max = sky.world.member(&alice, organization, "max@example.org", Member).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let credits = sky.world.answer(&max.call, GetCredits { organization }).await;
        assert_eq!(credits.granted, Credits::new(10_000), "pooled: every member sees the same");
        assert_eq!(credits.per_hour, Credits::new(60));
        let before = credits.consumed;
        sky.world.clock.advance(Duration::from_secs(90 * 60));
        let credits = sky.world.answer(&max.call, GetCredits { organization }).await;
        assert_eq!(credits.consumed - before, Credits::new(90));
        sky.world.done(&max.call, StopCluster { cluster }).await;
        sky.settle().await;
        let stopped = sky.world.answer(&max.call, GetCredits { organization }).await;
        sky.world.clock.advance(Duration::from_secs(90 * 60));
        let later = sky.world.answer(&max.call, GetCredits { organization }).await;
        assert_eq!((later.consumed, later.per_hour), (stopped.consumed, Credits::ZERO));
        sky.world.done(&max.call, StartCluster { cluster }).await;
        sky.settle().await;
        sky.world.clock.advance(Duration::from_secs(170 * 60 * 60));
        sky.world.done(&max.call, StopCluster { cluster }).await;
        sky.settle().await;
        let spent = sky.world.answer(&max.call, GetCredits { organization }).await;
        assert!(spent.left < Credits::ZERO, "running clusters are not stopped by themselves");
        let refused = sky.world.end(&max.call, StartCluster { cluster }).await;
        assert_eq!(refused, Err(Error::Refused(MoveRefusal::NoCredits)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h9_a_cluster_that_broke_down_costs_nothing_and_one_of_unknown_state_counts_on() {
    for sky in skies().await {
        let alice = sky.world.person("alice@example.org").await;
        let organization = sky.world.organization(&alice).await;
        let cluster = sky.running(&alice, organization, "3.0", Managed).await;
        let consumed =
            async || sky.world.answer(&alice.call, GetCredits { organization }).await.consumed;
        let hour = || sky.world.clock.advance(Duration::from_secs(60 * 60));
        // A move that fails does not make a cluster stop, nor what works on it free.
        sky.cloud.fail(Verb::Upgrade, DriverError::Permanent("there is no such version".into()));
        let version = "9.9".parse().expect("a version");
        sky.world.done(&alice.call, UpgradeCluster { cluster, version }).await;
        sky.keeper.work_off().await.expect("the database works");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Error);
        let before = consumed().await;
        hour();
        assert_eq!(consumed().await - before, Credits::new(60));
        sky.cloud.cut_off(cluster.cluster, true);
        sky.keeper.look_at_all().await.expect("the database works");
        hour();
        assert_eq!(consumed().await - before, Credits::new(120), "nobody knows how it is");
        sky.cloud.cut_off(cluster.cluster, false);
        sky.keeper.look_at_all().await.expect("the database works");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Running);
        sky.cloud.meddle(cluster.cluster, |machine| machine.state = ClusterState::Error);
        sky.keeper.look_at_all().await.expect("the database works");
        assert_eq!(sky.view(&alice, cluster).await.cluster.state, ClusterState::Error);
        let broken = consumed().await;
        assert_eq!(broken - before, Credits::new(120), "each hour is counted once");
        hour();
        assert_eq!(consumed().await, broken);
        sky.cloud.meddle(cluster.cluster, |machine| machine.state = ClusterState::Running);
        sky.keeper.look_at_all().await.expect("the database works");
        hour();
        assert_eq!(consumed().await - broken, Credits::new(60));
    }
}
