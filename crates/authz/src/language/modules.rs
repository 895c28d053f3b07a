//! Models in several files: each file is a module, which adds types and extends those of others.

use std::collections::HashMap;

use serde::Deserialize;
use smol_str::SmolStr;

use super::ast::{Comment, Document, Name};
use super::{LanguageError, Span};

/// What `fga.mod` says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// The version of the language: 1.2.
    pub schema: String,
    /// The files of the modules, relative to the manifest.
    pub contents: Vec<String>,
}

impl Manifest {
    /// Reads the text of an `fga.mod`; the error says what is wrong.
    ///
    /// ```
    /// let text = "schema: '1.2'\ncontents:\n  - core.fga\n";
    /// let manifest = guildhall_authz::Manifest::parse(text)?;
    /// assert_eq!(manifest.contents, ["core.fga"]);
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let manifest: Manifest = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        if manifest.schema != "1.2" {
            return Err(format!("the schema of modules is 1.2 and not `{}`", manifest.schema));
        }
        for file in &manifest.contents {
            let outside = file.starts_with('/') || file.split(['/', '\\']).any(|part| part == "..");
            if !file.ends_with(".fga") || outside {
                return Err(format!("`{file}` is not a file of modules beside the manifest"));
            }
        }
        Ok(manifest)
    }
}

/// Joins modules, each read from the file of its number, into one document.
pub(crate) fn join(schema: &str, modules: Vec<Document>) -> Result<Document, Vec<LanguageError>> {
    let schema = Name { text: SmolStr::from(schema), span: Span::default() };
    let mut joined = Document { schema: Some(schema), ..Document::default() };
    let mut faults = Vec::new();
    let mut fault = |message: String, name: &Name| {
        faults.push(LanguageError::syntax(message, name.span));
    };
    let mut extensions = Vec::new();
    let mut places: HashMap<SmolStr, usize> = HashMap::new();
    for module in modules {
        joined.comments.above.extend(module.comments.above);
        joined
            .comments
            .above
            .extend(module.comments.beside.map(|text| Comment { text, gap: false }));
        joined.tail.extend(module.tail);
        for condition in module.conditions {
            if joined.conditions.iter().any(|other| other.name.text == condition.name.text) {
                fault(format!("duplicate condition {}", condition.name.text), &condition.name);
            } else {
                joined.conditions.push(condition);
            }
        }
        for kind in module.types {
            if kind.extends {
                extensions.push(kind);
            } else if places.contains_key(&kind.name.text) {
                fault(format!("duplicate type definition {}", kind.name.text), &kind.name);
            } else {
                places.insert(kind.name.text.clone(), joined.types.len());
                joined.types.push(kind);
            }
        }
    }
    for extension in extensions {
        let name = &extension.name;
        let Some(place) = places.get(&name.text) else {
            fault(format!("extended type {} does not exist", name.text), name);
            continue;
        };
        let comments = extension.comments;
        let beside = comments.beside.map(|text| Comment { text, gap: false });
        let mut above: Vec<Comment> = comments.above.into_iter().chain(beside).collect();
        joined.types[*place].below.extend(extension.below);
        for mut relation in extension.relations {
            // What is said of the extension is said above its first relation.
            above.append(&mut relation.comments.above);
            relation.comments.above = std::mem::take(&mut above);
            let known = &mut joined.types[*place].relations;
            if known.iter().any(|other| other.name.text == relation.name.text) {
                let (relation_name, kind) = (&relation.name.text, &name.text);
                fault(
                    format!("relation {relation_name} already exists on type {kind}"),
                    &relation.name,
                );
            } else {
                known.push(relation);
            }
        }
        joined.types[*place].below.append(&mut above);
    }
    if faults.is_empty() { Ok(joined) } else { Err(faults) }
}
