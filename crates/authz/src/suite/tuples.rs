//! Tuples as test files write them, inside the file or in files of their own.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::SuiteError;
use crate::object::{Tuple, TupleCondition};

/// `user`, `relation`, `object` and perhaps a condition.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Written {
    user: String,
    relation: String,
    object: String,
    #[serde(default)]
    condition: Option<WrittenCondition>,
}

#[derive(Clone, Debug, Deserialize)]
struct WrittenCondition {
    name: String,
    #[serde(default)]
    context: Option<Map<String, Value>>,
}

/// The tuples; the error names the test.
pub(super) fn tuples(test: &str, written: &[Written]) -> Result<Vec<Tuple>, SuiteError> {
    written.iter().map(|written| tuple(test, written)).collect()
}

fn tuple(test: &str, written: &Written) -> Result<Tuple, SuiteError> {
    let fault = |error: crate::TextError| SuiteError::Tuple {
        test: test.to_owned(),
        reason: error.to_string(),
    };
    let object = written.object.parse().map_err(fault)?;
    let subject: crate::Subject = written.user.parse().map_err(fault)?;
    let tuple = Tuple::new(object, written.relation.as_str(), subject);
    Ok(match &written.condition {
        None => tuple,
        Some(condition) => tuple.with(TupleCondition {
            name: condition.name.as_str().into(),
            context: condition.context.clone().unwrap_or_default(),
        }),
    })
}

/// The tuples of a file: YAML, JSON, one JSON object a line, or comma-separated with a header.
pub(super) fn from_file(name: &str, text: &str) -> Result<Vec<Written>, SuiteError> {
    let fault = |reason: String| SuiteError::Form { file: name.to_owned(), reason };
    let text = text.trim_start_matches('\u{feff}');
    if name.ends_with(".csv") {
        return from_table(text).map_err(fault);
    }
    if name.ends_with(".jsonl") {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        return lines
            .map(|(number, line)| {
                let entry = serde_json::from_str(line).map_err(|error| error.to_string());
                entry
                    .and_then(entry_of)
                    .map_err(|reason| fault(format!("line {}: {reason}", number + 1)))
            })
            .collect();
    }
    let parsed = match serde_json::from_str(text) {
        Ok(parsed) => parsed,
        Err(_) => super::parse(name, text)?,
    };
    entries(parsed).into_iter().map(|entry| entry_of(entry).map_err(fault)).collect()
}

/// The list itself, or the list in what a server answers or is sent.
fn entries(parsed: Value) -> Vec<Value> {
    match parsed {
        Value::Array(entries) => entries,
        Value::Null => Vec::new(),
        Value::Object(mut fields) => {
            match fields.remove("tuples").or(fields.remove("tuple_keys")) {
                Some(Value::Array(entries)) => entries,
                _ => vec![Value::Object(fields)],
            }
        }
        other => vec![other],
    }
}

/// One tuple, which a server wraps together with the time it was written.
fn entry_of(mut entry: Value) -> Result<Written, String> {
    if let Some(key) = entry.get_mut("key") {
        entry = key.take();
    }
    serde_json::from_value(entry).map_err(|error| error.to_string())
}

fn from_table(text: &str) -> Result<Vec<Written>, String> {
    let mut rows = rows(text)?.into_iter();
    let header = rows.next().unwrap_or_default();
    let column = |name: &str| header.iter().position(|field| field.trim() == name);
    let need = |name: &str| column(name).ok_or_else(|| format!("there is no column `{name}`"));
    let (user_type, user_id) = (need("user_type")?, need("user_id")?);
    let (relation, object_type, object_id) =
        (need("relation")?, need("object_type")?, need("object_id")?);
    let user_relation = column("user_relation");
    let (name, context) = (column("condition_name"), column("condition_context"));
    let mut found = Vec::new();
    for row in rows {
        let field = |at: usize| row.get(at).map_or("", |field| field.trim());
        let optional = |at: Option<usize>| at.map(field).filter(|field| !field.is_empty());
        let mut user = format!("{}:{}", field(user_type), field(user_id));
        if let Some(relation) = optional(user_relation) {
            user = format!("{user}#{relation}");
        }
        let condition = match optional(name) {
            None => None,
            Some(name) => {
                let context = optional(context).map(serde_json::from_str).transpose();
                let context = context.map_err(|error| format!("condition of `{user}`: {error}"))?;
                Some(WrittenCondition { name: name.to_owned(), context })
            }
        };
        let object = format!("{}:{}", field(object_type), field(object_id));
        found.push(Written { user, relation: field(relation).to_owned(), object, condition });
    }
    Ok(found)
}

/// The rows of a comma-separated text; fields may be quoted, quotes are doubled within.
fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err("a quote is not closed".to_owned());
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows.retain(|row| row.iter().any(|field| !field.trim().is_empty()));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::{from_file, from_table};

    #[test]
    fn files_hold_lists_in_every_published_form() {
        let one = r#"{"user": "user:anne", "relation": "viewer", "object": "document:1"}"#;
        let wrapped = format!("{{\"key\": {one}, \"timestamp\": \"2023-01-01T00:00:00Z\"}}");
        for (name, text) in [
            ("a.json", format!("[{one}]")),
            ("a.json", format!("{{\"continuation_token\": \"\", \"tuples\": [{wrapped}]}}")),
            ("a.json", format!("{{\"tuple_keys\": [{one}]}}")),
            ("a.jsonl", format!("\n{one}\n\n")),
            ("a.yaml", "- user: user:anne\n  relation: viewer\n  object: document:1\n".into()),
        ] {
            let found = from_file(name, &text).unwrap();
            assert_eq!((found.len(), found[0].user.as_str()), (1, "user:anne"), "{text}");
        }
        let wrong = from_file("a.jsonl", &format!("{one}\n{{\"user\": 1}}\n")).unwrap_err();
        assert!(wrong.to_string().starts_with("`a.jsonl` cannot be read: line 2: "), "{wrong}");
    }

    #[test]
    fn tables_hold_usersets_and_conditions() {
        let text = "user_type,user_id,user_relation,relation,object_type,object_id,\
                    condition_name,condition_context\n\
                    user,anne,,viewer,document,1,,\n\
                    group,staff,member,viewer,document,1,less,\"{\"\"x\"\": 1, \"\"y\"\": 2}\"\n";
        let found = from_table(text).unwrap();
        assert_eq!(found[0].user, "user:anne");
        assert_eq!(found[1].user, "group:staff#member");
        let condition = found[1].condition.as_ref().unwrap();
        assert_eq!(condition.context.as_ref().unwrap()["y"], 2);
        assert!(from_table("a,b\n1,2\n").is_err());
    }
}
