//! Actions in words, as the console names them.

/// The actions to filter by, with their words.
pub(crate) const ACTIONS: &[(&str, &str)] = &[
    ("account.change_email", "Asked to change their address"),
    ("account.change_password", "Changed their password"),
    ("account.close_welcome", "Closed the welcome"),
    ("account.confirm_address", "Confirmed an address"),
    ("account.create", "Created an account"),
    ("account.delete", "Deleted their account"),
    ("account.disable", "Disabled an account"),
    ("account.edit_profile", "Changed their profile"),
    ("account.enable", "Enabled an account"),
    ("account.issue_reset_link", "Made a link to reset a password"),
    ("account.issue_set_up_link", "Made the set-up link"),
    ("account.make_system_admin", "Appointed a system administrator"),
    ("account.make_user_manager", "Appointed a user manager"),
    ("account.register", "Registered"),
    ("account.remove_system_admin", "Dismissed a system administrator"),
    ("account.remove_user_manager", "Dismissed a user manager"),
    ("account.request_reset", "Asked to reset a password"),
    ("account.request_verification", "Asked to verify an address"),
    ("account.reset_password", "Reset their password"),
    ("account.send_reset_link", "Sent a link to a new password"),
    ("account.send_verification", "Asked to verify their address"),
    ("account.set_cluster_password", "Set their password on clusters"),
    ("account.set_up", "Set up the installation"),
    ("api_key.create", "Created an API key"),
    ("api_key.revoke", "Revoked an API key"),
    ("cloud_account.create", "Configured a cloud account"),
    ("cloud_account.delete", "Deleted a cloud account"),
    ("cloud_account.edit", "Changed a cloud account"),
    ("cluster.create", "Made a cluster"),
    ("cluster.drift", "Found a cluster changed, and repaired it"),
    ("cluster.read_admin_password", "Looked at a cluster's administrator password"),
    ("cluster.report", "Recorded how a cluster is"),
    ("cluster.set_services", "Changed which cluster ports are open"),
    ("cluster.start", "Started a cluster"),
    ("cluster.stop", "Stopped a cluster"),
    ("cluster.terminate", "Terminated a cluster"),
    ("cluster.upgrade", "Upgraded a cluster"),
    ("credit.grant", "Granted credits"),
    ("credit.warn", "Warned of the end of credits"),
    ("invitation.accept", "Accepted an invitation"),
    ("invitation.change_role", "Changed an invitation's role"),
    ("invitation.create", "Invited people"),
    ("invitation.reject", "Rejected an invitation"),
    ("invitation.resend", "Sent an invitation again"),
    ("invitation.withdraw", "Withdrew an invitation"),
    ("member.change_role", "Changed a member's role"),
    ("member.remove", "Removed a member"),
    ("organization.create", "Created the organization"),
    ("organization.delete", "Deleted the organization"),
    ("organization.leave", "Left the organization"),
    ("organization.purge", "Purged the organization"),
    ("organization.rename", "Renamed the organization"),
    ("organization.restore", "Restored the organization"),
    ("organization.transfer", "Transferred the ownership"),
    ("organization.update_permissions", "Changed the member permissions"),
    ("outbox.read", "Read a mail"),
    ("outbox.retry", "Sent a mail again"),
    ("role.assign", "Assigned a custom role"),
    ("role.create", "Created a custom role"),
    ("role.delete", "Deleted a custom role"),
    ("role.edit", "Changed a custom role"),
    ("role.unassign", "Took a custom role away"),
    ("second_factor.confirm", "Turned on the second factor"),
    ("second_factor.disable", "Turned off the second factor"),
    ("second_factor.enrol", "Began to set up a second factor"),
    ("second_factor.renew_codes", "Made new recovery codes"),
    ("session.end", "Ended a session"),
    ("session.end_others", "Ended their other sessions"),
    ("session.finish_sign_in", "Signed in with the second factor"),
    ("session.sign_in", "Signed in"),
    ("session.sign_out", "Signed out"),
];

/// An action in words; one without is shown by its name.
pub(crate) fn words(action: &str) -> String {
    let known = ACTIONS.iter().find(|(name, _)| *name == action);
    known.map_or_else(|| action.to_owned(), |(_, words)| (*words).to_owned())
}

#[cfg(test)]
mod tests {
    use super::ACTIONS;
    use crate::route::Serves;

    #[test]
    fn every_operation_of_the_route_table_has_words() {
        for route in crate::routes(true) {
            if let Serves::Operation { name, .. } = &route.facts().serves {
                assert!(ACTIONS.iter().any(|(known, _)| known == name), "{name} has no words");
            }
        }
    }
}
