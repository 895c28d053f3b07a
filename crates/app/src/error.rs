//! How an operation or a query can end without an outcome.

use guildhall_authz::EvaluationError;
use guildhall_store::StoreError;

/// What the frame answers where there is no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error<R> {
    /// There is no such thing, or the actor may not know of it.
    #[error("there is no such thing, or you may not see it")]
    NotFound,
    /// The actor may see the target and not do this to it.
    #[error("this needs the permission `{permission}`")]
    Forbidden {
        /// The relation of the charter that is missing.
        permission: &'static str,
    },
    /// Nobody is signed in.
    #[error("sign in first")]
    SignInRequired,
    /// A rule about the data speaks against it.
    #[error("{0}")]
    Refused(R),
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The database cannot be reached; nothing was changed.
    #[error("the database is unavailable at the moment; nothing was changed")]
    Unavailable,
    /// A fault, logged with its causes.
    #[error("something went wrong on the server; nothing was changed")]
    Fault,
}

impl Error<Never> {
    /// The same, of an operation that could refuse.
    pub(crate) fn widen<R>(self) -> Error<R> {
        match self {
            Self::NotFound => Error::NotFound,
            Self::Forbidden { permission } => Error::Forbidden { permission },
            Self::SignInRequired => Error::SignInRequired,
            Self::Refused(never) => match never {},
            Self::KeyReused => Error::KeyReused,
            Self::Unavailable => Error::Unavailable,
            Self::Fault => Error::Fault,
        }
    }
}

/// Why an operation does not do what it was allowed to do: one small enum for each operation.
pub trait Refusal: std::error::Error + Clone + Send + Sync + 'static {
    /// Every code that [`Refusal::code`] can answer, for the documents.
    const CODES: &'static [&'static str];

    /// The stable name for programs, such as `member.owner_cannot_leave`.
    fn code(&self) -> &'static str;

    /// What sort of refusal it is.
    fn kind(&self) -> RefusalKind;

    /// The fields at fault, each with its message. They are named as a program sends them, those in
    /// an object with a dot: `fields.region`.
    fn fields(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// What sort of refusal; front ends map it to their own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// What was asked for is not valid (HTTP 422).
    Invalid,
    /// It does not fit the present state (HTTP 409).
    Conflict,
    /// It existed and does not any more (HTTP 410).
    Gone,
    /// The actor would exceed their own rights (HTTP 403).
    Forbidden,
    /// A part of the target does not exist (HTTP 404).
    Missing,
    /// The plan does not include it (HTTP 402).
    Plan,
    /// Too often (HTTP 429).
    TooMany {
        /// Seconds after which trying again makes sense.
        retry_after: u64,
    },
}

/// For operations that refuse nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Never {}

impl Refusal for Never {
    const CODES: &'static [&'static str] = &[];

    fn code(&self) -> &'static str {
        match *self {}
    }

    fn kind(&self) -> RefusalKind {
        match *self {}
    }
}

/// How the body of an operation ends early: with a refusal, a missing part, or a failure.
#[derive(Debug)]
pub enum Stop<R> {
    /// A rule speaks against it.
    Refused(R),
    /// A part of the target does not exist, or is another tenant's.
    NotFound,
    /// The store failed.
    Store(StoreError),
    /// Something that cannot be, was.
    Fault(String),
}

impl<R: Refusal> From<R> for Stop<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

impl<R: Refusal> From<StoreError> for Stop<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl<R: Refusal> From<EvaluationError> for Stop<R> {
    fn from(error: EvaluationError) -> Self {
        Self::Fault(error.to_string())
    }
}

impl<R: Refusal> Stop<R> {
    /// The answer for it; faults are logged here, once.
    pub(crate) fn answer(self, name: &str) -> Error<R> {
        match self {
            Self::Refused(refusal) => Error::Refused(refusal),
            Self::NotFound => Error::NotFound,
            Self::Store(StoreError::Unavailable(cause)) => {
                tracing::error!(operation = name, cause, "the database is unavailable");
                Error::Unavailable
            }
            Self::Store(error) => {
                tracing::error!(operation = name, %error, "fault in the store");
                Error::Fault
            }
            Self::Fault(cause) => {
                tracing::error!(operation = name, cause, "fault");
                Error::Fault
            }
        }
    }
}
