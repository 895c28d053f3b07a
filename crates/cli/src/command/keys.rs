//! `guildhall keys`: the keys that credentials at clouds are sealed with.

use std::fs::File;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use guildhall_app::RenewedCredentials;
use guildhall_model::SystemEntropy;

use crate::config::Config;
use crate::service;
use crate::vault::KeyRing;

/// What to do.
#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Make a new key, and seal all credentials with it; the server may run meanwhile
    Rotate(Rotate),
}

/// How to rotate.
#[derive(Args)]
pub(super) struct Rotate {
    /// Make no key: remove the older ones, if nothing is sealed with them any more
    #[arg(long)]
    prune: bool,
}

/// Does it.
pub(super) async fn run(config: &Config, command: &KeysCommand) -> anyhow::Result<()> {
    let KeysCommand::Rotate(Rotate { prune }) = command;
    let key_file = config.key_file();
    let one = File::open(&key_file)
        .with_context(|| format!("there is no installation here: `{}`", key_file.display()))?;
    if one.try_lock().is_err() {
        bail!("another rotation is under way");
    }
    let ring = KeyRing::of(config);
    // A file that the configuration names comes into being with the first key.
    let first = !prune && config.vault_key_file().1 && !ring.path().exists();
    if first {
        ring.add(&SystemEntropy)?;
    }
    let app = service::app_as_it_is(config).await?;
    let renew = async || readable(app.renew_credentials().await?);
    let before = renew().await?;
    if *prune {
        if before.renewed > 0 {
            println!("{} were still sealed with an older key, and are not now.", words(&before));
            println!(
                "Run this once more, when every node has done its work, to remove the others."
            );
            return Ok(());
        }
        match ring.prune()? {
            0 => println!("There is no older key in `{}`.", ring.path().display()),
            1 => println!("1 older key is removed; nothing was sealed with it."),
            many => println!("{many} older keys are removed; nothing was sealed with them."),
        }
        return Ok(());
    }
    if !first && before.renewed > 0 {
        println!("A rotation had not come to its end. It has now: {} renewed.", words(&before));
        return Ok(());
    }
    let after = match first {
        true => before,
        false => {
            ring.add(&SystemEntropy)?;
            renew().await?
        }
    };
    println!("There is a new key in `{}`: {} renewed.", ring.path().display(), words(&after));
    println!("Older keys stay until `guildhall keys rotate --prune`.");
    Ok(())
}

/// What was done, if every credential can be read.
fn readable(done: RenewedCredentials) -> anyhow::Result<RenewedCredentials> {
    if done.unreadable.is_empty() {
        return Ok(done);
    }
    bail!(
        "no key opens the credentials of {}: put the key back that they were sealed with, or edit \
         them and enter their secrets anew; no key was removed",
        done.unreadable.join(", ")
    )
}

fn words(done: &RenewedCredentials) -> String {
    match done.renewed {
        1 => "1 credential".to_owned(),
        many => format!("{many} credentials"),
    }
}
