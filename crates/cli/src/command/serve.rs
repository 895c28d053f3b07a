//! `guildhall serve`: answers requests and sends mails until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use guildhall_app::account::{IssueSetUpLink, IssueSetUpLinkRefusal};
use guildhall_app::cluster::Keeper;
use guildhall_app::outbox::OutboxSender;
use guildhall_app::{Actor, App, Call, Error};
use guildhall_connect::smtp::SmtpTransport;
use guildhall_web::page::DemoPerson;
use guildhall_web::{WebState, metrics_router, router, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::{cluster, credits, housekeeping, service, settings};

/// How long running requests and deliveries may take to end after the signal to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT.
pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let stop = stop_signal()?;
    let listener = listen(config).await?;
    let app = service::app(config).await?;
    offer_set_up(&app).await?;
    serve_app(config, app, listener, None, stop).await
}

/// As long as nobody administers the installation, each start prints a fresh link, on standard
/// output and never in the log.
async fn offer_set_up(app: &App) -> anyhow::Result<()> {
    let call = Call::of(Actor::System("first start"));
    let link = match app.execute(&call, IssueSetUpLink).await {
        Err(Error::Refused(IssueSetUpLinkRefusal::Administered)) => return Ok(()),
        issued => issued.context("no set-up link can be made")?.output,
    };
    println!("Nobody administers this installation yet. This link makes you the first, once:");
    println!("\n  {}/setup/{}\n", app.settings().base_url, *link.0.expose());
    Ok(())
}

/// Takes the address before anything else, so that a second process fails before it touches data.
pub(super) async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    bind("listen", config.listen).await
}

async fn bind(key: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("`{key}` is {address}, which cannot be taken"))
}

/// Answers `/metrics` on a port of its own, to the very end: also while requests are drained.
async fn serve_metrics(listener: TcpListener, web: WebState, mut stop: watch::Receiver<bool>) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(listen = %address, "metrics");
    }
    let stopped = async move { drop(stop.wait_for(|stopped| *stopped).await) };
    serve(listener, metrics_router(web), stopped, Duration::ZERO).await;
}

/// Serves an application on a listener until `stop` holds true; everything begun is then ended in
/// order, within [`DRAIN`]. With `people`, it is a demonstration that tells how they sign in.
pub(super) async fn serve_app(
    config: &Config,
    app: App,
    listener: TcpListener,
    people: Option<Vec<DemoPerson>>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let (end_jobs, jobs_end) = watch::channel(false);
    let mut jobs = JoinSet::new();
    if let Some(smtp) = settings::smtp(config)? {
        let longest = smtp.timeout + Duration::from_secs(5);
        let transport = Arc::new(SmtpTransport::new(smtp)?);
        jobs.spawn(OutboxSender::new(app.clone(), transport, longest).run(jobs_end.clone()));
    }
    let clusters = cluster::clusters(config)?;
    jobs.spawn(Keeper::new(app.clone(), clusters.drivers).run(jobs_end.clone()));
    jobs.spawn(credits::run(app.clone(), jobs_end.clone()));
    jobs.spawn(housekeeping::run(app.clone(), jobs_end.clone()));
    // A demonstration leaves nothing behind; otherwise clusters outlive this process.
    let passing = clusters.postgres.filter(|_| people.is_some());
    let state = WebState::new(app, settings::web(config, people)?)?;
    if let Some(address) = config.metrics_listen() {
        let listener = bind("metrics_listen", address).await?;
        jobs.spawn(serve_metrics(listener, state.clone(), jobs_end.clone()));
    }
    let address = listener.local_addr()?;
    tracing::info!(listen = %address, base_url = config.base_url, "ready");
    let stopped = async move {
        drop(stop.wait_for(|stopped| *stopped).await);
        tracing::info!("stopping");
    };
    let drained = serve(listener, router(state), stopped, DRAIN).await;
    if !drained {
        tracing::warn!("some requests did not end in time and were broken off");
    }
    end_jobs.send_replace(true);
    let ended = async { while jobs.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, ended).await.is_err() {
        tracing::warn!("a mail was being delivered and will be sent again");
    }
    if let Some(postgres) = passing {
        postgres.shut_down().await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Turns true at the first SIGTERM or SIGINT; the second one ends the process at once.
pub(super) fn stop_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        sender.send_replace(true);
        next().await;
        std::process::exit(130);
    });
    Ok(receiver)
}
