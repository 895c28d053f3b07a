//! What can go wrong in the store, in the domain's words.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is full, or gave up on a deadlock: trying again may work.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A rule of uniqueness would be broken.
    #[error("{0:?} is taken")]
    Conflict(Constraint),
    /// A newer version of Guildhall has changed the tables, by the migration of this name.
    #[error(
        "a newer version of Guildhall has worked on it (`{0}`): start that version, or put a \
         backup from before it back"
    )]
    Newer(String),
    /// The store and the code disagree; a bug or a damaged database.
    #[error("{0}")]
    Fault(String),
}

/// The rules of uniqueness that a caller can run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// One account for an e-mail address.
    UserEmail,
    /// One organization for a name.
    OrganizationName,
    /// One pending invitation for an address in an organization (H26).
    PendingInvitation,
    /// One custom role for a name in an organization.
    RoleName,
    /// One cloud account for a name in an organization.
    CloudAccountName,
    /// One cluster that is not terminated for a name in an organization.
    ClusterName,
    /// One name on clusters for a person.
    ClusterIdentity,
    /// One outcome for an idempotency key of an actor.
    IdempotencyKey,
    /// Any other: a clash of generated ids, or a bug.
    Other,
}

/// SQLite names the columns, PostgreSQL the constraint: this is the one place that knows both.
const CONSTRAINTS: &[(Constraint, &str, &str)] = &[
    (Constraint::UserEmail, "user_account.email", "user_account_email"),
    (Constraint::OrganizationName, "organization.name", "organization_name"),
    (Constraint::PendingInvitation, "invitation.scope, invitation.email", "invitation_pending"),
    (Constraint::RoleName, "role.scope, role.name_key", "role_name"),
    (
        Constraint::CloudAccountName,
        "cloud_account.scope, cloud_account.name_key",
        "cloud_account_name",
    ),
    (Constraint::ClusterName, "cluster.scope, cluster.name_key", "cluster_name"),
    (Constraint::ClusterIdentity, "cluster_identity.name", "cluster_identity_name"),
    (
        Constraint::IdempotencyKey,
        "idempotency.actor, idempotency.idempotency_key",
        "idempotency_pkey",
    ),
];

impl StoreError {
    pub(crate) fn sqlite(statement: &str, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let Some(code) = error.sqlite_error_code() else {
            return Self::Fault(format!("{statement}: {error}"));
        };
        match code {
            ErrorCode::ConstraintViolation => sqlite_constraint(statement, &error),
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::OperationInterrupted => Self::Unavailable(format!("{statement}: {error}")),
            _ => Self::Fault(format!("{statement}: {error}")),
        }
    }

    pub(crate) fn postgres(statement: &str, error: &tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(db) = error.as_db_error() else {
            return Self::Unavailable(format!("{statement}: {}", chain(error)));
        };
        let code = db.code();
        if *code == SqlState::UNIQUE_VIOLATION {
            let name = db.constraint().unwrap_or_default();
            let known = CONSTRAINTS.iter().find(|(_, _, postgres)| *postgres == name);
            return Self::Conflict(
                known.map_or(Constraint::Other, |(constraint, _, _)| *constraint),
            );
        }
        // Classes of SQLSTATE: 08 connection, 40 rollback by deadlock or serialization,
        // 53 resources, 57 operator intervention, 58 system error, 25006 read-only standby.
        let text = code.code();
        let passing = ["08", "40", "53", "57", "58"].iter().any(|class| text.starts_with(class))
            || text == "25006";
        let message = format!("{statement}: {}", chain(error));
        if passing { Self::Unavailable(message) } else { Self::Fault(message) }
    }

    pub(crate) fn pool(error: &deadpool_postgres::PoolError) -> Self {
        Self::Unavailable(format!("no connection to the database: {}", chain(error)))
    }
}

fn sqlite_constraint(statement: &str, error: &rusqlite::Error) -> StoreError {
    let message = error.to_string();
    let columns = message.strip_prefix("UNIQUE constraint failed: ").unwrap_or(&message);
    match CONSTRAINTS.iter().find(|(_, sqlite, _)| *sqlite == columns) {
        Some((constraint, _, _)) => StoreError::Conflict(*constraint),
        None if message.starts_with("UNIQUE") => StoreError::Conflict(Constraint::Other),
        None => StoreError::Fault(format!("{statement}: {message}")),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
