//! What a handler takes and answers, as its argument types say it.

use schemars::{Schema, SchemaGenerator};

use super::schemas;

/// Makes the schema of one type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What a route takes and answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Contract {
    /// The type of the variable parts of the path.
    pub path: Option<SchemaOf>,
    /// The type of the query, in line.
    pub query: Option<SchemaOf>,
    /// The body.
    pub body: Option<Body>,
    /// The answer.
    pub answer: Answer,
    /// Who it answers.
    pub who: Who,
}

/// The body of a request.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// How it is written.
    pub kind: BodyKind,
    /// Its type.
    pub schema: SchemaOf,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// Who a route answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Who {
    /// It does not look at who asks.
    #[default]
    Anybody,
    /// Programs and the console's own scripts: session or API key, or neither.
    Caller,
    /// Everybody at the console, signed in or not.
    Visitor,
    /// People who are signed in at the console; others are led to sign in.
    Person,
    /// Services that make clusters, known by their signature.
    Provisioner,
}

/// What a route answers when all is well.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type, empty for no body.
    pub media_type: &'static str,
    /// The type of a JSON body.
    pub schema: Option<SchemaOf>,
}

impl Answer {
    /// A JSON body.
    pub const fn json(status: u16, schema: SchemaOf) -> Self {
        Self { status, media_type: "application/json", schema: Some(schema) }
    }

    /// No body.
    pub const fn empty(status: u16) -> Self {
        Self { status, media_type: "", schema: None }
    }

    /// A body of another media type, status 200.
    pub const fn of(media_type: &'static str) -> Self {
        Self { status: 200, media_type, schema: None }
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::empty(200)
    }
}

/// An argument of a handler, which says what it adds to the contract.
pub trait Describe {
    /// Adds to the contract what this argument takes.
    fn describe(contract: &mut Contract);
}

/// What a handler returns, which says what that looks like.
pub trait DescribeAnswer {
    /// The answer when all is well.
    fn answer() -> Answer;
}

impl Contract {
    /// The names of the query parameters that are taken.
    pub fn query_names(&self) -> Vec<String> {
        let Some(query) = self.query else { return Vec::new() };
        let schema = query(&mut schemas(false));
        let properties = schema.get("properties").and_then(|properties| properties.as_object());
        properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }
}

impl Describe for axum::extract::State<crate::WebState> {
    fn describe(_: &mut Contract) {}
}
