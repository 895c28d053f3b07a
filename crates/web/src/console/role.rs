//! Custom roles at the console: the list, one role with its people, and the form.

mod edit;
mod people;
mod show;

use guildhall_app::role::GRANTABLE;
use guildhall_model::OrganizationId;

use super::word::{capital, permission};
use crate::page::{PermissionChoice, PermissionGroup};
use crate::route::Route;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = show::routes();
    routes.extend(edit::routes());
    routes.extend(people::routes());
    routes
}

fn home(organization: OrganizationId) -> String {
    format!("/o/{organization}/roles")
}

fn words(relation: &str) -> String {
    capital(permission(relation).unwrap_or(relation))
}

/// What a role may carry, with what the person cannot give.
fn groups(overview: &guildhall_app::organization::OrganizationOverview) -> Vec<PermissionGroup> {
    let choice = |relation: &str| PermissionChoice {
        value: relation.to_owned(),
        label: words(relation),
        hint: String::new(),
        refused: if overview.may(relation) {
            String::new()
        } else {
            "You do not have it yourself.".to_owned()
        },
    };
    let group = |title: &str, wanted: &[&str]| PermissionGroup {
        title: title.to_owned(),
        choices: GRANTABLE
            .iter()
            .filter(|name| wanted.contains(name))
            .map(|name| choice(name))
            .collect(),
    };
    vec![
        group("Members", &["can_invite", "can_remove_member", "can_read_audit"]),
        group(
            "Clusters",
            &["can_create_cluster", "can_open_ports", "can_configure_cloud_accounts"],
        ),
        group("Credits", &["can_read_usage"]),
    ]
}
