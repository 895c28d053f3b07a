//! The modelling language: text into a model, with faults named by line, column and advice.

pub(crate) mod ast;
mod check;
mod descent;
mod lexer;
mod token;

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
}

impl Span {
    fn of(token: &token::Token<'_>) -> Self {
        let length = u32::try_from(token.text.chars().count()).unwrap_or(u32::MAX);
        Span { line: token.line, column: token.column, end: token.column.saturating_add(length) }
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
pub enum Fault {
    /// The text does not follow the grammar.
    Syntax,
    /// A reference to something that is not there.
    MissingDefinition,
    /// A type that does not exist.
    InvalidType,
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

/// Reads one text: a model or a module.
pub(crate) fn read(text: &str) -> Result<ast::Document, Vec<LanguageError>> {
    let cleaned = lexer::without_comments(text);
    let (tokens, faults) = lexer::tokens(&cleaned);
    if !faults.is_empty() {
        return Err(faults);
    }
    descent::document(&cleaned, &tokens).map_err(|fault| vec![fault])
}

/// Whether all references of a document resolve.
pub(crate) fn check(document: &ast::Document) -> Vec<LanguageError> {
    check::faults(document)
}
