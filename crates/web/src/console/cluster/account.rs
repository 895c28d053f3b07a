//! Who has which account on a cluster.

use guildhall_app::ClusterRef;
use guildhall_app::cluster::{GetCluster, ListClusterAccounts, ListedClusterAccount};
use guildhall_app::organization::GetOrganization;
use guildhall_model::{ClusterId, ClusterRole, OrganizationId, Timestamp};

use super::{Shown, head, kept_by, show::read};
use crate::caller::Person;
use crate::console::enter::{enter, now};
use crate::console::moment::moment;
use crate::console::shell::shell_in;
use crate::extract::Path;
use crate::page::{ClusterAccountRow, ClusterAccountsPage, Section};
use crate::reply::{Html, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/clusters/{cluster}/accounts", list)
            .reads::<ListClusterAccounts>()
            .also_reads::<GetCluster>()
            .also_reads::<GetOrganization>()
            .summary("The accounts on a cluster"),
    ]
}

async fn list(
    person: Person,
    Path(address): Path<(OrganizationId, ClusterId)>,
) -> Reply<Html<ClusterAccountsPage>> {
    let overview = enter(&person, address.0).await?;
    let view = read(&person, address).await?;
    let (organization, cluster) = address;
    let list = ListClusterAccounts { cluster: ClusterRef { organization, cluster } };
    let accounts = person.read(list).await?;
    let now = now(&person);
    Ok(Html::of(ClusterAccountsPage {
        shell: shell_in(&person, &overview, Section::Clusters).await,
        head: head(&person, address, &view, Shown::Accounts),
        rows: accounts.into_iter().map(|one| row(one, now)).collect(),
        kept_by: kept_by(view.cluster.user_management).to_owned(),
        administered: view.cluster.version.is_administered(),
    }))
}

fn row(account: ListedClusterAccount, now: Timestamp) -> ClusterAccountRow {
    let (class, status, pending) = match (account.wanted, account.role, account.made) {
        (Some(wanted), Some(role), _) if wanted == role => ("joined", "Active", String::new()),
        (Some(wanted), Some(_), _) => ("joined", "Active", format!("becomes {}", wanted.label())),
        (Some(_), None, true) => ("invited", "Blocked", "is being reactivated".to_owned()),
        (Some(_), None, false) => ("invited", "Being made", String::new()),
        (None, Some(_), _) => ("joined", "Active", "is being blocked".to_owned()),
        (None, None, _) => ("ended", "Blocked", String::new()),
    };
    ClusterAccountRow {
        email: account.email.unwrap_or_default(),
        name: account.name,
        role: account.role.map(ClusterRole::label).unwrap_or_default().to_owned(),
        class,
        status,
        note: account.problem.unwrap_or(pending),
        applied: account.applied_at.map(|at| moment(at, now)).unwrap_or_default(),
    }
}
