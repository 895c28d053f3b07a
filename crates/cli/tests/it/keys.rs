//! The keys of the vault: made, finished after being broken off, pruned, and kept from others.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::server::{Server, output};

/// What a command said, and whether it succeeded.
fn keys(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let ended = output(folder, &[&["keys", "rotate"], arguments].concat());
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8(said).expect("words"))
}

fn lines(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("the file of keys");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_key_is_made_beside_a_running_server_and_older_ones_go_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (done, said) = keys(folder.path(), &[]);
    assert!(!done && said.contains("there is no installation here"), "{said}");
    let server = Server::start(folder.path());
    let file = folder.path().join("data/vault.keys");
    let (done, said) = keys(folder.path(), &["--prune"]);
    assert!(done && said.contains("There is no older key"), "{said}");
    assert!(!file.exists());
    let (done, said) = keys(folder.path(), &[]);
    assert!(done && said.contains("0 credentials renewed"), "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let first = lines(&file);
    assert!(keys(folder.path(), &[]).0);
    let second = lines(&file);
    assert_eq!((second.len(), &second[1]), (2, &first[0]), "the newest is the first");
    let (done, said) = keys(folder.path(), &["--prune"]);
    assert!(done && said.contains("1 older key is removed"), "{said}");
    assert_eq!(lines(&file), second[..1]);
    drop(server);
}

#[test]
fn security_keys_that_others_can_read_or_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Server::start(folder.path()));
    assert!(keys(folder.path(), &[]).0);
    let file = folder.path().join("data/vault.keys");
    let kept = lines(&file);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let (done, said) = keys(folder.path(), &[]);
    assert!(!done && said.contains("mode 640") && said.contains("chmod 600"), "{said}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&file, "c2hvcnQ=\n").unwrap();
    let (done, said) = keys(folder.path(), &[]);
    assert!(!done && said.contains("a line is not a key"), "{said}");
    assert!(!said.contains("c2hvcnQ"), "what stands in it is not shown");
    fs::write(&file, format!("{}\n", kept[0])).unwrap();
    // A run that was killed while it wrote leaves a file beside it, and nothing else.
    let rest = folder.path().join("data/vault.keys.new");
    fs::write(&rest, "half a k").unwrap();
    assert!(keys(folder.path(), &[]).0);
    assert!(!rest.exists() && lines(&file)[1] == kept[0]);
}
