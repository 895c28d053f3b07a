//! The job that clears away what has run out: sessions, links, old mails, deleted organizations.

use std::time::Duration;

use guildhall_app::organization::{ListDeadOrganizations, PurgeOrganization};
use guildhall_app::{Actor, App, Call};
use guildhall_model::OrganizationId;
use tokio::sync::watch;

/// The pause before the first round, so that a start is not slowed down.
const FIRST: Duration = Duration::from_secs(60);
/// The pause between rounds.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// Works until `stop` holds true.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut pause = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        round(&app, &stop).await;
        pause = PAUSE;
    }
}

/// Clears away once. What fails is logged and left to the next round.
pub(crate) async fn round(app: &App, stop: &watch::Receiver<bool>) {
    match app.sweep().await {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "what had run out was cleared away"),
        Err(error) => tracing::warn!(%error, "what has run out cannot be cleared away"),
    }
    let call = Call::of(Actor::System("housekeeping"));
    let dead = match app.read(&call, ListDeadOrganizations).await {
        Ok(dead) => dead,
        Err(error) => return tracing::warn!(%error, "deleted organizations cannot be listed"),
    };
    for organization in dead {
        if *stop.borrow() {
            return;
        }
        purge(app, &call, organization, stop).await;
    }
}

async fn purge(app: &App, call: &Call, organization: OrganizationId, stop: &watch::Receiver<bool>) {
    while !*stop.borrow() {
        match app.execute(call, PurgeOrganization { organization }).await {
            Ok(done) if done.output.finished => {
                return tracing::info!(%organization, "a deleted organization was purged");
            }
            Ok(_) => {}
            Err(error) => return tracing::warn!(%organization, %error, "purging failed"),
        }
    }
}
