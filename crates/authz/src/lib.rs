//! The access engine: the OpenFGA language, the index, check, list and explain. Knows nothing of
//! Guildhall.
//!
//! A [`Model`] says which relations there are and how they follow from each other. A [`Snapshot`]
//! holds relationships and answers questions about them. It never changes: a batch of changes
//! makes the next one, which shares nearly everything with it.
//!
//! ```
//! use std::sync::Arc;
//! use guildhall_authz::{Change, Check, Explanation, Model, Object, Snapshot, Subject};
//!
//! let model = Model::parse("\
//! model
//!   schema 1.1
//! type user
//! type group
//!   relations
//!     define member: [user, group#member]
//! type folder
//!   relations
//!     define parent: [folder]
//!     define owner: [user]
//!     define viewer: [user, group#member] or owner or viewer from parent
//! ").unwrap();
//! let relationships = [
//!     "folder:plans#parent@folder:company",
//!     "folder:company#viewer@group:staff#member",
//!     "group:staff#member@user:anne",
//! ];
//! let changes: Vec<Change> =
//!     relationships.iter().map(|text| Change::Add(text.parse().unwrap())).collect();
//! let now = Snapshot::empty(Arc::new(model)).apply("acme", 1, &changes)?;
//!
//! let (plans, anne): (Object, Subject) = ("folder:plans".parse()?, "user:anne".parse()?);
//! let question = Check::new(&plans, "viewer", &anne);
//! assert!(now.check(&question)?);
//! assert_eq!(now.list_objects("folder", "viewer", &anne, &[])?.len(), 2);
//! assert_eq!(now.list_subjects(&plans, "viewer", "user")?, [anne.clone()]);
//!
//! let Explanation::Allowed(path) = now.explain(&question)? else { unreachable!() };
//! assert_eq!(
//!     path.to_string(),
//!     "viewer by viewer from folder:plans#parent@folder:company \
//!      → folder:company#viewer@group:staff#member → group:staff#member@user:anne"
//! );
//!
//! // What would happen if anne left the staff?
//! let leave = [Change::Remove("group:staff#member@user:anne".parse()?)];
//! let after = now.apply("acme", 2, &leave)?;
//! assert_eq!(now.difference(&after, &leave)?.lost.len(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! How evaluation works, and what it costs, is told in `docs/engine.md`; what a revision promises,
//! in `docs/consistency.md`.

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
pub use suite::{Failure, Report, SuiteError, read_store, read_tuples, run_tests};
