//! Organizations, roles, audit.

use guildhall_web::page::{
    AssigneeRow, AuditEventPage, AuditFilter, AuditPage, Choice, ConfirmPage, EventRow,
    FieldChange, Form, NewOrganizationPage, Offer, OrganizationRow, OrganizationSettingsPage,
    OrganizationsPage, Pager, PermissionChoice, PermissionGroup, Person, RelationshipChange,
    RestoreOrganizationPage, RoleFormPage, RolePage, RoleRow, RolesPage, Seats, Section,
    TransferOwnershipPage,
};

use crate::Gallery;
use crate::sample::{ago, alice, jonas, long, maya, member_shell, priya, shell};

pub(crate) fn pages(gallery: &mut Gallery) {
    organizations(gallery);
    settings(gallery);
    roles(gallery);
    audit(gallery);
}

fn organizations(gallery: &mut Gallery) {
    let row = |name: &str, role: &str, people| OrganizationRow {
        id: "org_01".to_owned(),
        name: name.to_owned(),
        handle: "northwind".to_owned(),
        role: role.to_owned(),
        people,
        plan: "Enterprise".to_owned(),
        deleted: None,
    };
    let mut gone = row("Old Labs", "Owner", None);
    gone.deleted = Some((ago("3 December"), "/o/org_09/settings/restore".to_owned()));
    let rows = vec![
        row("Northwind Labs", "Owner", Some(24)),
        row("alice@northwind.example", "Owner", Some(1)),
        row(&long().name, "Restricted member", None),
        gone,
    ];
    let page = OrganizationsPage {
        shell: shell(Section::Elsewhere),
        query: String::new(),
        lead: "You are in 3 organizations and own 2 of them.".to_owned(),
        pager: Pager::whole(rows.len()),
        rows,
    };
    gallery.add("organizations", page);
    let mut page = NewOrganizationPage::new(shell(Section::Elsewhere), "s1");
    gallery.add("organization-new", page.clone());
    page.form.set("display_name", "Northwind Labs").set("name", "x!");
    page.form.refuse("the organization cannot be made yet");
    page.form.fault("name", "`x!` is no name: 3 to 30 letters, digits, - and _");
    gallery.add("organization-new-refused", page);
}

fn settings(gallery: &mut Gallery) {
    let mut page = OrganizationSettingsPage::new(
        shell(Section::Organization),
        "org_01k3v7e0d2rq8",
        "Northwind Labs",
    );
    page.handle = "northwind".to_owned();
    page.plan = "Enterprise".to_owned();
    page.seats = Seats { used: 27, limit: Some(50) };
    page.created = ago("12 March 2026");
    page.owner = alice();
    page.transfer = Offer::At("/o/org_01/settings/transfer".to_owned());
    page.leave = Offer::Refused(
        "The owner cannot leave. Transfer ownership first, or delete the organization.".to_owned(),
    );
    page.delete = Offer::At("/o/org_01/settings/delete".to_owned());
    gallery.add("organization-settings", page.clone());
    page.shell = member_shell(Section::Organization);
    page.shell.menu.settings = true;
    page.locked = "Only the owner can change this.".to_owned();
    page.transfer = Offer::Absent;
    page.delete = Offer::Absent;
    page.leave = Offer::At("/o/org_01/settings/leave".to_owned());
    gallery.add("organization-settings-as-member", page);

    let mut page = TransferOwnershipPage {
        shell: shell(Section::Organization),
        name: "Northwind Labs".to_owned(),
        form: Form::new("transfer", "/o/org_01/settings/transfer"),
        members: vec![
            Choice::new("maya@northwind.example", "Maya Okafor, administrator"),
            Choice::new("priya@northwind.example", "Priya Raman, member"),
        ],
        back: "/o/org_01/settings".to_owned(),
    };
    page.form.refuse("the password is wrong").fault("password", "this is not your password");
    gallery.add("organization-transfer", page);

    let back = ("Settings", "/o/org_01/settings");
    let org = || shell(Section::Organization);
    let mut page =
        ConfirmPage::danger(org(), "Delete Northwind Labs?", "Delete organization", "", back);
    page.lead = "Everything stops at once for everybody. Until 21 December you can restore it; \
                 after that its data is gone for good."
        .to_owned();
    page.consequences.losses = vec![
        "24 people lose access".to_owned(),
        "3 pending invitations become void for good".to_owned(),
        "2 clusters are no longer shared".to_owned(),
    ];
    page.typed = "Northwind Labs".to_owned();
    page.password = true;
    gallery.add("organization-delete", page);
    let mut page = ConfirmPage::danger(org(), "Leave Northwind Labs?", "Leave", "", back);
    page.consequences.losses = vec!["You lose 2 workspaces and 1 cluster".to_owned()];
    page.consequences.stays = vec!["What you made stays with the organization".to_owned()];
    gallery.add("organization-leave", page);
    let page = RestoreOrganizationPage {
        shell: shell(Section::Elsewhere),
        name: "Old Labs".to_owned(),
        deleted: ago("18 days ago"),
        until: ago("3 December 2026"),
        action: "/o/org_09/settings/restore".to_owned(),
        form: Form::new("restore", ""),
    };
    gallery.add("organization-restore", page);
}

fn permission_groups() -> Vec<PermissionGroup> {
    let choice = |value: &str, label: &str, hint: &str, refused: &str| PermissionChoice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        refused: refused.to_owned(),
    };
    vec![
        PermissionGroup {
            title: "Members".to_owned(),
            choices: vec![
                choice("can_invite", "Invite members", "As plain members.", ""),
                choice("can_invite_admin", "Invite administrators", "", ""),
                choice("can_remove_member", "Remove members", "", ""),
            ],
        },
        PermissionGroup {
            title: "Organization".to_owned(),
            choices: vec![
                choice("can_read_audit", "See the audit", "", ""),
                choice("can_delete", "Delete the organization", "", "Only the owner has this."),
            ],
        },
    ]
}

fn roles(gallery: &mut Gallery) {
    let row = |name: &str, description: &str, built_in, more, people| RoleRow {
        name: name.to_owned(),
        description: description.to_owned(),
        permissions: vec!["Invite members".to_owned(), "See the audit".to_owned()],
        more,
        people,
        url: "/o/org_01/roles/role_1".to_owned(),
        built_in,
    };
    let create = Offer::At("/o/org_01/roles/new".to_owned());
    let rows = vec![
        row("Administrator", "Everything but owning it.", true, 14, 2),
        row("Recruiter", "Brings in new people.", false, 0, 1204),
        row(&long().name, "", false, 3, 0),
    ];
    let page = RolesPage { shell: shell(Section::Roles), rows, create: create.clone() };
    gallery.add("roles", page);
    let page = RolesPage { shell: shell(Section::Roles), rows: Vec::new(), create };
    gallery.add("roles-none", page);
    let mut page = RoleFormPage {
        shell: shell(Section::Roles),
        form: Form::creating("role", "/o/org_01/roles/new", "s1"),
        creating: true,
        groups: permission_groups(),
        back: "/o/org_01/roles".to_owned(),
    };
    gallery.add("role-new", page.clone());
    page.creating = false;
    page.form.set("name", "Recruiter").add("permissions", "can_invite");
    page.form.refuse("a role of this name is there already").fault("name", "choose another name");
    gallery.add("role-edit-refused", page);
    let mut page = RolePage {
        shell: shell(Section::Roles),
        name: "Recruiter".to_owned(),
        description: "Brings in new people.".to_owned(),
        built_in: false,
        permissions: vec!["Invite members".to_owned(), "See the audit".to_owned()],
        assign: Some(Form::new("assign", "/o/org_01/roles/role_1/assign")),
        rows: [priya(), long()]
            .map(|person| AssigneeRow { person, remove: Offer::At("#".to_owned()) })
            .to_vec(),
        pager: Pager::whole(2),
        edit: Offer::At("#".to_owned()),
        delete: Offer::At("#".to_owned()),
        back: "/o/org_01/roles".to_owned(),
    };
    gallery.add("role", page.clone());
    page.rows.clear();
    gallery.add("role-nobody", page);
    let back = ("Recruiter", "/o/org_01/roles/role_1");
    let mut page =
        ConfirmPage::danger(shell(Section::Roles), "Delete Recruiter?", "Delete", "", back);
    page.consequences.losses = vec!["Priya Raman can no longer invite members".to_owned()];
    gallery.add("role-delete", page);
}

const INVITED: &str = "Invited a member";

fn events() -> Vec<EventRow> {
    let row = |actor: Person, action: &str, name: &str, target: &str, at: &str| EventRow {
        at: ago(at),
        actor,
        action: action.to_owned(),
        name: name.to_owned(),
        target: target.to_owned(),
        address: "203.0.113.7".to_owned(),
        url: "/o/org_01/audit/evt_1".to_owned(),
    };
    let mut rows = vec![
        row(maya(), INVITED, "invitation.create", "tomas@northwind.example", "21 Nov, 16:12:08"),
        row(
            priya(),
            "Accepted an invitation",
            "invitation.accept",
            "Northwind Labs",
            "20 Nov, 09:44:51",
        ),
        row(alice(), "Changed a role", "member.edit", "maya@northwind.example", "19 Nov, 18:02:33"),
        row(long(), "Removed a member", "member.remove", &long().email, "19 Nov, 17:58:10"),
        row(
            Person::new("Guildhall", ""),
            "Ended an invitation",
            "invitation.expire",
            "x@old.example",
            "18 Nov, 00:00:00",
        ),
    ];
    rows[4].address = String::new();
    rows
}

fn audit(gallery: &mut Gallery) {
    let rows = events();
    let event = rows[2].clone();
    let mut page = AuditPage {
        shell: shell(Section::Audit),
        filter: AuditFilter::default(),
        actions: vec![
            Choice::new("invitation.create", INVITED),
            Choice::new("member.remove", "Removed a member"),
        ],
        fault: String::new(),
        rows,
        pager: Pager::after(0, 5, None).turning(None, Some("?after=x".to_owned())),
        clear: "/o/org_01/audit".to_owned(),
        csv: "/o/org_01/audit.csv".to_owned(),
        json: "/o/org_01/audit.json".to_owned(),
    };
    gallery.add("audit", page.clone());
    page.filter.user = jonas().email;
    page.filter.from = "2026-11-01".to_owned();
    page.filter.action = "member.remove".to_owned();
    page.fault = "The first day lies after the last.".to_owned();
    page.rows.clear();
    gallery.add("audit-filtered-none", page);
    audit_event(gallery, event);
}

fn audit_event(gallery: &mut Gallery, event: EventRow) {
    let page = AuditEventPage {
        shell: shell(Section::Audit),
        event,
        facts: vec![
            ("Revision".to_owned(), "184".to_owned()),
            ("Request".to_owned(), "req_7f3a91".to_owned()),
            ("With".to_owned(), "Firefox on Linux".to_owned()),
        ],
        changes: vec![FieldChange {
            field: "role".to_owned(),
            before: "Member".to_owned(),
            after: "Administrator".to_owned(),
        }],
        relationships: vec![
            RelationshipChange {
                added: false,
                relationship: "organization:org_01k3v7#member@user:user_01k3v8".to_owned(),
            },
            RelationshipChange {
                added: true,
                relationship: "organization:org_01k3v7#admin@user:user_01k3v8".to_owned(),
            },
        ],
        back: "/o/org_01/audit".to_owned(),
    };
    gallery.add("audit-event", page);
}
