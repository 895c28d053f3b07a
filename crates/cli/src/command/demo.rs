//! `guildhall demo`: a throwaway installation with people and organizations to look at.

use anyhow::Context;
use guildhall_web::page::DemoPerson;

use super::serve;
use crate::config::Config;
use crate::demonstration::{self, Inhabitant};
use crate::{cluster, service};

/// Serves a demonstration from a folder that is gone afterwards. Of the configuration only the
/// addresses and the logging count.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let stop = serve::stop_signal()?;
    let listener = serve::listen(config).await?;
    let folder = tempfile::Builder::new().prefix("guildhall-demo-").tempdir();
    let folder = folder.context("no folder for the demonstration can be made")?;
    cluster::let_pass(folder.path())?;
    let config = config.for_demonstration(&folder.path().join("data"));
    let app = service::app(&config).await?;
    let people = demonstration::found(&app).await.context("the demonstration cannot be made")?;
    announce(&config, &people);
    let people = people.into_iter().map(Inhabitant::into_page).collect::<Vec<DemoPerson>>();
    serve::serve_app(&config, app, listener, Some(people), stop).await
}

fn announce(config: &Config, people: &[Inhabitant]) {
    println!("A demonstration at {}\n", config.base_url);
    for one in people {
        println!("  {:<26} {:<24} {}", one.email, one.password, one.note);
    }
    println!("\nEvery mail that is sent: {}/dev/mails", config.base_url);
    println!("Everything is gone when this ends: Ctrl-C.\n");
}
