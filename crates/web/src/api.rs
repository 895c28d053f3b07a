//! The JSON API below `/api/v1`: one module for each entity.

mod account;
mod api_key;
mod audit;
mod cloud_account;
pub(crate) mod cluster;
mod credit;
mod invitation;
mod member;
mod organization;
pub(crate) mod outbox;
mod report;
mod role;
mod session;
pub(crate) mod system;
mod user;

use crate::route::Route;

/// Every route of the API.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = audit::routes();
    routes.extend(organization::routes());
    routes.extend(member::routes());
    routes.extend(invitation::routes());
    routes.extend(role::routes());
    routes.extend(cloud_account::routes());
    routes.extend(cluster::routes());
    routes.extend(report::routes());
    routes.extend(outbox::routes());
    routes.extend(account::routes());
    routes.extend(session::routes());
    routes.extend(api_key::routes());
    routes.extend(system::routes());
    routes.extend(user::routes());
    routes.extend(credit::routes());
    routes
}
