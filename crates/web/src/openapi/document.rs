//! Assembling the OpenAPI 3.1 document from the route table.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::base_url::BaseUrl;
use crate::problem::ProblemBody;
use crate::route::{self, BodyKind, RouteFacts, Serves, Surface, Who};

/// The OpenAPI 3.1 document of these routes; only those below `/api/v1` are in it.
pub fn document<'r>(routes: impl IntoIterator<Item = &'r RouteFacts>, base: &BaseUrl) -> Value {
    let mut writer = Writer { taken: route::schemas(false), given: route::schemas(true) };
    let mut paths = Map::new();
    for facts in routes {
        if facts.surface() != Surface::Api || facts.path == "/api/openapi.json" {
            continue;
        }
        let path = paths.entry(facts.path).or_insert_with(|| json!({}));
        path[facts.method.as_str().to_ascii_lowercase()] = writer.operation(facts);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Guildhall",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Organizations, members, invitations, roles and access",
            "description": INTRODUCTION,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": base.origin() }],
        "security": [{ "apiKey": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": writer.schemas(),
            "parameters": parameters(),
            "headers": headers(),
            "responses": responses(),
            "securitySchemes": security_schemes(base),
        },
    })
}

const INTRODUCTION: &str = "Every answer that is not a success is a problem (RFC 9457) with a \
    stable `code`. Lists come in pages: ask again with `cursor` set to `next`. A change may be \
    repeated safely with the same `Idempotency-Key`. With `dry_run=true` a change answers who \
    would gain and lose what, and nothing is changed. Every change answers with \
    `Guildhall-Revision`; send it as `Guildhall-At-Least` to read at least that state.";

struct Writer {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Writer {
    fn operation(&mut self, facts: &RouteFacts) -> Value {
        let mut operation = json!({
            "operationId": operation_id(facts),
            "tags": [tag(facts.path)],
            "summary": facts.summary,
            "parameters": self.parameters(facts),
            "responses": self.responses(facts),
        });
        if !facts.description.is_empty() {
            operation["description"] = facts.description.into();
        }
        if let Some(permission) = facts.serves.permission() {
            operation["x-permission"] = permission.into();
        }
        if !facts.refusals.is_empty() {
            operation["x-error-codes"] = json!(facts.refusals);
        }
        if facts.anybody || facts.contract.who == Who::Anybody {
            operation["security"] = json!([{}, { "apiKey": [] }, { "session": [] }]);
        }
        if facts.contract.who == Who::Provisioner {
            operation["security"] = json!([{ "provisioner": [] }]);
        }
        if let Some(body) = facts.contract.body {
            let media_type = match body.kind {
                BodyKind::Json => "application/json",
                BodyKind::Form => "application/x-www-form-urlencoded",
            };
            let mut content = json!({ "schema": (body.schema)(&mut self.taken) });
            if let Some(example) = &facts.example_body {
                content["example"] = example.clone();
            }
            operation["requestBody"] =
                json!({ "required": true, "content": { media_type: content } });
        }
        operation
    }

    fn parameters(&mut self, facts: &RouteFacts) -> Vec<Value> {
        let mut parameters = Vec::new();
        let schemas = self.path_schemas(facts);
        for (name, schema) in facts.path_parameters().zip(schemas) {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": schema,
            }));
        }
        if let Some(query) = facts.contract.query {
            let query = query(&mut self.taken);
            let required = query.get("required").and_then(Value::as_array);
            let properties = query.get("properties").and_then(Value::as_object);
            for (name, schema) in properties.into_iter().flatten() {
                let mut schema = schema.clone();
                let description = schema.as_object_mut().and_then(|s| s.remove("description"));
                let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
                if required.is_some_and(|required| required.iter().any(|each| each == name)) {
                    parameter["required"] = true.into();
                }
                if let Some(description) = description {
                    parameter["description"] = description;
                }
                parameters.push(parameter);
            }
        }
        let shared = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
        if facts.takes_dry_run() {
            parameters.push(shared("DryRun"));
            parameters.push(shared("IdempotencyKey"));
        }
        if facts.contract.who == Who::Caller {
            parameters.push(shared("AtLeast"));
        }
        if facts.contract.who == Who::Provisioner {
            parameters.push(shared("WebhookId"));
            parameters.push(shared("WebhookTimestamp"));
        }
        parameters
    }

    /// The schemas of the variable parts of the path, in their order.
    fn path_schemas(&mut self, facts: &RouteFacts) -> Vec<Value> {
        let Some(path) = facts.contract.path else { return Vec::new() };
        let schema = path(&mut self.taken).to_value();
        if let Some(parts) = schema.get("prefixItems").and_then(Value::as_array) {
            return parts.clone();
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            let of = |name| properties.get(name).cloned().unwrap_or_else(|| json!({}));
            return facts.path_parameters().map(of).collect();
        }
        vec![schema]
    }

    fn responses(&mut self, facts: &RouteFacts) -> Value {
        let answer = facts.contract.answer;
        let mut success = json!({ "description": success_text(answer.status) });
        if let Some(schema) = answer.schema {
            let mut content = json!({ "schema": schema(&mut self.given) });
            if let Some(example) = &facts.example_answer {
                content["example"] = example.clone();
            }
            success["content"] = json!({ answer.media_type: content });
        } else if !answer.media_type.is_empty() {
            success["content"] = json!({ answer.media_type: {} });
        }
        let mut responses = json!({ answer.status.to_string(): success });
        if matches!(facts.serves, Serves::Operation { .. }) {
            let header = json!({ "$ref": "#/components/headers/Revision" });
            responses[answer.status.to_string()]["headers"] =
                json!({ "Guildhall-Revision": header });
        }
        let shared = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
        if facts.contract.who == Who::Caller {
            responses["401"] = shared("SignInRequired");
            responses["403"] = shared("Forbidden");
        }
        if facts.contract.path.is_some() {
            responses["404"] = shared("NotFound");
        }
        responses["422"] = shared("Invalid");
        responses["503"] = shared("Unavailable");
        responses["default"] = shared("Problem");
        responses
    }

    /// Every named type. What is taken and what is given may differ only under different names.
    fn schemas(mut self) -> Value {
        self.given.subschema_for::<ProblemBody>();
        self.given.subschema_for::<guildhall_app::Forecast>();
        let mut schemas = self.taken.take_definitions(true);
        schemas.extend(self.given.take_definitions(true));
        Value::Object(schemas)
    }
}

/// The route's own name for programs: that of its operation, made unique by the path if the same
/// operation has several routes.
pub(super) fn operation_id(facts: &RouteFacts) -> String {
    let words = facts.path.trim_start_matches("/api/v1/").replace(['{', '}'], "");
    let words = words.replace(['/', '-'], "_");
    format!("{}_{words}", facts.method.as_str().to_ascii_lowercase())
}

/// What is done to an organization itself, which is no collection of its own.
const OF_AN_ORGANIZATION: &[&str] = &["delete", "leave", "permissions", "restore", "transfer"];

/// The part of the API that a path belongs to: its last fixed part that names a collection.
fn tag(path: &str) -> String {
    let mut parts = path.trim_start_matches("/api/v1/").split('/');
    let first = parts.next().unwrap_or_default();
    let nested = parts.find(|part| !part.starts_with('{'));
    match (first, nested) {
        ("organizations", Some(nested)) if !OF_AN_ORGANIZATION.contains(&nested) => {
            nested.to_owned()
        }
        ("system", Some(nested)) => format!("system {nested}"),
        (first, _) => first.to_owned(),
    }
}

fn success_text(status: u16) -> &'static str {
    match status {
        201 => "Made",
        202 => "Accepted; the rest follows",
        204 => "Done",
        303 => "Go on at `Location`",
        _ => "The answer",
    }
}

fn parameters() -> Value {
    json!({
        "DryRun": {
            "name": "dry_run", "in": "query",
            "description": "Answer with a `Forecast` of who would gain and lose what, \
                and change nothing.",
            "schema": { "type": "boolean", "default": false },
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header",
            "description": "Makes repeating the request harmless: the first answer is given again, \
                with `Idempotency-Replayed: true`.",
            "schema": { "type": "string", "pattern": "^[!-~]{1,128}$" },
        },
        "AtLeast": {
            "name": "Guildhall-At-Least", "in": "header",
            "description": "A revision from an earlier answer: answer from that state or \
                a later one.",
            "schema": { "type": "string" },
        },
        "WebhookId": {
            "name": "webhook-id", "in": "header", "required": true,
            "description": "The id of the message, the same for every attempt; at most 200 bytes.",
            "schema": { "type": "string" },
        },
        "WebhookTimestamp": {
            "name": "webhook-timestamp", "in": "header", "required": true,
            "description": "The time of the attempt in seconds since 1970; not more than five \
                minutes off.",
            "schema": { "type": "integer" },
        },
    })
}

fn headers() -> Value {
    json!({
        "Revision": {
            "description": "The state that this change led to.",
            "schema": { "type": "string" },
        },
    })
}

fn responses() -> Value {
    let problem = |description: &str| {
        json!({
            "description": description,
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
            }},
        })
    };
    let mut unavailable = problem("The database does not answer; nothing was changed");
    let seconds = json!({
        "description": "Seconds after which to try again.", "schema": { "type": "integer" },
    });
    unavailable["headers"] = json!({ "Retry-After": seconds });
    json!({
        "Problem": problem("Any other refusal or failure; `code` says which"),
        "SignInRequired": problem("No session or API key that is valid"),
        "Forbidden": problem("Seen, but not permitted; `permission` says what is missing"),
        "NotFound": problem("No such thing, or not to be seen by you"),
        "Invalid": problem("A field is missing, unknown or not valid; `fields` says which"),
        "Unavailable": unavailable,
    })
}

fn security_schemes(base: &BaseUrl) -> Value {
    let cookie = if base.is_https() { "__Host-guildhall" } else { "guildhall" };
    json!({
        "apiKey": {
            "type": "http", "scheme": "bearer", "bearerFormat": "ghk_…",
            "description": "An API key: made in the console under Settings, API keys, or by \
                `POST /api/v1/api-keys` with a key or a session that there is already.",
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": cookie,
            "description": "The console's session. Changes also have to come from its own origin.",
        },
        "provisioner": {
            "type": "apiKey", "in": "header", "name": "webhook-signature",
            "description": "`v1,` and the base 64 form of HMAC-SHA-256 over `id.timestamp.body` \
                with the secret of the driver `http` (Standard Webhooks).",
        },
    })
}
