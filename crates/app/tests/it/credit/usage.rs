//! Usage by time, person and cluster, to the minute.

use std::collections::BTreeMap;
use std::time::Duration;

use guildhall_app::{
    Actor, Call, Error,
    cluster::{StartCluster, StopCluster, TerminateCluster},
    credit::{
        Consumption, GetConsumption, GetCredits, GetUsage, Usage, UsageRange, UsageRefusal,
        UsageStep,
    },
};
use guildhall_model::{
    Clock, ClusterState, Credits,
    InvitableRole::{Admin, Member, Restricted},
    Timestamp,
};

use super::{HOUR, MINUTE, credits, settings};
use crate::people::Appoint;
use crate::world::{World, worlds_with};

fn range(from: &str, until: &str, step: UsageStep) -> UsageRange {
    let at = |day: &str| format!("{day}T00:00:00Z").parse().expect("a time");
    UsageRange { from: at(from), until: at(until), step }
}

/// Since when each cluster runs and for whom, and every run that has ended.
#[derive(Default)]
struct Ledger {
    open: BTreeMap<usize, (Timestamp, usize)>,
    ended: Vec<(usize, usize, Timestamp, Timestamp)>,
}

impl Ledger {
    /// Credits by bucket, cluster and user, counted minute by minute: one credit for each.
    fn minutes(&self, edges: &[Timestamp]) -> BTreeMap<(usize, usize, usize), Credits> {
        let mut counted = BTreeMap::new();
        for (cluster, user, from, until) in &self.ended {
            let mut minute = *from;
            while minute < *until {
                let passed = edges.partition_point(|edge| *edge <= minute);
                if (1..edges.len()).contains(&passed) {
                    let key = (passed - 1, *cluster, *user);
                    let cell: &mut Credits = counted.entry(key).or_default();
                    *cell = *cell + Credits::new(1);
                }
                minute = minute.plus(MINUTE);
            }
        }
        counted
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h10_a92_a_year_of_starts_and_stops_adds_up_to_the_minute() {
    let mut settings = settings();
    settings.clusters.initial_credits = Credits::new(10_000_000);
    for world in worlds_with(settings).await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let people = [&alice, &bob];
        let mut clusters = Vec::new();
        for name in ["east", "north", "west"] {
            let cluster = world.running(&alice, organization, name).await;
            world.done(&alice.call, StopCluster { cluster }).await;
            world.report(cluster, ClusterState::Stopped).await;
            clusters.push(cluster);
        }
        // From here on everything happens at whole minutes, in the year after.
        let start: Timestamp = "2026-12-29T00:00:00Z".parse().expect("a time");
        let end = start.plus(370 * 24 * HOUR);
        let (mut now, mut ledger) = (start, Ledger::default());
        loop {
            now = now.plus(MINUTE * (1 + world.entropy.below(6_000) as u32));
            if now >= end {
                break;
            }
            let (at, by) = (world.entropy.below(3), world.entropy.below(2));
            let cluster = clusters[at];
            world.clock.set(now);
            let state = if let Some((since, user)) = ledger.open.remove(&at) {
                ledger.ended.push((at, user, since, now));
                world.app.execute(&people[by].call, StopCluster { cluster }).await.map(|_| ())
            } else {
                ledger.open.insert(at, (now, by));
                world.app.execute(&people[by].call, StartCluster { cluster }).await.map(|_| ())
            };
            state.expect("it moves");
            let state = if ledger.open.contains_key(&at) {
                ClusterState::Running
            } else {
                ClusterState::Stopped
            };
            world.report(cluster, state).await;
        }
        world.clock.set(end);
        ledger.ended.extend(ledger.open.iter().map(|(at, (from, by))| (*at, *by, *from, end)));
        let whole = UsageRange { from: start, until: end, step: UsageStep::Day };
        for step in UsageStep::ALL {
            let usage = compare(&world, whole, step, &ledger, &clusters).await;
            assert_eq!(usage.total, ledger.minutes(&[start, end]).into_values().sum());
        }
        let part = range("2027-03-10", "2027-05-20", UsageStep::Week);
        compare(&world, part, UsageStep::Week, &ledger, &clusters).await;

        world.done(&alice.call, TerminateCluster { cluster: clusters[0] }).await;
        world.report(clusters[0], ClusterState::Terminated).await;
        let range = UsageRange { until: end.plus(HOUR), ..whole };
        let usage = world.answer(&alice.call, GetUsage { organization, range }).await;
        assert!(usage.by_cluster.iter().any(|one| one.name.as_str() == "east"), "terminated");
        let balance = world.answer(&bob.call, GetCredits { organization }).await;
        let before = UsageRange {
            from: start.minus(365 * 24 * HOUR),
            until: end.plus(HOUR),
            step: UsageStep::Month,
        };
        let all = world.answer(&bob.call, GetConsumption { organization, range: before }).await;
        assert_eq!(all.total, balance.consumed, "the balance and the usage on {}", world.engine);
    }
}

/// Compares an answer with the ledger, part by part, and each sum with its parts.
async fn compare(
    world: &World,
    range: UsageRange,
    step: UsageStep,
    ledger: &Ledger,
    clusters: &[guildhall_app::ClusterRef],
) -> Usage {
    let (organization, range) = (clusters[0].organization, UsageRange { step, ..range });
    let system = Call::of(Actor::System("a test"));
    let usage = world.answer(&system, GetUsage { organization, range }).await;
    let mut edges: Vec<_> = usage.buckets.iter().map(|bucket| bucket.from).collect();
    edges.push(range.until);
    assert_eq!(edges[0], range.from);
    let name = ["east", "north", "west"];
    let address = ["alice@example.org", "bob@example.org"];
    let parts: BTreeMap<_, _> = usage
        .parts
        .iter()
        .map(|part| {
            let cluster = usage.by_cluster[part.cluster].name.as_str();
            let user = usage.by_user[part.user].email.as_str();
            let cluster = name.iter().position(|one| *one == cluster).expect("a cluster");
            let user = address.iter().position(|one| *one == user).expect("a user");
            ((part.bucket, cluster, user), part.consumed)
        })
        .collect();
    assert_eq!(parts, ledger.minutes(&edges), "{step:?} on {}", world.engine);
    let sum = |all: &[Credits]| all.iter().copied().sum::<Credits>();
    for (at, bucket) in usage.buckets.iter().enumerate() {
        let of = |shares: Vec<&Vec<Credits>>| shares.iter().map(|one| one[at]).sum::<Credits>();
        assert_eq!(bucket.consumed, of(usage.by_user.iter().map(|one| &one.buckets).collect()));
        assert_eq!(bucket.consumed, of(usage.by_cluster.iter().map(|one| &one.buckets).collect()));
    }
    assert!(usage.by_user.iter().all(|one| one.consumed == sum(&one.buckets)));
    assert!(usage.by_cluster.iter().all(|one| one.consumed == sum(&one.buckets)));
    assert_eq!(usage.total, usage.by_user.iter().map(|one| one.consumed).sum());
    assert_eq!(usage.total, usage.by_cluster.iter().map(|one| one.consumed).sum());
    let whole = world.answer(&system, GetConsumption { organization, range }).await;
    let (total, buckets) = (usage.total, usage.buckets.clone());
    assert_eq!(whole, Consumption { total, buckets });
    usage
}

#[tokio::test(flavor = "multi_thread")]
async fn h9_a_crash_neither_loses_nor_doubles_a_minute() {
    for world in worlds_with(settings()).await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let cluster = world.cluster(&alice, organization, "east").await;
        let begun = world.clock.now();
        let said = world.said(cluster, ClusterState::Running).await;
        let system = Call::of(Actor::System("a driver"));
        let consumed = async || world.answer(&alice.call, GetCredits { organization }).await;
        // It ends before the commit: nothing is so, neither the state nor the run.
        world.app.dry_run(&system, said.clone()).await.expect("it could be done");
        world.clock.advance(HOUR);
        assert_eq!(consumed().await.consumed, Credits::ZERO);
        assert_eq!(world.state(cluster).await, ClusterState::Pending);
        // The report comes again, and once more, and to another process.
        let other = world.another_process().await;
        for app in [&world.app, &other, &world.app] {
            app.execute(&system, said.clone()).await.expect("it is taken");
        }
        world.clock.advance(HOUR);
        assert_eq!(consumed().await.consumed, Credits::new(60), "{}", world.engine);
        world.done(&alice.call, StopCluster { cluster }).await;
        let said = world.said(cluster, ClusterState::Stopped).await;
        world.app.dry_run(&system, said.clone()).await.expect("it could be done");
        let half = Duration::from_secs(1800);
        world.clock.set(begun.plus(2 * HOUR + half));
        for app in [&other, &world.app, &other] {
            app.execute(&system, said.clone()).await.expect("it is taken");
            world.clock.advance(HOUR);
        }
        let end = consumed().await;
        assert_eq!((end.consumed, end.per_hour), (Credits::new(90), Credits::ZERO));
        assert_eq!(end.left, Credits::new(10_000 - 90), "{}", world.engine);
        // A second start in the very same instant as the stop is a run of its own.
        world.app.execute(&alice.call, StartCluster { cluster }).await.expect("it starts");
        world.report(cluster, ClusterState::Running).await;
        world.clock.advance(MINUTE);
        assert_eq!(consumed().await.consumed, credits("91"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a80_h11_members_see_the_balance_and_the_whole_administrators_the_details() {
    for world in worlds_with(settings()).await {
        let alice = world.person("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let ada = world.member(&alice, organization, "ada@example.org", Admin).await;
        let bob = world.member(&alice, organization, "bob@example.org", Member).await;
        let rex = world.member(&alice, organization, "rex@example.org", Restricted).await;
        let root = world.person("root@example.org").await;
        world.done(&root.call, Appoint(root.id)).await;
        let eve = world.person("eve@example.org").await;
        let range = range("2026-03-01", "2026-04-01", UsageStep::Day);
        let ask = async |who: &crate::people::Somebody| {
            let balance = world.app.read(&who.call, GetCredits { organization }).await;
            let whole = world.app.read(&who.call, GetConsumption { organization, range }).await;
            let details = world.app.read(&who.call, GetUsage { organization, range }).await;
            (balance.map(|_| ()), whole.map(|_| ()), details.map(|_| ()))
        };
        for who in [&alice, &ada, &root] {
            assert_eq!(ask(who).await, (Ok(()), Ok(()), Ok(())), "{}", who.email);
        }
        let denied = Err(Error::Forbidden { permission: "can_read_usage" });
        assert_eq!(ask(&bob).await, (Ok(()), Ok(()), denied.clone()));
        let see = "can_see_credits";
        let hidden = (
            Err(Error::Forbidden { permission: see }),
            Err(Error::Forbidden { permission: see }),
            denied,
        );
        assert_eq!(ask(&rex).await, hidden);
        let unknown = (Err(Error::NotFound), Err(Error::NotFound), Err(Error::NotFound));
        assert_eq!(ask(&eve).await, unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_refused_that_are_backwards_or_too_long() {
    let world = &worlds_with(settings()).await[0];
    let alice = world.person("alice@example.org").await;
    let organization = world.organization(&alice).await;
    let ask = async |from, until, step| {
        let range = range(from, until, step);
        world.app.read(&alice.call, GetUsage { organization, range }).await.map(|_| ())
    };
    let backwards = Err(Error::Refused(UsageRefusal::Backwards));
    assert_eq!(ask("2026-03-02", "2026-03-01", UsageStep::Day).await, backwards);
    assert_eq!(ask("2026-03-01", "2026-03-01", UsageStep::Day).await, backwards);
    let long = Err(Error::Refused(UsageRefusal::TooLong));
    assert_eq!(ask("2020-01-01", "2026-03-01", UsageStep::Day).await, long);
    assert_eq!(ask("2020-01-01", "2026-03-01", UsageStep::Month).await, Ok(()));
}
