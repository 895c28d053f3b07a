//! The keeper's process is killed at every step of a cluster's life: whoever comes after it brings
//! the cluster to the same end, under the same requests, and with every run counted once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use std::time::Duration;

use guildhall_app::{
    ClusterRef,
    cluster::{
        Drivers, Keeper, Kept, SetClusterServices, StartCluster, StopCluster, TerminateCluster,
        driver::{Answer, Driver, Order, Verb},
    },
    member::RemoveMember,
};
use guildhall_model::{
    Clock, CloudProvider, ClusterRole, ClusterState, InvitableRole::Member, OrganizationId,
    Timestamp, UserManagement::Managed,
};
use guildhall_store::{ScopeId, StoreError, cluster::run};
use guildhall_testkit::ManualClock;
use tokio::sync::Notify;

use super::{Sky, cloud::Cloud, skies};

/// The moves of the life.
const MOVES: [Verb; 4] = [Verb::Create, Verb::Stop, Verb::Start, Verb::Terminate];

/// Counts the steps of a process: every look at the clock, every call to a driver, every answer of
/// one. Nothing that is written lies between two of them but one commit. At the last step that it
/// has, the process is gone: what it was about to do is not done, and it does nothing any more.
#[derive(Clone)]
struct Fate {
    left: Arc<AtomicUsize>,
    died: Arc<Notify>,
    clock: ManualClock,
    cloud: Cloud,
}

impl Fate {
    fn of(sky: &Sky) -> Self {
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        Self {
            left,
            died: Arc::default(),
            clock: sky.world.clock.clone(),
            cloud: sky.cloud.clone(),
        }
    }

    /// Takes a step. Answers whether the process is still there.
    fn step(&self) -> bool {
        let before = self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        let alive = before.is_ok_and(|left| left > 1);
        if !alive {
            self.died.notify_one();
        }
        alive
    }

    fn is_dead(&self) -> bool {
        self.left.load(SeqCst) == 0
    }
}

impl Clock for Fate {
    fn now(&self) -> Timestamp {
        if !self.step() {
            // Ends the task, and undoes the transaction, that looked; quietly.
            std::panic::resume_unwind(Box::new("killed"));
        }
        self.clock.now()
    }
}

impl Driver for Fate {
    fn call<'c>(&'c self, order: &'c Order) -> Answer<'c> {
        Box::pin(async move {
            if !self.step() {
                return std::future::pending().await;
            }
            let answer = self.cloud.call(order).await;
            if !self.step() {
                return std::future::pending().await;
            }
            answer
        })
    }
}

/// A process that keeps clusters, and the one that comes after it.
struct Process<'s> {
    sky: &'s Sky,
    fate: Fate,
    keeper: Keeper,
    killed: bool,
}

impl<'s> Process<'s> {
    /// One that is killed at this step, the first being 1.
    async fn dying_at(sky: &'s Sky, step: usize) -> Self {
        let fate = Fate::of(sky);
        let app = sky.world.process_at(Arc::new(fate.clone())).await;
        let driver: Arc<dyn Driver> = Arc::new(fate.clone());
        let keeper = Keeper::new(app, Drivers::from([(CloudProvider::Local, driver)]));
        fate.left.store(step, SeqCst);
        Self { sky, fate, keeper, killed: false }
    }

    /// Does everything that there is to do. If the process dies over it, its successor does.
    async fn works(&mut self) {
        if self.killed {
            return rest(&self.keeper, &self.sky.world.clock).await.expect("it rests");
        }
        let (keeper, clock) = (self.keeper.clone(), self.sky.world.clock.clone());
        let mut working = tokio::spawn(async move { rest(&keeper, &clock).await });
        let ended = tokio::select! {
            ended = &mut working => Some(ended),
            () = self.fate.died.notified() => None,
        };
        if !self.fate.is_dead() {
            return ended.expect("it lives").expect("no task breaks off").expect("it rests");
        }
        working.abort();
        self.killed = true;
        let app = self.sky.world.another_process().await;
        self.keeper = Keeper::new(app, self.sky.cloud.drivers());
        // Only when the leases of the dead have run out is what they did begun again.
        self.sky.world.clock.advance(Duration::from_secs(61));
        rest(&self.keeper, &self.sky.world.clock).await.expect("it rests");
    }
}

/// Works until nothing is left to do, the time running along.
async fn rest(keeper: &Keeper, clock: &ManualClock) -> Result<(), StoreError> {
    for _ in 0..20 {
        clock.advance(Duration::from_secs(3));
        let kept = keeper.work_off().await?;
        if kept == Kept::default() && keeper.look_at_all().await? == Kept::default() {
            return Ok(());
        }
    }
    Err(StoreError::Fault("the keeper does not come to rest".to_owned()))
}

/// A whole life of a cluster, whose keeper is killed at a step. Answers whether it came to that.
async fn life(sky: &Sky, step: usize) -> bool {
    let (world, cloud) = (&sky.world, &sky.cloud);
    let names = ["alice", "bob"].map(|name| format!("{name}{step}"));
    let [alice, bob] = &names;
    let alice = &world.person(&format!("{alice}@example.org")).await;
    let organization = world.organization(alice).await;
    let user = world.member(alice, organization, &format!("{bob}@example.org"), Member).await.id;
    let told_before = MOVES.map(|verb| cloud.requests(verb).len());
    let mut process = Process::dying_at(sky, step).await;
    let at = format!("killed at step {step} on {}", world.engine);

    cloud.take_time(1);
    let cluster = sky.ordered(alice, organization, "3.0", Managed).await;
    process.works().await;
    let machine = cloud.machine(cluster.cluster);
    assert_eq!(machine.state, ClusterState::Running, "{at}");
    assert_eq!(machine.accounts[&names[0]], (ClusterRole::Admin, true), "{at}");
    assert_eq!(machine.accounts[bob], (ClusterRole::User, true), "{at}");

    world.done(&alice.call, RemoveMember { organization, user }).await;
    let open = ["kafka".to_owned()].into();
    world.done(&alice.call, SetClusterServices { cluster, open }).await;
    process.works().await;
    let machine = cloud.machine(cluster.cluster);
    assert_eq!(machine.accounts[bob], (ClusterRole::User, false), "{at}");
    assert!(machine.open.iter().eq(["kafka"]), "{at}");

    world.done(&alice.call, StopCluster { cluster }).await;
    process.works().await;
    assert_eq!(cloud.machine(cluster.cluster).state, ClusterState::Stopped, "{at}");
    world.clock.advance(Duration::from_secs(600));
    world.done(&alice.call, StartCluster { cluster }).await;
    process.works().await;
    assert_eq!(cloud.machine(cluster.cluster).state, ClusterState::Running, "{at}");
    world.done(&alice.call, TerminateCluster { cluster }).await;
    process.works().await;
    assert_eq!(cloud.machine(cluster.cluster).state, ClusterState::Terminated, "{at}");

    for (verb, before) in MOVES.into_iter().zip(told_before) {
        let mut requests = cloud.requests(verb).split_off(before);
        requests.dedup();
        assert_eq!(requests.len(), 1, "{} has one request, {at}", verb.as_str());
    }
    assert_eq!(sky.view(alice, cluster).await.cluster.state, ClusterState::Terminated, "{at}");
    counted_once(sky, organization, cluster, &at).await;
    process.killed
}

/// Every state was recorded once, and the runs are the times between them.
async fn counted_once(sky: &Sky, organization: OrganizationId, cluster: ClusterRef, at: &str) {
    let events = sky.world.events(organization).await;
    let reports = events.iter().rev().filter(|event| event.action == "cluster.report");
    let mut settled = Vec::new();
    for event in reports {
        let after = event.after.as_deref().expect("what it led to");
        let after: serde_json::Value = serde_json::from_str(after).expect("JSON");
        let state: ClusterState = after["state"].as_str().expect("a state").parse().expect("one");
        if !state.is_passing() {
            settled.push((state, event.at));
        }
    }
    let states: Vec<_> = settled.iter().map(|(state, _)| *state).collect();
    let (running, stopped) = (ClusterState::Running, ClusterState::Stopped);
    assert_eq!(states, [running, stopped, running, ClusterState::Terminated], "{at}");
    let expected: Vec<_> = settled.chunks(2).map(|pair| (pair[0].1, pair[1].1)).collect();

    let mut tx = sky.world.database().await.read().await.expect("the database opens");
    let scope = ScopeId::from(organization);
    let ever = (Timestamp::new(0), Timestamp::new(i64::MAX));
    let ended = run::ended_between(&mut tx.scope(&scope), ever.0, ever.1).await.expect("runs");
    let open = run::all_open(&mut tx.scope(&scope)).await.expect("runs");
    tx.commit().await.expect("reading ends");
    assert!(open.is_empty(), "{at}");
    assert!(ended.iter().all(|run| run.cluster == cluster.cluster), "{at}");
    let mut runs: Vec<_> = ended.iter().map(|run| (run.started_at, run.ended_at)).collect();
    runs.sort();
    assert_eq!(runs, expected, "{at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h72_whoever_follows_a_keeper_killed_at_any_step_brings_a_cluster_to_the_same_end() {
    for sky in skies().await {
        let mut step = 1;
        while life(&sky, step).await {
            step += 1;
        }
        assert!(step > 60, "there are that many steps at least: {step}");
    }
}
