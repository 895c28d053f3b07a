//! Asking the access engine at the command line: on files, on an installation, test files.

use std::fs;
use std::path::{Path, PathBuf};

use super::server::output;

const MODEL: &str = "\
model
  schema 1.1
type user
type group
  relations
    define member: [user, group#member]
type folder
  relations
    define owner: [user]
    define reader: [user with soon, group#member] or owner
    define keeper: reader and owner
type file
  relations
    define folder: [folder]
    define banned: [user]
    define can_open: reader from folder but not banned
condition soon(now: timestamp, end: timestamp) {
  now < end
}
";
const TUPLES: &str = "\
- {user: 'group:all#member', relation: reader, object: 'folder:f'}
- {user: 'user:ann', relation: member, object: 'group:all'}
- {user: 'user:bob', relation: owner, object: 'folder:f'}
- {user: 'folder:f', relation: folder, object: 'file:1'}
- user: user:cid
  relation: reader
  object: folder:f
  condition: {name: soon, context: {end: 2024-01-02T00:00:00Z}}
";

/// A folder with a model and relationships.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("m.fga"), MODEL).unwrap();
    fs::write(folder.path().join("t.yaml"), TUPLES).unwrap();
    folder
}

/// Status, standard output and standard error of `guildhall access …`.
fn access(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let all: Vec<&str> = ["access"].iter().chain(arguments).copied().collect();
    let ended = output(folder, &all);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (ended.status.code().unwrap(), text(ended.stdout), text(ended.stderr))
}

fn on_files(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let files = ["--model", "m.fga", "--tuples", "t.yaml"];
    access(folder, &arguments.iter().chain(&files).copied().collect::<Vec<_>>())
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_check_on_files_has_a_status_for_yes_no_and_no_answer() {
    let folder = files();
    let ask = |arguments: &[&str]| {
        let all: Vec<&str> = ["check"].iter().chain(arguments).copied().collect();
        on_files(folder.path(), &all)
    };
    let (code, said, _) = ask(&["user:ann", "can_open", "file:1"]);
    assert_eq!((code, said.as_str()), (0, "allowed\n"));
    let (code, said, _) = ask(&["user:eve", "can_open", "file:1"]);
    assert_eq!((code, said.as_str()), (1, "denied\n"));
    let (code, said, why) = ask(&["user:cid", "can_open", "file:1"]);
    assert_eq!((code, said.as_str()), (2, ""));
    assert!(why.contains("missing parameters: now"), "{why}");
    let early = r#"{"now": "2024-01-01T00:00:00Z"}"#;
    assert_eq!(ask(&["user:cid", "can_open", "file:1", "--context", early]).0, 0);
    let late = r#"{"now": "2025-01-01T00:00:00Z"}"#;
    assert_eq!(ask(&["user:cid", "can_open", "file:1", "--context", late]).0, 1);
    let banned = ["user:ann", "can_open", "file:1", "--with", "file:1#banned@user:ann", "--json"];
    let (code, said, _) = ask(&banned);
    assert_eq!((code, json(&said)), (1, serde_json::json!({ "allowed": false })));
    for wrong in [
        &["user:ann", "can_fly", "file:1"][..],
        &["ann", "can_open", "file:1"],
        &["user:ann", "can_open", "file:1", "--context", "[]"],
        &["user:ann", "can_open", "file:1", "--with", "nonsense"],
        &["user:ann", "can_open"],
    ] {
        let (code, said, why) = ask(wrong);
        assert_eq!((code, said.as_str()), (2, ""), "{wrong:?}");
        assert!(!why.is_empty());
    }
}

#[test]
fn lists_on_files_are_one_item_a_line() {
    let folder = files();
    let ask = |arguments: &[&str]| {
        let (code, said, why) = on_files(folder.path(), arguments);
        assert_eq!(code, 0, "{why}");
        said
    };
    assert_eq!(ask(&["list", "objects", "user:ann", "can_open", "file"]), "file:1\n");
    let now = ["--context", r#"{"now": "2024-01-01T00:00:00Z"}"#];
    let subjects = [&["list", "subjects", "file:1", "can_open"][..], &now].concat();
    assert_eq!(ask(&subjects), "user:ann\nuser:bob\nuser:cid\n");
    let groups = [&["list", "subjects", "folder:f", "reader", "group#member"][..], &now].concat();
    assert_eq!(ask(&groups), "group:all#member\n");
    let relations = ask(&["list", "relations", "user:bob", "folder:f", "--json"]);
    assert_eq!(json(&relations), serde_json::json!(["owner", "reader", "keeper"]));
}

#[test]
fn an_explanation_names_the_way_or_what_is_missing() {
    let folder = files();
    let ask = |arguments: &[&str]| on_files(folder.path(), arguments);
    let (code, said, _) = ask(&["explain", "user:ann", "reader", "folder:f"]);
    assert_eq!(code, 0);
    assert_eq!(
        said,
        "allowed: user:ann has `reader` on folder:f\n\
         \x20 reader on folder:f is held by all of group:all#member\n\
         \x20 user:ann is member on group:all\n"
    );
    let (code, said, _) = ask(&["explain", "user:ann", "can_open", "file:1"]);
    assert_eq!(code, 0);
    assert!(said.contains("as nothing speaks against it:"), "{said}");
    assert!(said.contains("follows from reader on folder:f, its folder"), "{said}");
    let (code, said, _) = ask(&["explain", "user:bob", "keeper", "folder:f"]);
    assert_eq!(code, 0);
    assert!(said.contains("\n  keeper on folder:f needs all of these:\n  - "), "{said}");
    assert!(said.lines().all(|line| line == line.trim_end()), "{said}");
    let more = ["--with", "folder:f#owner@user:ann", "--ways", "9", "--json"];
    let two = [&["explain", "user:ann", "reader", "folder:f"][..], &more].concat();
    let told = json(&ask(&two).1);
    assert_eq!(told["ways"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(told["ways"][0]["relationships"][0], "folder:f#owner@user:ann");

    let (code, said, _) = ask(&["explain", "user:eve", "can_open", "file:1"]);
    assert_eq!(code, 1);
    assert!(said.starts_with("denied: user:eve does not have `can_open` on file:1\n"), "{said}");
    assert!(said.contains("\n  folder:f#owner@user:eve\n"), "{said}");
    assert!(said.contains("\n  member on group:all\n"), "{said}");
    let (code, said, _) = ask(&["explain", "user:eve", "can_open", "file:1", "--json"]);
    let told = json(&said);
    assert_eq!((code, &told["allowed"]), (1, &serde_json::json!(false)));
    let tuples = told["relationships"].as_array().unwrap();
    assert!(tuples.contains(&serde_json::json!("group:all#member@user:eve")), "{told}");
}

/// The stores that the engine's own tests run.
fn stores() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../authz/tests/stores")
}

#[test]
fn test_files_end_with_their_sum() {
    let folder = files();
    let store = |name: &str| stores().join(name).display().to_string();
    let all = [store("folders.fga.yaml"), store("files/store.fga.yaml"), store("stages.yaml")];
    let arguments: Vec<&str> = ["test"].into_iter().chain(all.iter().map(String::as_str)).collect();
    let (code, said, why) = access(folder.path(), &arguments);
    assert_eq!((code, said.as_str()), (0, "35 passed, 0 failed\n"), "{why}");

    let text = fs::read_to_string(&all[0]).unwrap().replace("can_shred: true", "can_shred: false");
    fs::write(folder.path().join("wrong.fga.yaml"), text).unwrap();
    let (code, said, _) = access(folder.path(), &["test", "wrong.fga.yaml", &all[2]]);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "wrong.fga.yaml: down the folders: check file:a/b.txt#can_shred@user:ada: \
         expected false, got true\n25 passed, 1 failed\n"
    );

    fs::write(folder.path().join("broken.yaml"), "tests: [").unwrap();
    let (code, said, _) = access(folder.path(), &["test", "broken.yaml", "lost.yaml", &all[2]]);
    assert_eq!(code, 2);
    assert!(said.starts_with("broken.yaml: cannot be run: "), "{said}");
    assert!(said.contains("\nlost.yaml: cannot be run: "), "{said}");
    assert!(said.ends_with("\n11 passed, 2 failed\n"), "{said}");
}

#[test]
fn a_store_file_answers_questions_too() {
    let store = stores().join("modules/store.fga.yaml").display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let ask = ["check", "user:olga", "can_pin", "board:plans", "--store", &store];
    assert_eq!(access(folder.path(), &ask).0, 0);
    let both = [&ask[..], &["--organization", "acme"]].concat();
    assert_eq!(access(folder.path(), &both).0, 2);
}

#[test]
fn an_operator_asks_the_installation_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (code, _, why) = access(folder, &["check", "maya@acme.example", "admin", "system"]);
    assert_eq!(code, 2);
    assert!(why.contains("there is no installation here"), "{why}");
    assert!(fs::read_dir(folder).unwrap().next().is_none(), "nothing was made");

    for arguments in [
        &["user", "create", "maya@acme.example", "--first", "Maya"][..],
        &["user", "create", "noah@acme.example", "--first", "Noah"],
        &["user", "make-system-admin", "maya@acme.example"],
    ] {
        assert!(output(folder, arguments).status.success());
    }
    let ask = |arguments: &[&str]| access(folder, arguments);
    assert_eq!(ask(&["check", "maya@acme.example", "can_list_users", "system"]).0, 0);
    assert_eq!(ask(&["check", "noah@acme.example", "can_list_users", "system"]).0, 1);
    assert_eq!(ask(&["check", "noah@acme.example", "can_create_organization", "system"]).0, 0);
    assert_eq!(ask(&["check", "noah@acme.example", "oneself", "noah@acme.example"]).0, 0);
    let (code, said, _) = ask(&["explain", "noah@acme.example", "can_list_users", "system"]);
    assert_eq!(code, 1);
    assert!(said.contains("system:guildhall#admin@user:user_"), "{said}");
    let (code, said, _) = ask(&["list", "subjects", "system", "admin"]);
    assert_eq!((code, said.lines().count()), (0, 1), "{said}");
    let (code, _, why) = ask(&["list", "subjects", "system", "admin", "--organization", "acme"]);
    assert_eq!(code, 2);
    assert!(why.contains("there is no organization `acme`"), "{why}");
    let (code, _, why) = ask(&["check", "eve@acme.example", "admin", "system"]);
    assert_eq!(code, 2);
    assert!(why.contains("no account with the address"), "{why}");
}
