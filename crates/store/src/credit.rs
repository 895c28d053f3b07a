//! Credits granted to an organization, and the warnings about their end.

use guildhall_model::{CreditGrantId, Credits, OrganizationId, Timestamp};

use crate::{Row, ScopeId, Scoped, Stmt, StoreError, TenantStmt, Tx};

/// A grant of credits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditGrant {
    /// Its id.
    pub id: CreditGrantId,
    /// How many; below zero where some were taken back.
    pub amount: Credits,
    /// Why, in the words of whoever granted them; may be empty.
    pub note: String,
    /// Who granted them: an address, or what the system did it for.
    pub granted_by: String,
    /// When.
    pub granted_at: Timestamp,
}

static ADD: TenantStmt = TenantStmt::new(
    "credit_grant.add",
    "insert into credit_grant (scope, id, amount, note, granted_by, granted_at)
     values ($1, $2, $3, $4, $5, $6)",
);
static COUNT: TenantStmt = TenantStmt::new(
    "credit_balance.count",
    "insert into credit_balance (scope, granted, consumed) values ($1, $2, $3)
     on conflict (scope) do update set granted = credit_balance.granted + excluded.granted,
        consumed = credit_balance.consumed + excluded.consumed",
);
static SUMS: TenantStmt = TenantStmt::new(
    "credit_balance.get",
    "select granted, consumed from credit_balance where scope = $1",
);
static PAGE: TenantStmt = TenantStmt::new(
    "credit_grant.page",
    "select * from credit_grant where scope = $1 and ($2 = '' or id < $2)
     order by id desc limit $3",
);
static FORGET: [TenantStmt; 3] = [
    TenantStmt::new("credit_grant.forget", "delete from credit_grant where scope = $1"),
    TenantStmt::new("credit_warning.forget", "delete from credit_warning where scope = $1"),
    TenantStmt::new("credit_balance.forget", "delete from credit_balance where scope = $1"),
];
static TOLD: TenantStmt =
    TenantStmt::new("credit_warning.told", "select threshold from credit_warning where scope = $1");
static UNTOLD: Stmt = Stmt::new(
    "credit_warning.untold",
    "select b.scope from credit_balance b join organization o on o.scope = b.scope
     where o.deleted_at is null and b.granted - b.consumed <= $1 and not exists
       (select 1 from credit_warning w where w.scope = b.scope and w.threshold = $1)
     order by b.scope",
);
static WARN: TenantStmt = TenantStmt::new(
    "credit_warning.add",
    "insert into credit_warning (scope, threshold, warned_at) values ($1, $2, $3)
     on conflict do nothing",
);
static CALM: TenantStmt = TenantStmt::new(
    "credit_warning.remove",
    "delete from credit_warning where scope = $1 and threshold < $2",
);

/// Grants credits.
pub async fn add(scoped: &mut Scoped<'_>, grant: &CreditGrant) -> Result<(), StoreError> {
    let args = [
        grant.id.into(),
        grant.amount.millionths().into(),
        grant.note.as_str().into(),
        grant.granted_by.as_str().into(),
        grant.granted_at.into(),
    ];
    scoped.execute(&ADD, &args).await?;
    count(scoped, grant.amount, Credits::ZERO).await
}

/// All that was ever granted, and what all runs that have ended consumed.
pub async fn sums(scoped: &mut Scoped<'_>) -> Result<(Credits, Credits), StoreError> {
    let Some(row) = scoped.fetch_optional(&SUMS, &[]).await? else {
        return Ok((Credits::ZERO, Credits::ZERO));
    };
    let of = |column| row.int(column).map(Credits::from_millionths);
    Ok((of("granted")?, of("consumed")?))
}

/// Adds to the two sums.
pub(crate) async fn count(
    scoped: &mut Scoped<'_>,
    granted: Credits,
    consumed: Credits,
) -> Result<(), StoreError> {
    let args = [granted.millionths().into(), consumed.millionths().into()];
    scoped.execute(&COUNT, &args).await.map(drop)
}

/// Grants, newest first: those older than one, at most `limit`.
pub async fn page(
    scoped: &mut Scoped<'_>,
    after: Option<CreditGrantId>,
    limit: u32,
) -> Result<Vec<CreditGrant>, StoreError> {
    let after = after.map(|id| id.text()).unwrap_or_default();
    scoped
        .fetch_all(&PAGE, &[after.into(), i64::from(limit).into()])
        .await?
        .iter()
        .map(grant)
        .collect()
}

/// Notes that people are told of the balance below a threshold. Answers whether they were not
/// before.
pub async fn warn(
    scoped: &mut Scoped<'_>,
    threshold: Credits,
    at: Timestamp,
) -> Result<bool, StoreError> {
    Ok(scoped.execute(&WARN, &[threshold.millionths().into(), at.into()]).await? == 1)
}

/// The thresholds that people were told of.
pub async fn told(scoped: &mut Scoped<'_>) -> Result<Vec<Credits>, StoreError> {
    let rows = scoped.fetch_all(&TOLD, &[]).await?;
    rows.iter().map(|row| row.int("threshold").map(Credits::from_millionths)).collect()
}

/// The organizations that have no more than a threshold left, as far as runs that have ended tell,
/// and whose people were not told. Deleted ones are left out.
pub async fn untold(tx: &mut Tx, threshold: Credits) -> Result<Vec<ScopeId>, StoreError> {
    let rows = tx.fetch_all(&UNTOLD, &[threshold.millionths().into()]).await?;
    rows.iter().map(|row| row.id("scope").map(|id: OrganizationId| ScopeId::from(id))).collect()
}

/// Forgets the warnings about thresholds that the balance is above.
pub async fn calm(scoped: &mut Scoped<'_>, balance: Credits) -> Result<(), StoreError> {
    scoped.execute(&CALM, &[balance.millionths().into()]).await.map(drop)
}

/// Removes all grants and warnings. Answers how many rows.
pub async fn forget(scoped: &mut Scoped<'_>) -> Result<u64, StoreError> {
    let mut rows = 0;
    for stmt in &FORGET {
        rows += scoped.execute(stmt, &[]).await?;
    }
    Ok(rows)
}

fn grant(row: &Row) -> Result<CreditGrant, StoreError> {
    Ok(CreditGrant {
        id: row.id("id")?,
        amount: Credits::from_millionths(row.int("amount")?),
        note: row.text("note")?.to_owned(),
        granted_by: row.text("granted_by")?.to_owned(),
        granted_at: row.time("granted_at")?,
    })
}
