//! `guildhall migrate`: brings the tables to the newest version without serving.

use crate::config::Config;
use crate::{installation, service};

/// Runs the migrations that are missing and names them.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    installation::prepare_folder(&config.data_dir)?;
    installation::prepare_database(config)?;
    let (_, ran) = service::database(config).await?;
    if ran.is_empty() {
        println!("The tables are at the newest version already.");
    }
    for migration in ran {
        println!("Ran {migration}.");
    }
    Ok(())
}
