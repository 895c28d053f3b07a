//! Conditions: what a model and a tuple may say, and what a question then has to bring.

use std::sync::Arc;

use guildhall_authz::{
    Change, Check, EvaluationError, Fault, Model, Object, Snapshot, Subject, Tuple, TupleCondition,
};
use serde_json::{Map, Value, json};

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn model(text: &str) -> Arc<Model> {
    let text = format!("model\n  schema 1.1\ntype user\n{text}");
    Arc::new(Model::parse(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}")))
}

/// `door:1#open@user:anne` under a condition.
fn grant(name: &str, context: Value) -> Tuple {
    let tuple: Tuple = "door:1#open@user:anne".parse().unwrap();
    tuple.with(TupleCondition { name: name.into(), context: object(context) })
}

fn held(snapshot: &Snapshot, context: Value) -> Result<bool, EvaluationError> {
    let (door, anne): (Object, Subject) = ("door:1".parse().unwrap(), "user:anne".parse().unwrap());
    snapshot.check(&Check::new(&door, "open", &anne).context(&object(context)))
}

const OWN: &str = "type door\n  relations\n    define open: [user, user with $expression]\n";

fn with_own(context: Value) -> Result<Snapshot, String> {
    let add = [Change::Add(grant("$expression", context))];
    Snapshot::empty(model(OWN)).apply("a", 1, &add).map_err(|error| error.to_string())
}

#[test]
fn a_tuple_brings_its_expression() {
    let snapshot = with_own(json!({
        "expression": "floor < 3 && day in days && note == ''",
        "parameters": {"floor": "int", "days": "list<string>"},
    }));
    let snapshot = snapshot.unwrap();
    let context = |floor: i64| json!({"floor": floor, "day": "mo", "days": ["mo"], "note": ""});
    assert_eq!(held(&snapshot, context(2)), Ok(true));
    assert_eq!(held(&snapshot, context(3)), Ok(false));
    // What is missing or of another type is an error and no denial.
    for (wrong, reason) in [
        (json!({"floor": 2, "days": []}), "missing parameters: day, note"),
        (json!({"floor": "x", "day": "", "days": [], "note": ""}), "parameter `floor`"),
        (json!({"floor": 2, "day": 5, "days": [], "note": ""}), "parameter `day`"),
    ] {
        let error = held(&snapshot, wrong).unwrap_err().to_string();
        assert!(error.starts_with("condition `$expression` of `door:1#open@user:anne`: "));
        assert!(error.contains(reason), "{error}");
    }
}

/// The words of the tuple's own context are no parameters: they cannot come in by the question,
/// and do not leak into the expression.
#[test]
fn an_expression_sees_only_the_question() {
    let snapshot = with_own(json!({"expression": "expression == 'x' && parameters == 'y'"}));
    let snapshot = snapshot.unwrap();
    let context = json!({"expression": "x", "parameters": "y"});
    assert_eq!(held(&snapshot, context), Ok(true));
    let error = held(&snapshot, json!({})).unwrap_err().to_string();
    assert!(error.contains("missing parameters: expression, parameters"), "{error}");
}

#[test]
fn a_tuple_with_an_expression_that_is_none_is_refused() {
    for (context, reason) in [
        (json!({}), "its context needs an `expression`"),
        (json!({"expression": ""}), "its context needs an `expression`"),
        (json!({"expression": 5}), "its context needs an `expression`"),
        (json!({"expression": "a =="}), "`$expression`: "),
        (json!({"expression": "a == 1", "parameters": ["a"]}), "must be types by name"),
        (json!({"expression": "a", "parameters": {"a": "big"}}), "`a` has no known type: `big`"),
        (json!({"expression": "a", "parameters": {"a": "map"}}), "`a` has no known type: `map`"),
        (json!({"expression": "a", "parameters": {"a": 1}}), "`a` has no known type"),
    ] {
        let error = with_own(context.clone()).unwrap_err();
        assert!(error.contains(reason), "{context}: {error}");
    }
    // Only where the model says so.
    let named = "type door\n  relations\n    define open: [user with c]\n\
                 condition c(x: int) {\n  x < 5\n}\n";
    let add = [Change::Add(grant("$expression", json!({"expression": "true"})))];
    let refused = Snapshot::empty(model(named)).apply("a", 1, &add).unwrap_err().to_string();
    assert!(refused.contains("does not admit `user:anne with $expression`"), "{refused}");
}

#[test]
fn models_with_own_expressions_are_written_in_every_form() {
    let model = model(OWN);
    let json = model.to_json();
    let relations = &json["type_definitions"][1]["metadata"]["relations"];
    assert_eq!(relations["open"]["directly_related_user_types"][1]["condition"], "$expression");
    assert_eq!(Model::from_json(&json.to_string()).unwrap().to_json(), json);
    let text = model.to_text().unwrap();
    assert!(text.contains("define open: [user, user with $expression]"), "{text}");
    assert_eq!(Model::parse(&text).unwrap().to_json(), json);
}

#[test]
fn a_condition_takes_only_what_there_is() {
    for (expression, reason) in [
        ("x < limit", "`limit` is not one of its parameters"),
        ("[1].exists(y, y < x) || y == 1", "`y` is not one of its parameters"),
        ("x.squared() == 4", "there is no function `squared`"),
        ("squared(x) == 4", "there is no function `squared`"),
    ] {
        let text = format!(
            "model\n  schema 1.1\ntype user\ntype door\n  relations\n    \
             define open: [user with c]\ncondition c(x: int) {{\n  {expression}\n}}\n"
        );
        let faults = Model::parse(&text).unwrap_err();
        assert_eq!(faults[0].fault, Fault::InvalidCondition);
        let expected = format!("7:11: the condition `c` is not valid: {reason}");
        assert_eq!(faults[0].to_string(), expected);
    }
}

/// Nobody can keep the engine busy by an expression or by what it is asked with.
#[test]
fn walks_within_walks_have_an_end() {
    let pairs = with_own(json!({
        "expression": "names.all(a, names.exists(b, b == a))",
        "parameters": {"names": "list<string>"},
    }));
    let pairs = pairs.unwrap();
    let names = |many: usize| json!({"names": vec!["x"; many]});
    assert_eq!(held(&pairs, names(500)), Ok(true));
    let error = held(&pairs, names(1001)).unwrap_err().to_string();
    assert!(error.contains("may take over 1000000 steps"), "{error}");
    let list = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    let nested = format!("{list}.all(a, {list}.all(b, {list}.all(c, {list}.all(d, a > 0))))");
    let written = with_own(json!({"expression": nested})).unwrap();
    assert!(held(&written, json!({})).is_err());
    let flat = with_own(json!({
        "expression": "names.all(a, a == 'x') && names.exists(b, b == 'x')",
        "parameters": {"names": "list<string>"},
    }));
    assert_eq!(held(&flat.unwrap(), names(20_000)), Ok(true));
}

/// The type of everything, which only the JSON form has.
#[test]
fn parameters_of_any_type_take_every_value() {
    let named = model(
        "type door\n  relations\n    define open: [user with c]\n\
         condition c(x: int, y: list<int>) {\n  x == 1 || y == [1]\n}\n",
    );
    let mut json = named.to_json();
    let condition = &mut json["conditions"]["c"];
    condition["parameters"] = json!({"x": {"type_name": "TYPE_NAME_ANY"}});
    condition["expression"] = json!("x == 1 || x == 'one' || x == [1, 'one'] || x.y.z == true");
    let any = Arc::new(Model::from_json(&json.to_string()).unwrap());
    assert_eq!(any.to_json(), json);
    assert!(any.to_text().unwrap_err().contains("`x` of the condition `c`"));
    let add = [Change::Add(grant("c", json!({})))];
    let snapshot = Snapshot::empty(any).apply("a", 1, &add).unwrap();
    for (value, expected) in [
        (json!(1), true),
        (json!(1.0), true),
        (json!("one"), true),
        (json!([1, "one"]), true),
        (json!({"y": {"z": true}}), true),
        (json!({"y": {"z": false}}), false),
    ] {
        assert_eq!(held(&snapshot, json!({"x": value})), Ok(expected), "{value}");
    }
}
