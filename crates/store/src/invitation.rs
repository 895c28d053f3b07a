//! Invitations: to whom, as what, from whom, until when, and what became of them.
//!
//! The secret of a link is never here, only its hash.

use std::{fmt, str::FromStr};

use guildhall_model::{Email, InvitationId, OrganizationId, Timestamp, TokenHash, UserId};

use crate::{Row, Scoped, Stmt, StoreError, TenantStmt, Tx, Value};

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organization it is to.
    pub organization: OrganizationId,
    /// The invited address.
    pub email: Email,
    /// The offered role, in its text form.
    pub role: String,
    /// Whose right the offer rests on.
    pub inviter: UserId,
    /// Their address when they invited.
    pub inviter_email: Email,
    /// What became of it.
    pub status: InvitationStatus,
    /// When the address was first invited.
    pub created_at: Timestamp,
    /// When the link was sent last.
    pub sent_at: Timestamp,
    /// The instant from which on it cannot be accepted.
    pub expires_at: Timestamp,
}

/// What became of an invitation. One that is pending may still have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationStatus {
    /// It waits for an answer.
    Pending,
    /// It was accepted.
    Accepted,
    /// The invited person declined.
    Rejected,
    /// It was taken back.
    Withdrawn,
    /// The organization was deleted.
    Ended,
}

impl InvitationStatus {
    const ALL: [Self; 5] =
        [Self::Pending, Self::Accepted, Self::Rejected, Self::Withdrawn, Self::Ended];

    /// The stored form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for InvitationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for InvitationStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is not a status"))
    }
}

/// A pending invitation as the invited person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The display name of the organization.
    pub organization_name: String,
}

static ADD: TenantStmt = TenantStmt::new(
    "invitation.add",
    "insert into invitation
        (scope, id, email, role, inviter_id, inviter_email, token_hash, status, created_at,
         sent_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $10)",
);
static RENEW: TenantStmt = TenantStmt::new(
    "invitation.renew",
    "update invitation set role = $3, inviter_id = $4, inviter_email = $5, token_hash = $6,
            sent_at = $7, expires_at = $8
     where scope = $1 and id = $2 and status = 'pending'",
);
static OFFER: TenantStmt = TenantStmt::new(
    "invitation.offer",
    "update invitation set role = $3, inviter_id = $4, inviter_email = $5
     where scope = $1 and id = $2 and status = 'pending'",
);
static SETTLE: TenantStmt = TenantStmt::new(
    "invitation.settle",
    "update invitation set status = $3, settled_at = $4
     where scope = $1 and id = $2 and status = 'pending'",
);
static GET: TenantStmt = TenantStmt::new(
    "invitation.get",
    "select id, scope, email, role, inviter_id, inviter_email, status, created_at, sent_at,
            expires_at
     from invitation where scope = $1 and id = $2",
);
static PENDING_FOR: TenantStmt = TenantStmt::new(
    "invitation.pending_for",
    "select id, scope, email, role, inviter_id, inviter_email, status, created_at, sent_at,
            expires_at
     from invitation where scope = $1 and email = $2 and status = 'pending'",
);
static PAGE_FORWARD: TenantStmt = TenantStmt::new(
    "invitation.page_forward",
    "select id, scope, email, role, inviter_id, inviter_email, status, created_at, sent_at,
            expires_at
     from invitation
     where scope = $1 and status = 'pending' and email > $2 and email >= $3 and email < $4
     order by email limit $5",
);
static PAGE_BACKWARD: TenantStmt = TenantStmt::new(
    "invitation.page_backward",
    "select id, scope, email, role, inviter_id, inviter_email, status, created_at, sent_at,
            expires_at
     from invitation
     where scope = $1 and status = 'pending' and email < $2 and email >= $3 and email < $4
     order by email desc limit $5",
);
static COUNT: TenantStmt = TenantStmt::new(
    "invitation.count",
    "select count(*) as many,
            coalesce(sum(case when expires_at > $2 then 1 else 0 end), 0) as standing
     from invitation where scope = $1 and status = 'pending'",
);
static OF_ADDRESS: Stmt = Stmt::new(
    "invitation.of_address",
    "select i.id, i.scope, i.email, i.role, i.inviter_id, i.inviter_email, i.status,
            i.created_at, i.sent_at, i.expires_at, o.display_name
     from invitation i join organization o on o.scope = i.scope
     where i.email = $1 and i.status = 'pending' and i.expires_at > $2
       and o.deleted_at is null
     order by i.created_at, i.id limit $3",
);
static BY_TOKEN: Stmt = Stmt::new(
    "invitation.by_token",
    "select i.id, i.scope, i.email, i.role, i.inviter_id, i.inviter_email, i.status,
            i.created_at, i.sent_at, i.expires_at, o.display_name
     from invitation i join organization o on o.scope = i.scope
     where i.token_hash = $1",
);

/// The end of what [`page`] is asked for where no start of the address is given.
const LAST: &str = "\u{10ffff}";

/// Adds a pending invitation.
///
/// # Errors
/// A conflict with [`crate::Constraint::PendingInvitation`] where the address has one already.
pub async fn add(
    scoped: &mut Scoped<'_>,
    invitation: &Invitation,
    token: &TokenHash,
) -> Result<(), StoreError> {
    let args: [Value; 9] = [
        invitation.id.into(),
        (&invitation.email).into(),
        invitation.role.as_str().into(),
        invitation.inviter.into(),
        (&invitation.inviter_email).into(),
        token.to_string().into(),
        invitation.created_at.into(),
        invitation.sent_at.into(),
        invitation.expires_at.into(),
    ];
    scoped.execute(&ADD, &args).await.map(drop)
}

/// Writes a pending invitation's offer and times anew, with a new link; the old one is dead.
pub async fn renew(
    scoped: &mut Scoped<'_>,
    invitation: &Invitation,
    token: &TokenHash,
) -> Result<(), StoreError> {
    let args: [Value; 7] = [
        invitation.id.into(),
        invitation.role.as_str().into(),
        invitation.inviter.into(),
        (&invitation.inviter_email).into(),
        token.to_string().into(),
        invitation.sent_at.into(),
        invitation.expires_at.into(),
    ];
    scoped.execute(&RENEW, &args).await.map(drop)
}

/// Writes a pending invitation's role and inviter anew; the link stays.
pub async fn offer(scoped: &mut Scoped<'_>, invitation: &Invitation) -> Result<(), StoreError> {
    let args: [Value; 4] = [
        invitation.id.into(),
        invitation.role.as_str().into(),
        invitation.inviter.into(),
        (&invitation.inviter_email).into(),
    ];
    scoped.execute(&OFFER, &args).await.map(drop)
}

/// Settles a pending invitation. Answers whether it was pending.
pub async fn settle(
    scoped: &mut Scoped<'_>,
    id: InvitationId,
    status: InvitationStatus,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let args = [id.into(), status.as_str().into(), at.into()];
    Ok(scoped.execute(&SETTLE, &args).await? > 0)
}

/// One invitation, settled or not.
pub async fn get(
    scoped: &mut Scoped<'_>,
    id: InvitationId,
) -> Result<Option<Invitation>, StoreError> {
    scoped.fetch_optional(&GET, &[id.into()]).await?.as_ref().map(invitation).transpose()
}

/// The pending invitation of an address.
pub async fn pending_for(
    scoped: &mut Scoped<'_>,
    email: &Email,
) -> Result<Option<Invitation>, StoreError> {
    scoped.fetch_optional(&PENDING_FOR, &[email.into()]).await?.as_ref().map(invitation).transpose()
}

/// Pending invitations whose address starts like `start`, by address: those after an address in
/// order, or, `backward`, those before it in reverse order.
pub async fn page(
    scoped: &mut Scoped<'_>,
    start: &str,
    from: Option<&str>,
    backward: bool,
    most: usize,
) -> Result<Vec<Invitation>, StoreError> {
    let end = format!("{start}{LAST}");
    let from = from.unwrap_or(if backward { LAST } else { "" });
    let args = [from.into(), start.into(), end.into(), (most as i64).into()];
    let stmt = if backward { &PAGE_BACKWARD } else { &PAGE_FORWARD };
    scoped.fetch_all(stmt, &args).await?.iter().map(invitation).collect()
}

/// How many invitations are pending, and how many of them have not expired.
pub async fn count(scoped: &mut Scoped<'_>, now: Timestamp) -> Result<(u64, u64), StoreError> {
    let row = scoped.fetch_one(&COUNT, &[now.into()]).await?;
    let number = |column| Ok::<_, StoreError>(u64::try_from(row.int(column)?).unwrap_or_default());
    Ok((number("many")?, number("standing")?))
}

/// The pending invitations of an address that can still be accepted, in whichever organization.
pub async fn of_address(
    tx: &mut Tx,
    email: &Email,
    now: Timestamp,
    most: usize,
) -> Result<Vec<Offer>, StoreError> {
    let args = [email.into(), now.into(), (most as i64).into()];
    tx.fetch_all(&OF_ADDRESS, &args).await?.iter().map(read_offer).collect()
}

/// The invitation that a link belongs to.
pub async fn by_token(tx: &mut Tx, token: &TokenHash) -> Result<Option<Offer>, StoreError> {
    let row = tx.fetch_optional(&BY_TOKEN, &[token.to_string().into()]).await?;
    row.as_ref().map(read_offer).transpose()
}

fn read_offer(row: &Row) -> Result<Offer, StoreError> {
    let organization_name = row.text("display_name")?.to_owned();
    Ok(Offer { invitation: invitation(row)?, organization_name })
}

fn invitation(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: row.id("id")?,
        organization: row.id("scope")?,
        email: row.parse("email")?,
        role: row.text("role")?.to_owned(),
        inviter: row.id("inviter_id")?,
        inviter_email: row.parse("inviter_email")?,
        status: row.parse("status")?,
        created_at: row.time("created_at")?,
        sent_at: row.time("sent_at")?,
        expires_at: row.time("expires_at")?,
    })
}
