//! What a relationship connects: objects, subjects and the tuple itself, with their text forms.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A thing access is asked about, as `type:id`, e.g. `document:roadmap`.
///
/// ```
/// use guildhall_authz::Object;
/// let object: Object = "document:roadmap".parse()?;
/// assert_eq!((object.kind.as_str(), object.id.as_str()), ("document", "roadmap"));
/// assert!("document".parse::<Object>().is_err());
/// # Ok::<(), guildhall_authz::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Object {
    /// The name of the type, as in the model.
    pub kind: SmolStr,
    /// The name within the type: 1–256 bytes without `#`, white space or control characters, and
    /// not `*`.
    pub id: SmolStr,
}

/// Who asks, or who is granted: one object, all who hold a relation, or everybody of a type.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// `user:anne`
    Object(Object),
    /// `group:staff#member`
    Userset(Object, SmolStr),
    /// `user:*`: every object of the type, known or not.
    Wildcard(SmolStr),
}

/// The condition a tuple carries: it counts only where the condition holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TupleCondition {
    /// The name of the condition in the model, or `$expression` where the tuple brings its own.
    pub name: SmolStr,
    /// The parameters that are fixed by the tuple; they win over those of the question.
    ///
    /// For `$expression`: the `expression` itself, in CEL, and the types of its `parameters` by
    /// name. A parameter that is not among them is a `string`. All come with the question.
    #[serde(default)]
    pub context: serde_json::Map<String, serde_json::Value>,
}

/// A relationship: `object#relation@subject`.
///
/// ```
/// use guildhall_authz::Tuple;
/// let tuple: Tuple = "document:roadmap#viewer@group:staff#member".parse()?;
/// assert_eq!(tuple.to_string(), "document:roadmap#viewer@group:staff#member");
/// # Ok::<(), guildhall_authz::TextError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Tuple {
    /// On what.
    pub object: Object,
    /// Which relation of the object's type.
    pub relation: SmolStr,
    /// To whom.
    pub subject: Subject,
    /// Under which condition; never part of the tuple's identity or text.
    pub condition: Option<Box<TupleCondition>>,
}

/// A text that is no object, subject or tuple.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Not of the form `type:id`.
    #[error("`{0}` is not an object: expected `type:id`")]
    Object(String),
    /// Not of the form `type:id`, `type:id#relation` or `type:*`.
    #[error("`{0}` is not a subject: expected `type:id`, `type:id#relation` or `type:*`")]
    Subject(String),
    /// Not of the form `object#relation@subject`.
    #[error("`{0}` is not a relationship: expected `object#relation@subject`")]
    Tuple(String),
}

impl Object {
    /// An object from its parts, which are not checked: an impossible name matches nothing.
    pub fn new(kind: impl Into<SmolStr>, id: impl Into<SmolStr>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }
}

impl Subject {
    /// The type of the subject's object.
    pub fn kind(&self) -> &str {
        match self {
            Subject::Object(object) | Subject::Userset(object, _) => &object.kind,
            Subject::Wildcard(kind) => kind,
        }
    }

    /// All who hold `relation` on `object`.
    pub fn userset(object: Object, relation: impl Into<SmolStr>) -> Self {
        Subject::Userset(object, relation.into())
    }
}

impl From<Object> for Subject {
    fn from(object: Object) -> Self {
        Subject::Object(object)
    }
}

impl Tuple {
    /// A relationship without a condition.
    pub fn new(object: Object, relation: impl Into<SmolStr>, subject: impl Into<Subject>) -> Self {
        Self { object, relation: relation.into(), subject: subject.into(), condition: None }
    }

    /// The same relationship under a condition.
    #[must_use]
    pub fn with(mut self, condition: TupleCondition) -> Self {
        self.condition = Some(Box::new(condition));
        self
    }

    /// Whether both name the same relationship, whatever their conditions.
    pub fn same(&self, other: &Self) -> bool {
        self.object == other.object
            && self.relation == other.relation
            && self.subject == other.subject
    }
}

fn valid_kind(kind: &str) -> bool {
    (1..=254).contains(&kind.len())
        && !kind.contains(|c: char| c.is_whitespace() || c.is_control() || ":#@*".contains(c))
}

fn valid_id(id: &str) -> bool {
    (1..=256).contains(&id.len())
        && id != "*"
        && !id.contains(|c: char| c.is_whitespace() || c.is_control() || c == '#')
}

fn valid_relation(relation: &str) -> bool {
    (1..=50).contains(&relation.len())
        && !relation.contains(|c: char| c.is_whitespace() || c.is_control() || ":#@*".contains(c))
}

impl FromStr for Object {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text.split_once(':') {
            Some((kind, id)) if valid_kind(kind) && valid_id(id) => Ok(Self::new(kind, id)),
            _ => Err(TextError::Object(text.to_owned())),
        }
    }
}

impl FromStr for Subject {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let fault = || TextError::Subject(text.to_owned());
        if let Some((object, relation)) = text.split_once('#') {
            if !valid_relation(relation) {
                return Err(fault());
            }
            return Ok(Subject::Userset(object.parse().map_err(|_| fault())?, relation.into()));
        }
        match text.strip_suffix(":*") {
            Some(kind) if valid_kind(kind) => Ok(Subject::Wildcard(kind.into())),
            _ => Ok(Subject::Object(text.parse().map_err(|_| fault())?)),
        }
    }
}

impl FromStr for Tuple {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let parts = || {
            let (object, rest) = text.split_once('#')?;
            let (relation, subject) = rest.split_once('@')?;
            let tuple =
                Tuple::new(object.parse().ok()?, relation, subject.parse::<Subject>().ok()?);
            valid_relation(relation).then_some(tuple)
        };
        parts().ok_or_else(|| TextError::Tuple(text.to_owned()))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Object(object) => write!(f, "{object}"),
            Subject::Userset(object, relation) => write!(f, "{object}#{relation}"),
            Subject::Wildcard(kind) => write!(f, "{kind}:*"),
        }
    }
}

impl fmt::Display for Tuple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}@{}", self.object, self.relation, self.subject)
    }
}

macro_rules! text_form {
    ($($name:ty),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }
    )*};
}
text_form!(Object, Subject, Tuple);

macro_rules! serde_text {
    ($($name:ty),*) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
serde_text!(Object, Subject);

#[cfg(test)]
mod tests {
    use super::{Object, Subject, Tuple};

    #[test]
    fn texts_round_trip() {
        for text in ["user:anne", "user:*", "group:a:b#member", "user:a@b.example", "a/b:c|d"] {
            assert_eq!(text.parse::<Subject>().unwrap().to_string(), text);
        }
        let text = "document:a@b#viewer@user:anne@example.org";
        assert_eq!(text.parse::<Tuple>().unwrap().to_string(), text);
    }

    #[test]
    fn impossible_texts_are_refused() {
        for text in [
            "",
            "user",
            "user:",
            ":x",
            "user:*#member",
            "user:a b",
            "us#er:a",
            "user:a#",
            "user:a#b#c",
        ] {
            assert!(text.parse::<Subject>().is_err(), "{text}");
        }
        assert!("user:*".parse::<Object>().is_err());
        for text in
            ["document:1#viewer", "document:1@user:a", "document:1#@user:a", "d:1#a:b@user:a"]
        {
            assert!(text.parse::<Tuple>().is_err(), "{text}");
        }
    }
}
