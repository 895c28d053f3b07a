//! The staged form: models that follow one another on a growing set of tuples, with error codes.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::tuples::{Written, tuples};
use super::{Answer, Question, Report, SuiteError, list, typed};
use crate::error::EvaluationError;
use crate::model::Model;
use crate::object::{Subject, Tuple};
use crate::snapshot::Snapshot;

#[derive(Deserialize)]
struct File {
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    #[serde(default)]
    name: String,
    stages: Vec<Stage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stage {
    model: String,
    #[serde(default)]
    tuples: Option<Vec<Written>>,
    #[serde(default)]
    check_assertions: Option<Vec<CheckAssertion>>,
    #[serde(default)]
    list_objects_assertions: Option<Vec<ListAssertion<ObjectsRequest>>>,
    #[serde(default)]
    list_users_assertions: Option<Vec<ListAssertion<UsersRequest>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CheckAssertion {
    tuple: Written,
    #[serde(flatten)]
    given: GivenPart,
    #[serde(default)]
    expectation: bool,
    #[serde(default)]
    error_code: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListAssertion<R> {
    request: R,
    #[serde(flatten)]
    given: GivenPart,
    #[serde(default)]
    expectation: Option<Vec<String>>,
    #[serde(default)]
    error_code: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenPart {
    #[serde(default)]
    contextual_tuples: Option<Vec<Written>>,
    #[serde(default)]
    context: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct ObjectsRequest {
    user: String,
    #[serde(rename = "type")]
    kind: String,
    relation: String,
}

#[derive(Deserialize)]
struct UsersRequest {
    filters: Vec<String>,
    object: String,
    relation: String,
}

/// Runs all tests of the file.
pub(super) fn run(name: &str, file: Value) -> Result<Report, SuiteError> {
    let file: File = typed(name, file)?;
    let mut report = Report::default();
    for test in &file.tests {
        if let Err(error) = run_test(test, &mut report) {
            report.cannot_run(&test.name, &error);
        }
    }
    Ok(report)
}

fn run_test(test: &Test, report: &mut Report) -> Result<(), SuiteError> {
    let mut held = Vec::new();
    for stage in &test.stages {
        let model = Model::parse(&stage.model)
            .map_err(|faults| SuiteError::Model { test: test.name.clone(), faults })?;
        let written = stage.tuples.as_deref().unwrap_or_default();
        held.extend(tuples(&test.name, written)?);
        let snapshot = load(&test.name, Arc::new(model), &held)?;
        run_stage(&test.name, stage, &snapshot, report)?;
    }
    Ok(())
}

pub(super) fn load(test: &str, model: Arc<Model>, held: &[Tuple]) -> Result<Snapshot, SuiteError> {
    let loaded = Snapshot::load(model, held.iter().cloned().map(|tuple| ("test", tuple)), []);
    loaded.map_err(|error| SuiteError::Tuple { test: test.to_owned(), reason: error.to_string() })
}

fn run_stage(
    test: &str,
    stage: &Stage,
    snapshot: &Snapshot,
    report: &mut Report,
) -> Result<(), SuiteError> {
    for assertion in stage.check_assertions.iter().flatten() {
        let asked = tuples(test, std::slice::from_ref(&assertion.tuple))?.remove(0);
        let (object, user) = (asked.object.to_string(), asked.subject.to_string());
        let answer = asking(test, snapshot, &assertion.given, |question| {
            question.check(&object, &asked.relation, &user).map(|held| held.to_string())
        })?;
        let got = answer.unwrap_or_else(|error| code(&error, 2000, 2000));
        let expected = assertion.expectation.to_string();
        report.note(test, format!("check {asked}"), or_code(assertion.error_code, expected), got);
    }
    for assertion in stage.list_objects_assertions.iter().flatten() {
        let ObjectsRequest { user, kind, relation } = &assertion.request;
        let answer = asking(test, snapshot, &assertion.given, |question| {
            question.objects(kind, relation, user).map(list)
        })?;
        let subject = user.parse::<Subject>().ok();
        let known = subject.is_some_and(|subject| snapshot.asker(&subject, None).is_ok());
        let (of_type, of_relation) = if known { (2021, 2022) } else { (2000, 2000) };
        let got = answer.unwrap_or_else(|error| code(&error, of_type, of_relation));
        let expected = list(assertion.expectation.clone().unwrap_or_default());
        let asked = format!("list {kind} with {relation} for {user}");
        report.note(test, asked, or_code(assertion.error_code, expected), got);
    }
    for assertion in stage.list_users_assertions.iter().flatten() {
        let UsersRequest { filters, object, relation } = &assertion.request;
        let answer = asking(test, snapshot, &assertion.given, |question| {
            question.subjects(object, relation, filters).map(list)
        })?;
        let got = answer.unwrap_or_else(|error| code(&error, 2021, 2022));
        let expected = list(assertion.expectation.clone().unwrap_or_default());
        let asked = format!("list {} with {object}#{relation}", filters.join(", "));
        report.note(test, asked, or_code(assertion.error_code, expected), got);
    }
    Ok(())
}

fn asking(
    test: &str,
    snapshot: &Snapshot,
    given: &GivenPart,
    ask: impl FnOnce(&Question<'_>) -> Result<String, Answer>,
) -> Result<Result<String, Answer>, SuiteError> {
    let contextual = tuples(test, given.contextual_tuples.as_deref().unwrap_or_default())?;
    let context = given.context.as_ref();
    Ok(ask(&Question { snapshot, contextual: &contextual, context }))
}

fn or_code(code: Option<u32>, expected: String) -> String {
    code.map_or(expected, |code| format!("error {code}"))
}

/// The published code of an error; unknown types and relations have one that depends on the
/// question.
fn code(answer: &Answer, of_type: u32, of_relation: u32) -> String {
    let code = match answer {
        Answer::Text(_) => 2000,
        Answer::Evaluation(error) => match error {
            EvaluationError::UnknownType(_) => of_type,
            EvaluationError::UnknownRelation { .. } => of_relation,
            EvaluationError::InvalidContextual { .. } => 2027,
            EvaluationError::TooDeep(_) | EvaluationError::TooMuchWork(_) => 2002,
            EvaluationError::Condition { .. } | EvaluationError::Cursor => 2000,
        },
    };
    format!("error {code}")
}
