//! The words of the modelling language, with the names that messages use.

/// What a token is. The order is the order in which messages list expected tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[rustfmt::skip]
pub(crate) enum Kind {
    Colon, Comma, Less, Greater, LeftBracket, RightBracket, LeftParen, RightParen, Whitespace,
    Identifier, Hash, And, Or, ButNot, From, Module, Model, Schema, SchemaVersion, Extend, Type,
    Condition, Relations, Relation, Define, With, OwnExpression, Equals, NotEquals, In, LessEquals,
    GreaterEquals, LogicalAnd, LogicalOr, CloseBracket, LeftBrace, RightBrace, Dot, Minus,
    Exclamation, Question, Plus, Star, Slash, Percent, True, False, Null, Comment, Float, Int,
    Uint, String, Bytes, ExtendedIdentifier, Newline, Container, ParameterType, End,
}

impl Kind {
    /// Every kind, in order.
    pub(crate) const ALL: [Kind; 59] = {
        [
            Kind::Colon,
            Kind::Comma,
            Kind::Less,
            Kind::Greater,
            Kind::LeftBracket,
            Kind::RightBracket,
            Kind::LeftParen,
            Kind::RightParen,
            Kind::Whitespace,
            Kind::Identifier,
            Kind::Hash,
            Kind::And,
            Kind::Or,
            Kind::ButNot,
            Kind::From,
            Kind::Module,
            Kind::Model,
            Kind::Schema,
            Kind::SchemaVersion,
            Kind::Extend,
            Kind::Type,
            Kind::Condition,
            Kind::Relations,
            Kind::Relation,
            Kind::Define,
            Kind::With,
            Kind::OwnExpression,
            Kind::Equals,
            Kind::NotEquals,
            Kind::In,
            Kind::LessEquals,
            Kind::GreaterEquals,
            Kind::LogicalAnd,
            Kind::LogicalOr,
            Kind::CloseBracket,
            Kind::LeftBrace,
            Kind::RightBrace,
            Kind::Dot,
            Kind::Minus,
            Kind::Exclamation,
            Kind::Question,
            Kind::Plus,
            Kind::Star,
            Kind::Slash,
            Kind::Percent,
            Kind::True,
            Kind::False,
            Kind::Null,
            Kind::Comment,
            Kind::Float,
            Kind::Int,
            Kind::Uint,
            Kind::String,
            Kind::Bytes,
            Kind::ExtendedIdentifier,
            Kind::Newline,
            Kind::Container,
            Kind::ParameterType,
            Kind::End,
        ]
    };

    /// How a message calls the kind: quoted where the text is always the same.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Kind::Colon => "':'",
            Kind::Comma => "','",
            Kind::Less => "'<'",
            Kind::Greater => "'>'",
            Kind::LeftBracket => "'['",
            Kind::RightBracket => "RBRACKET",
            Kind::LeftParen => "'('",
            Kind::RightParen => "')'",
            Kind::Whitespace => "WHITESPACE",
            Kind::Identifier => "IDENTIFIER",
            Kind::Hash => "'#'",
            Kind::Module => "'module'",
            Kind::Model => "'model'",
            Kind::Schema => "'schema'",
            Kind::SchemaVersion => "SCHEMA_VERSION",
            Kind::Relations => "'relations'",
            Kind::Define => "'define'",
            Kind::OwnExpression => "'$expression'",
            Kind::CloseBracket => "']'",
            Kind::LeftBrace => "'{'",
            Kind::RightBrace => "'}'",
            Kind::Comment => "CEL_COMMENT",
            Kind::Float => "NUM_FLOAT",
            Kind::Int => "NUM_INT",
            Kind::Uint => "NUM_UINT",
            Kind::String => "STRING",
            Kind::Bytes => "BYTES",
            Kind::ExtendedIdentifier => "EXTENDED_IDENTIFIER",
            Kind::Newline => "NEWLINE",
            Kind::Container => "CONDITION_PARAM_CONTAINER",
            Kind::ParameterType => "CONDITION_PARAM_TYPE",
            Kind::End => "<EOF>",
            other => other.fixed().map_or("", |(_, shown)| shown),
        }
    }

    /// The text and the shown form of keywords and operators.
    fn fixed(self) -> Option<(&'static str, &'static str)> {
        FIXED.iter().find(|(kind, _, _)| *kind == self).map(|(_, text, shown)| (*text, *shown))
    }

    /// The keyword or literal a whole word is, outside of a condition's head.
    pub(crate) fn of_word(word: &str) -> Option<Kind> {
        FIXED.iter().find(|(_, text, _)| *text == word).map(|(kind, _, _)| *kind)
    }
}

const FIXED: &[(Kind, &str, &str)] = &[
    (Kind::And, "and", "'and'"),
    (Kind::Or, "or", "'or'"),
    (Kind::ButNot, "but not", "'but not'"),
    (Kind::From, "from", "'from'"),
    (Kind::Module, "module", "'module'"),
    (Kind::Model, "model", "'model'"),
    (Kind::Schema, "schema", "'schema'"),
    (Kind::Extend, "extend", "'extend'"),
    (Kind::Type, "type", "'type'"),
    (Kind::Condition, "condition", "'condition'"),
    (Kind::Relations, "relations", "'relations'"),
    (Kind::Relation, "relation", "'relation'"),
    (Kind::Define, "define", "'define'"),
    (Kind::With, "with", "'with'"),
    (Kind::Equals, "==", "'=='"),
    (Kind::NotEquals, "!=", "'!='"),
    (Kind::In, "in", "'in'"),
    (Kind::LessEquals, "<=", "'<='"),
    (Kind::GreaterEquals, ">=", "'>='"),
    (Kind::LogicalAnd, "&&", "'&&'"),
    (Kind::LogicalOr, "||", "'||'"),
    (Kind::Dot, ".", "'.'"),
    (Kind::Minus, "-", "'-'"),
    (Kind::Exclamation, "!", "'!'"),
    (Kind::Question, "?", "'?'"),
    (Kind::Plus, "+", "'+'"),
    (Kind::Star, "*", "'*'"),
    (Kind::Slash, "/", "'/'"),
    (Kind::Percent, "%", "'%'"),
    (Kind::True, "true", "'true'"),
    (Kind::False, "false", "'false'"),
    (Kind::Null, "null", "'null'"),
];

/// A piece of the text.
#[derive(Clone, Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Line and column of its first character, both from 0.
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// Where it starts in the text, in bytes.
    pub(crate) at: usize,
    /// Number of the file among those of a model.
    pub(crate) file: u16,
}
