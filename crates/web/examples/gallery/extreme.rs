//! Pages with the longest names there may be, and with names written from right to left.

use guildhall_web::page::{
    ConfirmPage, DashboardPage, Entrance, InvitationPage, InvitationView, NodeKind,
    OrganizationEntry, PathPicture, Person, Section, Shell,
};

use crate::Gallery;
use crate::account::pending;
use crate::sample::{entrance, right_to_left, shell, unbroken};
use crate::{cluster, member, system};

pub(crate) fn pages(gallery: &mut Gallery) {
    let people = [unbroken(), right_to_left()];
    let mut page = member::full();
    page.shell = extreme(Section::Members);
    for (row, person) in page.rows[1..].iter_mut().zip(people.clone()) {
        row.person = person;
        row.role = unbroken().name;
    }
    gallery.add("members-extreme", page);

    let mut summary = member::summary();
    summary.name = unbroken().name;
    summary.role = unbroken().name;
    summary.in_charge = people.map(|person| (person, "Owner".to_owned())).into();
    let mut page = DashboardPage::new(extreme(Section::Dashboard), summary);
    let mut invitation = pending();
    invitation.organization = unbroken().name;
    page.invitations = vec![invitation.clone()];
    page.clusters = cluster::rows();
    page.clusters[0].name = "n".repeat(120);
    page.all_clusters = "/o/org_01/clusters".to_owned();
    gallery.add("dashboard-extreme", page);

    let signed_in_as = "hubert.blaine.wolfeschlegelsteinhausen@subdomain.of.a.domain.example";
    let entrance = Entrance { signed_in_as: signed_in_as.to_owned(), ..entrance() };
    gallery.add(
        "invitation-extreme",
        InvitationPage { entrance, view: InvitationView::Matching { invitation } },
    );

    for (name, person) in [("unbroken", unbroken()), ("right-to-left", right_to_left())] {
        let mut page = member::why_page();
        page.title = format!("Why can {} invite members?", person.name);
        page.answer = format!("{} is an administrator of Northwind Labs.", person.name);
        page.pictures = vec![
            PathPicture::from("p1", &person)
                .then("is an administrator of", NodeKind::Between, &unbroken().name, "organization")
                .then("and administrators can", NodeKind::Object, "Invite members", "permission"),
        ];
        page.person = person.clone();
        gallery.add(&format!("why-{name}"), page);
        gallery.add(&format!("member-remove-{name}"), removal(person.clone()));
        gallery.add(&format!("system-user-{name}"), system::user_page(person));
    }
}

/// The frame of an organization and a person whose names could not be longer.
fn extreme(section: Section) -> Shell {
    let mut shell = shell(section);
    let name = unbroken().name;
    shell.person = unbroken();
    shell.organization = Some(OrganizationEntry::new("org_01", &name, &name));
    shell.organizations = vec![
        OrganizationEntry::new("org_01", &name, &name),
        OrganizationEntry::new("org_02", &right_to_left().name, "Member"),
    ];
    shell
}

fn removal(person: Person) -> ConfirmPage {
    let back = ("Members", "/o/org_01/members");
    let title = format!("Remove {}?", person.name);
    let action = "/o/org_01/members/user_2/remove";
    let mut page = ConfirmPage::danger(shell(Section::Members), &title, "Remove", action, back);
    page.lead = format!("It takes effect at once, and {} is told by mail.", person.name);
    page.consequences.losses = vec![format!("{} loses 3 workspaces", person.name)];
    page.person = Some(person);
    page
}
