//! The route table as a whole: every route is described, and the description is what is served.

use std::collections::BTreeSet;

use guildhall_web::route::{BodyKind, RouteFacts, Serves, Surface};
use guildhall_web::{Route, openapi_document, routes};
use serde_json::Value;

use crate::probe;
use crate::support::World;

fn facts() -> Vec<RouteFacts> {
    routes(true).iter().map(|route: &Route| route.facts().clone()).collect()
}

#[test]
fn every_route_says_what_it_is() {
    for facts in facts() {
        let name = format!("{} {}", facts.method, facts.path);
        if let Serves::Public(why) = facts.serves {
            assert!(why.len() > 10, "{name} says why it is public");
        }
        if facts.surface() == Surface::Api {
            assert!(!facts.summary.is_empty(), "{name} has a summary");
            assert!(!facts.summary.ends_with('.'), "{name}: a summary is no sentence");
        }
        if let Some(body) = facts.contract.body {
            let example = facts.example_body.as_ref();
            assert!(example.is_some_and(Value::is_object), "{name} has an example of its body");
            let console = facts.surface() != Surface::Api;
            assert_eq!(console, body.kind == BodyKind::Form, "{name}: forms are the console's");
        }
    }
}

#[test]
fn every_query_and_body_refuses_unknown_fields() {
    let document = document();
    for facts in facts() {
        let mut schemas = schemars::SchemaGenerator::default();
        let closed =
            |schema: &schemars::Schema| schema.get("additionalProperties") == Some(&false.into());
        if let Some(query) = facts.contract.query {
            assert!(closed(&query(&mut schemas)), "the query of {} {}", facts.method, facts.path);
        }
        if let Some(body) = facts.contract.body {
            let schema = (body.schema)(&mut schemas);
            let name = schema.get("$ref").and_then(Value::as_str).unwrap_or_default();
            let name = name.rsplit('/').next().unwrap_or_default();
            let schema = schemas.definitions().get(name);
            let closed = schema.is_some_and(|schema| schema["additionalProperties"] == false);
            assert!(closed, "the body of {} {} ({name})", facts.method, facts.path);
        }
    }
    assert!(document["paths"].is_object());
}

#[test]
fn no_address_is_taken_twice() {
    let mut seen = BTreeSet::new();
    for facts in facts() {
        assert!(seen.insert(format!("{} {}", facts.method, facts.path)), "{}", facts.path);
    }
}

#[test]
fn the_document_is_complete_in_itself() {
    let document = document();
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 20, "{}", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("a reference into the document");
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let ids: Vec<&str> = operations(&document)
        .map(|operation| operation["operationId"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[test]
fn the_document_says_what_the_handlers_take() {
    let document = document();
    let list = &document["paths"]["/api/v1/organizations/{organization}/probes"]["get"];
    let names: Vec<&str> = list["parameters"]
        .as_array()
        .expect("parameters")
        .iter()
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    assert_eq!(names, ["organization", "cursor", "limit", "search"]);
    let answer = &list["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    assert!(answer.as_str().is_some_and(|name| name.contains("PageOf")), "{answer}");
    let post = &document["paths"]["/api/v1/probe"]["post"];
    let body = &post["requestBody"]["content"]["application/json"];
    assert_eq!(body["schema"]["$ref"], "#/components/schemas/Sample");
    assert_eq!(body["example"]["name"], "a");
}

#[tokio::test]
async fn the_description_is_served_as_document_and_as_pages() {
    let mut client = World::new().await.client();
    let document = client.get("/api/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let page = client.get("/api").await;
    assert_eq!(page.status, 200);
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(page.text().contains(&format!("id=\"{id}\"")), "{id} is on the page");
    }
    let problems = client.get("/api/problems").await.text();
    for code in guildhall_web::problem::code::ALL {
        assert!(problems.contains(&format!("id=\"{}\"", code.code)), "{}", code.code);
    }
}

fn document() -> Value {
    let routes: Vec<Route> = routes(true).into_iter().chain(probe::routes()).collect();
    let base = crate::support::BASE.parse().expect("a base address");
    openapi_document(routes.iter().map(Route::facts), &base)
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().expect("paths");
    paths.values().flat_map(|path| path.as_object().expect("methods").values())
}

fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                references.push(reference.to_owned());
            }
            fields.values().for_each(|field| collect_references(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        _ => {}
    }
}
