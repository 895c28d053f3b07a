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

/// A page that only asks is for those who may answer it.
pub(super) fn need(may: bool, permission: &'static str) -> Result<(), crate::problem::Problem> {
    if may {
        return Ok(());
    }
    let detail = format!("this needs the permission `{permission}`");
    let problem = crate::problem::Problem::new(crate::problem::code::FORBIDDEN, detail);
    Err(problem.permission(permission))
}
