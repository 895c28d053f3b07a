//! The JSON form of a problem.

use schemars::JsonSchema;
use serde::Serialize;

use super::Problem;
use crate::base_url::BaseUrl;

/// An error answer, `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// The address of this code's explanation.
    #[serde(rename = "type")]
    pub kind: String,
    /// What every problem of this code has in common.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The stable code to act upon.
    pub code: String,
    /// The id of the request, as in `X-Request-Id` and in the log.
    pub instance: String,
    /// The permission that is missing, with code `forbidden`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<&'static str>,
    /// The fields that are wrong; empty if the problem is not about a field.
    pub fields: Vec<FieldBody>,
}

/// One field that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProblemField")]
pub struct FieldBody {
    /// The field as it was sent; nested fields as a path, `members[2].email`.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

impl ProblemBody {
    /// The body for one request.
    pub(crate) fn of(problem: &Problem, base: &BaseUrl, request_id: &str) -> Self {
        Self {
            kind: base.join(&format!("/api/problems#{}", problem.code())),
            title: problem.title().to_owned(),
            status: problem.status().as_u16(),
            detail: problem.detail().to_owned(),
            code: problem.code().to_owned(),
            instance: request_id.to_owned(),
            permission: problem.missing_permission(),
            fields: problem
                .fields()
                .iter()
                .map(|field| FieldBody { name: field.name.clone(), message: field.message.clone() })
                .collect(),
        }
    }
}
