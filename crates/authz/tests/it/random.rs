//! The engine against its specification on random worlds.
//!
//! `GUILDHALL_RANDOM_WORLDS` raises the number of worlds, `GUILDHALL_RANDOM_SEED` sets the first.

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_authz::{
    Change, Check, EvaluationError, Explanation, Given, Limits, Object, Path, Snapshot, Step,
    Subject, Tuple,
};
use serde_json::{Map, Value};

use crate::naive::{self, Rewrite, Verdict};
use crate::shrink::{self, Case};
use crate::world::{Dice, World, world};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs a test on many worlds and tells how many questions were compared.
fn each_world(ask: impl Fn(&World, u64) -> u64) {
    let first = number("GUILDHALL_RANDOM_SEED", 1);
    let (mut worlds, mut questions, mut seed) = (0, 0, first);
    let wanted = number("GUILDHALL_RANDOM_WORLDS", 60);
    while worlds < wanted {
        if let Some(world) = world(seed) {
            worlds += 1;
            questions += ask(&world, seed);
        }
        seed += 1;
        assert!(seed - first < wanted * 200, "nearly all models are impossible");
    }
    println!("{worlds} worlds from seed {first}, {questions} questions");
}

/// The world's tuples as a snapshot that has seen loading, changes and their opposites.
fn snapshot(world: &World, tuples: &[Tuple], dice: &mut Dice) -> Snapshot {
    let cut = dice.roll(tuples.len() + 1);
    let loaded = tuples[..cut].iter().map(|tuple| ("test", tuple.clone()));
    let model = Arc::new(world.model.clone());
    let mut snapshot = Snapshot::load(model, loaded, [("test".to_owned(), 1)]).unwrap();
    for (at, tuple) in tuples[cut..].iter().enumerate() {
        let mut changes = vec![Change::Add(tuple.clone())];
        if dice.roll(3) == 0 {
            changes.push(Change::Remove(tuple.clone()));
            changes.push(Change::Add(tuple.clone()));
        }
        snapshot = snapshot.apply("test", at as u64 + 2, &changes).unwrap();
    }
    assert_eq!(snapshot.len(), tuples.len());
    snapshot.with_limits(Limits { depth: 200, work: 10_000_000 })
}

fn context(world: &World) -> Map<String, Value> {
    let named = world.parameters.iter();
    named.map(|(name, value)| (format!("{name}_p"), Value::from(*value))).collect()
}

fn book<'a>(world: &'a World, tuples: &'a [Tuple]) -> naive::World<'a> {
    naive::World {
        relations: &world.relations,
        tuples,
        objects: &world.objects,
        parameters: &world.parameters,
    }
}

/// Whether some tuple's condition lacks its parameter.
fn lacks(world: &World) -> bool {
    let lacking = |tuple: &Tuple| {
        tuple.condition.as_ref().is_some_and(|c| !world.parameters.contains_key(c.name.as_str()))
    };
    world.tuples.iter().any(lacking)
}

fn agrees(got: &Result<bool, EvaluationError>, verdict: Verdict, lacks: bool) -> bool {
    match (got, verdict) {
        (Ok(true), Verdict::True) | (Ok(false), Verdict::False) => true,
        // What depends on its own absence is not held.
        (Ok(false), Verdict::Unknown) => true,
        (Err(EvaluationError::Condition { .. }), Verdict::Unknown) => lacks,
        _ => false,
    }
}

/// What a kept case expects: what depends on its own absence is not held.
fn by_the_book(case: &Case) -> bool {
    let (object, relation, subject) = &case.question;
    book(&case.world, &case.world.tuples).verdicts(subject)(object, relation) == Verdict::True
}

/// Whether engine and specification differ on the case.
fn disagrees(case: &Case) -> bool {
    let Case { world, cut, question: (object, relation, subject) } = case;
    let (stored, contextual) = world.tuples.split_at(*cut);
    let snapshot = snapshot(world, stored, &mut Dice::new(1));
    let context = context(world);
    let check = Check::new(object, relation, subject).contextual(contextual).context(&context);
    let verdict = book(world, &world.tuples).verdicts(subject)(object, relation);
    !agrees(&snapshot.check(&check), verdict, lacks(world))
}

#[test]
fn security_55_checks_agree_with_the_specification() {
    shrink::run_kept_cases();
    each_world(|world, seed| {
        let dice = &mut Dice::new(seed + 7);
        let cut =
            if dice.roll(2) == 0 { dice.roll(world.tuples.len() + 1) } else { world.tuples.len() };
        let (stored, contextual) = world.tuples.split_at(cut);
        let snapshot = snapshot(world, stored, dice);
        let (context, lacks) = (context(world), lacks(world));
        let mut questions = 0;
        for subject in &world.subjects {
            let book = book(world, &world.tuples);
            let verdict = book.verdicts(subject);
            for (kind, relation) in world.relations.keys() {
                for object in world.objects.iter().filter(|object| object.kind == *kind) {
                    let check = Check::new(object, relation, subject)
                        .contextual(contextual)
                        .context(&context);
                    let (got, wanted) = (snapshot.check(&check), verdict(object, relation));
                    if !agrees(&got, wanted, lacks) {
                        let question = (object.clone(), relation.clone(), subject.clone());
                        let case = Case { world: world.clone(), cut, question };
                        let small = shrink::shrink(case, &disagrees);
                        panic!(
                            "seed {seed}: {object}#{relation}@{subject}: {got:?}, by the book \
                             {wanted:?}; to be kept as tests/regressions/seed_{seed}.yaml:\n{}",
                            small.file(&format!("seed_{seed}"), by_the_book(&small))
                        );
                    }
                    questions += 1;
                }
            }
        }
        questions
    });
}

#[test]
fn security_55_lists_agree_with_checks() {
    each_world(|world, seed| {
        let snapshot = snapshot(world, &world.tuples, &mut Dice::new(seed + 8));
        let context = context(world);
        let given = Given { contextual: &[], context: Some(&context) };
        let mut questions = 0;
        let check = |object: &Object, relation: &str, subject: &Subject| {
            snapshot.check(&Check::new(object, relation, subject).context(&context))
        };
        for subject in &world.subjects {
            for (kind, relation) in world.relations.keys() {
                let place = || {
                    format!(
                        "seed {seed}: {kind}#{relation}@{subject}\n{}\n{:#?}",
                        world.text, world.tuples
                    )
                };
                let listed = snapshot.list_objects_given(kind, relation, subject, given);
                let asked = world.objects.iter().filter(|object| object.kind == *kind);
                let answers: Vec<_> =
                    asked.map(|object| (object, check(object, relation, subject))).collect();
                match listed {
                    Ok(listed) => {
                        let held: Vec<_> = answers
                            .iter()
                            .filter(|(_, held)| *held == Ok(true))
                            .map(|(object, _)| (*object).clone())
                            .collect();
                        assert_eq!(listed, held, "{}", place());
                        let all = answers.iter().all(|(_, held)| held.is_ok());
                        assert!(all, "{listed:?} {answers:?} {}", place());
                    }
                    Err(error) => {
                        let any = answers.iter().any(|(_, held)| held.is_err());
                        assert!(any, "{error} {answers:?} {}", place());
                    }
                }
                questions += 1;
            }
        }
        for (kind, relation) in world.relations.keys() {
            for object in world.objects.iter().filter(|object| object.kind == *kind) {
                let place = || {
                    format!("seed {seed}: {object}#{relation}\n{}\n{:#?}", world.text, world.tuples)
                };
                let Ok(listed) = snapshot.list_subjects_given(object, relation, "user", given)
                else {
                    continue;
                };
                assert!(listed.is_sorted(), "{}", place());
                let everybody = listed.contains(&Subject::Wildcard("user".into()));
                for subject in &listed {
                    assert_eq!(check(object, relation, subject), Ok(true), "{subject} {}", place());
                }
                for subject in world.subjects.iter().filter(|subject| {
                    subject.kind() == "user" && !matches!(subject, Subject::Userset(..))
                }) {
                    let covered = listed.contains(subject)
                        || (everybody && !matches!(subject, Subject::Wildcard(_)));
                    let held = check(object, relation, subject);
                    assert!(covered || held == Ok(false), "{subject}: {held:?} {}", place());
                    questions += 1;
                }
            }
        }
        questions
    });
}

#[test]
fn chains_and_suggestions_hold() {
    each_world(|world, seed| {
        let snapshot = snapshot(world, &world.tuples, &mut Dice::new(seed + 9));
        let context = context(world);
        let mut questions = 0;
        for subject in &world.subjects {
            for (kind, relation) in world.relations.keys() {
                for object in world.objects.iter().filter(|object| object.kind == *kind).take(3) {
                    let place = || {
                        format!(
                            "seed {seed}: {object}#{relation}@{subject}\n{}\n{:#?}",
                            world.text, world.tuples
                        )
                    };
                    let check = Check::new(object, relation, subject).context(&context);
                    match snapshot.explain(&check) {
                        Ok(Explanation::Allowed(path)) => {
                            assert_eq!(snapshot.check(&check), Ok(true), "{}", place());
                            let proof = follow(world, &path, object, relation, subject);
                            assert!(proof.is_ok(), "{proof:?}: {path}: {}", place());
                            let chains = snapshot.chains(&check, 20).unwrap();
                            for (at, chain) in chains.paths.iter().enumerate() {
                                let proof = follow(world, chain, object, relation, subject);
                                assert!(proof.is_ok(), "{proof:?}: {chain}: {}", place());
                                assert!(
                                    !chains.paths[..at].contains(chain),
                                    "{chain}: {}",
                                    place()
                                );
                            }
                            let shortest =
                                chains.paths.first().map_or(0, |chain| chain.steps.len());
                            assert!(
                                (1..=path.steps.len()).contains(&shortest),
                                "{path}: {}",
                                place()
                            );
                        }
                        Ok(Explanation::Denied(missing)) => {
                            assert_eq!(snapshot.check(&check), Ok(false), "{}", place());
                            for tuple in missing.tuples {
                                let with = [tuple];
                                assert_eq!(
                                    snapshot.check(&check.contextual(&with)),
                                    Ok(true),
                                    "{with:?} {}",
                                    place()
                                );
                            }
                        }
                        Err(_) => assert!(snapshot.check(&check).is_err(), "{}", place()),
                    }
                    questions += 1;
                }
            }
        }
        questions
    });
}

/// Follows a chain step by step; the error says where it breaks.
fn follow(
    world: &World,
    path: &Path,
    object: &Object,
    relation: &str,
    subject: &Subject,
) -> Result<(), String> {
    let (mut at, mut held) = (object.clone(), relation.to_owned());
    let stored = |tuple: &Tuple| {
        let found = world.tuples.iter().any(|other| other == tuple);
        if found { Ok(()) } else { Err(format!("{tuple} is not there")) }
    };
    for (number, step) in path.steps.iter().enumerate() {
        let last = number + 1 == path.steps.len();
        let expect = |fine: bool| {
            if fine { Ok(()) } else { Err(format!("step {number} at {at}#{held}: {step:?}")) }
        };
        match step {
            Step::Includes { object, relation, by } => {
                expect(
                    !last
                        && *object == at
                        && *relation == held
                        && mentions(world, &at.kind, &held, by),
                )?;
                held = by.to_string();
            }
            Step::Userset { tuple } => {
                stored(tuple)?;
                expect(!last && tuple.object == at && tuple.relation == held)?;
                let Subject::Userset(next, relation) = &tuple.subject else {
                    return Err(format!("{tuple} names no userset"));
                };
                (at, held) = (next.clone(), relation.to_string());
            }
            Step::Parent { tuple, relation, from } => {
                stored(tuple)?;
                expect(!last && tuple.object == at && *relation == held)?;
                let Subject::Object(next) = &tuple.subject else {
                    return Err(format!("{tuple} names no parent"));
                };
                (at, held) = (next.clone(), from.to_string());
            }
            Step::Direct { tuple } => {
                stored(tuple)?;
                let everybody = match (&tuple.subject, subject) {
                    (Subject::Wildcard(kind), Subject::Object(object)) => *kind == object.kind,
                    _ => false,
                };
                expect(
                    last && tuple.object == at
                        && tuple.relation == held
                        && (tuple.subject == *subject || everybody),
                )?;
            }
            Step::Holders { object, relation } => {
                expect(
                    last && *object == at
                        && *relation == held
                        && *subject == Subject::userset(at.clone(), held.as_str()),
                )?;
            }
            Step::All { object, relation, parts } => {
                expect(last && *object == at && *relation == held && parts.len() > 1)?;
                for part in parts {
                    follow(world, part, object, relation, subject)?;
                }
            }
            Step::Except { object, relation, base } => {
                expect(last && *object == at && *relation == held)?;
                follow(world, base, object, relation, subject)?;
            }
        }
    }
    if path.steps.is_empty() { Err("an empty chain".to_owned()) } else { Ok(()) }
}

/// Whether a relation refers to another of the same object, directly or through others.
fn mentions(world: &World, kind: &str, from: &str, to: &str) -> bool {
    fn names(rewrite: &Rewrite, found: &mut BTreeSet<String>) {
        match rewrite {
            Rewrite::Computed(name) => {
                found.insert(name.clone());
            }
            Rewrite::Any(parts) | Rewrite::All(parts) => {
                parts.iter().for_each(|part| names(part, found))
            }
            Rewrite::Except(base, subtracted, _) => {
                names(base, found);
                names(subtracted, found);
            }
            Rewrite::Direct | Rewrite::From(..) => {}
        }
    }
    let mut found = BTreeSet::from([from.to_owned()]);
    loop {
        let before = found.len();
        for name in found.clone() {
            names(&world.relations[&(kind.to_owned(), name)], &mut found);
        }
        if found.len() == before {
            return found.contains(to);
        }
    }
}

#[test]
fn differences_are_complete() {
    each_world(|world, seed| {
        let dice = &mut Dice::new(seed + 10);
        if world.tuples.iter().any(|tuple| tuple.condition.is_some()) {
            return 0;
        }
        let before = snapshot(world, &world.tuples, dice);
        let changes = [Change::Remove(dice.pick(&world.tuples).clone())];
        let revision = before.revision("test").unwrap_or(0) + 100;
        let after = before.apply("test", revision, &changes).unwrap();
        // Once the tuple goes away, and once it comes back.
        for (from, to) in [(&before, &after), (&after, &before)] {
            let difference = from.difference(to, &changes).unwrap();
            let mut questions = 0;
            for subject in
                world.subjects.iter().filter(|subject| !matches!(subject, Subject::Userset(..)))
            {
                for (kind, relation) in world.relations.keys() {
                    for object in world.objects.iter().filter(|object| object.kind == *kind) {
                        let check = Check::new(object, relation, subject);
                        let (old, new) = (from.check(&check).unwrap(), to.check(&check).unwrap());
                        let list = if new { &difference.gained } else { &difference.lost };
                        let everybody = Subject::Wildcard(subject.kind().into());
                        let told = |subject: &Subject| {
                            list.iter().any(|gain| {
                                gain.subject == *subject
                                    && gain.object == *object
                                    && gain.relation == *relation
                            })
                        };
                        assert!(
                            old == new || told(subject) || told(&everybody),
                            "seed {seed}: {changes:?}: {object}#{relation}@{subject}: {old} \
                                {new}\n{}\n{:#?}\n{difference:#?}",
                            world.text,
                            world.tuples
                        );
                        assert!(old != new || !told(subject), "seed {seed}: nothing changes");
                        questions += 1;
                    }
                }
            }
            assert!(questions > 0 && difference.complete);
        }
        1
    });
}
