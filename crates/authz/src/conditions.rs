//! Conditions of tuples.

use serde_json::{Map, Value};

use crate::model::Model;
use crate::object::TupleCondition;

/// Whether the condition holds; the error says what is missing.
pub(crate) fn holds(
    _model: &Model,
    _condition: &TupleCondition,
    _context: Option<&Map<String, Value>>,
) -> Result<bool, String> {
    Err("conditions cannot be evaluated".to_owned())
}
