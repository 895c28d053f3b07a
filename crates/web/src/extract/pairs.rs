//! Names and values of queries and forms: strictly decoded, then read into a type.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor, value};

use super::{text, words};
use crate::problem::{Code, Problem, code};

/// The most pairs that are looked at.
const MOST: usize = 2_000;

/// A path with a query of these names and values.
pub(crate) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (at, (name, value)) in pairs.iter().enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    address
}

/// Splits `a=b&c=d`, undoing `+` and percent encoding. Unlike browsers' own parsers it refuses
/// what it cannot decode, so nothing is quietly replaced.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs = Vec::new();
    for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = part(&pair[..at])?;
        let value = part(pair.get(at + 1..).unwrap_or_default())?;
        if text::has_control(&name) || text::has_control(&value) {
            return Err(text::control_problem(&name));
        }
        pairs.push((name, value));
        if pairs.len() > MOST {
            return Err(Problem::new(code::TOO_LARGE, format!("more than {MOST} values")));
        }
    }
    Ok(pairs)
}

fn part(bytes: &[u8]) -> Result<String, Problem> {
    let well_formed = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| {
        bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !well_formed {
        let detail = "a percent sign is not followed by two hexadecimal digits";
        return Err(Problem::new(code::BAD_ENCODING, detail));
    }
    let spaced: Vec<u8> = bytes.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_decode(&spaced)
        .decode_utf8()
        .map(Cow::into_owned)
        .map_err(|_| Problem::new(code::NOT_UTF8, "the text is not valid UTF-8"))
}

/// Reads a type from pairs. A field of a list type takes every value of its name, any other
/// exactly one; an empty value of an `Option` is none; `on` is the value of a ticked box.
pub(super) fn read<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T, Problem> {
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in pairs {
        match fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => fields.push((name, vec![value])),
        }
    }
    let named = fields.into_iter().map(|(name, values)| (name.clone(), Values { name, values }));
    let whole = Whole(value::MapDeserializer::new(named));
    T::deserialize(whole).map_err(FieldError::into_problem)
}

struct Whole<'de, I: Iterator<Item = (String, Values)>>(value::MapDeserializer<'de, I, FieldError>);

impl<'de, I: Iterator<Item = (String, Values)>> de::Deserializer<'de> for Whole<'de, I> {
    type Error = FieldError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        visitor.visit_map(self.0)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// All values of one name.
struct Values {
    name: String,
    values: Vec<String>,
}

impl Values {
    fn one(&self) -> Result<&str, FieldError> {
        match self.values.as_slice() {
            [one] => Ok(one),
            _ => Err(FieldError::of(&self.name, code::DUPLICATE_FIELD, "given more than once")),
        }
    }

    fn parse<T: std::str::FromStr>(&self, what: &str) -> Result<T, FieldError> {
        let invalid = || FieldError::of(&self.name, code::INVALID_FIELD, what);
        self.one()?.trim().parse().map_err(|_| invalid())
    }

    fn named<T>(&self, result: Result<T, FieldError>) -> Result<T, FieldError> {
        result.map_err(|mut error| {
            error.field.get_or_insert_with(|| self.name.clone());
            error
        })
    }
}

impl<'de> IntoDeserializer<'de, FieldError> for Values {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $kind:ty, $what:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
            self.named(visitor.$visit(self.parse::<$kind>($what)?))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Values {
    type Error = FieldError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        self.named(visitor.visit_str(self.one()?))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        let value = match self.one()? {
            "true" | "on" => true,
            "false" | "off" => false,
            _ => {
                let problem = "has to be `true` or `false`";
                return Err(FieldError::of(&self.name, code::INVALID_FIELD, problem));
            }
        };
        self.named(visitor.visit_bool(value))
    }

    numbers! {
        deserialize_i64 visit_i64 i64, "has to be a whole number";
        deserialize_i32 visit_i32 i32, "has to be a whole number";
        deserialize_u64 visit_u64 u64, "has to be a whole number that is not negative";
        deserialize_u32 visit_u32 u32, "has to be a whole number that is not negative";
        deserialize_u16 visit_u16 u16, "has to be a whole number between 0 and 65535";
        deserialize_u8 visit_u8 u8, "has to be a whole number between 0 and 255";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        if self.values.iter().all(String::is_empty) && self.values.len() == 1 {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        let Self { name, values } = self;
        let each = values.into_iter().map(|value| Self { name: name.clone(), values: vec![value] });
        visitor.visit_seq(value::SeqDeserializer::new(each))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        let variant = self.one()?.into_deserializer();
        self.named(visitor.visit_enum::<value::StrDeserializer<'_, FieldError>>(variant))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// Why a type cannot be read, and which field is to blame.
#[derive(Debug)]
struct FieldError {
    field: Option<String>,
    code: Code,
    message: String,
}

impl FieldError {
    fn of(field: &str, code: Code, message: &str) -> Self {
        Self { field: Some(field.to_owned()), code, message: message.to_owned() }
    }

    fn into_problem(self) -> Problem {
        let Some(field) = self.field.map(|field| text::shown(&field)) else {
            return Problem::new(self.code, self.message);
        };
        Problem::new(self.code, format!("`{field}`: {}", self.message)).field(field, self.message)
    }
}

impl de::Error for FieldError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { field: None, code: code::INVALID_FIELD, message: words::plain(&message.to_string()) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(field, code::MISSING_FIELD, "is missing")
    }

    fn unknown_field(field: &str, _expected: &'static [&'static str]) -> Self {
        Self::of(field, code::UNKNOWN_FIELD, "is not a field of this request")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of(field, code::DUPLICATE_FIELD, "given more than once")
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FieldError {}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{decode, read};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        #[serde(default)]
        tick: bool,
        size: Option<u32>,
        #[serde(default)]
        role: Vec<Role>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Role {
        Admin,
        Member,
    }

    fn sample(text: &str) -> Result<Sample, String> {
        decode(text.as_bytes())
            .and_then(read::<Sample>)
            .map_err(|p| format!("{} {}", p.code(), p.fields().first().map_or("", |f| &f.name)))
    }

    #[test]
    fn fields_are_read_by_their_types() {
        let expected = Sample {
            name: "Maya Ö".into(),
            tick: true,
            size: Some(7),
            role: vec![Role::Admin, Role::Member],
        };
        let text = "name=Maya+%C3%96&tick=on&size=7&role=admin&role=member";
        assert_eq!(sample(text), Ok(expected));
        let empty = Sample { name: String::new(), tick: false, size: None, role: vec![] };
        assert_eq!(sample("name=&size="), Ok(empty));
    }

    #[test]
    fn every_mistake_names_its_field() {
        for (text, expected) in [
            ("size=1", "request.missing_field name"),
            ("name=a&nom=b", "request.unknown_field nom"),
            ("name=a&name=b", "request.duplicate_field name"),
            ("name=a&size=x", "request.invalid_field size"),
            ("name=a&size=1&size=2", "request.duplicate_field size"),
            ("name=a&tick=maybe", "request.invalid_field tick"),
            ("name=a&role=king", "request.invalid_field role"),
            ("name=a%00b", "request.control_characters name"),
            ("name=a%1bb", "request.control_characters name"),
            ("name=%zz", "request.bad_encoding "),
            ("name=%4", "request.bad_encoding "),
            ("name=%ff", "request.not_utf8 "),
        ] {
            assert_eq!(sample(text), Err(expected.to_owned()), "{text}");
        }
    }
}
