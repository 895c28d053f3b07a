//! Tokens of a valid text into the tree. Which texts are valid is decided by the grammar; here only
//! one fault is reported.

use super::ast::{
    Comments, Condition, Document, Form, Name, Parameter, Relation, Restriction, Rewrite, Type,
};
use super::lexer::shown;
use super::token::{Kind, Token};
use super::{LanguageError, Span};

/// Deepest nesting of parentheses.
const NESTING: usize = 100;

type Parsed<T> = Result<T, LanguageError>;

/// Builds the document; the first token that does not fit is the error.
pub(crate) fn document(text: &str, tokens: &[Token<'_>]) -> Parsed<Document> {
    let tokens = without_comments(tokens);
    let mut reader = Reader { text, tokens: &tokens, at: 0, nesting: 0 };
    let mut document = Document::default();
    reader.blank();
    if reader.take(Kind::Module).is_some() {
        reader.expect(Kind::Whitespace)?;
        document.module = Some(reader.name()?);
    } else {
        reader.expect(Kind::Model)?;
        reader.expect(Kind::Newline)?;
        reader.expect(Kind::Schema)?;
        reader.expect(Kind::Whitespace)?;
        document.schema = Some(reader.expect(Kind::SchemaVersion)?);
    }
    loop {
        reader.blank();
        match reader.peek() {
            Kind::End => return Ok(document),
            Kind::Condition => document.conditions.push(reader.condition()?),
            _ => document.types.push(reader.type_definition()?),
        }
    }
}

/// Comments that a lone carriage return has kept from being cut out before: `#` first in a line, to
/// its end.
fn without_comments<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    let mut comment = false;
    for token in tokens {
        let first = kept.last().is_none_or(|last| last.kind == Kind::Newline);
        comment = match token.kind {
            Kind::Newline | Kind::End => false,
            Kind::Hash => comment || first,
            _ => comment,
        };
        if !comment {
            kept.push(token.clone());
        }
    }
    kept
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token<'a>],
    at: usize,
    nesting: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Kind {
        self.tokens[self.at].kind
    }

    fn peek_after_blank(&self) -> Kind {
        let after = self.tokens[self.at..].iter().map(|token| token.kind);
        after.into_iter().find(|kind| !is_blank(*kind)).unwrap_or(Kind::End)
    }

    fn blank(&mut self) {
        while is_blank(self.peek()) {
            self.at += 1;
        }
    }

    fn take(&mut self, kind: Kind) -> Option<Name> {
        let token = &self.tokens[self.at];
        if token.kind != kind {
            return None;
        }
        let name = Name { text: token.text.into(), span: Span::of(token) };
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        Some(name)
    }

    fn expect(&mut self, kind: Kind) -> Parsed<Name> {
        self.take(kind).ok_or_else(|| self.unexpected(kind.shown()))
    }

    fn unexpected(&self, expected: &str) -> LanguageError {
        let token = &self.tokens[self.at];
        let found = shown(token.text);
        LanguageError::syntax(
            format!("mismatched input '{found}' expecting {expected}"),
            Span::of(token),
        )
    }

    fn name(&mut self) -> Parsed<Name> {
        match self.peek() {
            kind @ (Kind::Identifier
            | Kind::ExtendedIdentifier
            | Kind::Module
            | Kind::Model
            | Kind::Schema
            | Kind::Extend
            | Kind::Type
            | Kind::Relation) => self.expect(kind),
            _ => Err(self.unexpected("a name")),
        }
    }

    fn type_definition(&mut self) -> Parsed<Type> {
        let extends = self.take(Kind::Extend).is_some();
        self.blank();
        self.expect(Kind::Type)?;
        self.expect(Kind::Whitespace)?;
        let name = self.name()?;
        let mut relations = Vec::new();
        if self.peek_after_blank() == Kind::Relations {
            self.blank();
            self.expect(Kind::Relations)?;
            while self.peek_after_blank() == Kind::Define {
                self.blank();
                relations.push(self.relation()?);
            }
        }
        let (comments, below) = (Comments::default(), Vec::new());
        Ok(Type { name, extends, relations, comments, below })
    }

    fn relation(&mut self) -> Parsed<Relation> {
        self.expect(Kind::Define)?;
        self.expect(Kind::Whitespace)?;
        let name = self.name()?;
        self.blank();
        self.expect(Kind::Colon)?;
        self.blank();
        let mut direct = Vec::new();
        let rewrite = self.expression(&mut direct)?;
        Ok(Relation { name, rewrite, direct, comments: Comments::default() })
    }

    fn expression(&mut self, direct: &mut Vec<Restriction>) -> Parsed<Rewrite> {
        let first = self.operand(direct)?;
        let operator = match self.peek_after_blank() {
            kind @ (Kind::Or | Kind::And | Kind::ButNot) => kind,
            _ => return Ok(first),
        };
        let mut operands = vec![first];
        while self.peek_after_blank() == operator {
            self.blank();
            self.expect(operator)?;
            self.expect(Kind::Whitespace)?;
            operands.push(self.operand(direct)?);
            if operator == Kind::ButNot {
                break;
            }
        }
        Ok(match operator {
            Kind::Or => Rewrite::Any(operands),
            Kind::And => Rewrite::All(operands),
            _ => {
                let subtracted = operands.pop().unwrap_or(Rewrite::Direct);
                let base = operands.pop().unwrap_or(Rewrite::Direct);
                Rewrite::Except(Box::new(base), Box::new(subtracted))
            }
        })
    }

    fn operand(&mut self, direct: &mut Vec<Restriction>) -> Parsed<Rewrite> {
        if self.take(Kind::LeftParen).is_some() {
            self.nesting += 1;
            if self.nesting > NESTING {
                return Err(self.unexpected("fewer nested parentheses"));
            }
            self.blank();
            let inner = self.expression(direct)?;
            self.blank();
            self.expect(Kind::RightParen)?;
            self.nesting -= 1;
            return Ok(inner);
        }
        if self.peek() == Kind::LeftBracket {
            *direct = self.restrictions()?;
            return Ok(Rewrite::Direct);
        }
        let relation = self.name()?;
        if self.peek_after_blank() != Kind::From {
            return Ok(Rewrite::Computed(relation));
        }
        self.blank();
        self.expect(Kind::From)?;
        self.expect(Kind::Whitespace)?;
        let tupleset = self.name()?;
        let span = Span { end: tupleset.span.end, ..relation.span };
        Ok(Rewrite::From { relation, tupleset, span })
    }

    fn restrictions(&mut self) -> Parsed<Vec<Restriction>> {
        self.expect(Kind::LeftBracket)?;
        let mut found = Vec::new();
        loop {
            self.blank();
            found.push(self.restriction()?);
            self.blank();
            if self.take(Kind::Comma).is_none() {
                self.expect(Kind::CloseBracket)?;
                return Ok(found);
            }
        }
    }

    fn restriction(&mut self) -> Parsed<Restriction> {
        let kind = self.name()?;
        let mut span = kind.span;
        let form = if self.take(Kind::Colon).is_some() {
            span.end = self.expect(Kind::Star)?.span.end;
            Form::Wildcard
        } else if self.take(Kind::Hash).is_some() {
            let relation = self.name()?;
            span.end = relation.span.end;
            Form::Userset(relation)
        } else {
            Form::Object
        };
        let mut condition = None;
        if self.peek_after_blank() == Kind::With {
            self.blank();
            self.expect(Kind::With)?;
            self.expect(Kind::Whitespace)?;
            let own = self.take(Kind::OwnExpression);
            condition = Some(own.map_or_else(|| self.name(), Ok)?);
        }
        Ok(Restriction { kind, form, condition, span })
    }

    fn condition(&mut self) -> Parsed<Condition> {
        self.expect(Kind::Condition)?;
        self.expect(Kind::Whitespace)?;
        let name = self.expect(Kind::Identifier)?;
        self.blank();
        self.expect(Kind::LeftParen)?;
        let mut parameters = Vec::new();
        loop {
            self.blank();
            parameters.push(self.parameter()?);
            self.blank();
            if self.take(Kind::Comma).is_none() {
                self.expect(Kind::RightParen)?;
                break;
            }
        }
        self.blank();
        let open = self.at;
        self.expect(Kind::LeftBrace)?;
        while !matches!(self.peek(), Kind::RightBrace | Kind::End) {
            self.at += 1;
        }
        let from = self.tokens[open].at + 1;
        let expression = self.text[from..self.tokens[self.at].at].trim().to_owned();
        let braces = (Span::of(&self.tokens[open]), Span::of(&self.tokens[self.at]));
        self.expect(Kind::RightBrace)?;
        let (body, comments) = (None, Comments::default());
        Ok(Condition { name, parameters, expression, body, braces, comments })
    }

    fn parameter(&mut self) -> Parsed<Parameter> {
        let name = self.expect(Kind::Identifier)?;
        self.blank();
        self.expect(Kind::Colon)?;
        self.blank();
        let kind = match self.take(Kind::Container) {
            None => self.expect(Kind::ParameterType)?.text,
            Some(container) => {
                self.expect(Kind::Less)?;
                let inner = self.expect(Kind::ParameterType)?;
                self.expect(Kind::Greater)?;
                format!("{}<{}>", container.text, inner.text).into()
            }
        };
        Ok(Parameter { name, kind })
    }
}

fn is_blank(kind: Kind) -> bool {
    matches!(kind, Kind::Whitespace | Kind::Newline)
}
