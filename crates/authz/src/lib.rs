//! The access engine: the OpenFGA language, the index, check, list and explain. Knows nothing of
//! Guildhall.

mod conditions;
mod difference;
mod error;
mod evaluate;
mod expand;
mod explain;
mod index;
mod language;
mod list;
mod model;
mod object;
mod page;
mod plan;
mod snapshot;
mod suite;

pub use difference::{Difference, Gain};
pub use error::{ApplyError, EvaluationError};
pub use evaluate::Check;
pub use expand::Expansion;
pub use explain::{Chains, Explanation, Holding, Missing, Path, Step};
pub use language::modules::Manifest;
pub use language::{Fault, LanguageError, Span};
pub use list::Given;
pub use model::{Model, ModuleError};
pub use object::{Object, Subject, TextError, Tuple, TupleCondition};
pub use page::{Cursor, Page};
pub use snapshot::{Change, Limits, Snapshot};
pub use suite::{Failure, Report, SuiteError, run_tests};
