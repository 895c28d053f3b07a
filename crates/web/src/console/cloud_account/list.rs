//! The list of cloud accounts; members see it, those who may configure them change it.

use guildhall_app::cloud_account::{ListCloudAccounts, ListedCloudAccount};
use guildhall_app::organization::GetOrganization;
use guildhall_model::{OrganizationId, Timestamp};

use super::{home, tabs};
use crate::caller::Person;
use crate::console::cluster::in_charge;
use crate::console::enter::{enter, now};
use crate::console::moment::moment;
use crate::console::shell::shell_in;
use crate::extract::Path;
use crate::page::{CloudAccountRow, CloudAccountsPage, Offer, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings/cloud-accounts", list)
            .reads::<ListCloudAccounts>()
            .also_reads::<GetOrganization>()
            .summary("The cloud accounts of an organization"),
    ]
}

async fn list(
    person: Person,
    Path(organization): Path<OrganizationId>,
) -> Reply<Html<CloudAccountsPage>> {
    let overview = enter(&person, organization).await?;
    let accounts = person.read(ListCloudAccounts { organization }).await?;
    let configures = overview.may("can_configure_cloud_accounts");
    let at = |url: String| if configures { Offer::At(url) } else { Offer::Absent };
    let in_use = "Terminate its clusters first.";
    let refused = || if configures { Offer::Refused(in_use.to_owned()) } else { Offer::Absent };
    let now = now(&person);
    let row = |account: &ListedCloudAccount| {
        let base = format!("{}/{}", home(organization), account.id);
        let delete = match account.clusters {
            0 => at(format!("{base}/delete")),
            _ => refused(),
        };
        row(account, now, at(format!("{base}/edit")), delete)
    };
    Ok(Html::of(CloudAccountsPage {
        shell: shell_in(&person, &overview, Section::Organization).await,
        tabs: tabs(&overview, true),
        rows: accounts.iter().map(row).collect(),
        create: at(format!("{}/new", home(organization))),
        ask: in_charge(&overview),
    }))
}

fn row(
    account: &ListedCloudAccount,
    now: Timestamp,
    edit: Offer,
    delete: Offer,
) -> CloudAccountRow {
    let known = account.provider.fields().iter();
    let settings = known.filter_map(|field| {
        let value = account.settings.get(field.name)?;
        Some((field.label.to_owned(), value.clone()))
    });
    CloudAccountRow {
        name: account.name.to_string(),
        provider: account.provider.label().to_owned(),
        settings: settings.collect(),
        clusters: account.clusters,
        changed: moment(account.changed_at, now),
        edit,
        delete,
    }
}
