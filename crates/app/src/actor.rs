//! Who acts, from where, and what they ask for besides the operation itself.

use std::{fmt, net::IpAddr, str::FromStr};

use guildhall_authz::Subject;
use guildhall_model::{ApiKeyId, Email, Revision, SessionId, UserId};
use guildhall_store::ScopeId;

use crate::permission;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who is not signed in.
    Anonymous,
    /// A user, through a session or an API key.
    User {
        /// The user.
        id: UserId,
        /// Their address now, for audit events.
        email: Email,
        /// How they proved who they are.
        via: Via,
    },
    /// Guildhall itself, for a reason: a job, or an operator at the command line. Asked for no
    /// permission, since no request can become this actor.
    System(&'static str),
}

/// How a user proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A session of the console.
    Session(SessionId),
    /// A bearer key of the API.
    ApiKey(ApiKeyId),
}

impl Actor {
    /// The user's id, where the actor is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System(_) => None,
        }
    }

    /// The session that the actor uses, if any.
    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::User { via: Via::Session(id), .. } => Some(*id),
            _ => None,
        }
    }

    /// The actor as the subject of a question to the engine; `None` for the system itself.
    pub fn subject(&self) -> Option<Subject> {
        match self {
            Self::Anonymous => Some(Subject::Object(permission::object("visitor", "anonymous"))),
            Self::User { id, .. } => Some(permission::user(*id)),
            Self::System(_) => None,
        }
    }

    /// A text that is different for different actors, to which what they keep is bound.
    pub fn key(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::User { id, .. } => id.text(),
            Self::System(reason) => format!("system:{reason}"),
        }
    }
}

/// Where a request comes from, for audit events and limits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's network address.
    pub address: Option<IpAddr>,
    /// The client's user agent, shortened.
    pub user_agent: Option<String>,
    /// Id of the request.
    pub request_id: Option<String>,
}

/// An idempotency key with what it was sent for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's key.
    pub key: String,
    /// Hash of the request, so that one key cannot stand for two.
    pub fingerprint: String,
}

/// Everything about a request but the operation.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who asks.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
    /// Makes a repeated request answer with the first one's outcome.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The oldest state that the answer may be given at.
    pub at_least: Option<RevisionToken>,
}

impl Call {
    /// A call of an actor with nothing else said.
    pub fn of(actor: Actor) -> Self {
        Self { actor, origin: Origin::default(), idempotency_key: None, at_least: None }
    }
}

/// Names a state of a scope: every mutation answers with one, and any question may ask for at
/// least that state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionToken {
    /// The scope.
    pub scope: String,
    /// Its revision.
    pub revision: Revision,
}

impl RevisionToken {
    pub(crate) fn new(scope: &ScopeId, revision: Revision) -> Self {
        Self { scope: scope.as_str().to_owned(), revision }
    }
}

impl fmt::Display for RevisionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scope, self.revision)
    }
}

impl FromStr for RevisionToken {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "a revision token is a scope, a colon and a number";
        let (scope, revision) = text.rsplit_once(':').ok_or(SHAPE)?;
        let revision: u32 = revision.parse().map_err(|_| SHAPE)?;
        if scope.is_empty() || !scope.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(SHAPE);
        }
        Ok(Self { scope: scope.to_owned(), revision: Revision::new(u64::from(revision)) })
    }
}
