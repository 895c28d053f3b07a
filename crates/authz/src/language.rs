//! The modelling language: text into a model, with faults named by line, column and advice.

pub(crate) mod ast;
mod check;
mod comments;
mod descent;
mod entry;
mod grammar;
pub(crate) mod json;
mod lexer;
pub(crate) mod modules;
#[cfg(test)]
mod mutations;
mod token;
pub(crate) mod write;

use std::fmt;

use serde::Serialize;

/// A place in a text: one line, a range of columns, all from 0, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The line.
    pub line: u32,
    /// The first column.
    pub column: u32,
    /// The column after the last.
    pub end: u32,
    /// Number of the file among those of a model.
    #[serde(skip)]
    pub(crate) file: u16,
}

impl Span {
    fn of(token: &token::Token<'_>) -> Self {
        let length = u32::try_from(token.text.chars().count()).unwrap_or(u32::MAX);
        let end = token.column.saturating_add(length);
        Span { line: token.line, column: token.column, end, file: token.file }
    }
}

/// What is wrong with a model, where, and of which sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LanguageError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Which sort of fault.
    pub fault: Fault,
}

/// The sorts of faults in a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// The text does not follow the grammar, or declares a name twice.
    Syntax,
    /// A type is called `self` or `this`.
    ReservedTypeKeywords,
    /// A relation is called `self` or `this`.
    ReservedRelationKeywords,
    /// A name is too long or has characters that names cannot have.
    InvalidName,
    /// The schema is neither 1.1 nor 1.2.
    InvalidSchema,
    /// A module is read as a model.
    SchemaVersionRequired,
    /// A relation that does not exist on its type.
    MissingDefinition,
    /// A type that does not exist.
    InvalidType,
    /// A relation that does not exist on the type it is looked for.
    InvalidRelationType,
    /// No parent has the relation that is passed on.
    InvalidRelationOnTupleset,
    /// The relation after `from` names something else than parents.
    #[serde(rename = "tupleuserset-not-direct")]
    TuplesetNotDirect,
    /// Written twice.
    #[serde(rename = "duplicated-error")]
    Duplicated,
    /// Nobody can ever hold the relation.
    RelationNoEntryPoint,
    /// A condition that does not exist.
    ConditionNotDefined,
    /// A condition that nothing uses.
    ConditionNotUsed,
    /// A condition whose expression is not valid.
    InvalidCondition,
}

impl LanguageError {
    pub(crate) fn syntax(message: String, span: Span) -> Self {
        Self { message, span, fault: Fault::Syntax }
    }
}

impl fmt::Display for LanguageError {
    /// Line and column are shown from 1, as editors do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.span.line + 1, self.span.column + 1, self.message)
    }
}

impl std::error::Error for LanguageError {}

/// Reads one text: a model or a module, which is the file of that number.
pub(crate) fn read(text: &str, file: u16) -> Result<ast::Document, Vec<LanguageError>> {
    let cleaned = lexer::without_comments(text);
    let (tokens, mut faults) = lexer::tokens(&cleaned, file);
    faults.extend(grammar::faults(&tokens));
    if faults.is_empty() {
        let mut document = descent::document(&cleaned, &tokens).map_err(|fault| vec![fault])?;
        faults = check::repeated(&document);
        if faults.is_empty() {
            comments::attach(&mut document, text);
            return Ok(document);
        }
    }
    faults.sort_by_key(|fault| (fault.span.line, fault.span.column));
    Err(faults)
}

/// The length of the string or bytes literal of an expression that the text starts with.
pub(crate) fn string_literal(text: &str) -> Option<usize> {
    lexer::literal(text)
}

/// Whether all references of a document resolve.
pub(crate) fn check(document: &ast::Document) -> Vec<LanguageError> {
    check::faults(document)
}
