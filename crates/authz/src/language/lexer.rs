//! Text into tokens: the longest match wins, and among equals the more special kind.

use super::ast::OWN_EXPRESSION;
use super::token::{Kind, Token};
use super::{LanguageError, Span};

/// The text without its comments; lines keep their numbers and columns.
pub(crate) fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            kept.push('\n');
        }
        if line.trim_start().starts_with('#') {
            continue;
        }
        let line = line.split(" #").next().unwrap_or_default();
        kept.push_str(line.trim_end());
    }
    kept
}

/// All tokens of a text, closed by one [`Kind::End`], and a fault for each character that fits
/// nowhere.
pub(crate) fn tokens(text: &str, file: u16) -> (Vec<Token<'_>>, Vec<LanguageError>) {
    let mut lexer = Lexer { text, at: 0, line: 0, column: 0, in_head: false };
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    while lexer.at < text.len() {
        let rest = &text[lexer.at..];
        let (kind, length) = match lexer.longest(rest) {
            Some(matched) => matched,
            None => {
                let length = lexer.unknown(rest);
                let shown = shown(&rest[..length]);
                faults.push(LanguageError::syntax(
                    format!("token recognition error at: '{shown}'"),
                    Span { line: lexer.line, column: lexer.column, end: lexer.column, file },
                ));
                lexer.advance(length);
                continue;
            }
        };
        let token = Token {
            kind,
            text: &rest[..length],
            line: lexer.line,
            column: lexer.column,
            at: lexer.at,
            file,
        };
        lexer.advance(length);
        match kind {
            Kind::Condition if !lexer.in_head => lexer.in_head = true,
            Kind::RightParen => lexer.in_head = false,
            _ => {}
        }
        if kind != Kind::Comment {
            found.push(token);
        }
    }
    let end = Token {
        kind: Kind::End,
        text: "<EOF>",
        line: lexer.line,
        column: lexer.column,
        at: text.len(),
        file,
    };
    found.push(end);
    (found, faults)
}

/// A piece of text as messages show it.
pub(crate) fn shown(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
    /// Between the word `condition` and the end of its parameters, where types of parameters are
    /// words.
    in_head: bool,
}

impl Lexer<'_> {
    fn advance(&mut self, length: usize) {
        for character in self.text[self.at..self.at + length].chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += 1;
            }
        }
        self.at += length;
    }

    fn longest(&self, rest: &str) -> Option<(Kind, usize)> {
        let first = rest.as_bytes()[0];
        if matches!(first, b' ' | b'\t' | b'\x0c' | b'\r' | b'\n') {
            return Some(blank(rest));
        }
        if self.in_head {
            return head(rest);
        }
        let quoted = string(rest).map(|length| (Kind::String, length));
        let bytes = bytes(rest).map(|length| (Kind::Bytes, length));
        let candidates =
            [fixed(rest), word(rest), number(rest), quoted, bytes, comment(rest)].into_iter();
        // `max_by_key` keeps the last of equals, so the order is turned round.
        candidates.rev().flatten().max_by_key(|(_, length)| *length)
    }

    /// How much to skip where nothing matches: an open string up to the end of its line, else one
    /// character.
    fn unknown(&self, rest: &str) -> usize {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        if !self.in_head && rest.starts_with(['"', '\'']) {
            return rest.find(['\n', '\r', '\\']).unwrap_or(rest.len()).max(first);
        }
        first
    }
}

fn blank(rest: &str) -> (Kind, usize) {
    let length = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c', '\r', '\n']).len();
    let newline = rest[..length].contains(['\n', '\r']);
    (if newline { Kind::Newline } else { Kind::Whitespace }, length)
}

fn head(rest: &str) -> Option<(Kind, usize)> {
    let kind = match rest.as_bytes()[0] {
        b')' => Kind::RightParen,
        b'(' => Kind::LeftParen,
        b'<' => Kind::Less,
        b'>' => Kind::Greater,
        b':' => Kind::Colon,
        b',' => Kind::Comma,
        _ => {
            let length = identifier(rest)?;
            let kind = match &rest[..length] {
                "map" | "list" => Kind::Container,
                "bool" | "string" | "int" | "uint" | "double" | "duration" | "timestamp"
                | "ipaddress" => Kind::ParameterType,
                _ => Kind::Identifier,
            };
            return Some((kind, length));
        }
    };
    Some((kind, 1))
}

fn fixed(rest: &str) -> Option<(Kind, usize)> {
    if rest.starts_with("but not") {
        return Some((Kind::ButNot, 7));
    }
    if rest.starts_with(OWN_EXPRESSION) {
        return Some((Kind::OwnExpression, OWN_EXPRESSION.len()));
    }
    if let Some(kind) = rest.get(..2).and_then(Kind::of_word)
        && !rest.as_bytes()[0].is_ascii_alphabetic()
    {
        return Some((kind, 2));
    }
    let kind = match rest.as_bytes()[0] {
        b'#' => Kind::Hash,
        b':' => Kind::Colon,
        b',' => Kind::Comma,
        b'<' => Kind::Less,
        b'>' => Kind::Greater,
        b'[' => Kind::LeftBracket,
        b']' => Kind::CloseBracket,
        b'{' => Kind::LeftBrace,
        b'}' => Kind::RightBrace,
        b'(' => Kind::LeftParen,
        b')' => Kind::RightParen,
        first if first.is_ascii_punctuation() => Kind::of_word(rest.get(..1)?)?,
        _ => return None,
    };
    Some((kind, 1))
}

fn identifier(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    if !(bytes[0].is_ascii_alphabetic() || bytes[0] == b'_') {
        return None;
    }
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    Some(bytes.iter().position(|byte| !part(byte)).unwrap_or(bytes.len()))
}

fn word(rest: &str) -> Option<(Kind, usize)> {
    let plain = identifier(rest)?;
    let bytes = rest.as_bytes();
    let part = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let mut extended = 1;
    loop {
        if part(extended) {
            extended += 1;
        } else if matches!(bytes.get(extended), Some(b'/' | b'.' | b'-')) && part(extended + 1) {
            extended += 2;
        } else {
            break;
        }
    }
    if extended > plain {
        return Some((Kind::ExtendedIdentifier, extended));
    }
    Some((Kind::of_word(&rest[..plain]).unwrap_or(Kind::Identifier), plain))
}

fn digits(rest: &str) -> usize {
    rest.bytes().take_while(u8::is_ascii_digit).count()
}

fn number(rest: &str) -> Option<(Kind, usize)> {
    let unsigned = |length: usize| match rest.as_bytes().get(length) {
        Some(b'u' | b'U') => (Kind::Uint, length + 1),
        _ => (Kind::Int, length),
    };
    if let Some(hex) = rest.strip_prefix("0x") {
        let length = hex.bytes().take_while(u8::is_ascii_hexdigit).count();
        if length > 0 {
            return Some(unsigned(length + 2));
        }
    }
    let whole = digits(rest);
    let fraction = rest[whole..].strip_prefix('.').map_or(0, digits);
    let mantissa = if fraction > 0 { whole + 1 + fraction } else { whole };
    let exponent = exponent(&rest[mantissa..]);
    match (mantissa, fraction, exponent) {
        (0, ..) => None,
        (_, 0, 0) => Some(unsigned(mantissa)),
        (_, _, 0) if whole > 0 => Some((Kind::SchemaVersion, mantissa)),
        _ => Some((Kind::Float, mantissa + exponent)),
    }
}

fn exponent(rest: &str) -> usize {
    let Some(after) = rest.strip_prefix(['e', 'E']) else { return 0 };
    let sign = usize::from(after.starts_with(['+', '-']));
    match digits(&after[sign..]) {
        0 => 0,
        length => 1 + sign + length,
    }
}

fn comment(rest: &str) -> Option<(Kind, usize)> {
    rest.starts_with("//").then(|| (Kind::Comment, rest.find('\n').unwrap_or(rest.len())))
}

/// The length of a literal of text or bytes.
pub(super) fn literal(rest: &str) -> Option<usize> {
    string(rest).or_else(|| bytes(rest))
}

fn bytes(rest: &str) -> Option<usize> {
    Some(1 + string(rest.strip_prefix(['b', 'B'])?)?)
}

/// The length of a string literal, raw or not, in one of its four quotings.
fn string(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix(['r', 'R']);
    let (raw, text) = (body.is_some(), body.unwrap_or(rest));
    let prefix = usize::from(raw);
    for quote in ["\"\"\"", "'''"] {
        if let Some(inner) = text.strip_prefix(quote)
            && let Some(length) = closed(inner, quote, raw, true)
        {
            return Some(prefix + 3 + length);
        }
    }
    let quote = text.get(..1).filter(|quote| matches!(*quote, "\"" | "'"))?;
    closed(&text[1..], quote, raw, false).map(|length| prefix + 1 + length)
}

/// The length of what follows the opening quote, closing quote included.
fn closed(inner: &str, quote: &str, raw: bool, lines: bool) -> Option<usize> {
    let mut at = 0;
    while at < inner.len() {
        let rest = &inner[at..];
        if rest.starts_with(quote) {
            return Some(at + quote.len());
        }
        let next = rest.chars().next()?;
        match next {
            '\\' if !raw => at += escape(rest)?,
            '\n' | '\r' if !lines => return None,
            _ => at += next.len_utf8(),
        }
    }
    None
}

fn escape(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let hex = |count: usize| {
        let digits = bytes.get(2..2 + count)?;
        digits.iter().all(u8::is_ascii_hexdigit).then_some(2 + count)
    };
    match bytes.get(1)? {
        b'x' | b'X' => hex(2),
        b'u' => hex(4),
        b'U' => hex(8),
        b'0'..=b'3' => {
            let octal = bytes.get(2..4)?;
            octal.iter().all(|byte| (b'0'..=b'7').contains(byte)).then_some(4)
        }
        known if b"abfnrtv\"'\\?`".contains(known) => Some(2),
        _ => None,
    }
}
