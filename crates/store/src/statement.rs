//! A named SQL text: one for both engines, parameters numbered `$1`, `$2`, ….

/// A statement on tables that belong to nobody in particular, run on a [`crate::Tx`].
#[derive(Debug)]
pub struct Stmt {
    /// Name in logs and faults, such as `session.find`.
    pub name: &'static str,
    /// The SQL text.
    pub sql: &'static str,
}

impl Stmt {
    /// Names a statement.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }
}

/// A statement on a tenant's tables. Its `$1` is the scope, bound by [`crate::Scoped`], so that no
/// caller can name another tenant; arguments start at `$2`.
#[derive(Debug)]
pub struct TenantStmt(pub(crate) Stmt);

impl TenantStmt {
    /// Names a statement whose `$1` is the scope.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self(Stmt::new(name, sql))
    }
}

/// The pattern of `like … escape '\'` that finds every text with this one in it.
pub(crate) fn containing(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{text}%")
}
