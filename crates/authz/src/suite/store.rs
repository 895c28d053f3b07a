//! The store form: one model, its tuples, and tests that ask about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::tuples::{Written, from_file, tuples};
use super::{Answer, Question, Report, SuiteError, list, typed};
use crate::model::Model;
use crate::object::Tuple;

#[derive(Deserialize)]
struct Store {
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    model_file: Option<String>,
    #[serde(flatten)]
    held: Held,
    #[serde(default)]
    tests: Option<Vec<Value>>,
}

/// Tuples, inside the file or in files of their own.
#[derive(Deserialize)]
struct Held {
    #[serde(default)]
    tuples: Option<Vec<Written>>,
    #[serde(default)]
    tuple_file: Option<String>,
    #[serde(default)]
    tuple_files: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Test {
    #[serde(flatten)]
    held: Held,
    #[serde(default)]
    check: Option<Vec<CheckTest>>,
    #[serde(default)]
    list_objects: Option<Vec<ObjectsTest>>,
    #[serde(default)]
    list_users: Option<Vec<UsersTest>>,
}

#[derive(Deserialize)]
struct CheckTest {
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    users: Option<Vec<String>>,
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    objects: Option<Vec<String>>,
    #[serde(default)]
    context: Option<Map<String, Value>>,
    assertions: BTreeMap<String, Truth>,
}

/// Yes or no, in any word that YAML has had for it.
#[derive(Deserialize)]
#[serde(untagged, expecting = "an assertion is neither true nor false")]
enum Truth {
    Plain(bool),
    Word(Word),
}

#[derive(Deserialize)]
enum Word {
    #[serde(rename = "yes", alias = "Yes", alias = "YES", alias = "on", alias = "On", alias = "ON")]
    Yes,
    #[serde(rename = "no", alias = "No", alias = "NO", alias = "off", alias = "Off", alias = "OFF")]
    No,
}

impl Truth {
    fn holds(&self) -> bool {
        matches!(self, Truth::Plain(true) | Truth::Word(Word::Yes))
    }
}

#[derive(Deserialize)]
struct ObjectsTest {
    user: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    context: Option<Map<String, Value>>,
    assertions: BTreeMap<String, Option<Vec<String>>>,
}

#[derive(Deserialize)]
struct UsersTest {
    object: String,
    user_filter: Filters,
    #[serde(default)]
    context: Option<Map<String, Value>>,
    assertions: BTreeMap<String, UsersExpected>,
}

/// Usually a list; one filter alone is understood, too.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a `user_filter` is no list of types")]
enum Filters {
    Many(Vec<Filter>),
    One(Filter),
}

#[derive(Deserialize)]
struct Filter {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    relation: Option<String>,
}

#[derive(Deserialize)]
struct UsersExpected {
    #[serde(default)]
    users: Option<Vec<String>>,
}

type Read<'a> = &'a dyn Fn(&str) -> std::io::Result<String>;

/// Runs all tests of the file.
pub(super) fn run(name: &str, file: Value, read: Read<'_>) -> Result<Report, SuiteError> {
    let store: Store = typed(name, file)?;
    let model = Arc::new(model(name, &store, read)?);
    let shared = held(name, &store.held, read)?;
    admitted(name, &model, &shared)?;
    let mut report = Report::default();
    for (number, test) in store.tests.into_iter().flatten().enumerate() {
        let label = match test["name"].as_str() {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => format!("test {}", number + 1),
        };
        let test = read_test(name, test);
        let run = test.and_then(|test| run_test(&label, &test, &model, &shared, read, &mut report));
        if let Err(error) = run {
            report.cannot_run(&label, &error);
        }
    }
    Ok(report)
}

/// What a test may hold.
const PARTS: &[&str] = &[
    "check",
    "description",
    "list_objects",
    "list_users",
    "name",
    "tuple_file",
    "tuple_files",
    "tuples",
];

/// A test; one with a part of another name would ask less than its author believes.
fn read_test(file: &str, test: Value) -> Result<Test, SuiteError> {
    let mut parts = test.as_object().into_iter().flat_map(Map::keys);
    if let Some(unknown) = parts.find(|part| !PARTS.contains(&part.as_str())) {
        let reason = format!("`{unknown}` is not a part of a test: {}", PARTS.join(", "));
        return Err(SuiteError::Form { file: file.to_owned(), reason });
    }
    typed(file, test)
}

/// The model of a store file and the tuples that all of its tests share.
pub(super) fn load(
    name: &str,
    file: Value,
    read: Read<'_>,
) -> Result<(Model, Vec<Tuple>), SuiteError> {
    let store: Store = typed(name, file)?;
    let model = model(name, &store, read)?;
    let shared = held(name, &store.held, read)?;
    admitted(name, &model, &shared)?;
    Ok((model, shared))
}

/// Whether the model admits all tuples; the error names the first that it does not.
fn admitted(label: &str, model: &Model, tuples: &[Tuple]) -> Result<(), SuiteError> {
    let wrong = tuples.iter().find_map(|tuple| crate::snapshot::allowed(model, tuple).err());
    match wrong {
        None => Ok(()),
        Some(reason) => Err(SuiteError::Tuple { test: label.to_owned(), reason }),
    }
}

fn run_test(
    label: &str,
    test: &Test,
    model: &Arc<Model>,
    shared: &[Tuple],
    read: Read<'_>,
    report: &mut Report,
) -> Result<(), SuiteError> {
    let mut all = held(label, &test.held, read)?;
    admitted(label, model, &all)?;
    all.extend(shared.iter().cloned());
    let snapshot = super::staged::load(label, Arc::clone(model), &all)?;
    let question = |context| Question { snapshot: &snapshot, contextual: &[], context };
    for check in test.check.iter().flatten() {
        run_check(label, check, &question(check.context.as_ref()), report);
    }
    for asked in test.list_objects.iter().flatten() {
        let question = question(asked.context.as_ref());
        for (relation, expected) in &asked.assertions {
            let got = question.objects(&asked.kind, relation, &asked.user).map(list);
            let text = format!("list {} with {relation} for {}", asked.kind, asked.user);
            let expected = list(expected.clone().unwrap_or_default());
            report.note(label, text, expected, got.unwrap_or_else(error));
        }
    }
    for asked in test.list_users.iter().flatten() {
        run_users(label, asked, &question(asked.context.as_ref()), report);
    }
    Ok(())
}

fn run_check(label: &str, check: &CheckTest, question: &Question<'_>, report: &mut Report) {
    let users = || check.users.iter().flatten().chain(&check.user);
    let objects = || check.objects.iter().flatten().chain(&check.object);
    for (part, named) in [("user", users().count()), ("object", objects().count())] {
        if named == 0 {
            let (expected, got) = (format!("a `{part}`"), "none".to_owned());
            report.note(label, "check".to_owned(), expected, got);
        }
    }
    for user in users() {
        for object in objects() {
            for (relation, expected) in &check.assertions {
                let got = question.check(object, relation, user).map(|held| held.to_string());
                let text = format!("check {object}#{relation}@{user}");
                report.note(label, text, expected.holds().to_string(), got.unwrap_or_else(error));
            }
        }
    }
}

fn run_users(label: &str, asked: &UsersTest, question: &Question<'_>, report: &mut Report) {
    let filter = |filter: &Filter| match filter.relation.as_deref() {
        Some(relation) if !relation.is_empty() => format!("{}#{relation}", filter.kind),
        _ => filter.kind.clone(),
    };
    let filters: Vec<String> = match &asked.user_filter {
        Filters::Many(filters) => filters.iter().map(filter).collect(),
        Filters::One(one) => vec![filter(one)],
    };
    for (relation, expected) in &asked.assertions {
        let got = question.subjects(&asked.object, relation, &filters).map(list);
        let text = format!("list {} with {}#{relation}", filters.join(", "), asked.object);
        let expected = list(expected.users.clone().unwrap_or_default());
        report.note(label, text, expected, got.unwrap_or_else(error));
    }
}

fn error(answer: Answer) -> String {
    match answer {
        Answer::Text(text) => format!("error: {text}"),
        Answer::Evaluation(error) => format!("error: {error}"),
    }
}

fn model(name: &str, store: &Store, read: Read<'_>) -> Result<Model, SuiteError> {
    let valid = |faults| SuiteError::Model { test: name.to_owned(), faults };
    match (&store.model, &store.model_file) {
        (Some(text), _) if text.trim_start().starts_with('{') => {
            Model::from_json(text).map_err(valid)
        }
        (Some(text), _) => Model::parse(text).map_err(valid),
        (None, Some(file)) => Model::load(file, read).map_err(|faults| SuiteError::Form {
            file: faults.first().map_or(file, |fault| &fault.file).clone(),
            reason: faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        }),
        (None, None) => Err(SuiteError::Form {
            file: name.to_owned(),
            reason: "there is neither `model` nor `model_file`".to_owned(),
        }),
    }
}

fn held(label: &str, held: &Held, read: Read<'_>) -> Result<Vec<Tuple>, SuiteError> {
    let mut written = held.tuples.clone().unwrap_or_default();
    for file in held.tuple_files.iter().flatten().chain(&held.tuple_file) {
        let text = read(file)
            .map_err(|error| SuiteError::Form { file: file.clone(), reason: error.to_string() })?;
        written.extend(from_file(file, &text)?);
    }
    tuples(label, &written)
}
