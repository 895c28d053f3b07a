//! What holds for every page: nothing inline, everything escaped, no password shown again.

use std::fs;
use std::path::{Path, PathBuf};

use askama::Template;

use super::{
    AddMembers, Choice, Entrance, InvitationPage, InvitationRow, InvitationView, MemberRow,
    MembersPage, Pager, Person, Seats, Section, Shell, SignInPage, asset,
};

fn templates(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("templates can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn no_template_has_inline_style_or_script() {
    let mut files = Vec::new();
    templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut files);
    assert!(files.len() > 40, "{} templates", files.len());
    for file in files {
        let text = fs::read_to_string(&file).expect("a template can be read");
        for banned in [" style=", "<style", " onclick", " onsubmit", "javascript:", "<script>"] {
            assert!(!text.contains(banned), "{} has `{banned}`", file.display());
        }
        for safe in text.match_indices("|safe") {
            let before = &text[..safe.0];
            let allowed = before.ends_with("crate::page::icon(name)");
            assert!(allowed, "{} writes something unescaped", file.display());
        }
    }
}

#[test]
fn security_17_names_are_escaped_wherever_they_stand() {
    let evil = "<script>alert(1)</script>\"'";
    let mut shell = Shell::new(Person::new(evil, evil), Section::Members);
    shell.organization = Some(super::OrganizationEntry::new("org_1", evil, evil));
    shell.organizations = shell.organization.iter().cloned().collect();
    let mut page = MembersPage::new(shell, 1, 0, Seats::default());
    page.query = evil.to_owned();
    page.add = AddMembers::open("org_1", "s", vec![Choice::new(evil, evil)], evil);
    let person = Person::new(evil, evil);
    page.rows.push(MemberRow { person, role: evil.to_owned(), ..MemberRow::default() });
    let html = page.render().expect("the page renders");
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(!html.contains("\"'"), "a quotation mark got through");
    assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
}

#[test]
fn the_members_page_counts_what_it_shows() {
    let counted = |people: Pager, invitations: usize, show: &str, more: &str| {
        let mut page = MembersPage::new(Shell::default(), 3, 2, Seats::default());
        page.rows = vec![MemberRow::default(); if show.is_empty() { 1 } else { 0 }];
        page.pending = vec![InvitationRow::default(); invitations];
        more.clone_into(&mut page.more_pending);
        show.clone_into(&mut page.show);
        page.pager = people;
        let html = page.render().expect("the page renders");
        let (_, rest) = html.split_once("aria-label=\"Pages\"><span>").expect("a footer");
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    let many = || Pager::after(0, 50, Some(1_204)).turning(None, Some("?cursor=x".to_owned()));
    assert_eq!(counted(Pager::whole(3), 3, "", ""), "3 people and 3 invitations");
    assert_eq!(counted(Pager::whole(3), 0, "", ""), "3 people");
    assert_eq!(counted(Pager::whole(0), 1, "", ""), "1 invitation");
    assert_eq!(counted(Pager::whole(2), 2, "invited", ""), "2 invitations");
    let first = "1–50 of 1,204 people and the first 20 invitations";
    assert_eq!(counted(many(), 20, "", "?show=invited"), first);
}

#[test]
fn a_name_from_right_to_left_stands_apart_from_the_words_beside_it() {
    let mut page = MembersPage::new(Shell::default(), 1, 0, Seats::default());
    let person = Person::new("נועה (3)", "noa@northwind.example");
    page.rows.push(MemberRow { person, you: true, ..MemberRow::default() });
    let html = page.render().expect("the page renders");
    assert!(html.contains("<bdi>נועה (3)</bdi> <span class=\"tag\">You"), "{html}");
}

#[test]
fn typed_values_are_kept_but_never_a_password() {
    let mut page = SignInPage::new(Entrance::default(), true);
    page.form.set("email", "maya@northwind.example").set("password", "hunter2 hunter2");
    page.form.refuse("the e-mail or the password is wrong");
    let html = page.render().expect("the page renders");
    assert!(html.contains("value=\"maya@northwind.example\""));
    assert!(html.contains("The e-mail or the password is wrong."));
    assert!(!html.contains("hunter2"), "a password is shown");
}

#[test]
fn security_10_a_dead_invitation_names_nothing() {
    use super::DeadInvitation::{Expired, Revoked, Unknown, Used};
    for dead in [Expired, Revoked, Used, Unknown] {
        let page = InvitationPage::new(Entrance::default(), InvitationView::Dead(dead));
        let html = page.render().expect("the page renders");
        assert!(!html.contains("Join "), "{dead:?}");
        assert!(!html.contains('@'), "{dead:?}");
    }
}

#[test]
fn every_asset_that_a_page_names_is_there() {
    let html = SignInPage::new(Entrance::default(), true).render().expect("the page renders");
    let prefix = format!("/assets/{}/", asset::version());
    let names: Vec<&str> = html
        .split(&prefix)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        assert!(asset::find(name).is_some(), "`{name}` is missing");
    }
    for file in asset::ASSETS.iter().filter(|file| file.name.ends_with(".css")) {
        let css = std::str::from_utf8(file.bytes).expect("CSS is UTF-8");
        for part in css.split("url(").skip(1) {
            let name = part.split(')').next().unwrap_or_default();
            assert!(asset::find(name).is_some(), "`{name}` is missing");
        }
    }
}
