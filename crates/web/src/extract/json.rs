//! JSON bodies, in and out.

use std::collections::HashSet;
use std::fmt;

use axum::extract::{FromRequest, Request};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::de::{self, Deserialize, DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize};

use super::{body, text, words};
use crate::frame::Exchange;
use crate::problem::{Code, Problem, code};
use crate::route::{Answer, Body, BodyKind, Contract, Describe, DescribeAnswer, SchemaOf};

/// A JSON document: as an argument the body of the request, as an answer the body with status 200.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let exchange = Exchange::of(request.extensions())?;
        let bytes = body::read(request, "application/json").await?;
        exchange.hash_body(&bytes);
        let document = std::str::from_utf8(&bytes)
            .map_err(|_| Problem::new(code::NOT_UTF8, "the body is not valid UTF-8"))?;
        parse(document).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => {
                let json = HeaderValue::from_static("application/json");
                ([(axum::http::header::CONTENT_TYPE, json)], bytes).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Problem::new(code::FAULT, "the answer could not be written").into_response()
            }
        }
    }
}

impl<T: JsonSchema> Describe for Json<T> {
    fn describe(contract: &mut Contract) {
        let schema: SchemaOf = |schemas| schemas.subschema_for::<T>();
        contract.body = Some(Body { kind: BodyKind::Json, schema });
    }
}

impl<T: JsonSchema> DescribeAnswer for Json<T> {
    fn answer() -> Answer {
        Answer::json(200, |schemas| schemas.subschema_for::<T>())
    }
}

fn parse<T: DeserializeOwned>(document: &str) -> Result<T, Problem> {
    read::<Clean>(document).map_err(|(path, error)| match error.is_syntax() || error.is_eof() {
        true => malformed(&error),
        false => problem(&path, &without_position(&error)),
    })?;
    read::<T>(document).map_err(|(path, error)| match error.is_syntax() {
        // The document is sound: this is how a number in the place of a choice is reported.
        true => problem(&path, "has to be a text"),
        false => problem(&path, &without_position(&error)),
    })
}

fn read<'de, T: Deserialize<'de>>(document: &'de str) -> Result<T, (String, serde_json::Error)> {
    let mut reader = serde_json::Deserializer::from_str(document);
    let value = serde_path_to_error::deserialize::<_, T>(&mut reader)
        .map_err(|error| (error.path().to_string(), error.into_inner()))?;
    reader.end().map_err(|error| (".".to_owned(), error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    let empty = error.line() <= 1 && error.column() == 0;
    let detail = match empty {
        true => "the body is empty; a JSON document is expected".to_owned(),
        false => format!("the body is not JSON: {error}"),
    };
    Problem::new(code::MALFORMED_JSON, detail)
}

fn problem(path: &str, message: &str) -> Problem {
    let (kind, name, message) = understand(message);
    let field = match (path, name) {
        ("." | "?", Some(name)) => name,
        ("." | "?", None) => return Problem::new(kind, message),
        // The path of an unknown or repeated field already ends with its name.
        (path, Some(name)) if path == name || path.ends_with(&format!(".{name}")) => {
            path.to_owned()
        }
        (path, Some(name)) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    };
    let field = text::shown(&field);
    Problem::new(kind, format!("`{field}`: {message}")).field(field, message)
}

/// The code, the field that serde names in its message, and our message.
fn understand(message: &str) -> (Code, Option<String>, String) {
    let named = |lead: &str| {
        let rest = message.strip_prefix(lead)?.strip_prefix(" `")?;
        rest.split_once('`').map(|(name, _)| name.to_owned())
    };
    if let Some(name) = named("missing field") {
        return (code::MISSING_FIELD, Some(name), "is missing".to_owned());
    }
    if let Some(name) = named("unknown field") {
        return (code::UNKNOWN_FIELD, Some(name), "is not a field of this request".to_owned());
    }
    if let Some(name) = named("duplicate field") {
        return (code::DUPLICATE_FIELD, Some(name), "given more than once".to_owned());
    }
    if message == CONTROL {
        return (code::CONTROL_CHARACTERS, None, "contains control characters".to_owned());
    }
    (code::INVALID_FIELD, None, words::plain(message))
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).map_or(text.clone(), str::to_owned)
}

const CONTROL: &str = "contains control characters";

/// Any JSON value whose texts hold no control characters and whose objects repeat no name.
struct Clean;

impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CleanVisitor)
    }
}

struct CleanVisitor;

impl<'de> Visitor<'de> for CleanVisitor {
    type Value = Clean;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Clean, E> {
        if text::has_control(value) { Err(E::custom(CONTROL)) } else { Ok(Clean) }
    }

    fn visit_bool<E>(self, _: bool) -> Result<Clean, E> {
        Ok(Clean)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Clean, E> {
        Ok(Clean)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Clean, E> {
        Ok(Clean)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Clean, E> {
        Ok(Clean)
    }

    fn visit_unit<E>(self) -> Result<Clean, E> {
        Ok(Clean)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Clean, A::Error> {
        while seq.next_element::<Clean>()?.is_some() {}
        Ok(Clean)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Clean, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if text::has_control(&name) {
                return Err(de::Error::custom(CONTROL));
            }
            map.next_value::<Clean>()?;
            if let Some(repeated) = names.replace(name) {
                let message = format!("duplicate field `{}`", text::shown(&repeated));
                return Err(de::Error::custom(message));
            }
        }
        Ok(Clean)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)]
        name: String,
        #[serde(default)]
        #[allow(dead_code)]
        members: Vec<Member>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Member {
        #[allow(dead_code)]
        size: u8,
        #[serde(default)]
        #[allow(dead_code)]
        role: Option<Role>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Role {
        Admin,
    }

    #[test]
    fn every_mistake_names_its_field() {
        for (document, expected) in [
            (r#"{"name":"a"}"#, "fine "),
            ("", "request.malformed_json "),
            ("{", "request.malformed_json "),
            (r#"{"name":"a"} x"#, "request.malformed_json "),
            ("[]", "request.invalid_field "),
            ("7", "request.invalid_field "),
            ("{}", "request.missing_field name"),
            (r#"{"name":7}"#, "request.invalid_field name"),
            (r#"{"name":null}"#, "request.invalid_field name"),
            (r#"{"name":"a","owner":true}"#, "request.unknown_field owner"),
            (r#"{"name":"a","name":"b"}"#, "request.duplicate_field name"),
            (r#"{"name":"a\u0000"}"#, "request.control_characters name"),
            (r#"{"name":"a","members":[{}]}"#, "request.missing_field members[0].size"),
            (r#"{"name":"a","members":[{"size":256}]}"#, "request.invalid_field members[0].size"),
            (
                r#"{"name":"a","members":[{"size":1,"role":7}]}"#,
                "request.invalid_field members[0].role",
            ),
            (r#"{"name":"a","members":[{"size":1,"x":1}]}"#, "request.unknown_field members[0].x"),
        ] {
            let found = parse::<Sample>(document).map_or_else(
                |p| format!("{} {}", p.code(), p.fields().first().map_or("", |f| &f.name)),
                |_| "fine ".to_owned(),
            );
            assert_eq!(found, expected, "{document}");
        }
    }

    #[test]
    fn a_deeply_nested_document_is_refused() {
        let document = "[".repeat(100_000);
        assert_eq!(parse::<Sample>(&document).err().unwrap().code(), "request.malformed_json");
    }
}
