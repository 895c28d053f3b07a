//! A model: which types there are, how their relations are computed, and which tuples are allowed.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::conditions::Condition;
use crate::language::ast::Document;
use crate::language::{self, Fault, LanguageError};
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
}

impl Model {
    /// Reads a model in the modelling language, schema 1.1 or 1.2. All faults are reported at once.
    pub fn parse(text: &str) -> Result<Self, Vec<LanguageError>> {
        Self::from_document(language::read(text)?)
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
