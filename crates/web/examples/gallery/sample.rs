//! The people and the organization of the samples.

use guildhall_web::page::{
    Entrance, Moment, OrganizationEntry, OrganizationMenu, Person, Section, Shell,
};

pub(crate) fn alice() -> Person {
    Person::new("Alice Lindqvist", "alice@northwind.example")
}

pub(crate) fn maya() -> Person {
    Person::new("Maya Okafor", "maya@northwind.example")
}

pub(crate) fn jonas() -> Person {
    Person::new("Jonas Sørensen", "jonas@partner.example")
}

pub(crate) fn priya() -> Person {
    Person::new("Priya Raman", "priya@northwind.example")
}

pub(crate) fn long() -> Person {
    Person::new(
        "Wolfeschlegelsteinhausenbergerdorff Hubert Blaine the Third of Philadelphia",
        "hubert.blaine.wolfeschlegelsteinhausenbergerdorff@subdomain.of.a.very-long-domain.example",
    )
}

/// A name as long as names may be, without a place to break it.
pub(crate) fn unbroken() -> Person {
    Person::new("Llanfairpwllgwyngyll".repeat(6), "llanfair@northwind.example")
}

/// A name that is written from right to left.
pub(crate) fn right_to_left() -> Person {
    Person::new("נועה בן־דוד (תל אביב)", "noa@northwind.example")
}

pub(crate) fn ago(words: &str) -> Moment {
    Moment::new("2026-11-19T09:12:45.120331Z", words)
}

pub(crate) fn entrance() -> Entrance {
    Entrance::default()
}

pub(crate) fn shell(current: Section) -> Shell {
    let northwind = OrganizationEntry::new("org_01", "Northwind Labs", "Enterprise");
    let mut shell = Shell::new(alice(), current);
    shell.organization = Some(northwind.clone());
    shell.organizations = vec![
        northwind,
        OrganizationEntry::new("org_02", "alice@northwind.example", "Enterprise"),
        OrganizationEntry::new("org_03", "Contoso Research and Development Europe", "Member"),
    ];
    shell.can_create_organization = true;
    shell.more_organizations = true;
    shell.menu = OrganizationMenu::full(5);
    shell
}

pub(crate) fn member_shell(current: Section) -> Shell {
    let mut shell = shell(current);
    shell.person = priya();
    shell.can_create_organization = false;
    shell.more_organizations = false;
    shell.menu = OrganizationMenu { members: true, clusters: true, ..OrganizationMenu::default() };
    shell
}
