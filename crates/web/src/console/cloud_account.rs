//! The cloud accounts of an organization, in its settings (H76): the list, the form that
//! configures or edits one, and deleting one.

mod delete;
mod form;
mod list;

use guildhall_app::organization::OrganizationOverview;
use guildhall_model::OrganizationId;

use crate::page::Tab;
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = list::routes();
    routes.extend(form::routes());
    routes.extend(delete::routes());
    routes
}

/// The list of an organization's cloud accounts.
fn home(organization: OrganizationId) -> String {
    format!("/o/{organization}/settings/cloud-accounts")
}

/// The tabs of an organization's settings; none for those who see no cloud accounts.
pub(super) fn tabs(overview: &OrganizationOverview, cloud_accounts: bool) -> Vec<Tab> {
    if !overview.may("can_list_cloud_accounts") {
        return Vec::new();
    }
    let settings = format!("/o/{}/settings", overview.id);
    vec![
        Tab::new("General", None, settings, !cloud_accounts),
        Tab::new("Cloud accounts", None, home(overview.id), cloud_accounts),
    ]
}
