//! An installation with an owner and her organization in it, made before the server starts: one
//! password hash, and nothing over HTTP.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_app::account::{CreateUser, Names};
use guildhall_app::api_key::CreateApiKey;
use guildhall_app::organization::ListMyOrganizations;
use guildhall_app::{Actor, App, AppParts, Call, MasterKey, NewPassword, Settings, Vault, Via};
use guildhall_model::{Email, OrganizationId, SessionId, SystemClock, SystemEntropy};
use guildhall_store::{Database, Options, Row, Stmt};
use guildhall_testkit::HttpClient;

use super::server::output;

/// Who owns everything.
pub(crate) const OWNER: &str = "maya@acme.example";
/// Her password.
pub(crate) const PASSWORD: &str = "marble-otter-lantern-92";

/// An installation in a folder, or in a folder and on PostgreSQL.
pub(crate) struct Founded {
    /// The folder that the server runs in.
    pub(crate) folder: tempfile::TempDir,
    /// The organization.
    pub(crate) organization: OrganizationId,
    key: String,
    url: String,
}

impl Founded {
    /// On SQLite, in the default place.
    pub(crate) fn on_sqlite() -> Self {
        let folder = folder();
        assert!(output(folder.path(), &["migrate"]).status.success());
        let url = format!("sqlite:{}", file_in(folder.path()).display());
        Self::on(folder, url)
    }

    /// On a PostgreSQL database.
    pub(crate) fn on_postgres(url: &str) -> Self {
        Self::on(folder(), url.to_owned())
    }

    fn on(folder: tempfile::TempDir, url: String) -> Self {
        let (organization, key) = runtime().block_on(found(&url));
        Self { folder, organization, key, url }
    }

    /// The SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        file_in(self.folder.path())
    }

    /// A program of the owner's, with an API key.
    pub(crate) fn program(&self, address: &str) -> HttpClient {
        HttpClient::new(address).with("authorization", &format!("Bearer {}", self.key))
    }

    /// The address of something of the organization in the API.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}{rest}", self.organization)
    }

    /// What a statement finds in the database, past the server.
    pub(crate) fn rows(&self, sql: &'static str) -> Vec<Row> {
        let stmt = Stmt::new("test.rows", sql);
        runtime().block_on(async {
            let mut tx = open(&self.url).await.read().await.unwrap();
            let rows = tx.fetch_all(&stmt, &[]).await.unwrap();
            tx.commit().await.unwrap();
            rows
        })
    }

    /// Changes the database past the server.
    pub(crate) fn write(&self, sql: &'static str) {
        let stmt = Stmt::new("test.write", sql);
        runtime().block_on(async {
            let mut tx = open(&self.url).await.write().await.unwrap();
            tx.execute(&stmt, &[]).await.unwrap();
            tx.commit().await.unwrap();
        });
    }

    /// The one number that a statement counts in its column `many`.
    pub(crate) fn number(&self, sql: &'static str) -> i64 {
        self.rows(sql)[0].int("many").unwrap()
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("data/guildhall.db")
}

/// A folder with a key in the place where the program makes one.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    DirBuilder::new().mode(0o700).create(&data).unwrap();
    let key = data.join("guildhall.key");
    fs::write(&key, format!("ghm_{}\n", "07".repeat(32))).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    folder
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

async fn open(url: &str) -> Database {
    Database::open(&url.parse().unwrap(), Options::default()).await.unwrap()
}

async fn found(url: &str) -> (OrganizationId, String) {
    let database = open(url).await;
    database.migrate().await.unwrap();
    let parts = AppParts {
        database,
        settings: Settings::default(),
        master_key: MasterKey::new([7; 32]),
        vault: Vault::derived(&MasterKey::new([7; 32])),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let app = App::open(parts).await.unwrap();
    let email: Email = OWNER.parse().unwrap();
    let names = Names::new("Maya".parse().ok(), "Okafor".parse().ok()).unwrap();
    let password: NewPassword =
        app.passwords().choose(PASSWORD.parse().unwrap(), Vec::new()).await.unwrap();
    let new = CreateUser { email: email.clone(), names, password, verified: true };
    let system = Call::of(Actor::System("a test"));
    let user = app.execute(&system, new).await.unwrap().output;
    let session = SessionId::generate(app.clock().now(), app.entropy());
    let call = Call::of(Actor::User { id: user, email, via: Via::Session(session) });
    let key = CreateApiKey { user, name: "a test".parse().unwrap(), expires_at: None };
    let key = app.execute(&call, key).await.unwrap().output;
    let mine = app.read(&call, ListMyOrganizations { user }).await.unwrap();
    (mine[0].id, key.key.0.expose().to_string())
}
