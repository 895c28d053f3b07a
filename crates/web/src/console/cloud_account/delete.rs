//! Deleting a cloud account that no cluster uses.

use axum::response::{IntoResponse, Response};
use guildhall_app::CloudAccountRef;
use guildhall_app::cloud_account::{DeleteCloudAccount, GetCloudAccount, ListedCloudAccount};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_model::{CloudAccountId, OrganizationId, isolated};

use super::home;
use crate::caller::Person;
use crate::console::enter::enter;
use crate::console::member::need;
use crate::console::shell::shell_in;
use crate::extract::Path;
use crate::flash::{Flash, texts};
use crate::page::{ConfirmPage, Section, count_of};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/settings/cloud-accounts/{account}/delete", ask)
            .reads::<GetCloudAccount>()
            .also_reads::<GetOrganization>()
            .summary("Ask before deleting a cloud account"),
        Route::post("/o/{organization}/settings/cloud-accounts/{account}/delete", delete)
            .serves::<DeleteCloudAccount>()
            .also_reads::<GetCloudAccount>()
            .also_reads::<GetOrganization>()
            .summary("Delete a cloud account"),
    ]
}

async fn ask(
    person: Person,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
) -> Reply<Html<ConfirmPage>> {
    let overview = enter(&person, organization).await?;
    let known =
        person.read(GetCloudAccount { account: CloudAccountRef { organization, account } }).await?;
    need(overview.may("can_configure_cloud_accounts"), "can_delete_cloud_account")?;
    Ok(Html::of(question(&person, &overview, &known).await))
}

async fn delete(
    person: Person,
    Path((organization, account)): Path<(OrganizationId, CloudAccountId)>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let account = CloudAccountRef { organization, account };
    let known = person.read(GetCloudAccount { account }).await?;
    match person.execute(DeleteCloudAccount { account }).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::CLOUD_ACCOUNT_DELETED, [known.name.as_str()]));
            Ok(Redirect::to(home(organization)).into_response())
        }
        Err(failure) => {
            let mut page = question(&person, &overview, &known).await;
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn question(
    person: &Person,
    overview: &OrganizationOverview,
    account: &ListedCloudAccount,
) -> ConfirmPage {
    let shell = shell_in(person, overview, Section::Organization).await;
    let title = format!("Delete the cloud account {}?", isolated(account.name.as_str()));
    let action = format!("{}/{}/delete", home(overview.id), account.id);
    let back = ("Cloud accounts".to_owned(), home(overview.id));
    let mut page = ConfirmPage::danger(shell, title, "Delete", action, back);
    page.lead = match account.clusters {
        0 => "No cluster uses it.".to_owned(),
        used => format!("It is used by {}.", count_of(used, "cluster", "clusters")),
    };
    page.consequences.losses =
        vec!["Its credentials are deleted here; nobody can get them back from here.".to_owned()];
    page.consequences.stays = vec!["What was stored at the cloud stays there.".to_owned()];
    page
}
