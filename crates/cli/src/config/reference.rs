//! The reference page and the commented default file, both made from the list of keys.

use std::fmt::Write;

use super::key::{KEYS, Key, Kind};

/// The page `docs/generated/configuration.md`.
pub fn reference_page() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         Generated from the list of keys; `./dev update` rewrites it.\n\n\
         Guildhall reads `guildhall.toml` in the working directory, or the file that `--config` \
         or `GUILDHALL_CONFIG` names, and then the environment, which wins. Nothing has to be \
         set. An unknown key, in the file or as a variable that starts with `GUILDHALL_`, is an \
         error. A secret may stand in a file of its own: `password_file = \"/run/secrets/smtp\"` \
         in place of `password`. A list \
         in a variable has spaces or commas between its entries, or is written as in the file: \
         `[\"a b\", \"c\"]`. `guildhall config check` prints what is in force, where each \
         value came from, and what is wrong; `guildhall config show-default` prints a file to \
         start from.\n",
    );
    let mut section = None;
    for key in KEYS {
        let here = key.path.rsplit_once('.').map(|(section, _)| section);
        if here != section || key.path == KEYS[0].path {
            section = here;
            let title = here.map_or("General".to_owned(), |name| format!("`[{name}]`"));
            let _ = write!(
                out,
                "\n## {title}\n\n| key | variable | default | values | meaning |\n\
                 |---|---|---|---|---|\n"
            );
        }
        let leaf = key.path.rsplit('.').next().unwrap_or(key.path);
        let _ = writeln!(
            out,
            "| `{leaf}` | `{}` | `{}` | {} | {} |",
            key.variable(),
            key.default,
            values(key),
            key.meaning.replace('|', "\\|")
        );
    }
    out
}

/// A file with every key at its default, each commented out under its meaning.
pub fn default_file() -> String {
    let mut out = String::from("# Guildhall. Every key stands at its default.\n");
    let mut section = "";
    for key in KEYS {
        let (here, leaf) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        if here != section {
            section = here;
            let _ = write!(out, "\n[{section}]\n");
        }
        out.push('\n');
        for line in wrapped(key.meaning, 98) {
            let _ = writeln!(out, "# {line}");
        }
        let _ = writeln!(out, "# {leaf} = {}", key.default);
    }
    out
}

fn values(key: &Key) -> String {
    match key.kind {
        Kind::Text => "text".to_owned(),
        Kind::Secret => "secret text".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::Listen => "address:port".to_owned(),
        Kind::OptionalListen => "address:port or empty".to_owned(),
        Kind::BaseUrl => "URL without a path".to_owned(),
        Kind::Database => "address of a database".to_owned(),
        Kind::Mailbox => "`Name <address>`".to_owned(),
        Kind::Integer { least, most } => format!("{least} to {most}"),
        Kind::Switch => "`true`, `false`".to_owned(),
        Kind::Choice(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Networks => "list of addresses or networks".to_owned(),
        Kind::Address => "address".to_owned(),
        Kind::Texts => "list of texts".to_owned(),
        Kind::Sizes => "list of `name:credits`".to_owned(),
        Kind::Services => "list of `name=Label:port,port`".to_owned(),
        Kind::Numbers => "list of whole numbers".to_owned(),
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
