//! The pages that show the API to people: every address with a line to try, and every code.

use askama::Template;
use serde_json::Value;

use super::document::operation_id;
use super::schema::{FieldRow, fields, kind};
use crate::base_url::BaseUrl;
use crate::problem::code;
use crate::route::{RouteFacts, Surface};
use crate::router::routes;

/// `/api`: the whole API on one page.
#[derive(Template)]
#[template(path = "reference/api.html")]
pub struct ReferencePage {
    base: String,
    introduction: String,
    groups: Vec<Group>,
    types: Vec<Type>,
}

struct Group {
    name: String,
    title: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    permission: String,
    anybody: bool,
    parameters: Vec<FieldRow>,
    body: Vec<FieldRow>,
    status: String,
    answer: String,
    codes: Vec<String>,
    curl: String,
}

struct Type {
    name: String,
    text: String,
    fields: Vec<FieldRow>,
}

/// `/api/problems`: what the codes mean.
#[derive(Template)]
#[template(path = "reference/problems.html")]
pub struct ProblemsPage {
    codes: Vec<(String, u16, String)>,
    refusals: Vec<(String, Vec<Place>)>,
}

/// An operation as `/api` names it.
#[derive(PartialEq)]
struct Place {
    id: String,
    summary: &'static str,
}

impl ReferencePage {
    /// The page of the API that an OpenAPI document describes, of a server at this address; `demo`
    /// with what a demonstration adds.
    pub fn of(document: &str, base: &BaseUrl, demo: bool) -> Self {
        let document: Value = serde_json::from_str(document).unwrap_or_default();
        let base = base.origin().to_owned();
        let mut groups: Vec<Group> = Vec::new();
        for route in routes(demo) {
            let facts = route.facts();
            if facts.surface() != Surface::Api || facts.path == "/api/openapi.json" {
                continue;
            }
            let method = facts.method.as_str().to_ascii_lowercase();
            let operation = &document["paths"][facts.path][&method];
            let name = operation["tags"][0].as_str().unwrap_or_default().to_owned();
            let entry = Entry::of(facts, operation, &document, &base);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.entries.push(entry),
                None => {
                    let title = name.replace('-', " ").replace("api ", "API ");
                    groups.push(Group { name, title, entries: vec![entry] });
                }
            }
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let schemas = document["components"]["schemas"].as_object();
        let types = schemas.into_iter().flatten().map(|(name, schema)| Type {
            name: name.clone(),
            text: text(&schema["description"]),
            fields: fields(schema),
        });
        let introduction = text(&document["info"]["description"]);
        Self { base, introduction, groups, types: types.collect() }
    }

    /// Whether a type of this name is described on the page.
    fn has(&self, name: &str) -> bool {
        self.types.iter().any(|each| each.name == name)
    }
}

impl Entry {
    fn of(facts: &RouteFacts, operation: &Value, document: &Value, base: &str) -> Self {
        let content = &operation["requestBody"]["content"];
        let body = content.as_object().and_then(|types| types.values().next());
        let body = body.map(|body| fields(resolve(&body["schema"], document))).unwrap_or_default();
        let status = facts.contract.answer.status.to_string();
        let answer = &operation["responses"][&status]["content"]["application/json"]["schema"];
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        Self {
            id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            method: facts.method.to_string(),
            path: facts.path.to_owned(),
            summary: facts.summary.to_owned(),
            description: facts.description.to_owned(),
            permission: facts.serves.permission().unwrap_or_default().to_owned(),
            anybody: facts.anybody,
            parameters: parameters.map(|each| parameter(resolve(each, document))).collect(),
            body,
            answer: if answer.is_null() { String::new() } else { kind(answer) },
            status,
            codes: facts.refusals.iter().map(|code| (*code).to_owned()).collect(),
            curl: curl(facts, base),
        }
    }
}

fn parameter(parameter: &Value) -> FieldRow {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    FieldRow {
        name: text(&parameter["name"]),
        // Not sent is not given: only a body can say null.
        kind: format!(
            "{} ({})",
            kind(&parameter["schema"]).trim_end_matches(" | null"),
            text(&parameter["in"])
        ),
        required: parameter["required"] == true,
        text: text(&parameter["description"]),
    }
}

/// What a reference points to, or the value itself.
fn resolve<'d>(value: &'d Value, document: &'d Value) -> &'d Value {
    let reference = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

/// A line for the shell that tries the route. What is different for everybody stands in variables:
/// `{organization}` becomes `$ORGANIZATION_ID`, so that the line works as it is copied.
fn curl(facts: &RouteFacts, base: &str) -> String {
    let query = facts.example_query.map(|query| format!("?{query}")).unwrap_or_default();
    let address = with_variables(&format!("{base}{}{query}", facts.path), |name| name);
    let mut lines = vec![format!("curl \"{address}\"")];
    if facts.method != axum::http::Method::GET {
        lines[0].insert_str(5, &format!("-X {} ", facts.method));
    }
    if !facts.anybody {
        lines.push("  -H \"Authorization: Bearer $GUILDHALL_KEY\"".to_owned());
    }
    if let Some(body) = &facts.example_body {
        lines.push("  -H 'Content-Type: application/json'".to_owned());
        let body = body.to_string().replace('\'', "'\\''");
        let body = with_variables(&body, |name| format!("'\"{name}\"'"));
        lines.push(format!("  -d '{body}'"));
    }
    lines.join(" \\\n")
}

/// The text with each `{name}` in it as the variable `$NAME_ID`, written by `show`.
fn with_variables<T: std::fmt::Display>(text: &str, show: impl Fn(String) -> T) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let length = after.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(0);
        let named = length > 0 && after[length..].starts_with('}');
        shown.push_str(before);
        if named {
            let name = format!("${}_ID", after[..length].to_ascii_uppercase());
            shown.push_str(&show(name).to_string());
        } else {
            shown.push('{');
        }
        rest = if named { &after[length + 1..] } else { after };
    }
    shown + rest
}

impl ProblemsPage {
    /// The codes of the frame and of every operation; `demo` with what a demonstration adds.
    pub fn of(demo: bool) -> Self {
        let own = |code: &code::Code| {
            (code.code.to_owned(), code.status.as_u16(), code.meaning.to_owned())
        };
        let mut refusals: std::collections::BTreeMap<&str, Vec<Place>> = Default::default();
        for route in routes(demo) {
            let facts = route.facts();
            for code in &facts.refusals {
                let by = refusals.entry(code).or_default();
                let place = Place { id: operation_id(facts), summary: facts.summary };
                if facts.surface() == Surface::Api && !by.contains(&place) {
                    by.push(place);
                }
            }
        }
        let refusals = refusals.into_iter().map(|(code, by)| (code.to_owned(), by));
        Self { codes: code::ALL.iter().map(own).collect(), refusals: refusals.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::with_variables;

    #[test]
    fn what_is_different_for_everybody_becomes_a_variable() {
        let address = with_variables("/o/{organization}/members/{user}?q={", |name| name);
        assert_eq!(address, "/o/$ORGANIZATION_ID/members/$USER_ID?q={");
        let body = with_variables(r#"{"to":"{user}","a":{"b":1}}"#, |it| format!("'\"{it}\"'"));
        assert_eq!(body, r#"{"to":"'"$USER_ID"'","a":{"b":1}}"#);
    }
}
