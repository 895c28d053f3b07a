//! The security lines that the engine answers for.

use std::sync::Arc;

use guildhall_authz::{
    Check, Cursor, EvaluationError, Explanation, Given, Limits, Model, Object, Snapshot, Subject,
    Tuple,
};
use serde_json::{Map, Value, json};

const MODEL: &str = "\
model
  schema 1.1
type user
type group
  relations
    define member: [user, user with recent, group#member]
type folder
  relations
    define parent: [folder, folder with recent]
    define blocked: [user, group#member]
    define viewer: [user, group#member] or viewer from parent
    define reader: viewer but not blocked
condition recent(age: int) {
  age < 5
}
";

fn load(tuples: impl IntoIterator<Item = Tuple>) -> Snapshot {
    let model = Arc::new(Model::parse(MODEL).unwrap());
    let snapshot =
        Snapshot::load(model, tuples.into_iter().map(|tuple| ("test", tuple)), []).unwrap();
    assert_eq!(snapshot.inert(), 0);
    snapshot
}

fn tuple(text: &str) -> Tuple {
    text.parse().unwrap()
}

fn recent(text: &str) -> Tuple {
    let condition = serde_json::from_value(json!({ "name": "recent" })).unwrap();
    tuple(text).with(condition)
}

fn age(years: i64) -> Map<String, Value> {
    Map::from_iter([("age".to_owned(), json!(years))])
}

fn check(snapshot: &Snapshot, text: &str) -> Result<bool, EvaluationError> {
    let asked = tuple(text);
    snapshot.check(&Check::new(&asked.object, &asked.relation, &asked.subject))
}

#[test]
fn security_53_no_two_requests_run_together() {
    // Names that would be the same once joined by any separator.
    let names = [
        "a",
        "a#member",
        "a#member@user:b",
        "a:b",
        "a\u{0}b",
        "a\u{1f}b",
        "b@user:a",
        "a|b",
        "a,b",
        "a\nb",
    ];
    let objects: Vec<Object> = names.iter().map(|name| Object::new("folder", *name)).collect();
    let users: Vec<Object> = names.iter().map(|name| Object::new("user", *name)).collect();
    for (at, object) in objects.iter().enumerate() {
        for (user_at, user) in users.iter().enumerate() {
            let snapshot = load([Tuple::new(object.clone(), "viewer", user.clone())]);
            for (other_at, other) in objects.iter().enumerate() {
                for (asker_at, asker) in users.iter().enumerate() {
                    let asker = Subject::Object(asker.clone());
                    let held = snapshot.check(&Check::new(other, "viewer", &asker));
                    assert_eq!(held, Ok(other_at == at && asker_at == user_at), "{other}@{asker}");
                }
            }
        }
    }
    // A cursor belongs to one question.
    let snapshot = load((0..9).map(|at| tuple(&format!("folder:{at}#viewer@user:a"))));
    let page = |kind: &str, relation: &str, subject: &Subject, given, after: Option<&Cursor>| {
        snapshot.objects_page(kind, relation, subject, given, after, 2)
    };
    let anne = Subject::Object(Object::new("user", "a"));
    let first = page("folder", "viewer", &anne, Given::default(), None).unwrap();
    let cursor: Cursor = first.next.unwrap().to_string().parse().unwrap();
    assert_eq!(
        page("folder", "viewer", &anne, Given::default(), Some(&cursor)).unwrap().items.len(),
        2
    );
    let other = Subject::Object(Object::new("user", "b"));
    let (young, extra) = (age(1), [tuple("folder:1#viewer@user:a")]);
    let with_context = Given { context: Some(&young), ..Given::default() };
    let with_tuple = Given { contextual: &extra, ..Given::default() };
    for refused in [
        page("folder", "reader", &anne, Given::default(), Some(&cursor)),
        page("folder", "viewer", &other, Given::default(), Some(&cursor)),
        page("folder", "viewer", &anne, with_context, Some(&cursor)),
        page("folder", "viewer", &anne, with_tuple, Some(&cursor)),
    ] {
        assert_eq!(refused, Err(EvaluationError::Cursor));
    }
    let next = snapshot.apply("test", 1, &[]).unwrap();
    let stale = next.objects_page("folder", "viewer", &anne, Given::default(), Some(&cursor), 2);
    assert_eq!(stale, Err(EvaluationError::Cursor));
}

#[test]
fn security_54_each_question_of_a_batch_stands_alone() {
    let snapshot = load([recent("group:g#member@user:a")]);
    let (group, user) = (Object::new("group", "g"), Subject::Object(Object::new("user", "a")));
    let (young, old) = (age(1), age(9));
    let extra = [tuple("group:g#member@user:a")];
    let plain = Check::new(&group, "member", &user);
    let answers = snapshot.check_batch(&[
        plain.context(&young),
        plain.context(&old),
        plain,
        plain.context(&young),
        plain.contextual(&extra),
        plain.context(&old),
    ]);
    assert_eq!(answers[0], Ok(true));
    assert_eq!(answers[1], Ok(false));
    assert!(matches!(answers[2], Err(EvaluationError::Condition { .. })));
    assert_eq!((&answers[3], &answers[4], &answers[5]), (&Ok(true), &Ok(true), &Ok(false)));
}

#[test]
fn security_56_what_is_granted_is_not_denied() {
    let snapshot = load([
        recent("folder:child#parent@folder:old"),
        tuple("folder:child#parent@folder:sure"),
        tuple("folder:old#viewer@user:a"),
        tuple("folder:sure#viewer@user:b"),
        tuple("folder:sure#viewer@group:loop#member"),
        tuple("group:loop#member@group:pool#member"),
        tuple("group:pool#member@group:loop#member"),
        tuple("group:pool#member@user:c"),
        tuple("folder:child#blocked@group:x#member"),
        tuple("group:x#member@group:y#member"),
        tuple("group:y#member@group:x#member"),
    ]);
    // A condition that cannot be evaluated on one way does not stand against another.
    assert_eq!(check(&snapshot, "folder:child#viewer@user:b"), Ok(true));
    assert_eq!(check(&snapshot, "folder:child#reader@user:b"), Ok(true));
    // Where it decides, the answer is an error and no denial.
    let open = check(&snapshot, "folder:child#viewer@user:a");
    assert!(matches!(open, Err(EvaluationError::Condition { .. })), "{open:?}");
    // Circles of groups neither hide a member nor block a stranger.
    assert_eq!(check(&snapshot, "folder:child#reader@user:c"), Ok(true));
    assert_eq!(check(&snapshot, "folder:child#viewer@user:d"), Ok(false));
}

#[test]
fn security_57_limits_end_in_errors() {
    let chain = |length: usize| {
        let mut tuples = vec![tuple("folder:f#viewer@group:0#member")];
        tuples.extend(
            (0..length).map(|at| tuple(&format!("group:{at}#member@group:{}#member", at + 1))),
        );
        tuples.push(tuple(&format!("group:{length}#member@user:a")));
        load(tuples)
    };
    assert_eq!(check(&chain(23), "folder:f#viewer@user:a"), Ok(true));
    let deep = chain(24);
    let anne = Subject::Object(Object::new("user", "a"));
    assert_eq!(check(&deep, "folder:f#viewer@user:a"), Err(EvaluationError::TooDeep(25)));
    assert_eq!(
        deep.list_objects("folder", "viewer", &anne, &[]),
        Err(EvaluationError::TooDeep(25))
    );
    let listed = deep.list_subjects(&Object::new("folder", "f"), "viewer", "user");
    assert_eq!(listed, Err(EvaluationError::TooDeep(25)));
    let excluded = check(&deep, "folder:f#reader@user:a");
    assert_eq!(excluded, Err(EvaluationError::TooDeep(25)));
    // Who has no chain at all is denied for sure, however deep the chains of others are.
    assert_eq!(check(&deep, "folder:f#viewer@user:stranger"), Ok(false));
    let deeper = deep.with_limits(Limits { depth: 30, ..Limits::default() });
    assert_eq!(check(&deeper, "folder:f#viewer@user:a"), Ok(true));
    let lazy = chain(20).with_limits(Limits { work: 3, ..Limits::default() });
    assert_eq!(check(&lazy, "folder:f#viewer@user:a"), Err(EvaluationError::TooMuchWork(3)));
    let listed = lazy.list_objects("folder", "viewer", &anne, &[]);
    assert_eq!(listed, Err(EvaluationError::TooMuchWork(3)));
}

#[test]
fn security_58_explanations_show_what_may_be_seen() {
    let snapshot = load([
        tuple("folder:child#parent@folder:secret"),
        tuple("folder:secret#viewer@group:hidden#member"),
        tuple("group:hidden#member@user:a"),
    ]);
    let (child, anne) = (Object::new("folder", "child"), Subject::Object(Object::new("user", "a")));
    let may_see = |object: &Object| object.id == "child" || object.kind == "user";
    let Explanation::Allowed(path) =
        snapshot.explain(&Check::new(&child, "viewer", &anne)).unwrap()
    else {
        panic!("held");
    };
    let (shown, whole) = path.visible(&may_see);
    assert!(!whole);
    assert!(!format!("{shown:?}").contains("secret") && !format!("{shown:?}").contains("hidden"));
    let (all, whole) = path.visible(&|_| true);
    assert!(whole && all == path);
    let stranger = Subject::Object(Object::new("user", "b"));
    let Explanation::Denied(missing) =
        snapshot.explain(&Check::new(&child, "viewer", &stranger)).unwrap()
    else {
        panic!("not held");
    };
    assert!(missing.tuples.iter().any(|tuple| tuple.object.id == "hidden"));
    let shown = missing.visible(&may_see);
    assert!(!shown.tuples.is_empty() && !shown.relations.is_empty());
    assert!(!format!("{shown:?}").contains("secret") && !format!("{shown:?}").contains("hidden"));
}
