//! What the permissions of the charter are called on pages.

use guildhall_model::isolated;

use crate::page::Consequences;

/// A permission on an organization, in words that continue "may".
pub(crate) fn permission(relation: &str) -> Option<&'static str> {
    Some(match relation {
        "can_see" => "see the organization",
        "can_list_members" => "see the members",
        "can_explain" => "see why others may do something",
        "can_invite" => "invite members",
        "can_invite_admin" => "invite administrators",
        "can_manage_invitations" => "manage all invitations",
        "can_create_cluster" => "create and terminate clusters",
        "can_open_ports" => "open and close cluster ports",
        "can_list_clusters" => "see, start and stop clusters",
        "can_list_cloud_accounts" => "see the cloud accounts",
        "can_configure_cloud_accounts" => "configure cloud accounts",
        "can_see_credits" => "see the credits left",
        "can_read_usage" => "read the usage",
        "can_change_role" => "change roles",
        "can_remove_member" => "remove members",
        "can_update_permissions" => "change the member permissions",
        "can_manage_roles" => "manage custom roles",
        "can_read_audit" => "read the audit log",
        "can_rename" => "rename the organization",
        "can_transfer" => "transfer the ownership",
        "can_leave" => "leave the organization",
        "can_delete" => "delete the organization",
        _ => return None,
    })
}

/// The permissions that *Why can they?* shows, in the order people ask for them.
pub(crate) const SHOWN: &[&str] = &[
    "can_see",
    "can_list_members",
    "can_invite",
    "can_invite_admin",
    "can_list_clusters",
    "can_create_cluster",
    "can_open_ports",
    "can_configure_cloud_accounts",
    "can_change_role",
    "can_remove_member",
    "can_update_permissions",
    "can_manage_roles",
    "can_read_audit",
    "can_rename",
    "can_transfer",
    "can_delete",
];

/// Why a page is not shown to somebody who lacks a permission, and who can change that.
pub(crate) fn forbidden(relation: &str) -> String {
    match permission(relation) {
        Some(words) => format!(
            "You may not {words} here. The owner and the administrators of the organization can \
             give you the right."
        ),
        None => "You may not do this here. Whoever administers it can give you the right.".into(),
    }
}

/// The first letter upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// What a forecast says about one person and one organization, in sentences.
pub(crate) fn consequences(
    forecast: &guildhall_app::Forecast,
    (user, name): (&str, &str),
    organization: &str,
) -> Consequences {
    let name = isolated(name);
    let subject = format!("user:{user}");
    let object = format!("organization:{organization}");
    let told = |rights: &[guildhall_app::Right], can: &str| {
        let about = rights.iter().filter(|one| one.subject == subject && one.object == object);
        let words = about.filter_map(|one| permission(&one.relation));
        words.map(|words| format!("{name} {can} {words}.")).collect()
    };
    Consequences {
        losses: told(&forecast.losses, "can no longer"),
        gains: told(&forecast.gains, "can"),
        stays: Vec::new(),
    }
}
