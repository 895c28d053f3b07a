//! Opening the installation that a configuration describes: its files, its database, its
//! application.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use guildhall_app::{App, AppParts, MasterKey, OpenError};
use guildhall_model::{SystemClock, SystemEntropy};
use guildhall_store::Database;

use crate::config::Config;
use crate::{installation, settings, vault};

/// Opens the database, making folder and file on the first start, and brings its tables to the
/// newest version. Answers the names of the migrations that ran, too.
///
/// # Errors
/// If files are missing or open to others, or the database cannot be reached.
pub(crate) async fn database(config: &Config) -> anyhow::Result<(Database, Vec<&'static str>)> {
    let (url, options) = settings::database(config);
    let unreachable = || format!("the database {:?} cannot be used", config.database);
    let database = Database::open(&url, options).await.with_context(unreachable)?;
    let ran = database.migrate().await.with_context(unreachable)?;
    Ok((database, ran))
}

/// Opens the application on the database of the configuration.
///
/// # Errors
/// As [`database`], and if the key cannot be read or made, or is another than the database's.
pub(crate) async fn app(config: &Config) -> anyhow::Result<App> {
    installation::prepare_folder(&config.data_dir)?;
    // The key comes first: a database without its key must not come into being.
    let master_key = installation::master_key(config, &SystemEntropy)?;
    installation::prepare_database(config)?;
    let (database, _) = database(config).await?;
    open(config, database, master_key).await
}

/// Opens the application on what is there: no folder, key or table comes into being, and no
/// migration runs.
///
/// # Errors
/// If there is no installation, its files are open to others, or the database cannot be reached.
pub(crate) async fn app_as_it_is(config: &Config) -> anyhow::Result<App> {
    let database = config.sqlite_file();
    let mut files = [config.key_file()].into_iter().chain(database);
    if let Some(missing) = files.find(|file| !file.exists()) {
        bail!("there is no installation here: `{}` is missing", missing.display());
    }
    let master_key = installation::master_key(config, &SystemEntropy)?;
    let (url, options) = settings::database(config);
    let unreachable = || format!("the database {:?} cannot be used", config.database);
    let database = Database::open(&url, options).await.with_context(unreachable)?;
    open(config, database, master_key).await
}

async fn open(config: &Config, database: Database, master_key: MasterKey) -> anyhow::Result<App> {
    let vault = vault::open(config, &master_key)?;
    let parts = AppParts {
        database,
        settings: settings::app(config),
        master_key,
        vault,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    App::open(parts).await.map_err(|error| match error {
        OpenError::OtherKey => anyhow!(
            "the key file `{}` is not the one that the database {:?} was begun with: put the right \
             key back, or name it in `key_file`; every node on a database needs the same one",
            config.key_file().display(),
            config.database
        ),
        OpenError::Store(error) => {
            anyhow::Error::new(error).context("the relationships cannot be read")
        }
    })
}
