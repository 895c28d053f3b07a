//! A model: which types there are, how their relations are computed, and which tuples are allowed.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::conditions::Condition;
use crate::language::ast::{Document, Rewrite};
use crate::language::modules::{self, Manifest};
use crate::language::{self, Fault, LanguageError, json, write};
use crate::plan::Plan;

/// A checked model, ready to evaluate. Cloning is cheap.
///
/// ```
/// use guildhall_authz::Model;
/// let model = Model::parse("\
/// model
///   schema 1.1
/// type user
/// type document
///   relations
///     define editor: [user]
///     define viewer: [user] or editor
/// ").expect("a valid model");
/// assert_eq!(model.types().collect::<Vec<_>>(), ["user", "document"]);
/// assert_eq!(model.relations("document").collect::<Vec<_>>(), ["editor", "viewer"]);
/// ```
#[derive(Clone)]
pub struct Model {
    document: Arc<Document>,
    plan: Arc<Plan>,
    conditions: Arc<FxHashMap<SmolStr, Condition>>,
    source: Option<Arc<str>>,
}

/// A fault in one of the files of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{error}")]
pub struct ModuleError {
    /// The file, as it was named; empty for a fault of the whole.
    pub file: String,
    /// What is wrong, and where in the file.
    pub error: LanguageError,
}

impl Model {
    /// Reads a model in the modelling language, schema 1.1 or 1.2. All faults are reported at once.
    pub fn parse(text: &str) -> Result<Self, Vec<LanguageError>> {
        let mut model = Self::from_document(language::read(text, 0)?)?;
        model.source = Some(text.into());
        Ok(model)
    }

    /// Reads the JSON form of a model.
    pub fn from_json(text: &str) -> Result<Self, Vec<LanguageError>> {
        let document = json::read(text)
            .map_err(|reason| vec![LanguageError::syntax(reason, language::Span::default())])?;
        Self::from_document(document)
    }

    /// Joins modules, given as file name and text, to one model, e.g. of schema `1.2`.
    ///
    /// ```
    /// use guildhall_authz::Model;
    /// let core = "module core\ntype user\ntype team\n  relations\n    define member: [user]\n";
    /// let wiki = "module wiki\nextend type team\n  relations\n    define reader: member\n";
    /// let model = Model::from_modules("1.2", &[("core.fga", core), ("wiki.fga", wiki)]).unwrap();
    /// assert!(model.defines("team", "reader"));
    /// ```
    pub fn from_modules(schema: &str, files: &[(&str, &str)]) -> Result<Self, Vec<ModuleError>> {
        let located = |faults: Vec<LanguageError>| -> Vec<ModuleError> {
            let located = faults.into_iter().map(|error| {
                let file = files.get(usize::from(error.span.file)).map_or("", |(name, _)| name);
                ModuleError { file: file.to_owned(), error }
            });
            located.collect()
        };
        let (mut modules, mut faults) = (Vec::new(), Vec::new());
        for (number, (_, text)) in files.iter().enumerate() {
            match language::read(text, u16::try_from(number).unwrap_or(u16::MAX)) {
                Ok(document) => modules.push(document),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(located(faults));
        }
        let joined = modules::join(schema, modules).map_err(located)?;
        Self::from_document(joined).map_err(located)
    }

    /// Reads a model from a file of any kind: `.fga`, `.json`, or an `fga.mod` and the modules it
    /// names.
    ///
    /// `read` gives the text of a file; those that a manifest names are relative to it.
    pub fn load(
        name: &str,
        read: &dyn Fn(&str) -> std::io::Result<String>,
    ) -> Result<Self, Vec<ModuleError>> {
        let fault = |file: &str, message: String| {
            let error = LanguageError::syntax(message, language::Span::default());
            vec![ModuleError { file: file.to_owned(), error }]
        };
        let get = |file: &str| read(file).map_err(|error| fault(file, error.to_string()));
        let text = get(name)?;
        let one = |errors: Vec<LanguageError>| {
            let located = |error| ModuleError { file: name.to_owned(), error };
            errors.into_iter().map(located).collect::<Vec<_>>()
        };
        if name.ends_with(".json") {
            return Self::from_json(&text).map_err(one);
        }
        if !name.ends_with(".mod") {
            return Self::parse(&text).map_err(one);
        }
        let manifest = Manifest::parse(&text).map_err(|reason| fault(name, reason))?;
        let folder =
            name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let mut files = Vec::new();
        for file in &manifest.contents {
            let path = format!("{folder}{file}");
            let text = get(&path)?;
            files.push((path, text));
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Self::from_modules(&manifest.schema, &files)
    }

    /// The text the model was read from, comments and all; `None` where it was not one text.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// The model in its usual written form, with the comments of the text it was read from.
    ///
    /// Reading and writing it again changes nothing. A comment in the middle of a relation moves
    /// above or behind it.
    ///
    /// The error names a relation or condition that only the JSON form can express.
    pub fn to_text(&self) -> Result<String, String> {
        write::text(&self.document)
    }

    /// The JSON form of the model.
    pub fn to_json(&self) -> serde_json::Value {
        json::write(&self.document)
    }

    pub(crate) fn from_document(document: Document) -> Result<Self, Vec<LanguageError>> {
        let faults = language::check(&document);
        if !faults.is_empty() {
            return Err(faults);
        }
        let plan = Plan::compile(&document).map_err(|fault| vec![fault])?;
        let (mut conditions, mut faults) = (FxHashMap::default(), Vec::new());
        for source in &document.conditions {
            match Condition::compile(source) {
                Ok(condition) => {
                    conditions.insert(source.name.text.clone(), condition);
                }
                Err(reason) => faults.push(LanguageError {
                    message: format!("the condition `{}` is not valid: {reason}", source.name.text),
                    span: source.name.span,
                    fault: Fault::InvalidCondition,
                }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            document: Arc::new(document),
            plan: Arc::new(plan),
            conditions: Arc::new(conditions),
            source: None,
        })
    }

    /// The names of the types, in the order of the text.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.document.types.iter().map(|kind| kind.name.text.as_str())
    }

    /// The names of a type's relations, in the order of the text; none for an unknown type.
    pub fn relations(&self, type_name: &str) -> impl Iterator<Item = &str> {
        let found = self.document.types.iter().find(|kind| kind.name.text == type_name);
        let relations = found.map_or(&[][..], |kind| &kind.relations);
        relations.iter().map(|relation| relation.name.text.as_str())
    }

    /// Whether the type defines the relation.
    pub fn defines(&self, type_name: &str, relation: &str) -> bool {
        self.plan.kind(type_name).is_some_and(|kind| self.plan.pair(kind, relation).is_some())
    }

    pub(crate) fn rewrite(&self, kind: &str, relation: &str) -> Option<&Rewrite> {
        let found = self.document.types.iter().find(|other| other.name.text == kind)?;
        let own = found.relations.iter().find(|other| other.name.text == relation)?;
        Some(&own.rewrite)
    }

    pub(crate) fn condition(&self, name: &str) -> Option<&Condition> {
        self.conditions.get(name)
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.types()).finish()
    }
}
