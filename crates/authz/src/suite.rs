//! Test files of models: both published forms, run against an engine that holds what the file says.

mod staged;
mod store;
mod tuples;

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::evaluate::Check;
use crate::list::Given;
use crate::model::Model;
use crate::object::Tuple;
use crate::snapshot::Snapshot;
use crate::{EvaluationError, LanguageError};

/// The outcome of a test file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Assertions that came out as expected.
    pub passed: usize,
    /// Assertions that did not, in the order of the file.
    pub failures: Vec<Failure>,
}

/// An assertion that did not come out as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The name of the test.
    pub test: String,
    /// What was asked.
    pub question: String,
    /// What the file expects.
    pub expected: String,
    /// What came.
    pub got: String,
}

/// A test file that cannot be run at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// The file, or one it names, is not of the expected form.
    #[error("`{file}` cannot be read: {reason}")]
    Form {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A model has faults.
    #[error("the model of `{test}` is not valid, by its own lines: {}", shown(faults))]
    Model {
        /// The test it belongs to.
        test: String,
        /// All faults.
        faults: Vec<LanguageError>,
    },
    /// A text that should be a tuple is none.
    #[error("`{test}`: {reason}")]
    Tuple {
        /// The test it belongs to.
        test: String,
        /// Why.
        reason: String,
    },
}

fn shown(faults: &[LanguageError]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { test, question, expected, got } = self;
        write!(f, "{test}: {question}: expected {expected}, got {got}")
    }
}

impl fmt::Display for Report {
    /// One line for each failure, and the sum on the last line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failures.iter().try_for_each(|failure| writeln!(f, "{failure}"))?;
        write!(f, "{} passed, {} failed", self.passed, self.failures.len())
    }
}

impl Report {
    /// Takes over the outcome of another file.
    pub fn merge(&mut self, other: Report) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
    }

    /// Notes a test that could not be run, or not to its end: one failure.
    fn cannot_run(&mut self, test: &str, error: &SuiteError) {
        let (question, expected) = ("run it".to_owned(), "that it can be run".to_owned());
        let got = format!("error: {error}");
        self.failures.push(Failure { test: test.to_owned(), question, expected, got });
    }

    fn note(&mut self, test: &str, question: String, expected: String, got: String) {
        if expected == got {
            self.passed += 1;
        } else {
            self.failures.push(Failure { test: test.to_owned(), question, expected, got });
        }
    }
}

/// Runs one test file, in either published form.
///
/// `name` is shown in errors. `read` gives the text of a file that the test file names, relative
/// to it: its model, its tuples.
///
/// ```
/// let text = "
/// model: |
///   model
///     schema 1.1
///   type user
///   type document
///     relations
///       define viewer: [user]
/// tuples:
///   - {user: 'user:anne', relation: viewer, object: 'document:1'}
/// tests:
///   - name: viewers
///     check:
///       - user: user:anne
///         object: document:1
///         assertions: {viewer: true}
/// ";
/// let report = guildhall_authz::run_tests("store.fga.yaml", text, &|_| unreachable!())?;
/// assert_eq!(report.to_string(), "1 passed, 0 failed");
/// # Ok::<(), guildhall_authz::SuiteError>(())
/// ```
pub fn run_tests(
    name: &str,
    text: &str,
    read: &dyn Fn(&str) -> std::io::Result<String>,
) -> Result<Report, SuiteError> {
    let file = parse(name, text)?;
    if !file.is_object() {
        return Err(not_a_suite(name));
    }
    let staged = file["tests"]
        .as_array()
        .is_some_and(|tests| tests.iter().any(|test| test.get("stages").is_some()));
    if staged { staged::run(name, file) } else { store::run(name, file, read) }
}

/// The model and the shared tuples of a store file; `read` as in [`run_tests`].
///
/// # Errors
/// If the file or one it names cannot be read, the model has faults, or it does not admit a tuple.
pub fn read_store(
    name: &str,
    text: &str,
    read: &dyn Fn(&str) -> std::io::Result<String>,
) -> Result<(Model, Vec<Tuple>), SuiteError> {
    store::load(name, parse(name, text)?, read)
}

/// The tuples of a file by the ending of its name: `.csv` with a header, `.jsonl`, else JSON or
/// YAML.
///
/// # Errors
/// If the text is not of that form, or something in it is no tuple.
///
/// ```
/// let text = r#"{"user": "user:anne", "relation": "viewer", "object": "document:1"}"#;
/// let tuples = guildhall_authz::read_tuples("tuples.jsonl", text)?;
/// assert_eq!(tuples[0].to_string(), "document:1#viewer@user:anne");
/// # Ok::<(), guildhall_authz::SuiteError>(())
/// ```
pub fn read_tuples(name: &str, text: &str) -> Result<Vec<Tuple>, SuiteError> {
    tuples::tuples(name, &tuples::from_file(name, text)?)
}

fn not_a_suite(name: &str) -> SuiteError {
    let reason = "it holds no tests of models".to_owned();
    SuiteError::Form { file: name.to_owned(), reason }
}

/// Reads YAML or JSON. A key may be there twice if that makes no difference.
fn parse(file: &str, text: &str) -> Result<Value, SuiteError> {
    use serde_saphyr::DuplicateKeyPolicy::{Error, FirstWins, LastWins};
    let strict = parse_by(Error, text);
    let same = strict.is_err().then(|| {
        let (first, last) = (parse_by(FirstWins, text).ok()?, parse_by(LastWins, text).ok()?);
        Some((first == last).then_some(last))
    });
    match (same.flatten(), strict) {
        (Some(Some(same)), _) => Ok(same),
        (_, Ok(parsed)) => Ok(parsed),
        (contradiction, Err(error)) => {
            let error = error.to_string();
            let advice = ", set DuplicateKeyPolicy in Options if acceptable";
            let reason = match contradiction {
                Some(_) => error.replace(advice, " with another value"),
                None => error,
            };
            Err(SuiteError::Form { file: file.to_owned(), reason })
        }
    }
}

fn parse_by(
    duplicates: serde_saphyr::DuplicateKeyPolicy,
    text: &str,
) -> Result<Value, serde_saphyr::Error> {
    // A number too large for any type stays as it is written, and is refused where a number is
    // needed; so do `no`, `on` and `y`, which are countries and names. Files of tuples are long;
    // what aliases may multiply is still bounded.
    let budget = serde_saphyr::budget! {
        max_events: 20_000_000,
        max_nodes: 10_000_000,
        max_total_scalar_bytes: 1 << 30,
    };
    let options = serde_saphyr::options! {
        budget: budget,
        duplicate_keys: duplicates,
        strict_booleans: true,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString
    };
    serde_saphyr::from_str_with_options(text, options)
}

/// Gives a parsed value its type.
fn typed<T: for<'de> Deserialize<'de>>(file: &str, value: Value) -> Result<T, SuiteError> {
    serde_json::from_value(value)
        .map_err(|error| SuiteError::Form { file: file.to_owned(), reason: error.to_string() })
}

/// One question of a test file and its answer as text.
struct Question<'a> {
    snapshot: &'a Snapshot,
    contextual: &'a [Tuple],
    context: Option<&'a Map<String, Value>>,
}

impl Question<'_> {
    fn given(&self) -> Given<'_> {
        Given { contextual: self.contextual, context: self.context }
    }

    fn check(&self, object: &str, relation: &str, user: &str) -> Result<bool, Answer> {
        let (object, subject) = (object.parse().map_err(text)?, user.parse().map_err(text)?);
        let check = Check {
            contextual: self.contextual,
            context: self.context,
            ..Check::new(&object, relation, &subject)
        };
        self.snapshot.check(&check).map_err(Answer::Evaluation)
    }

    fn objects(&self, kind: &str, relation: &str, user: &str) -> Result<Vec<String>, Answer> {
        let subject = user.parse().map_err(text)?;
        let found = self.snapshot.list_objects_given(kind, relation, &subject, self.given());
        Ok(sorted(found.map_err(Answer::Evaluation)?))
    }

    fn subjects(
        &self,
        object: &str,
        relation: &str,
        filters: &[String],
    ) -> Result<Vec<String>, Answer> {
        let object = object.parse().map_err(text)?;
        let mut found = Vec::new();
        for filter in filters {
            let subjects =
                self.snapshot.list_subjects_given(&object, relation, filter, self.given());
            found.extend(subjects.map_err(Answer::Evaluation)?);
        }
        Ok(sorted(found))
    }
}

/// An answer that is an error.
enum Answer {
    Text(String),
    Evaluation(EvaluationError),
}

fn text(error: crate::TextError) -> Answer {
    Answer::Text(error.to_string())
}

fn sorted<T: ToString>(found: Vec<T>) -> Vec<String> {
    let mut texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    texts.sort();
    texts
}

fn list(mut items: Vec<String>) -> String {
    items.sort();
    format!("[{}]", items.join(", "))
}
