//! A model as it was written: types, relations and conditions with their places in the text.

use smol_str::SmolStr;

use super::Span;

/// Stands for a condition in `[… with $expression]` where each tuple brings its expression.
pub(crate) const OWN_EXPRESSION: &str = "$expression";

/// A whole model, or one module of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// Missing in a module.
    pub(crate) schema: Option<Name>,
    /// The module's name where the file is one.
    pub(crate) module: Option<Name>,
    pub(crate) types: Vec<Type>,
    pub(crate) conditions: Vec<Condition>,
    /// Of the head.
    pub(crate) comments: Comments,
    /// Comments after everything else.
    pub(crate) tail: Vec<Comment>,
}

/// The comments of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comments {
    /// On lines of their own before it.
    pub(crate) above: Vec<Comment>,
    /// At the end of its line.
    pub(crate) beside: Option<String>,
}

/// One line of comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// With its `#`.
    pub(crate) text: String,
    /// Whether a blank line follows.
    pub(crate) gap: bool,
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
    pub(crate) comments: Comments,
    /// Comments after its last relation.
    pub(crate) below: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) name: Name,
    pub(crate) rewrite: Rewrite,
    /// What `[…]` admits; empty without brackets.
    pub(crate) direct: Vec<Restriction>,
    pub(crate) comments: Comments,
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
    /// The same with the comments that stand in it, if any do.
    pub(crate) body: Option<String>,
    /// The opening and the closing brace.
    pub(crate) braces: (Span, Span),
    pub(crate) comments: Comments,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    /// `int`, `list<string>`, …
    pub(crate) kind: SmolStr,
}
