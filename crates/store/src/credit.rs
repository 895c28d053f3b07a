//! Credits granted to an organization, and the warnings about their end.

use guildhall_model::{CreditGrantId, Credits, Timestamp};

use crate::{Row, Scoped, StoreError, TenantStmt};

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
static SUM: TenantStmt = TenantStmt::new(
    "credit_grant.sum",
    "select cast(coalesce(sum(amount), 0) as bigint) as granted from credit_grant where scope = $1",
);
static PAGE: TenantStmt = TenantStmt::new(
    "credit_grant.page",
    "select * from credit_grant where scope = $1 and ($2 = '' or id < $2)
     order by id desc limit $3",
);
static WARN: TenantStmt = TenantStmt::new(
    "credit_warning.add",
    "insert into credit_warning (scope, threshold, warned_at) values ($1, $2, $3)
     on conflict do nothing",
);
static CALM: TenantStmt = TenantStmt::new(
    "credit_warning.remove",
    "delete from credit_warning where scope = $1 and threshold <= $2",
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
    scoped.execute(&ADD, &args).await.map(drop)
}

/// All that was ever granted.
pub async fn granted(scoped: &mut Scoped<'_>) -> Result<Credits, StoreError> {
    scoped.fetch_one(&SUM, &[]).await?.int("granted").map(Credits::from_millionths)
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

/// Forgets the warnings about thresholds that the balance is not below.
pub async fn calm(scoped: &mut Scoped<'_>, balance: Credits) -> Result<(), StoreError> {
    scoped.execute(&CALM, &[balance.millionths().into()]).await.map(drop)
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
