//! The dashboard and the members of an organization.

use guildhall_web::page::{
    Ability, AddMembers, Choice, ConfirmPage, Consequences, DashboardPage, EditMemberPage, Form,
    Happening, InvitationRow, MemberPermissions, MemberRow, MembersPage, NoOrganizationPage,
    NodeKind, Notice, Offer, OrganizationSummary, Pager, PathPicture, PathStep, Person, Seats,
    Section, Shell, Step, Tab, WhyPage,
};

use crate::Gallery;
use crate::account::pending;
use crate::sample::{ago, alice, jonas, long, maya, member_shell, priya, shell};

pub(crate) fn pages(gallery: &mut Gallery) {
    dashboards(gallery);
    lists(gallery);
    list_states(gallery);
    editing(gallery);
    why(gallery);
}

pub(crate) fn summary() -> OrganizationSummary {
    OrganizationSummary {
        name: "Northwind Labs".to_owned(),
        role: "Owner".to_owned(),
        through: String::new(),
        people: Some(5),
        invitations: Some(1),
        seats: Seats { used: 6, limit: Some(50) },
        plan: "Enterprise".to_owned(),
        created: ago("12 March 2026"),
        in_charge: vec![
            (alice(), "Owner".to_owned()),
            (maya(), "Administrator".to_owned()),
            (jonas(), "Administrator".to_owned()),
        ],
        members: "/o/org_01/members".to_owned(),
    }
}

fn steps(done: bool) -> Vec<Step> {
    let invite = "They get a mail with a link, and show here once they have joined.";
    let switch = "Decide whether members may invite others and create clusters.";
    let factor = "A code from your phone, so that your password alone lets nobody in.";
    vec![
        Step::new("Invite your colleagues", invite, "/o/org_01/members", done),
        Step::new("Set the member permissions", switch, "/o/org_01/members", false),
        Step::new("Set up a second factor", factor, "/settings/security", false),
    ]
}

fn dashboards(gallery: &mut Gallery) {
    let mut page = DashboardPage::new(shell(Section::Dashboard), summary());
    page.invitations = vec![pending()];
    page.steps = steps(true);
    page.clusters = crate::cluster::rows();
    page.all_clusters = "/o/org_01/clusters".to_owned();
    page.shell.demo = true;
    let happened = |person: Person, text: &str, at: &str| Happening {
        person,
        text: text.to_owned(),
        at: ago(at),
        url: "/o/org_01/audit/evt_1".to_owned(),
    };
    page.latest = vec![
        happened(maya(), "invited tomas@northwind.example", "2 hours ago"),
        happened(priya(), "accepted the invitation", "yesterday"),
        happened(alice(), "made Maya Okafor an administrator", "2 days ago"),
    ];
    gallery.add("dashboard", page);

    let mut first = summary();
    "alice@northwind.example".clone_into(&mut first.name);
    first.people = Some(1);
    first.invitations = Some(0);
    first.seats = Seats { used: 1, limit: None };
    first.in_charge.truncate(1);
    let mut page = DashboardPage::new(shell(Section::Dashboard), first);
    page.steps = steps(false);
    page.verify_again = "/verify/again".to_owned();
    gallery.add("dashboard-first", page);

    let mut member = summary();
    member.role = "Administrator".to_owned();
    member.through = "through group Platform on-call".to_owned();
    let mut page = DashboardPage::new(member_shell(Section::Dashboard), member);
    page.shell.notices.push(Notice::done("You have joined Northwind Labs."));
    gallery.add("dashboard-member", page);

    let mut nowhere = Shell::new(priya(), Section::Dashboard);
    nowhere.can_create_organization = true;
    let page = NoOrganizationPage {
        shell: nowhere.clone(),
        invitations: vec![pending()],
        restorable: vec![("Old Labs".to_owned(), "/o/org_09/settings/restore".to_owned())],
        verify_again: "/verify".to_owned(),
    };
    gallery.add("no-organization", page);
    nowhere.can_create_organization = false;
    let page = NoOrganizationPage {
        shell: nowhere,
        invitations: Vec::new(),
        restorable: Vec::new(),
        verify_again: String::new(),
    };
    gallery.add("no-organization-closed", page);
}

pub(crate) fn roles() -> Vec<Choice> {
    let member = "Uses what the organization has: dashboard, clusters, projects.";
    let admin = "Invites and removes people, gives roles, changes permissions; sees everything.";
    let restricted = "Sees only the projects shared with them; no members, no clusters.";
    vec![
        Choice::explained("member", "Member", member),
        Choice::explained("admin", "Administrator", admin),
        Choice::explained("restricted", "Restricted member", restricted),
    ]
}

fn tabs(counts: [u64; 4], current: usize) -> Vec<Tab> {
    let names = [("All", ""), ("Members", "members"), ("Admins", "admins"), ("Invited", "invited")];
    let tab = |(index, (label, show)): (usize, (&str, &str))| {
        Tab::new(label, Some(counts[index]), format!("?show={show}"), index == current)
    };
    names.into_iter().enumerate().map(tab).collect()
}

fn row(id: &str, person: Person, role: &str) -> MemberRow {
    MemberRow {
        id: id.to_owned(),
        person,
        you: false,
        role: role.to_owned(),
        through: String::new(),
        joined: ago("Joined 12 March 2026"),
        edit: Offer::At(format!("/o/org_01/members/{id}/edit")),
        remove: Offer::At(format!("/o/org_01/members/{id}/remove")),
        why: format!("/o/org_01/members/{id}/why"),
    }
}

fn owner() -> MemberRow {
    MemberRow {
        you: true,
        edit: Offer::Absent,
        remove: Offer::Refused("The owner cannot be removed".to_owned()),
        ..row("user_1", alice(), "Owner")
    }
}

fn invited(id: &str, email: &str, expired: bool) -> InvitationRow {
    InvitationRow {
        id: id.to_owned(),
        email: email.to_owned(),
        role: "Member".to_owned(),
        inviter: "Alice".to_owned(),
        sent: ago("2 days ago"),
        expires: ago("24 November"),
        expired,
        edit: Offer::At(format!("/o/org_01/invitations/{id}/edit")),
        resend: Offer::At(format!("/o/org_01/invitations/{id}/resend")),
        withdraw: Offer::At(format!("/o/org_01/invitations/{id}/withdraw")),
    }
}

pub(crate) fn full() -> MembersPage {
    let seats = Seats { used: 6, limit: Some(50) };
    let mut page = MembersPage::new(shell(Section::Members), 5, 1, seats);
    page.add = AddMembers::open("org_01", "s1", roles(), "7 days");
    page.tabs = tabs([7, 5, 3, 2], 0);
    let mut through = row("user_3", jonas(), "Administrator");
    through.through = "through group Platform on-call".to_owned();
    page.rows = vec![
        owner(),
        row("user_2", maya(), "Administrator"),
        through,
        row("user_4", priya(), "Member, Recruiter"),
        row("user_5", long(), "Restricted member"),
    ];
    page.pending = vec![
        invited("inv_1", "tomas@northwind.example", false),
        invited(
            "inv_2",
            "carol.with.a.very.long.address.indeed@northwind-laboratories.example",
            true,
        ),
    ];
    page.pager = Pager::whole(5);
    page.permissions = Some(MemberPermissions::new("org_01", true, false, false));
    page
}

fn lists(gallery: &mut Gallery) {
    let mut page = full();
    let text = "2 invitations sent. bob@northwind.example was invited before and got a new link.";
    page.shell.notices.push(Notice::done(text));
    gallery.add("members", page);

    let mut page = full();
    if let AddMembers::Open { form, .. } = &mut page.add {
        form.set("emails", "bob@northwind.example, carol, dave@").set("role", "admin");
        form.refuse("nobody was invited");
        form.fault("emails", "`carol` and `dave@` are no e-mail addresses");
    }
    gallery.add("members-refused", page);

    let mut page = full();
    page.shell = member_shell(Section::Members);
    page.add = AddMembers::Absent;
    for row in &mut page.rows {
        row.you = row.id == "user_4";
        row.edit = Offer::Absent;
        row.remove = Offer::Absent;
    }
    page.rows[3].remove = Offer::At("/o/org_01/leave".to_owned());
    page.pending.clear();
    if let Some(card) = &mut page.permissions {
        card.reason = "Only the owner and administrators can change these.".to_owned();
    }
    gallery.add("members-as-member", page);

    let mut page = full();
    page.shell = member_shell(Section::Members);
    page.add = AddMembers::open("org_01", "s1", roles()[..1].to_vec(), "7 days");
    for row in &mut page.rows {
        row.edit = Offer::Absent;
        row.remove = Offer::Absent;
    }
    page.pending[0].edit = Offer::Absent;
    page.pending.truncate(1);
    page.permissions = None;
    gallery.add("members-as-inviter", page);
}

fn list_states(gallery: &mut Gallery) {
    let mut page =
        MembersPage::new(shell(Section::Members), 1, 0, Seats { used: 1, limit: Some(2) });
    page.add = AddMembers::open("org_01", "s1", roles(), "7 days");
    page.tabs = tabs([1, 0, 1, 0], 0);
    page.rows = vec![owner()];
    page.pager = Pager::whole(1);
    page.permissions = Some(MemberPermissions::new("org_01", false, false, false));
    gallery.add("members-one", page.clone());

    page.add = AddMembers::Refused(
        "No seats left of 2. Remove somebody, withdraw an invitation, or change the plan."
            .to_owned(),
    );
    page.seats = Seats { used: 2, limit: Some(2) };
    page.rows.clear();
    page.query = "zz".to_owned();
    gallery.add("members-full-nobody-found", page.clone());

    page.query = String::new();
    page.show = "invited".to_owned();
    page.tabs = tabs([2, 1, 1, 0], 3);
    page.seats = Seats { used: 2, limit: None };
    gallery.add("members-none-invited", page);

    let mut page = full();
    page.people = 100_000;
    page.invitations = 12;
    page.seats = Seats::default();
    page.tabs = tabs([100_012, 99_980, 20, 12], 0);
    page.shell.menu.member_count = Some(100_000);
    page.rows = (0..50)
        .map(|n| {
            let person = Person::new(format!("Person Number {n}"), format!("p{n}@many.example"));
            row(&format!("user_{n}"), person, "Member")
        })
        .collect();
    page.pending.clear();
    page.pager = Pager::after(50, 50, Some(100_000))
        .turning(Some("?before=x".to_owned()), Some("?after=x".to_owned()));
    gallery.add("members-many", page);
}

fn editing(gallery: &mut Gallery) {
    let mut page = EditMemberPage {
        shell: shell(Section::Members),
        person: priya(),
        role: "Member".to_owned(),
        through: String::new(),
        form: Form::new("edit", "/o/org_01/members/user_4/edit"),
        roles: roles(),
        back: "/o/org_01/members".to_owned(),
    };
    page.form.set("role", "member");
    gallery.add("member-edit", page.clone());
    page.person = long();
    page.role = "Administrator".to_owned();
    page.through = "through group Platform on-call".to_owned();
    page.form.refuse("the role was changed by somebody else in the meantime");
    page.form.fault("role", "choose again");
    gallery.add("member-edit-refused", page);

    let back = ("Members", "/o/org_01/members");
    let action = "/o/org_01/members/user_4/edit";
    let title = "Make Priya Raman an administrator?";
    let mut page = ConfirmPage::calm(shell(Section::Members), title, "Confirm", action, back);
    page.lead = "The change takes effect at once, and Priya is told by mail.".to_owned();
    page.consequences.gains = vec![
        "Priya can invite, edit and remove members".to_owned(),
        "Priya sees the audit".to_owned(),
    ];
    page.hint = "Keep administrators few: each can do everything here except what only the owner \
                 can. A custom role is often enough."
        .to_owned();
    page.hidden = vec![("role".to_owned(), "admin".to_owned())];
    page.person = Some(priya());
    gallery.add("member-confirm-role", page);

    let action = "/o/org_01/members/user_2/remove";
    let shell_of = || shell(Section::Members);
    let mut page = ConfirmPage::danger(shell_of(), "Remove Maya Okafor?", "Remove", action, back);
    page.lead = "It takes effect at once, and Maya is told by mail.".to_owned();
    page.person = Some(maya());
    page.consequences = Consequences {
        losses: vec![
            "Maya loses 3 workspaces and 2 clusters".to_owned(),
            "Maya loses the role Recruiter".to_owned(),
            "1 pending invitation of Maya’s becomes void: tomas@northwind.example".to_owned(),
        ],
        gains: Vec::new(),
        stays: vec!["Her 14 resources stay with the organization".to_owned()],
    };
    gallery.add("member-remove", page);
    let action = "/o/org_01/invitations/inv_1/withdraw";
    let title = "Withdraw the invitation?";
    let mut page = ConfirmPage::danger(shell_of(), title, "Remove", action, back);
    page.lead = "The link in the mail stops working, and tomas@northwind.example is told by mail."
        .to_owned();
    page.person = Some(Person::address("tomas@northwind.example"));
    gallery.add("invitation-withdraw", page);
}

fn why(gallery: &mut Gallery) {
    let mut page = why_page();
    gallery.add("why", page.clone());
    page.title = "Why can’t Priya Raman invite members?".to_owned();
    page.person = priya();
    page.allowed = false;
    page.answer = "Priya is a member, and members cannot invite here.".to_owned();
    page.pictures = vec![
        PathPicture::from("p1", &priya())
            .then("is a member of", NodeKind::Between, "Northwind Labs", "organization")
            .then("members may not now", NodeKind::Object, "Invite members", "permission")
            .missing(),
    ];
    page.steps.truncate(0);
    page.remedies = vec![
        "An administrator can turn on “Non admin members can invite new members”.".to_owned(),
        "An administrator can give Priya the role Recruiter.".to_owned(),
        "Alice Lindqvist and Maya Okafor can do either.".to_owned(),
    ];
    gallery.add("why-not", page);
}

/// Why somebody can invite members, through a group.
pub(crate) fn why_page() -> WhyPage {
    let ability = |label: &str, allowed, because: &str, current| Ability {
        label: label.to_owned(),
        allowed,
        because: because.to_owned(),
        url: "?permission=can_invite".to_owned(),
        current,
    };
    let step = |text: &str, relationship: &str, since: &str| PathStep {
        text: text.to_owned(),
        relationship: relationship.to_owned(),
        since: ago(since),
    };
    WhyPage {
        shell: shell(Section::Members),
        person: jonas(),
        title: "Why can Jonas Sørensen invite members?".to_owned(),
        answer: "Jonas is an administrator of Northwind Labs through group Platform on-call."
            .to_owned(),
        allowed: true,
        pictures: vec![
            PathPicture::from("p1", &jonas())
                .then("is a member of", NodeKind::Between, "Platform on-call", "group")
                .then("is an administrator of", NodeKind::Between, "Northwind Labs", "organization")
                .then("and administrators can", NodeKind::Object, "Invite members", "permission"),
        ],
        steps: vec![
            step(
                "Jonas Sørensen is a member of group Platform on-call",
                "group:grp_01k3v9#member@user:user_01k3v8x2m4",
                "3 May",
            ),
            step(
                "Members of group Platform on-call are administrators of Northwind Labs",
                "organization:org_01k3v7#admin@group:grp_01k3v9#member",
                "12 March",
            ),
            step("Administrators can invite members", "", ""),
        ],
        remedies: Vec::new(),
        abilities: vec![
            ability("Invite members", true, "as an administrator", true),
            ability("Invite administrators", true, "as an administrator", false),
            ability("Remove members", true, "as an administrator", false),
            ability("Change member permissions", true, "as an administrator", false),
            ability("Create clusters", true, "as an administrator", false),
            ability("Transfer ownership", false, "only the owner", false),
            ability("Delete the organization", false, "only the owner", false),
        ],
        back: "/o/org_01/members".to_owned(),
    }
}
