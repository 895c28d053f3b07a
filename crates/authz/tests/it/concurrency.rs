//! Readers beside a writer: each sees one version and never a mixture.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use guildhall_authz::{Change, Check, Model, Object, Snapshot, Subject, Tuple};

const MODEL: &str = "\
model
  schema 1.1
type user
type group
  relations
    define member: [user]
type door
  relations
    define left: [group#member]
    define right: [group#member]
    define both: left and right
    define one: left or right
";

fn door(side: &str, group: &str) -> Tuple {
    let holders = Subject::userset(Object::new("group", group), "member");
    Tuple::new(Object::new("door", "main"), side, holders)
}

#[test]
fn readers_see_one_revision_each() {
    let model = Arc::new(Model::parse(MODEL).unwrap());
    let anne = Object::new("user", "anne");
    let start = [
        Change::Add(Tuple::new(Object::new("group", "a"), "member", anne.clone())),
        Change::Add(door("left", "a")),
    ];
    let first = Snapshot::empty(model).apply("house", 1, &start).unwrap();
    let current = Arc::new(RwLock::new(first));
    let (stop, reads) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let (main, anne) = (Object::new("door", "main"), Subject::Object(anne.clone()));
                let mut last = 0;
                while !stop.load(Ordering::Relaxed) {
                    let snapshot = current.read().unwrap().clone();
                    let revision = snapshot.revision("house").unwrap();
                    assert!(revision >= last, "revisions go forward");
                    last = revision;
                    // Each batch moves the group from one side to the other at once.
                    let held =
                        |relation| snapshot.check(&Check::new(&main, relation, &anne)).unwrap();
                    assert!(held("one") && !held("both"), "revision {revision}");
                    assert_eq!(held("left"), revision % 2 == 1, "revision {revision}");
                    assert_eq!(snapshot.count(&main, "left") + snapshot.count(&main, "right"), 1);
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for revision in 2..2_000 {
            let (from, to) = if revision % 2 == 0 { ("left", "right") } else { ("right", "left") };
            let batch = [Change::Add(door(to, "a")), Change::Remove(door(from, "a"))];
            let next = current.read().unwrap().apply("house", revision, &batch).unwrap();
            *current.write().unwrap() = next;
        }
        while reads.load(Ordering::Relaxed) < 100 {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
    });
}
