//! Roles, and the switches of plain members.

use guildhall_model::{InvitableRole, OrganizationRole, RoleError, Switch};

use crate::support::{json, refusal};

#[test]
fn roles_round_trip() {
    for role in OrganizationRole::ALL {
        assert_eq!(role.to_string().parse(), Ok(role));
        assert_eq!(json(&role), format!("\"{role}\""));
    }
    for role in InvitableRole::ALL {
        assert_eq!(role.to_string().parse(), Ok(role));
        assert_eq!(json(&role), format!("\"{role}\""));
        assert_eq!(InvitableRole::try_from(role.role()), Ok(role));
        assert_eq!(OrganizationRole::from(role).to_string(), role.to_string());
        assert_eq!(role.label(), role.role().label());
    }
    for switch in Switch::ALL {
        assert_eq!(switch.to_string().parse(), Ok(switch));
        assert_eq!(json(&switch), format!("\"{switch}\""));
    }
}

#[test]
fn people_read_these_names() {
    let labels = OrganizationRole::ALL.map(OrganizationRole::label);
    assert_eq!(labels, ["Owner", "Administrator", "Member", "Restricted member"]);
    assert_eq!(Switch::Invite.label(), "Non admin members can invite new members");
}

#[test]
fn b51_an_invitation_offers_membership_unless_it_says_otherwise() {
    assert_eq!(InvitableRole::default(), InvitableRole::Member);
}

#[test]
fn security_6_nobody_is_invited_as_owner() {
    assert_eq!("owner".parse::<InvitableRole>(), Err(RoleError::Owner));
    assert_eq!(InvitableRole::try_from(OrganizationRole::Owner), Err(RoleError::Owner));
    assert!(refusal::<InvitableRole>("\"owner\"").starts_with("`owner` cannot be offered"));
    for text in ["", "Admin", "admin ", "superuser", "OWNER"] {
        let error = text.parse::<InvitableRole>().expect_err(text);
        let choices = "choose `admin`, `member` or `restricted`";
        assert_eq!(error.to_string(), format!("`{text}` is not a role: {choices}"));
    }
    assert!("everyone".parse::<OrganizationRole>().is_err());
    assert!("everything".parse::<Switch>().is_err());
}
