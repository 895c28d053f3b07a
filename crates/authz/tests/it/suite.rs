//! Test files of stores.

use guildhall_authz::{SuiteError, run_tests};

const STORE: &str = "
name: papers
model_file: model/fga.mod
tuples:
  - {user: 'user:anne', relation: owner, object: 'doc:plan'}
tuple_file: more.csv
tuple_files: [even.json]
tests:
  - name: who reads
    tuples:
      - user: user:carl
        relation: reader
        object: doc:plan
        condition: {name: recent, context: {limit: 5}}
    check:
      - {user: 'user:anne', object: 'doc:plan', assertions: {owner: true, reader: true}}
      - users: ['user:bob', 'user:dora']
        objects: ['doc:plan', 'doc:memo']
        assertions: {owner: false}
      - {user: 'user:carl', object: 'doc:plan', context: {age: 3}, assertions: {reader: true}}
      - {user: 'user:carl', object: 'doc:plan', context: {age: 9}, assertions: {reader: false}}
    list_objects:
      - {user: 'user:bob', type: doc, assertions: {reader: ['doc:memo', 'doc:plan'], owner: []}}
    list_users:
      - object: doc:plan
        user_filter: [{type: user}]
        context: {age: 3}
        assertions:
          reader: {users: ['user:anne', 'user:bob', 'user:carl']}
      - object: doc:plan
        user_filter: [{type: team, relation: member}]
        context: {age: 3}
        assertions:
          reader: {users: ['team:staff#member']}
";

fn read(file: &str) -> std::io::Result<String> {
    Ok(match file {
        "model/fga.mod" => "schema: '1.2'\ncontents: [core.fga, docs.fga]\n",
        "model/core.fga" => {
            "module core\ntype user\ntype team\n  relations\n    define member: [user]\n"
        }
        "model/docs.fga" => {
            "module docs\ntype doc\n  relations\n    define owner: [user]\n\
             \x20   define reader: [user with recent, team#member] or owner\n\
             condition recent(age: int, limit: int) {\n  age < limit\n}\n"
        }
        "more.csv" => {
            "user_type,user_id,user_relation,relation,object_type,object_id\n\
             team,staff,member,reader,doc,plan\nuser,bob,,member,team,staff\n"
        }
        "even.json" => {
            r#"[{"user": "team:staff#member", "relation": "reader", "object": "doc:memo"}]"#
        }
        other => return Err(std::io::Error::other(format!("no {other}"))),
    }
    .to_owned())
}

#[test]
fn stores_with_modules_and_tuple_files_are_run() {
    let report = run_tests("store.fga.yaml", STORE, &read).unwrap();
    assert_eq!(report.to_string(), "12 passed, 0 failed");
}

#[test]
fn failures_say_what_was_expected_and_what_came() {
    let wrong = STORE.replace("owner: true, reader: true", "owner: true, reader: false");
    let report = run_tests("store.fga.yaml", &wrong, &read).unwrap();
    assert_eq!(
        report.to_string(),
        "who reads: check doc:plan#reader@user:anne: expected false, got true\n11 passed, 1 failed"
    );
    // A question that ends in an error is a failure and no end of the run.
    let missing = STORE.replace(", context: {age: 3}, assertions", ", assertions");
    let report = run_tests("store.fga.yaml", &missing, &read).unwrap();
    assert!(report.failures[0].got.contains("missing parameters: age"), "{report}");
}

#[test]
fn files_that_cannot_be_run_are_errors() {
    let broken = |text: &str| run_tests("store.fga.yaml", text, &read).unwrap_err();
    assert!(matches!(broken("- a"), SuiteError::Form { .. }));
    assert!(matches!(broken("tests: []"), SuiteError::Form { .. }));
    assert!(matches!(broken("model: |\n  model\ntests: []"), SuiteError::Model { .. }));
    let stranger = STORE.replace("relation: owner", "relation: boss");
    assert!(matches!(broken(&stranger), SuiteError::Tuple { .. }));
    let lost = STORE.replace("even.json", "lost.json");
    assert!(matches!(broken(&lost), SuiteError::Form { file, .. } if file == "lost.json"));
}

#[test]
fn faults_within_a_test_are_told_where_they_are() {
    for (right, wrong, expected) in [
        (
            "    list_users:",
            "    list_user:",
            "who reads: run it: expected that it can be run, got error: `store.fga.yaml` cannot be \
             read: `list_user` is not a part of a test: check, description",
        ),
        ("{owner: false}", "{owner: maybe}", "an assertion is neither true nor false"),
        ("assertions: {owner: false}", "assert: {owner: false}", "missing field `assertions`"),
        ("[{type: user}]", "user", "a `user_filter` is no list of types"),
    ] {
        let report = run_tests("store.fga.yaml", &STORE.replace(right, wrong), &read).unwrap();
        assert!(report.to_string().contains(expected), "{report}");
        assert!(report.to_string().ends_with("0 passed, 1 failed"), "{report}");
    }
    // Who misspells the asker asks nothing.
    let nobody = STORE.replace("users: ['user:bob', 'user:dora']", "user_s: ['user:bob']");
    let report = run_tests("store.fga.yaml", &nobody, &read).unwrap();
    assert_eq!(
        report.to_string(),
        "who reads: check: expected a `user`, got none\n8 passed, 1 failed"
    );
    let nameless = STORE.replace("  - name: who reads\n    tuples", "  - tuples");
    let wrong = nameless.replace("reader: true}}", "reader: false}}");
    let report = run_tests("store.fga.yaml", &wrong, &read).unwrap();
    assert!(report.to_string().starts_with("test 1: check doc:plan#reader@user:"), "{report}");
}

/// Words that once were truths in YAML are words, save where a truth is expected.
#[test]
fn countries_are_no_truths() {
    let text = "
model: |
  model
    schema 1.1
  type user
  type parcel
    relations
      define y: [user with to]
      define on: y
  condition to(land: string) {
    land == 'no'
  }
tuples:
  - {user: user:n, relation: y, object: parcel:off, condition: {name: to, context: {land: no}}}
  - {user: user:b, relation: y, object: parcel:off, condition: {name: to}}
tests:
  - check:
      - {user: user:n, object: parcel:off, assertions: {y: yes, on: On}}
      - {user: user:b, object: parcel:off, context: {land: no}, assertions: {on: true}}
      - {user: user:b, object: parcel:off, context: {land: on}, assertions: {on: no}}
";
    let report = run_tests("store.fga.yaml", text, &read).unwrap();
    assert_eq!(report.to_string(), "4 passed, 0 failed");
}

#[test]
fn a_key_may_be_there_twice_if_that_says_the_same() {
    let twice = STORE.replace("{owner: false}", "{owner: false, owner: false}");
    let report = run_tests("store.fga.yaml", &twice, &read).unwrap();
    assert_eq!(report.to_string(), "12 passed, 0 failed");
    let wrong = STORE.replace("{owner: false}", "{owner: false, owner: true}");
    let error = run_tests("store.fga.yaml", &wrong, &read).unwrap_err().to_string();
    assert!(error.contains("duplicate mapping key: owner with another value"), "{error}");
}

/// The stores beside the tests: every part of both published forms.
#[test]
fn stores_of_every_kind_are_run() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores");
    let mut passed = Vec::new();
    for name in [
        "attributes.fga.yaml",
        "circles.fga.yaml",
        "conditions.fga.yaml",
        "everybody.fga.yaml",
        "expressions.fga.yaml",
        "files/store.fga.yaml",
        "folders.fga.yaml",
        "modules/store.fga.yaml",
        "roles.fga.yaml",
        "stages.yaml",
        "subscription.fga.yaml",
        "times.fga.yaml",
    ] {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        let beside = |file: &str| std::fs::read_to_string(path.with_file_name(file));
        let report = run_tests(name, &text, &beside).unwrap_or_else(|error| panic!("{error}"));
        assert!(report.failures.is_empty(), "{name}: {report}");
        passed.push(report.passed);
    }
    assert_eq!(passed, [11, 8, 16, 17, 15, 9, 15, 6, 10, 11, 9, 7]);
}

#[test]
fn a_test_that_cannot_be_run_does_not_end_the_others() {
    let text = "
tests:
  - name: broken
    stages: [{model: 'type user'}]
  - name: whole
    stages:
      - model: |
          model
            schema 1.1
          type user
          type doc
            relations
              define viewer: [user]
        checkAssertions:
          - {tuple: {user: 'user:a', relation: viewer, object: 'doc:1'}, expectation: false}
";
    let report = run_tests("staged.yaml", text, &read).unwrap();
    assert_eq!((report.passed, report.failures.len()), (1, 1), "{report}");
    assert!(report.failures[0].got.contains("the model of `broken` is not valid"), "{report}");
    let lost = STORE.replace("    tuples:\n", "    tuple_file: lost.yaml\n    tuples:\n");
    let report = run_tests("store.fga.yaml", &lost, &read).unwrap();
    assert!(report.failures[0].got.contains("`lost.yaml` cannot be read"), "{report}");
}
