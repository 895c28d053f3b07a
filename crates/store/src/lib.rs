//! The only crate that knows SQL: migrations, statements, transactions over SQLite or PostgreSQL.
