//! Both engines' reports of a broken uniqueness come out as the same domain error.

use guildhall_store::{Constraint, Stmt, StoreError, Value};

use crate::world::places;

static USER: Stmt = Stmt::new(
    "test.user",
    "insert into user_account
        (id, email, first_name, last_name, password_hash, password_changed_at, created_at)
     values ($1, $2, '', '', '', 0, 0)",
);
static SCOPE: Stmt = Stmt::new("test.scope", "insert into scope (id, revision) values ($1, 0)");
static ORGANIZATION: Stmt = Stmt::new(
    "test.organization",
    "insert into organization (scope, name, display_name, plan, created_at)
     values ($1, $2, '', '', 0)",
);
static INVITATION: Stmt = Stmt::new(
    "test.invitation",
    "insert into invitation
        (id, scope, email, role, inviter_id, inviter_email, token_hash, status, created_at,
         sent_at, expires_at)
     values ($1, $2, $3, '', '', '', $1, $4, 0, 0, 0)",
);
static ROLE: Stmt = Stmt::new(
    "test.role",
    "insert into role (id, scope, name, name_key, description, created_at)
     values ($1, $2, $3, $3, '', 0)",
);
static KEY: Stmt = Stmt::new(
    "test.key",
    "insert into idempotency
        (actor, idempotency_key, operation, fingerprint, outcome, created_at)
     values ($1, $2, '', '', '', 0)",
);

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_of_uniqueness_is_named() {
    let cases: [(&Stmt, &[&str], &[&str], Constraint); 5] = [
        (&USER, &["u1", "a@b.c"], &["u2", "a@b.c"], Constraint::UserEmail),
        (&ORGANIZATION, &["s1", "acme"], &["s2", "acme"], Constraint::OrganizationName),
        (
            &INVITATION,
            &["i1", "s1", "a@b.c", "pending"],
            &["i2", "s1", "a@b.c", "pending"],
            Constraint::PendingInvitation,
        ),
        (&ROLE, &["r1", "s1", "ops"], &["r2", "s1", "ops"], Constraint::RoleName),
        (&KEY, &["u1", "k"], &["u1", "k"], Constraint::IdempotencyKey),
    ];
    for place in places().await {
        let mut tx = place.database.write().await.expect("a transaction");
        for scope in ["s1", "s2"] {
            tx.execute(&SCOPE, &[scope.into()]).await.expect("a scope");
        }
        tx.commit().await.expect("it commits");
        for (stmt, first, second, constraint) in cases {
            let mut tx = place.database.write().await.expect("a transaction");
            let values =
                |texts: &[&str]| texts.iter().map(|&text| text.into()).collect::<Vec<Value>>();
            tx.execute(stmt, &values(first)).await.expect("the first is fine");
            let clash = tx.execute(stmt, &values(second)).await;
            assert!(
                matches!(clash, Err(StoreError::Conflict(found)) if found == constraint),
                "{}: {clash:?}",
                place.at.engine()
            );
        }
    }
}
