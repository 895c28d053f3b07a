//! JSON schemas in words, for the page that shows the API.

use serde_json::Value;

/// One field of a type, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldRow {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) text: String,
}

/// The fields of an object's schema.
pub(super) fn fields(schema: &Value) -> Vec<FieldRow> {
    let required = schema["required"].as_array();
    let is_required =
        |name: &str| required.is_some_and(|names| names.iter().any(|each| each == name));
    let properties = schema["properties"].as_object();
    let rows = properties.into_iter().flatten().map(|(name, field)| FieldRow {
        name: name.clone(),
        kind: kind(field),
        required: is_required(name),
        text: field["description"].as_str().unwrap_or_default().to_owned(),
    });
    rows.collect()
}

/// A type in words: `string`, `list of Member`, `owner | admin`.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(value) = schema["const"].as_str() {
        return format!("`{value}`");
    }
    if let Some(values) = schema["enum"].as_array() {
        return either(values.iter().map(|value| match value {
            Value::String(text) => format!("`{text}`"),
            other => other.to_string(),
        }));
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[choice].as_array() {
            return either(choices.iter().map(kind));
        }
    }
    let named = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        name => match schema["format"].as_str() {
            Some(format) if name == "string" => format!("{name} ({format})"),
            _ => name.to_owned(),
        },
    };
    match &schema["type"] {
        Value::String(name) => named(name),
        Value::Array(names) => either(names.iter().filter_map(Value::as_str).map(named)),
        _ => "anything".to_owned(),
    }
}

fn either(kinds: impl Iterator<Item = String>) -> String {
    kinds.collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::kind;

    #[test]
    fn a_type_is_said_in_words() {
        for (schema, expected) in [
            (json!({ "type": "string", "format": "date-time" }), "string (date-time)"),
            (json!({ "type": ["integer", "null"] }), "integer | null"),
            (json!({ "type": "array", "items": { "$ref": "#/x/Member" } }), "list of Member"),
            (json!({ "enum": ["owner", "admin"] }), "`owner` | `admin`"),
            (json!({ "anyOf": [{ "$ref": "#/x/Plan" }, { "type": "null" }] }), "Plan | null"),
            (json!(true), "anything"),
        ] {
            assert_eq!(kind(&schema), expected);
        }
    }
}
