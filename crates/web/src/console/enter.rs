//! Coming to a page of an organization: what it is, and what somebody who may only restore it sees.

use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{Clock, OrganizationId, Timestamp};

use super::{moment::moment, shell};
use crate::caller::Client;
use crate::page::{Form, RestoreOrganizationPage, Section};
use crate::reply::{Html, Reply, Stop};

/// The organization of a page. One that is deleted shows the page that restores it instead, at
/// every address of it. The route has to declare [`GetOrganization`].
pub(crate) async fn enter(
    client: &Client,
    organization: OrganizationId,
) -> Reply<OrganizationOverview> {
    let overview = client.read(GetOrganization { organization }).await?;
    if overview.deleted_at.is_some() {
        return Err(Stop::answer(Html::of(restore(client, &overview, None).await)));
    }
    Ok(overview)
}

/// The page that restores a deleted organization.
pub(crate) async fn restore(
    client: &Client,
    overview: &OrganizationOverview,
    refused: Option<String>,
) -> RestoreOrganizationPage {
    let now = now(client);
    let action = format!("/o/{}/settings/restore", overview.id);
    let mut form = Form::new("restore", action.as_str());
    if let Some(message) = refused {
        form.refuse(message);
    }
    RestoreOrganizationPage {
        shell: shell::shell(client, None, Section::Elsewhere).await,
        name: overview.display_name.to_string(),
        deleted: moment(overview.deleted_at.unwrap_or(now), now),
        until: moment(overview.restorable_until.unwrap_or(now), now),
        action,
        form,
    }
}

/// The time, as the application has it.
pub(crate) fn now(client: &Client) -> Timestamp {
    let clock: &dyn Clock = client.app().clock();
    clock.now()
}

/// A length of time in words: "7 days".
pub(crate) fn span(length: std::time::Duration) -> String {
    let hours = length.as_secs() / 3_600;
    let (many, one) = if hours >= 48 { (hours / 24, "day") } else { (hours.max(1), "hour") };
    crate::page::count_of(many, one, &format!("{one}s"))
}
