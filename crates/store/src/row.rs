//! A row read from either engine, its columns reached by name.

use std::{str::FromStr, sync::Arc};

use guildhall_model::{Id, Kind, Revision, Timestamp};

use crate::{StoreError, Value};

/// One row of a result. Reading a column that is absent, NULL or of another type is a fault: the
/// statement and the code that reads it disagree.
#[derive(Clone, Debug)]
pub struct Row {
    pub(crate) columns: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

impl Row {
    /// A `text` column.
    pub fn text(&self, column: &str) -> Result<&str, StoreError> {
        match self.value(column)? {
            Value::Text(text) => Ok(text),
            other => Err(mismatch(column, "text", other)),
        }
    }

    /// A `text` column that may be NULL.
    pub fn opt_text(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(mismatch(column, "text", other)),
        }
    }

    /// A `bigint` column.
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        match self.value(column)? {
            Value::Int(int) => Ok(*int),
            other => Err(mismatch(column, "bigint", other)),
        }
    }

    /// A `bigint` column that may be NULL.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(int) => Ok(Some(*int)),
            other => Err(mismatch(column, "bigint", other)),
        }
    }

    /// A `bigint` column that holds 0 or 1.
    pub fn flag(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// A time, kept as microseconds.
    pub fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::new)
    }

    /// A time that may be NULL.
    pub fn opt_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::new))
    }

    /// A scope's revision.
    pub fn revision(&self, column: &str) -> Result<Revision, StoreError> {
        Revision::try_from(self.int(column)?)
            .map_err(|error| StoreError::Fault(format!("column `{column}`: {error}")))
    }

    /// An id, kept in its text form.
    pub fn id<K: Kind>(&self, column: &str) -> Result<Id<K>, StoreError> {
        self.parse(column)
    }

    /// Any value that is kept as text and validated when it is read back.
    pub fn parse<T: FromStr>(&self, column: &str) -> Result<T, StoreError>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(column)?;
        text.parse().map_err(|error| {
            StoreError::Fault(format!("column `{column}` does not hold a valid value: {error}"))
        })
    }

    /// [`Row::parse`] for a column that may be NULL.
    pub fn opt_parse<T: FromStr>(&self, column: &str) -> Result<Option<T>, StoreError>
    where
        T::Err: std::fmt::Display,
    {
        self.opt_text(column)?.map(|_| self.parse(column)).transpose()
    }

    fn value(&self, column: &str) -> Result<&Value, StoreError> {
        let position = self.columns.iter().position(|name| name == column);
        position
            .and_then(|at| self.values.get(at))
            .ok_or_else(|| StoreError::Fault(format!("the result has no column `{column}`")))
    }
}

fn mismatch(column: &str, wanted: &str, got: &Value) -> StoreError {
    StoreError::Fault(format!("column `{column}` is {}, not {wanted}", got.kind()))
}
