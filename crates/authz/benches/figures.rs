//! The figures of the engine. `GUILDHALL_BENCH_TUPLES` sets the size of the large world, one
//! million without it.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, criterion_group, criterion_main};
use guildhall_authz::{Change, Check, Model, Object, Snapshot, Subject, Tuple};

/// Processor time of the measuring thread, which does not count what else the machine does.
struct ProcessorTime;

fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        processor_time()
    }

    fn end(&self, start: Duration) -> Duration {
        processor_time() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

const MODEL: &str = "\
model
  schema 1.1
type user
type group
  relations
    define member: [user, group#member]
type organization
  relations
    define owner: [user]
    define admin: [user, group#member] or owner
    define member: [user, group#member] or admin
type workspace
  relations
    define organization: [organization]
    define admin: [user, group#member] or admin from organization
    define read: [user, group#member] or admin
type project
  relations
    define workspace: [workspace]
    define admin: [user, group#member] or admin from workspace
    define read: [user, group#member] or admin or read from workspace
type resource
  relations
    define project: [project]
    define admin: [user] or admin from project
    define read: [user, group#member] or admin or read from project
";

fn tuple(object: (&str, usize), relation: &str, subject: (&str, usize)) -> Tuple {
    Tuple::new(named(object), relation, named(subject))
}

fn named((kind, at): (&str, usize)) -> Object {
    Object::new(kind, format!("{kind}_{at:026}"))
}

fn holders(object: (&str, usize), relation: &str, group: usize) -> Tuple {
    Tuple::new(named(object), relation, Subject::userset(named(("group", group)), "member"))
}

fn model() -> Arc<Model> {
    Arc::new(Model::parse(MODEL).expect("a valid model"))
}

fn load(tuples: impl Iterator<Item = Tuple>) -> Snapshot {
    let tuples = tuples.map(|tuple| ("bench", tuple));
    Snapshot::load(model(), tuples, [("bench".to_owned(), 1)]).expect("loads")
}

/// Organizations of 20 workspaces of 10 projects of 50 resources, and 2,000 members each.
fn large() -> impl Iterator<Item = Tuple> {
    let wanted: usize = std::env::var("GUILDHALL_BENCH_TUPLES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000_000);
    let organizations = wanted / 22_220;
    (0..organizations).flat_map(|org| {
        let members = (0..2_000).map(move |at| {
            let relation = if at == 0 { "admin" } else { "member" };
            tuple(("organization", org), relation, ("user", org * 500 + at))
        });
        let workspaces = (0..20).map(move |at| {
            tuple(("workspace", org * 20 + at), "organization", ("organization", org))
        });
        let projects = (0..200).map(move |at| {
            tuple(("project", org * 200 + at), "workspace", ("workspace", org * 20 + at / 10))
        });
        let resources = (0..10_000).map(move |at| {
            tuple(("resource", org * 10_000 + at), "project", ("project", org * 200 + at / 50))
        });
        let grants = (0..10_000).map(move |at| {
            tuple(("resource", org * 10_000 + at), "read", ("user", org * 500 + at % 2_000))
        });
        members.chain(workspaces).chain(projects).chain(resources).chain(grants)
    })
}

/// What a piece of work takes: on the clock, and of all processors together.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration, Duration) {
    let processors = || {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
    };
    let (clock, before) = (Instant::now(), processors());
    let done = work();
    (done, clock.elapsed(), processors() - before)
}

fn large_world(criterion: &mut Criterion<ProcessorTime>) {
    let (count, clock, processors) = timed(|| large().map(black_box).count());
    println!("made {count} tuples: {clock:.2?} on the clock, {processors:.2?} of processors");
    let (world, clock, processors) = timed(|| load(large()));
    println!("the same and loaded: {clock:.2?} on the clock, {processors:.2?} of processors");
    println!("{:.1} bytes for each", world.bytes() as f64 / world.len() as f64);
    let resources: Vec<(Object, Subject)> = (0..10_000_usize)
        .map(|at| at * 7_919 % (world.len() / 22_220 * 10_000))
        .map(|at| (named(("resource", at)), named(("user", at / 10_000 * 500 + at % 2_000)).into()))
        .collect();
    let mut at = 0;
    criterion.bench_function("direct check, one question", |bencher| {
        let (object, subject) = &resources[0];
        let check = Check::new(object, "read", subject);
        bencher.iter(|| assert!(world.check(black_box(&check)).unwrap()));
    });
    criterion.bench_function("direct check, 10,000 questions", |bencher| {
        bencher.iter(|| {
            at = (at + 1) % resources.len();
            let (object, subject) = &resources[at];
            assert!(world.check(black_box(&Check::new(object, "read", subject))).unwrap());
        });
    });
    let admins: Vec<(Object, Subject)> = (0..10_000_usize)
        .map(|at| at * 7_919 % (world.len() / 22_220 * 10_000))
        .map(|at| (named(("resource", at)), named(("user", at / 10_000 * 500)).into()))
        .collect();
    criterion.bench_function("three hops up, one question", |bencher| {
        let (object, subject) = &admins[0];
        let check = Check::new(object, "admin", subject);
        bencher.iter(|| assert!(world.check(black_box(&check)).unwrap()));
    });
    criterion.bench_function("three hops up, 10,000 questions", |bencher| {
        bencher.iter(|| {
            at = (at + 1) % admins.len();
            let (object, subject) = &admins[at];
            assert!(world.check(black_box(&Check::new(object, "admin", subject))).unwrap());
        });
    });
    let user: Subject = named(("user", 0)).into();
    criterion.bench_function("list 10,000 objects", |bencher| {
        bencher.iter(|| {
            let found = world.list_objects("resource", "admin", &user, &[]).unwrap();
            assert_eq!(found.len(), 10_000);
        });
    });
    readers_beside_a_writer(&world);
}

fn small_worlds(criterion: &mut Criterion<ProcessorTime>) {
    let chain = (0..4).map(|at| holders(("group", at), "member", at + 1)).chain([
        tuple(("group", 4), "member", ("user", 0)),
        holders(("organization", 0), "member", 0),
    ]);
    let nested = load(chain);
    let (organization, user) = (named(("organization", 0)), Subject::from(named(("user", 0))));
    criterion.bench_function("five nested groups", |bencher| {
        let check = Check::new(&organization, "member", &user);
        bencher.iter(|| assert!(nested.check(black_box(&check)).unwrap()));
    });
    let wide = load(
        (0..10_000)
            .map(|at| holders(("organization", 0), "member", at))
            .chain((0..10_000).map(|at| tuple(("group", at), "member", ("user", at)))),
    );
    let user = Subject::from(named(("user", 7_777)));
    criterion.bench_function("one of 10,000 groups", |bencher| {
        let check = Check::new(&organization, "member", &user);
        bencher.iter(|| assert!(wide.check(black_box(&check)).unwrap()));
    });
    let members = load(
        (0..100)
            .map(|at| holders(("organization", 0), "member", at))
            .chain((0..100_000).map(|at| tuple(("group", at % 100), "member", ("user", at)))),
    );
    criterion.bench_function("list 100,000 subjects", |bencher| {
        bencher.iter(|| {
            let found = members.list_subjects(&organization, "member", "user").unwrap();
            assert_eq!(found.len(), 100_000);
        });
    });
    let one = [Change::Add(tuple(("organization", 0), "member", ("user", 1_000_000)))];
    criterion.bench_function("apply one change", |bencher| {
        bencher.iter(|| black_box(members.apply("bench", 2, &one).unwrap()));
    });
    let batch: Vec<Change> = (0..1_000)
        .map(|at| Change::Add(tuple(("organization", 0), "member", ("user", 1_000_000 + at))))
        .collect();
    criterion.bench_function("apply 1,000 changes", |bencher| {
        bencher.iter(|| black_box(members.apply("bench", 2, &batch).unwrap()));
    });
}

/// How long the slowest of a hundred checks takes, alone and beside a writer that applies batches
/// of 1,000.
fn readers_beside_a_writer(world: &Snapshot) {
    let measure = || {
        let mut times: Vec<Duration> = (0..200_000_usize)
            .map(|at| {
                let at = at * 7_919 % 10_000;
                let (object, subject) =
                    (named(("resource", at)), Subject::from(named(("user", at % 2_000))));
                let started = Instant::now();
                black_box(world.check(&Check::new(&object, "read", &subject)).unwrap());
                started.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[times.len() * 99 / 100]
    };
    let alone = measure();
    let stop = AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut next, mut revision) = (world.clone(), 2);
            while !stop.load(Ordering::Relaxed) {
                let batch: Vec<Change> = (0..1_000)
                    .map(|at| {
                        Change::Add(tuple(("resource", at), "read", ("user", revision as usize)))
                    })
                    .collect();
                next = next.apply("bench", revision, &batch).unwrap();
                revision += 1;
            }
        });
        let beside = measure();
        stop.store(true, Ordering::Relaxed);
        beside
    });
    println!("99th percentile of a check: {alone:?} alone, {beside:?} beside a writer");
}

criterion_group! {
    name = figures;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets = small_worlds, large_world
}
criterion_main!(figures);
