//! Relationships, their history, and the revisions of scopes.

use guildhall_model::{Revision, Timestamp};

use crate::{Row, ScopeId, Scoped, Stmt, StoreError, TenantStmt, Tx, Value};

/// `object # relation @ subject`, in the parts that the columns hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Relationship {
    /// Kind of the object, such as `organization`.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: String,
    /// Relation of the subject to the object.
    pub relation: String,
    /// Kind of the subject, such as `user`.
    pub subject_kind: String,
    /// Id of the subject; `*` stands for all of its kind.
    pub subject_id: String,
    /// For a set of subjects, the relation that its members have to the subject.
    pub subject_relation: Option<String>,
}

/// One step of a scope's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationshipChange {
    /// The revision it belongs to.
    pub revision: Revision,
    /// Added, or removed.
    pub added: bool,
    /// What was added or removed.
    pub relationship: Relationship,
}

static ADVANCE: TenantStmt = TenantStmt::new(
    "scope.advance",
    "update scope set revision = revision + 1 where id = $1 returning revision",
);
static REVISION: Stmt = Stmt::new("scope.revision", "select revision from scope where id = $1");
static OPEN: TenantStmt =
    TenantStmt::new("scope.open", "insert into scope (id, revision) values ($1, 1)");
static CLOSE: TenantStmt = TenantStmt::new("scope.close", "delete from scope where id = $1");
static SCOPES: Stmt = Stmt::new("scope.all", "select id, revision from scope order by id");
static ALL: Stmt = Stmt::new(
    "relationship.all",
    "select scope, object_kind, object_id, relation, subject_kind, subject_id, subject_relation
     from relationship",
);
static OF_SCOPE: TenantStmt = TenantStmt::new(
    "relationship.of_scope",
    "select object_kind, object_id, relation, subject_kind, subject_id, subject_relation
     from relationship where scope = $1",
);
static OF_SUBJECT: TenantStmt = TenantStmt::new(
    "relationship.of_subject",
    "select object_kind, object_id, relation, subject_kind, subject_id, subject_relation
     from relationship where scope = $1 and subject_kind = $2 and subject_id = $3
     order by object_kind, object_id, relation, subject_relation",
);
static SOME: TenantStmt = TenantStmt::new(
    "relationship.some",
    "select object_kind, object_id, relation, subject_kind, subject_id, subject_relation
     from relationship where scope = $1 and relation <> $2 limit $3",
);
static ADD: TenantStmt = TenantStmt::new(
    "relationship.add",
    "insert into relationship
        (scope, object_kind, object_id, relation, subject_kind, subject_id, subject_relation)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
);
static REMOVE: TenantStmt = TenantStmt::new(
    "relationship.remove",
    "delete from relationship
     where scope = $1 and object_kind = $2 and object_id = $3 and relation = $4
       and subject_kind = $5 and subject_id = $6 and subject_relation = $7",
);
static RECORD: TenantStmt = TenantStmt::new(
    "relationship_change.record",
    "insert into relationship_change
        (scope, revision, position, added, object_kind, object_id, relation, subject_kind,
         subject_id, subject_relation, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);
static SINCE: TenantStmt = TenantStmt::new(
    "relationship_change.since",
    "select revision, added, object_kind, object_id, relation, subject_kind, subject_id,
            subject_relation
     from relationship_change where scope = $1 and revision > $2 and revision <= $3
     order by revision, position",
);

/// Locks the scope until the end of the transaction and takes its next revision; `None` where
/// there is no such scope.
pub async fn advance(scoped: &mut Scoped<'_>) -> Result<Option<Revision>, StoreError> {
    let row = scoped.fetch_optional(&ADVANCE, &[]).await?;
    row.map(|row| row.revision("revision")).transpose()
}

/// The revision of a scope as the transaction sees it; `None` where there is no such scope.
pub async fn revision(tx: &mut Tx, scope: &ScopeId) -> Result<Option<Revision>, StoreError> {
    let row = tx.fetch_optional(&REVISION, &[scope.into()]).await?;
    row.map(|row| row.revision("revision")).transpose()
}

/// Makes a new scope, at revision 1.
pub async fn open(scoped: &mut Scoped<'_>) -> Result<(), StoreError> {
    scoped.execute(&OPEN, &[]).await.map(drop)
}

/// Deletes a scope and everything that belongs to it but its history and its audit events.
pub async fn close(scoped: &mut Scoped<'_>) -> Result<(), StoreError> {
    scoped.execute(&CLOSE, &[]).await.map(drop)
}

/// All scopes and their revisions.
pub async fn scopes(tx: &mut Tx) -> Result<Vec<(String, Revision)>, StoreError> {
    let rows = tx.fetch_all(&SCOPES, &[]).await?;
    rows.iter().map(|row| Ok((row.text("id")?.to_owned(), row.revision("revision")?))).collect()
}

/// Every relationship of the database, with its scope.
pub async fn all(tx: &mut Tx) -> Result<Vec<(String, Relationship)>, StoreError> {
    let rows = tx.fetch_all(&ALL, &[]).await?;
    rows.iter().map(|row| Ok((row.text("scope")?.to_owned(), relationship(row)?))).collect()
}

/// Every relationship of one scope.
pub async fn of_scope(scoped: &mut Scoped<'_>) -> Result<Vec<Relationship>, StoreError> {
    scoped.fetch_all(&OF_SCOPE, &[]).await?.iter().map(relationship).collect()
}

/// Every relationship of one scope that a subject has, by itself or as a set of its own.
pub async fn of_subject(
    scoped: &mut Scoped<'_>,
    kind: &str,
    id: &str,
) -> Result<Vec<Relationship>, StoreError> {
    let rows = scoped.fetch_all(&OF_SUBJECT, &[kind.into(), id.into()]).await?;
    rows.iter().map(relationship).collect()
}

/// Some relationships of one scope, whichever, but none of one relation.
pub async fn some_but(
    scoped: &mut Scoped<'_>,
    relation: &str,
    most: usize,
) -> Result<Vec<Relationship>, StoreError> {
    let rows = scoped.fetch_all(&SOME, &[relation.into(), (most as i64).into()]).await?;
    rows.iter().map(relationship).collect()
}

/// Adds or removes a relationship and records it as the `position`th change of the revision.
pub async fn change(
    scoped: &mut Scoped<'_>,
    change: &RelationshipChange,
    position: usize,
    at: Timestamp,
) -> Result<(), StoreError> {
    let parts = parts(&change.relationship);
    scoped.execute(if change.added { &ADD } else { &REMOVE }, &parts).await?;
    let mut record: Vec<Value> =
        vec![change.revision.into(), (position as i64).into(), change.added.into()];
    record.extend(parts);
    record.push(at.into());
    scoped.execute(&RECORD, &record).await.map(drop)
}

/// The changes after one revision, up to and with another, in order.
pub async fn since(
    scoped: &mut Scoped<'_>,
    after: Revision,
    until: Revision,
) -> Result<Vec<RelationshipChange>, StoreError> {
    let rows = scoped.fetch_all(&SINCE, &[after.into(), until.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(RelationshipChange {
                revision: row.revision("revision")?,
                added: row.flag("added")?,
                relationship: relationship(row)?,
            })
        })
        .collect()
}

fn relationship(row: &Row) -> Result<Relationship, StoreError> {
    let subject_relation = row.text("subject_relation")?;
    Ok(Relationship {
        object_kind: row.text("object_kind")?.to_owned(),
        object_id: row.text("object_id")?.to_owned(),
        relation: row.text("relation")?.to_owned(),
        subject_kind: row.text("subject_kind")?.to_owned(),
        subject_id: row.text("subject_id")?.to_owned(),
        subject_relation: (!subject_relation.is_empty()).then(|| subject_relation.to_owned()),
    })
}

fn parts(relationship: &Relationship) -> [Value; 6] {
    [
        relationship.object_kind.as_str().into(),
        relationship.object_id.as_str().into(),
        relationship.relation.as_str().into(),
        relationship.subject_kind.as_str().into(),
        relationship.subject_id.as_str().into(),
        relationship.subject_relation.as_deref().unwrap_or_default().into(),
    ]
}
