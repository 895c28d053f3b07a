//! The members page and what can be done from its rows.

mod edit;
mod list;
mod remove;
mod why;

use crate::route::Route;

pub(super) use list::{back_with, offered};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = list::routes();
    routes.extend(edit::routes());
    routes.extend(remove::routes());
    routes.extend(why::routes());
    routes
}

/// The address of the members page.
pub(super) fn home(organization: guildhall_model::OrganizationId) -> String {
    format!("/o/{organization}/members")
}
