//! A model as it was written: types, relations and conditions with their places in the text.

use smol_str::SmolStr;

use super::Span;

/// A whole model, or one module of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// Missing in a module.
    pub(crate) schema: Option<Name>,
    /// The module's name where the file is one.
    pub(crate) module: Option<Name>,
    pub(crate) types: Vec<Type>,
    pub(crate) conditions: Vec<Condition>,
}

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: SmolStr,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct Type {
    pub(crate) name: Name,
    /// Written as `extend type`.
    pub(crate) extends: bool,
    pub(crate) relations: Vec<Relation>,
}

#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) name: Name,
    pub(crate) rewrite: Rewrite,
    /// What `[…]` admits; empty without brackets.
    pub(crate) direct: Vec<Restriction>,
}

/// One entry of `[…]`.
#[derive(Clone, Debug)]
pub(crate) struct Restriction {
    pub(crate) kind: Name,
    pub(crate) form: Form,
    pub(crate) condition: Option<Name>,
    /// From the type to the end of the relation or star.
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Object,
    Wildcard,
    Userset(Name),
}

/// How a relation is computed.
#[derive(Clone, Debug)]
pub(crate) enum Rewrite {
    Direct,
    Computed(Name),
    From { relation: Name, tupleset: Name, span: Span },
    Any(Vec<Rewrite>),
    All(Vec<Rewrite>),
    Except(Box<Rewrite>, Box<Rewrite>),
}

#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) name: Name,
    pub(crate) parameters: Vec<Parameter>,
    /// The expression, without the braces, trimmed.
    pub(crate) expression: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    /// `int`, `list<string>`, …
    pub(crate) kind: SmolStr,
}
