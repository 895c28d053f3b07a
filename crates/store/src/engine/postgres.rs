//! PostgreSQL: pooled connections, with TLS where the address asks for it.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::{NoTls, config::SslMode, types::Type};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Row, Stmt, StoreError, Value};

/// A connection with an open transaction. Dropping it unfinished discards the connection, and with
/// it the transaction.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Option<Object>,
    finished: bool,
}

impl Connection {
    pub(crate) async fn begin(pool: &Pool, how: &'static str) -> Result<Self, StoreError> {
        let client = pool.get().await.map_err(|error| StoreError::pool(&error))?;
        client.batch_execute(how).await.map_err(|error| StoreError::postgres(how, &error))?;
        Ok(Self { client: Some(client), finished: false })
    }

    pub(crate) async fn execute(&mut self, stmt: &Stmt, args: &[Value]) -> Result<u64, StoreError> {
        let fail = |error| StoreError::postgres(stmt.name, &error);
        let client = self.client()?;
        let prepared = client.prepare_cached(stmt.sql).await.map_err(fail)?;
        client.execute_raw(&prepared, args).await.map_err(fail)
    }

    pub(crate) async fn fetch(
        &mut self,
        stmt: &Stmt,
        args: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let fail = |error| StoreError::postgres(stmt.name, &error);
        let client = self.client()?;
        let prepared = client.prepare_cached(stmt.sql).await.map_err(fail)?;
        let params: Vec<&(dyn postgres_types::ToSql + Sync)> =
            args.iter().map(|arg| arg as &(dyn postgres_types::ToSql + Sync)).collect();
        let rows = client.query(&prepared, &params).await.map_err(fail)?;
        let columns: Arc<[String]> =
            prepared.columns().iter().map(|column| column.name().to_owned()).collect();
        rows.iter()
            .map(|row| {
                let values =
                    (0..columns.len()).map(|at| value(stmt, row, at)).collect::<Result<_, _>>()?;
                Ok(Row { columns: Arc::clone(&columns), values })
            })
            .collect()
    }

    pub(crate) async fn finish(&mut self, how: &'static str) -> Result<(), StoreError> {
        self.batch(how).await?;
        self.finished = true;
        Ok(())
    }

    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let client = self.client()?;
        client.batch_execute(sql).await.map_err(|error| StoreError::postgres("batch", &error))
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.client
            .as_ref()
            .ok_or_else(|| StoreError::Fault("the transaction has already ended".to_owned()))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(client) = self.client.take()
            && !self.finished
        {
            // Rolling back needs a round trip that drop cannot wait for; closing does the same.
            drop(Object::take(client));
        }
    }
}

pub(crate) fn pool(url: &str, connections: usize) -> Result<Pool, StoreError> {
    let fail = |error: String| StoreError::Fault(format!("the database address: {error}"));
    let config: tokio_postgres::Config = url.parse().map_err(|error| fail(format!("{error}")))?;
    let manage = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if config.get_ssl_mode() == SslMode::Disable {
        Manager::from_config(config, NoTls, manage)
    } else {
        Manager::from_config(config, tls()?, manage)
    };
    let wait = Some(Duration::from_secs(5));
    Pool::builder(manager)
        .max_size(connections)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts { wait, create: wait, recycle: wait })
        .build()
        .map_err(|error| fail(error.to_string()))
}

fn tls() -> Result<MakeRustlsConnect, StoreError> {
    let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Fault(format!("TLS to the database: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn value(stmt: &Stmt, row: &tokio_postgres::Row, at: usize) -> Result<Value, StoreError> {
    let fail = |error| StoreError::postgres(stmt.name, &error);
    let column = &row.columns()[at];
    match *column.type_() {
        Type::INT8 => {
            Ok(row.try_get::<_, Option<i64>>(at).map_err(fail)?.map_or(Value::Null, Value::Int))
        }
        Type::TEXT => {
            Ok(row.try_get::<_, Option<String>>(at).map_err(fail)?.map_or(Value::Null, Value::Text))
        }
        ref other => Err(StoreError::Fault(format!(
            "{}: column `{}` is of type {other}; cast it to bigint or text",
            stmt.name,
            column.name()
        ))),
    }
}
