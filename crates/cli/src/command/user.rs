//! `guildhall user`: what an operator does for people who are locked out, or not in yet.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use guildhall_app::account::{
    CreateUser, IssueResetLink, MakeSystemAdmin, Names, RemoveSystemAdmin,
};
use guildhall_app::system::ListUsers;
use guildhall_app::{Actor, App, Call};
use guildhall_model::{Email, Password, PersonName, UserId};

use crate::config::Config;
use crate::service;

/// What to do.
#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Make an account, and print a link to choose its password with
    Create(Create),
    /// Print a link to choose a new password with; it works once
    ResetPassword {
        /// The address of the account
        email: String,
    },
    /// Make somebody an administrator of the whole installation
    MakeSystemAdmin {
        /// The address of the account
        email: String,
    },
    /// Take the administration of the installation from somebody; one administrator always stays
    RemoveSystemAdmin {
        /// The address of the account
        email: String,
    },
}

/// A new account.
#[derive(Args)]
pub(super) struct Create {
    /// The address to sign in with
    email: String,
    /// The first name
    #[arg(long, value_name = "NAME")]
    first: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME")]
    last: Option<String>,
    /// The person has yet to prove that mail reaches them at the address
    #[arg(long)]
    unverified: bool,
}

/// Does it, beside a running server if need be.
pub(super) async fn run(config: &Config, command: &UserCommand) -> anyhow::Result<()> {
    let app = service::app(config).await?;
    match command {
        UserCommand::Create(new) => create(&app, new).await,
        UserCommand::ResetPassword { email } => {
            let email = address(email)?;
            let user = find(&app, &email).await?;
            println!("{} chooses a new password here:", email.as_str());
            reset_link(&app, user).await
        }
        UserCommand::MakeSystemAdmin { email } => {
            let email = address(email)?;
            app.execute(&operator(), MakeSystemAdmin { email: email.clone() }).await?;
            println!("{} administers this installation now.", email.as_str());
            Ok(())
        }
        UserCommand::RemoveSystemAdmin { email } => {
            let email = address(email)?;
            let user = find(&app, &email).await?;
            app.execute(&operator(), RemoveSystemAdmin { user }).await?;
            println!("{} no longer administers this installation.", email.as_str());
            Ok(())
        }
    }
}

async fn create(app: &App, new: &Create) -> anyhow::Result<()> {
    let email = address(&new.email)?;
    let name = |text: &Option<String>| text.as_deref().map(str::parse::<PersonName>).transpose();
    let names = Names::new(name(&new.first)?, name(&new.last)?)
        .context("give `--first`, `--last` or both")?;
    // Nobody learns this password: the link replaces it.
    let mut random = [0; 32];
    app.entropy().fill(&mut random);
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let password = app.passwords().choose(text.parse::<Password>()?, Vec::new()).await?;
    let verified = !new.unverified;
    let account = CreateUser { email: email.clone(), names, password, verified };
    let user = app.execute(&operator(), account).await?.output;
    println!("{} has an account now ({user}) and chooses a password here:", email.as_str());
    reset_link(app, user).await
}

async fn reset_link(app: &App, user: UserId) -> anyhow::Result<()> {
    let link = app.execute(&operator(), IssueResetLink { user }).await?.output;
    let settings = app.settings();
    println!("{}/reset/{}", settings.base_url, *link.0.expose());
    println!("The link works once, within {} hours.", settings.link_lifetime.as_secs() / 3600);
    Ok(())
}

async fn find(app: &App, email: &Email) -> anyhow::Result<UserId> {
    let search = Some(email.as_str().to_owned());
    let found = app.read(&operator(), ListUsers { after: None, search, limit: 200 }).await?;
    match found.rows.into_iter().find(|user| user.email == *email) {
        Some(user) => Ok(user.id),
        None => bail!("there is no account with the address `{}`", email.as_str()),
    }
}

fn address(text: &str) -> anyhow::Result<Email> {
    Ok(Email::parse(text)?)
}

fn operator() -> Call {
    Call::of(Actor::System("operator"))
}
