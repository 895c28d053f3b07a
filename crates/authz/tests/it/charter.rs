//! A small organization, by hand.

use std::sync::Arc;

use guildhall_authz::{
    ApplyError, Change, Check, EvaluationError, Explanation, Model, Object, Snapshot, Step,
    Subject, Tuple,
};

const CHARTER: &str = "\
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
    define restricted: [user]
    define member: [user] or admin
    define everyone: member or restricted
    define can_invite: [organization#member] or admin
    define suspended: [user]
    define can_enter: everyone but not suspended
type project
  relations
    define organization: [organization]
    define public_to: [organization#everyone, user:*]
    define admin: [user] or admin from organization
    define read: [user] or admin or public_to
";

fn tuple(text: &str) -> Tuple {
    text.parse().unwrap()
}

fn object(text: &str) -> Object {
    text.parse().unwrap()
}

fn subject(text: &str) -> Subject {
    text.parse().unwrap()
}

fn add(texts: &[&str]) -> Vec<Change> {
    texts.iter().map(|text| Change::Add(tuple(text))).collect()
}

fn empty() -> Snapshot {
    Snapshot::empty(Arc::new(Model::parse(CHARTER).unwrap()))
}

fn acme() -> Snapshot {
    let changes = add(&[
        "organization:acme#owner@user:olga",
        "organization:acme#admin@group:ops#member",
        "group:ops#member@user:adam",
        "group:ops#member@group:night#member",
        "group:night#member@user:nina",
        "organization:acme#member@user:mary",
        "organization:acme#restricted@user:rob",
        "organization:acme#suspended@user:mary",
        "project:web#organization@organization:acme",
        "project:docs#organization@organization:acme",
        "project:docs#public_to@organization:acme#everyone",
    ]);
    empty().apply("acme", 1, &changes).unwrap()
}

fn check(snapshot: &Snapshot, text: &str) -> Result<bool, EvaluationError> {
    let asked = tuple(text);
    snapshot.check(&Check::new(&asked.object, &asked.relation, &asked.subject))
}

#[test]
fn relations_are_derived_through_groups_parents_and_switches() {
    let acme = acme();
    let held = [
        "organization:acme#owner@user:olga",
        "organization:acme#can_invite@user:olga",
        "organization:acme#admin@user:adam",
        "organization:acme#member@user:nina",
        "organization:acme#admin@group:night#member",
        "project:web#admin@user:nina",
        "project:docs#read@user:rob",
        "organization:acme#can_enter@user:rob",
        "organization:new#member@organization:new#owner",
    ];
    let not_held = [
        "organization:acme#owner@user:adam",
        "organization:acme#admin@user:mary",
        "organization:acme#can_invite@user:mary",
        "project:web#read@user:mary",
        "project:docs#read@user:stranger",
        "organization:acme#can_enter@user:mary",
        "organization:other#member@user:olga",
        "organization:new#member@organization:old#owner",
    ];
    for text in held {
        assert_eq!(check(&acme, text), Ok(true), "{text}");
    }
    for text in not_held {
        assert_eq!(check(&acme, text), Ok(false), "{text}");
    }
}

#[test]
fn unknown_names_are_errors_and_no_denials() {
    let acme = acme();
    assert!(matches!(
        check(&acme, "planet:x#owner@user:olga"),
        Err(EvaluationError::UnknownType(_))
    ));
    assert!(matches!(
        check(&acme, "organization:acme#king@user:olga"),
        Err(EvaluationError::UnknownRelation { .. })
    ));
    assert!(matches!(
        check(&acme, "organization:acme#owner@robot:1"),
        Err(EvaluationError::UnknownType(_))
    ));
}

#[test]
fn lists_agree() {
    let acme = acme();
    let names = |found: Vec<Object>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
    let found = acme.list_objects("project", "read", &subject("user:nina"), &[]).unwrap();
    assert_eq!(names(found), ["project:docs", "project:web"]);
    let found = acme.list_objects("organization", "can_enter", &subject("user:mary"), &[]).unwrap();
    assert!(found.is_empty());
    let found = acme.list_subjects(&object("organization:acme"), "can_enter", "user").unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["user:adam", "user:nina", "user:olga", "user:rob"]);
    let found = acme.list_subjects(&object("organization:acme"), "admin", "group#member").unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["group:night#member", "group:ops#member"]);
    let found =
        acme.list_relations(&object("organization:acme"), &subject("user:rob"), &[]).unwrap();
    assert_eq!(found, ["restricted", "everyone", "can_enter"]);
}

#[test]
fn contextual_tuples_count_for_one_question() {
    let acme = acme();
    let switch = [tuple("organization:acme#can_invite@organization:acme#member")];
    let (org, mary) = (object("organization:acme"), subject("user:mary"));
    let question = Check::new(&org, "can_invite", &mary);
    assert_eq!(acme.check(&question), Ok(false));
    assert_eq!(acme.check(&question.contextual(&switch)), Ok(true));
    assert_eq!(acme.check(&question), Ok(false));
    let wrong = [tuple("organization:acme#owner@group:ops#member")];
    let refused = acme.check(&question.contextual(&wrong));
    assert!(matches!(refused, Err(EvaluationError::InvalidContextual { .. })));
}

#[test]
fn explanations_name_the_chain_and_what_is_missing() {
    let acme = acme();
    let (web, nina, mary) = (object("project:web"), subject("user:nina"), subject("user:mary"));
    let Explanation::Allowed(path) = acme.explain(&Check::new(&web, "read", &nina)).unwrap() else {
        panic!("held");
    };
    assert_eq!(
        path.to_string(),
        "project:web#read includes admin \
         → admin by admin from project:web#organization@organization:acme \
         → organization:acme#admin@group:ops#member \
         → group:ops#member@group:night#member → group:night#member@user:nina"
    );
    assert!(matches!(path.steps.last(), Some(Step::Direct { .. })));
    let Explanation::Denied(missing) = acme.explain(&Check::new(&web, "read", &mary)).unwrap()
    else {
        panic!("not held");
    };
    let tuples: Vec<String> = missing.tuples.iter().map(ToString::to_string).collect();
    assert!(tuples.contains(&"project:web#read@user:mary".to_owned()), "{tuples:?}");
    assert!(tuples.contains(&"group:night#member@user:mary".to_owned()), "{tuples:?}");
    assert!(missing.complete);
    for tuple in missing.tuples {
        let given = [tuple];
        assert_eq!(acme.check(&Check::new(&web, "read", &mary).contextual(&given)), Ok(true));
    }
}

#[test]
fn changes_make_the_next_revision_and_leave_the_last_alone() {
    let first = acme();
    let removed = [Change::Remove(tuple("group:ops#member@group:night#member"))];
    let second = first.apply("acme", 2, &removed).unwrap();
    assert_eq!(check(&first, "project:web#read@user:nina"), Ok(true));
    assert_eq!(check(&second, "project:web#read@user:nina"), Ok(false));
    assert_eq!((first.revision("acme"), second.revision("acme")), (Some(1), Some(2)));
    assert_eq!(second.len(), first.len() - 1);
    assert!(matches!(second.apply("acme", 2, &[]), Err(ApplyError::Revision { .. })));
    let same = [Change::Remove(tuple("group:ops#member@group:night#member"))];
    assert_eq!(second.apply("acme", 3, &same).unwrap().len(), second.len());
    let wrong = [Change::Add(tuple("organization:acme#owner@group:ops#member"))];
    assert!(matches!(second.apply("acme", 3, &wrong), Err(ApplyError::NotAllowed { .. })));
    let foreign = [Change::Remove(tuple("group:ops#member@user:adam"))];
    assert!(matches!(second.apply("umbra", 1, &foreign), Err(ApplyError::AnotherScope(_))));
}

#[test]
fn a_difference_names_who_gains_and_who_loses() {
    let before = acme();
    let changes = [
        Change::Remove(tuple("organization:acme#admin@group:ops#member")),
        Change::Add(tuple("project:docs#read@user:stranger")),
    ];
    let after = before.apply("acme", 2, &changes).unwrap();
    let difference = before.difference(&after, &changes).unwrap();
    assert!(difference.complete);
    let gained: Vec<String> = difference
        .gained
        .iter()
        .map(|gain| format!("{}#{}@{}", gain.object, gain.relation, gain.subject))
        .collect();
    assert_eq!(gained, ["project:docs#read@user:stranger"]);
    let lost: Vec<String> = difference
        .lost
        .iter()
        .map(|gain| format!("{}#{}@{}", gain.object, gain.relation, gain.subject))
        .collect();
    assert!(lost.contains(&"project:web#read@user:nina".to_owned()), "{lost:?}");
    assert!(lost.contains(&"organization:acme#can_enter@user:adam".to_owned()));
    assert!(!lost.iter().any(|text| text.contains("olga")));
}

#[test]
fn a_scope_is_loaded_and_unloaded() {
    let model = Arc::new(Model::parse(CHARTER).unwrap());
    let tuples = [
        ("acme", tuple("organization:acme#owner@user:olga")),
        ("umbra", tuple("organization:umbra#owner@user:olga")),
        ("umbra", tuple("organization:umbra#nothing@user:olga")),
    ];
    let revisions = [("acme".to_owned(), 7), ("umbra".to_owned(), 9)];
    let loaded = Snapshot::load(model, tuples, revisions).unwrap();
    assert_eq!((loaded.len(), loaded.inert()), (2, 1));
    assert_eq!((loaded.revision("acme"), loaded.revision("umbra")), (Some(7), Some(9)));
    assert_eq!(loaded.len_of("umbra"), 1);
    let left = loaded.unload("umbra");
    assert_eq!(left.revision("umbra"), None);
    assert_eq!(check(&left, "organization:umbra#owner@user:olga"), Ok(false));
    assert_eq!(check(&left, "organization:acme#owner@user:olga"), Ok(true));
    assert_eq!(left.tuples_of(&object("organization:acme"), None).len(), 1);
    assert_eq!(loaded.count(&object("organization:umbra"), "owner"), 1);
    assert!(left.contains(&tuple("organization:acme#owner@user:olga")));
}

#[test]
fn a_change_costs_the_same_on_a_crowded_object() {
    let model = Arc::new(Model::parse(CHARTER).unwrap());
    let crowd = (0..100_000).map(|at| {
        ("acme", Tuple::new(object("organization:acme"), "member", object(&format!("user:{at}"))))
    });
    let mut snapshot = Snapshot::load(model, crowd, [("acme".to_owned(), 1)]).unwrap();
    // Two thousand single changes take a moment; copies of the whole index would take minutes.
    for revision in 2..2_002_u64 {
        let one = [Change::Add(Tuple::new(
            object("organization:acme"),
            "member",
            object(&format!("user:new{revision}")),
        ))];
        snapshot = snapshot.apply("acme", revision, &one).unwrap();
    }
    assert_eq!(snapshot.count(&object("organization:acme"), "member"), 102_000);
}
