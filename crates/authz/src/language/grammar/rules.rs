//! The rules of the grammar.

use super::super::token::Kind;
use super::Part::{Either, Not, One, OneOf, Rule};
use super::{Part, RuleId};

pub(super) const MAIN: RuleId = 0;
const MODEL_HEADER: RuleId = 1;
const MODULE_HEADER: RuleId = 2;
const TYPES: RuleId = 3;
const TYPE: RuleId = 4;
const RELATION: RuleId = 5;
const RELATION_NAME: RuleId = 6;
const DEFINITION: RuleId = 7;
const PLAIN_DEFINITION: RuleId = 8;
const PARTIALS: RuleId = 9;
const GROUPING: RuleId = 10;
const NESTED: RuleId = 11;
const PLAIN_NESTED: RuleId = 12;
const BRACKETS: RuleId = 13;
const REWRITE: RuleId = 14;
const RESTRICTION: RuleId = 15;
const RESTRICTION_BASE: RuleId = 16;
const CONDITIONS: RuleId = 17;
const CONDITION: RuleId = 18;
const CONDITION_NAME: RuleId = 19;
const PARAMETER: RuleId = 20;
const PARAMETER_NAME: RuleId = 21;
const PARAMETER_TYPE: RuleId = 22;
const COMMENT: RuleId = 23;
const EXPRESSION: RuleId = 24;
const WORD: RuleId = 25;
const NAME: RuleId = 26;

fn maybe(part: Part) -> Part {
    Part::Optional(Box::new(part))
}

fn many(part: Part) -> Part {
    Part::Many(Box::new(part))
}

fn some(part: Part) -> Part {
    Part::Some(Box::new(part))
}

fn space() -> Part {
    Part::One(Kind::Whitespace)
}

fn line() -> Part {
    Part::One(Kind::Newline)
}

macro_rules! sequence {
    ($($part:expr),* $(,)?) => { Part::Sequence(vec![$($part),*]) };
}

/// The rules, in the order of their numbers.
pub(super) fn rules() -> Vec<Part> {
    let mut rules = vec![main_rule(), model_header(), module_header(), many(Rule(TYPE))];
    rules.extend([type_rule(), relation(), Rule(NAME)]);
    rules.extend(definitions());
    rules.extend(restrictions());
    rules.extend([many(Rule(CONDITION)), condition(), One(Kind::Identifier), parameter()]);
    rules.extend([One(Kind::Identifier), parameter_type(), comment_rule()]);
    rules.extend([many(Not(Kind::RightBrace)), word()]);
    rules.push(Either(vec![Rule(WORD), One(Kind::ExtendedIdentifier)]));
    rules
}

/// A comment before a line.
fn comment() -> Part {
    maybe(sequence![line(), Rule(COMMENT)])
}

fn main_rule() -> Part {
    sequence![
        maybe(space()),
        maybe(line()),
        Either(vec![Rule(MODEL_HEADER), Rule(MODULE_HEADER)]),
        maybe(line()),
        Rule(TYPES),
        maybe(line()),
        Rule(CONDITIONS),
        maybe(line()),
        One(Kind::End),
    ]
}

fn model_header() -> Part {
    sequence![
        maybe(sequence![Rule(COMMENT), line()]),
        One(Kind::Model),
        line(),
        One(Kind::Schema),
        space(),
        One(Kind::SchemaVersion),
        maybe(space()),
    ]
}

fn module_header() -> Part {
    sequence![
        maybe(sequence![Rule(COMMENT), line()]),
        One(Kind::Module),
        space(),
        Rule(WORD),
        maybe(space()),
    ]
}

fn type_rule() -> Part {
    sequence![
        comment(),
        line(),
        maybe(sequence![One(Kind::Extend), space()]),
        One(Kind::Type),
        space(),
        Rule(NAME),
        maybe(sequence![line(), One(Kind::Relations), some(Rule(RELATION))]),
    ]
}

fn relation() -> Part {
    sequence![
        comment(),
        line(),
        One(Kind::Define),
        space(),
        Rule(RELATION_NAME),
        maybe(space()),
        One(Kind::Colon),
        maybe(space()),
        Rule(DEFINITION),
    ]
}

/// `DEFINITION` to `PLAIN_NESTED`: brackets may only come first.
fn definitions() -> [Part; 6] {
    let simple = || Either(vec![Rule(GROUPING), Rule(PLAIN_NESTED)]);
    let further = |kind| sequence![space(), One(kind), space(), simple()];
    let nested = |inner: RuleId| {
        let inner = Either(vec![Rule(inner), Rule(PLAIN_NESTED)]);
        let (open, close) = (One(Kind::LeftParen), One(Kind::RightParen));
        sequence![open, many(space()), inner, many(space()), close]
    };
    let first = Either(vec![Rule(BRACKETS), Rule(GROUPING), Rule(NESTED)]);
    [
        sequence![first, maybe(Rule(PARTIALS))],
        sequence![simple(), maybe(Rule(PARTIALS))],
        Either(vec![some(further(Kind::Or)), some(further(Kind::And)), further(Kind::ButNot)]),
        Rule(REWRITE),
        nested(DEFINITION),
        nested(PLAIN_DEFINITION),
    ]
}

/// `BRACKETS` to `RESTRICTION_BASE`.
fn restrictions() -> [Part; 4] {
    let entry = || sequence![maybe(space()), Rule(RESTRICTION), maybe(space())];
    let condition = Either(vec![Rule(CONDITION_NAME), One(Kind::OwnExpression)]);
    let under = sequence![space(), One(Kind::With), space(), condition];
    let base = || Rule(RESTRICTION_BASE);
    [
        sequence![
            One(Kind::LeftBracket),
            entry(),
            many(sequence![One(Kind::Comma), entry()]),
            One(Kind::CloseBracket),
        ],
        sequence![Rule(NAME), maybe(sequence![space(), One(Kind::From), space(), Rule(NAME)])],
        sequence![maybe(line()), Either(vec![base(), sequence![base(), under]]), maybe(line()),],
        sequence![
            Rule(NAME),
            maybe(Either(vec![
                sequence![One(Kind::Colon), One(Kind::Star)],
                sequence![One(Kind::Hash), Rule(NAME)],
            ])),
        ],
    ]
}

fn parameter() -> Part {
    sequence![
        maybe(line()),
        Rule(PARAMETER_NAME),
        maybe(space()),
        One(Kind::Colon),
        maybe(space()),
        Rule(PARAMETER_TYPE),
    ]
}

fn parameter_type() -> Part {
    let inner = sequence![One(Kind::Less), One(Kind::ParameterType), One(Kind::Greater)];
    Either(vec![One(Kind::ParameterType), sequence![One(Kind::Container), inner]])
}

fn comment_rule() -> Part {
    sequence![One(Kind::Hash), many(Not(Kind::Newline)), maybe(sequence![line(), Rule(COMMENT)]),]
}

/// Keywords that are names, too.
fn word() -> Part {
    OneOf(&[
        Kind::Identifier,
        Kind::Module,
        Kind::Model,
        Kind::Schema,
        Kind::Extend,
        Kind::Type,
        Kind::Relation,
    ])
}

fn condition() -> Part {
    sequence![
        maybe(sequence![line(), Rule(COMMENT)]),
        line(),
        One(Kind::Condition),
        space(),
        Rule(CONDITION_NAME),
        maybe(space()),
        One(Kind::LeftParen),
        maybe(space()),
        Rule(PARAMETER),
        maybe(space()),
        many(sequence![One(Kind::Comma), maybe(space()), Rule(PARAMETER), maybe(space())]),
        maybe(line()),
        One(Kind::RightParen),
        maybe(space()),
        One(Kind::LeftBrace),
        maybe(line()),
        maybe(space()),
        Rule(EXPRESSION),
        maybe(line()),
        One(Kind::RightBrace),
    ]
}
