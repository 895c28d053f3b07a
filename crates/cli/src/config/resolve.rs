//! Reads the layers of the configuration: defaults, then the file, then the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Value;
use toml::de::{DeTable, DeValue};

use super::key::{KEYS, Key};
use super::value;

/// Variables with our prefix that are not keys: the place of the file, and what the developer's
/// command and the browser tests use.
const OTHER_VARIABLES: &[&str] = &[
    "GUILDHALL_CONFIG",
    "GUILDHALL_BIN",
    "GUILDHALL_CHROMIUM",
    "GUILDHALL_REQUIRE_POSTGRES",
    "GUILDHALL_SCREENSHOTS",
];

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// A line of the configuration file, counted from 1.
    #[expect(missing_docs, reason = "explained above")]
    File { path: PathBuf, line: usize },
    /// An environment variable.
    Environment(String),
    /// A file named by a `…_file` key, which itself stood at the source inside.
    #[expect(missing_docs, reason = "explained above")]
    SecretFile { path: PathBuf, named_by: Box<Source> },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::SecretFile { path, named_by } => {
                write!(f, "{}, named by {named_by}", path.display())
            }
        }
    }
}

/// One thing that is wrong, with its place and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: String,
    /// What is wrong, in words.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// The value of every key and where it came from.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// By path, such as `smtp.port`.
    pub values: BTreeMap<&'static str, (Value, Source)>,
    /// Everything found wrong; empty means that `values` is complete and sound.
    pub problems: Vec<Problem>,
}

/// Reads the defaults, `file` and the variables, each overriding the one before.
pub fn resolve(file: Option<&Path>, environment: &[(String, String)]) -> Resolved {
    let mut resolved = Resolved::default();
    for key in KEYS {
        resolved.values.insert(key.path, (default_of(key), Source::Default));
    }
    if let Some(path) = file {
        match fs::read_to_string(path) {
            Ok(text) => resolved.take_file(path, &text),
            Err(error) => {
                resolved.problem(&path.display(), format!("cannot be read: {error}"));
            }
        }
    }
    let mut variables: Vec<_> =
        environment.iter().filter(|(name, _)| name.starts_with("GUILDHALL_")).collect();
    variables.sort();
    for (name, text) in variables {
        resolved.take_variable(name, text);
    }
    resolved
}

/// The default of a key as a value.
pub(super) fn default_of(key: &Key) -> Value {
    let text = format!("v = {}", key.default);
    let mut table: toml::Table = text.parse().unwrap_or_default();
    table.remove("v").unwrap_or(Value::Boolean(false))
}

impl Resolved {
    fn problem(&mut self, place: &dyn fmt::Display, message: impl Into<String>) {
        self.problems.push(Problem { place: place.to_string(), message: message.into() });
    }

    fn take_file(&mut self, path: &Path, text: &str) {
        let line_of = |offset: usize| text[..offset.min(text.len())].matches('\n').count() + 1;
        let parsed = match DeTable::parse(text) {
            Ok(parsed) => parsed,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_of(span.start));
                let place = Source::File { path: path.to_owned(), line };
                return self.problem(&place, format!("is not TOML: {}", error.message()));
            }
        };
        let mut found = Vec::new();
        flatten("", parsed.get_ref(), &mut found);
        for (name, offset, given) in found {
            let source = Source::File { path: path.to_owned(), line: line_of(offset) };
            self.set(&name, source, |key| value::from_toml(key, &given));
        }
    }

    fn take_variable(&mut self, name: &str, text: &str) {
        if OTHER_VARIABLES.contains(&name) {
            return;
        }
        let path = name["GUILDHALL_".len()..].replace("__", ".").to_lowercase();
        let source = Source::Environment(name.to_owned());
        self.set(&path, source, |key| value::from_text(key, text));
    }

    /// Sets a key, or the key of which `name` names a file, or explains why that cannot be.
    fn set(
        &mut self,
        name: &str,
        source: Source,
        read: impl FnOnce(&Key) -> Result<Value, String>,
    ) {
        if let Some(key) = Key::find(name) {
            match read(key) {
                Ok(value) => self.put(key, value, source),
                Err(message) => self.problem(&source, format!("`{name}` {message}")),
            }
        } else if let Some(key) = named_by_file(name) {
            match read(&FILE_NAME).and_then(|path| secret_from(key, &path)) {
                Ok((value, path)) => {
                    self.put(key, value, Source::SecretFile { path, named_by: source.into() });
                }
                Err(message) => self.problem(&source, format!("`{name}` {message}")),
            }
        } else {
            let message = match nearest(name) {
                _ if is_section(name) => format!("`{name}` is a section: write `[{name}]`"),
                Some(near) => format!("unknown key `{name}`; did you mean `{near}`?"),
                None => format!("unknown key `{name}`; the reference lists every key"),
            };
            self.problem(&source, message);
        }
    }

    fn put(&mut self, key: &'static Key, value: Value, source: Source) {
        if let Some((_, earlier)) = self.values.get(key.path)
            && same_layer(earlier, &source)
        {
            let message = format!("`{0}` is given twice, also by {earlier}", key.path);
            return self.problem(&source, message);
        }
        self.values.insert(key.path, (value, source));
    }
}

const FILE_NAME: Key = Key { path: "", kind: super::key::Kind::Path, default: "", meaning: "" };

/// Whether both stand in the file or both in the environment: then neither overrides the other.
fn same_layer(one: &Source, other: &Source) -> bool {
    fn layer(source: &Source) -> u8 {
        match source {
            Source::Default => 0,
            Source::File { .. } => 1,
            Source::Environment(_) => 2,
            Source::SecretFile { named_by, .. } => layer(named_by),
        }
    }
    layer(one) == layer(other)
}

fn flatten<'a>(prefix: &str, table: &DeTable<'a>, found: &mut Vec<(String, usize, DeValue<'a>)>) {
    for (name, value) in table {
        let path = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
        match value.get_ref() {
            DeValue::Table(inner) if Key::find(&path).is_none() && is_section(&path) => {
                flatten(&path, inner, found);
            }
            other => found.push((path, name.span().start, other.clone())),
        }
    }
}

fn is_section(path: &str) -> bool {
    KEYS.iter().any(|key| key.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// The key that `name` names a file for: `smtp.password_file` stands for `smtp.password`.
fn named_by_file(name: &str) -> Option<&'static Key> {
    use super::key::Kind;
    let key = Key::find(name.strip_suffix("_file")?)?;
    matches!(key.kind, Kind::Secret | Kind::Database).then_some(key)
}

fn secret_from(key: &Key, path: &Value) -> Result<(Value, PathBuf), String> {
    let path = PathBuf::from(path.as_str().unwrap_or_default());
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("names `{}`, which cannot be read: {error}", path.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(format!("names `{}`, which is empty", path.display()));
    }
    Ok((value::from_text(key, secret)?, path))
}

/// The key that was probably meant.
fn nearest(name: &str) -> Option<String> {
    let files = KEYS.iter().map(|key| format!("{}_file", key.path));
    let files = files.filter(|name| named_by_file(name).is_some());
    let sections = KEYS.iter().filter_map(|key| Some(key.path.rsplit_once('.')?.0.to_owned()));
    let all = KEYS.iter().map(|key| key.path.to_owned()).chain(files).chain(sections);
    all.map(|candidate| (distance(name, &candidate), candidate))
        .filter(|(distance, _)| *distance >= 0.75)
        // Of equals the one that is nested less deeply.
        .max_by(|(a, one), (b, other)| {
            let depth = |path: &String| path.matches('.').count();
            a.total_cmp(b).then(depth(other).cmp(&depth(one)))
        })
        .map(|(_, candidate)| candidate)
}

/// How alike two paths are, from 0 to 1; the right key in the wrong section counts as alike.
fn distance(given: &str, candidate: &str) -> f64 {
    let leaf = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let whole = strsim::jaro_winkler(given, candidate);
    if leaf(given) == leaf(candidate) { whole.max(0.9) } else { whole }
}
