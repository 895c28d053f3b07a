//! The JSON form of a model, as OpenFGA's interfaces exchange it.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use smol_str::SmolStr;

use super::Span;
use super::ast::{
    Comments, Condition, Document, Form, Name, Parameter, Relation, Restriction, Rewrite, Type,
};

/// Deepest nesting of a rewrite.
const NESTING: usize = 100;

/// The document as JSON.
pub(crate) fn write(document: &Document) -> Value {
    let types: Vec<Value> = document.types.iter().map(write_type).collect();
    let schema = document.schema.as_ref().map_or("1.1", |schema| schema.text.as_str());
    let mut model = json!({ "schema_version": schema, "type_definitions": types });
    if !document.conditions.is_empty() {
        let conditions = document.conditions.iter();
        let conditions: Map<String, Value> = conditions
            .map(|condition| (condition.name.text.to_string(), write_condition(condition)))
            .collect();
        model["conditions"] = Value::Object(conditions);
    }
    model
}

fn write_type(kind: &Type) -> Value {
    let (mut relations, mut metadata) = (Map::new(), Map::new());
    for relation in &kind.relations {
        let name = relation.name.text.to_string();
        relations.insert(name.clone(), write_rewrite(&relation.rewrite));
        let direct: Vec<Value> = relation.direct.iter().map(write_restriction).collect();
        metadata.insert(name, json!({ "directly_related_user_types": direct }));
    }
    let metadata = match metadata.is_empty() {
        true => Value::Null,
        false => json!({ "relations": metadata }),
    };
    json!({ "type": kind.name.text, "relations": relations, "metadata": metadata })
}

fn write_restriction(entry: &Restriction) -> Value {
    let mut written = json!({ "type": entry.kind.text });
    match &entry.form {
        Form::Object => {}
        Form::Wildcard => written["wildcard"] = json!({}),
        Form::Userset(relation) => written["relation"] = json!(relation.text),
    }
    if let Some(condition) = &entry.condition {
        written["condition"] = json!(condition.text);
    }
    written
}

fn write_rewrite(rewrite: &Rewrite) -> Value {
    let children = |parts: &[Rewrite]| -> Value {
        json!({ "child": parts.iter().map(write_rewrite).collect::<Vec<_>>() })
    };
    match rewrite {
        Rewrite::Direct => json!({ "this": {} }),
        Rewrite::Computed(name) => json!({ "computedUserset": { "relation": name.text } }),
        Rewrite::From { relation, tupleset, .. } => json!({ "tupleToUserset": {
            "tupleset": { "relation": tupleset.text },
            "computedUserset": { "relation": relation.text },
        }}),
        Rewrite::Any(parts) => json!({ "union": children(parts) }),
        Rewrite::All(parts) => json!({ "intersection": children(parts) }),
        Rewrite::Except(base, subtracted) => json!({ "difference": {
            "base": write_rewrite(base),
            "subtract": write_rewrite(subtracted),
        }}),
    }
}

fn write_condition(condition: &Condition) -> Value {
    let parameters: Map<String, Value> = condition
        .parameters
        .iter()
        .map(|parameter| (parameter.name.text.to_string(), write_kind(&parameter.kind)))
        .collect();
    json!({
        "name": condition.name.text,
        "expression": condition.expression,
        "parameters": parameters,
    })
}

fn write_kind(kind: &str) -> Value {
    let named = |kind: &str| format!("TYPE_NAME_{}", kind.to_uppercase());
    match kind.strip_suffix('>').and_then(|kind| kind.split_once('<')) {
        Some((container, inner)) => json!({
            "type_name": named(container),
            "generic_types": [{ "type_name": named(inner) }],
        }),
        None => json!({ "type_name": named(kind) }),
    }
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    schema_version: Option<SmolStr>,
    #[serde(default)]
    type_definitions: Vec<WrittenType>,
    #[serde(default)]
    conditions: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct WrittenType {
    #[serde(rename = "type")]
    name: SmolStr,
    #[serde(default)]
    relations: Option<Map<String, Value>>,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    #[serde(default)]
    relations: Option<std::collections::HashMap<String, RelationMetadata>>,
}

#[derive(Deserialize, Default)]
struct RelationMetadata {
    #[serde(default)]
    directly_related_user_types: Option<Vec<WrittenRestriction>>,
}

#[derive(Deserialize)]
struct WrittenRestriction {
    #[serde(rename = "type")]
    kind: SmolStr,
    #[serde(default)]
    relation: Option<SmolStr>,
    #[serde(default)]
    wildcard: Option<Value>,
    #[serde(default)]
    condition: Option<SmolStr>,
}

#[derive(Deserialize)]
struct WrittenCondition {
    name: SmolStr,
    expression: String,
    #[serde(default)]
    parameters: Option<Map<String, Value>>,
}

/// A document from JSON; the error says what is not of the form.
pub(crate) fn read(text: &str) -> Result<Document, String> {
    let mut whole: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // A server answers with the model wrapped.
    if let Some(model) = whole.get_mut("authorization_model") {
        whole = model.take();
    }
    let written: Written = serde_json::from_value(whole).map_err(|error| error.to_string())?;
    let mut document = Document { schema: written.schema_version.map(name), ..Document::default() };
    for kind in written.type_definitions {
        document.types.push(read_type(kind)?);
    }
    for (key, condition) in written.conditions.unwrap_or_default() {
        let condition: WrittenCondition = serde_json::from_value(condition)
            .map_err(|error| format!("condition `{key}`: {error}"))?;
        if condition.name != key {
            return Err(format!(
                "condition key is `{key}` but nested name property is {}",
                condition.name
            ));
        }
        document.conditions.push(read_condition(condition)?);
    }
    Ok(document)
}

fn name(text: impl Into<SmolStr>) -> Name {
    Name { text: text.into(), span: Span::default() }
}

fn read_type(kind: WrittenType) -> Result<Type, String> {
    let mut metadata = kind.metadata.unwrap_or_default().relations.unwrap_or_default();
    let mut relations = Vec::new();
    for (relation, rewrite) in kind.relations.unwrap_or_default() {
        let own = metadata.remove(&relation).unwrap_or_default();
        let direct = own.directly_related_user_types.unwrap_or_default();
        let rewrite = read_rewrite(&rewrite, 0).map_err(|part| {
            format!("`{}#{relation}`: `{part}` is no way to compute a relation", kind.name)
        })?;
        let direct = direct.into_iter().map(read_restriction).collect();
        let comments = Comments::default();
        relations.push(Relation { name: name(relation), rewrite, direct, comments });
    }
    let (comments, below) = (Comments::default(), Vec::new());
    Ok(Type { name: name(kind.name), extends: false, relations, comments, below })
}

fn read_restriction(written: WrittenRestriction) -> Restriction {
    let form = match (written.wildcard, written.relation) {
        (Some(_), _) => Form::Wildcard,
        (None, Some(relation)) if !relation.is_empty() => Form::Userset(name(relation)),
        _ => Form::Object,
    };
    let condition = written.condition.filter(|condition| !condition.is_empty()).map(name);
    Restriction { kind: name(written.kind), form, condition, span: Span::default() }
}

fn read_rewrite(part: &Value, nesting: usize) -> Result<Rewrite, String> {
    let wrong = || part.to_string().chars().take(120).collect::<String>();
    if nesting > NESTING {
        return Err(wrong());
    }
    let inner = |part: &Value| read_rewrite(part, nesting + 1);
    let relation = |part: &Value| part["relation"].as_str().map(name).ok_or_else(wrong);
    let parts = |part: &Value| {
        let parts = part["child"].as_array().filter(|parts| !parts.is_empty());
        parts.ok_or_else(wrong)?.iter().map(inner).collect::<Result<Vec<_>, _>>()
    };
    let entries = part.as_object().filter(|entries| entries.len() == 1).ok_or_else(wrong)?;
    let (key, body) = entries.iter().next().ok_or_else(wrong)?;
    Ok(match key.as_str() {
        "this" => Rewrite::Direct,
        "computedUserset" => Rewrite::Computed(relation(body)?),
        "tupleToUserset" => Rewrite::From {
            relation: relation(&body["computedUserset"])?,
            tupleset: relation(&body["tupleset"])?,
            span: Span::default(),
        },
        "union" => Rewrite::Any(parts(body)?),
        "intersection" => Rewrite::All(parts(body)?),
        "difference" => {
            Rewrite::Except(Box::new(inner(&body["base"])?), Box::new(inner(&body["subtract"])?))
        }
        _ => return Err(wrong()),
    })
}

fn read_condition(written: WrittenCondition) -> Result<Condition, String> {
    let mut parameters = Vec::new();
    for (parameter, kind) in written.parameters.unwrap_or_default() {
        let plain = |kind: &Value| {
            let name = kind["type_name"].as_str()?.strip_prefix("TYPE_NAME_")?;
            Some(name.to_lowercase())
        };
        let wrong = || format!("condition `{}`: parameter `{parameter}` has no type", written.name);
        let outer = plain(&kind).ok_or_else(wrong)?;
        let kind = match kind["generic_types"].as_array().and_then(|inner| inner.first()) {
            Some(inner) => format!("{outer}<{}>", plain(inner).ok_or_else(wrong)?),
            None => outer,
        };
        parameters.push(Parameter { name: name(parameter.as_str()), kind: kind.into() });
    }
    let expression = written.expression;
    let (name, braces) = (name(written.name), (Span::default(), Span::default()));
    Ok(Condition {
        name,
        parameters,
        expression,
        body: None,
        braces,
        comments: Comments::default(),
    })
}
