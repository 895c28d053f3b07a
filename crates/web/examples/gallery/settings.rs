//! One's own account.

use guildhall_web::page::{
    AccountPage, ApiKeyPage, ApiKeyRow, ApiKeysPage, Choice, ConfirmPage, Moment, NewApiKeyPage,
    Notice, ProfilePage, RecoveryCodesPage, SecondFactor, Section, SecurityPage, SessionRow,
    SessionsPage, TotpPage,
};

use crate::Gallery;
use crate::sample::{ago, shell};

const QR: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21">"##,
    r##"<path d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM9 1h2v3H9zM8 8h5v2H8zM15 9h3v2h-3z"##,
    r##"M9 12h2v4H9zM13 14h2v2h-2zM17 13h3v3h-3zM12 18h6v2h-6z" fill="#000"/>"##,
    r##"<path d="M1 1h5v5H1zM15 1h5v5h-5zM1 15h5v5H1z" fill="#fff"/>"##,
    r##"<path d="M2 2h3v3H2zM16 2h3v3h-3zM2 16h3v3H2z"/></svg>"##,
);

const LEAD: &str = "You are in 3 organizations and own 2 of them.";

pub(crate) fn pages(gallery: &mut Gallery) {
    let mut page = ProfilePage::new(shell(Section::Profile), "Alice", "Lindqvist");
    page.id = "user_01k3v8x2m4rq8".to_owned();
    page.created = ago("12 March 2026");
    page.shell.notices.push(Notice::done("Saved."));
    gallery.add("settings-profile", page);
    security(gallery);
    sessions(gallery);
    keys(gallery);
    let mut page = AccountPage::new(shell(Section::Account), LEAD);
    page.losses = vec![
        "You lose access to 2 organizations".to_owned(),
        "Your 3 API keys stop working".to_owned(),
        "Your organization alice@northwind.example is deleted; nobody else is in it".to_owned(),
    ];
    gallery.add("settings-account", page);
    let mut page = AccountPage::new(shell(Section::Account), LEAD);
    page.owned = vec![("Northwind Labs".to_owned(), "/o/org_01/settings".to_owned())];
    gallery.add("settings-account-owner", page);
}

fn security(gallery: &mut Gallery) {
    let page = SecurityPage::new(shell(Section::Security), SecondFactor::Off);
    gallery.add("settings-security", page);
    let on = SecondFactor::On { since: ago("3 May"), codes_left: 1 };
    let mut page = SecurityPage::new(shell(Section::Security), on);
    page.password.refuse("the password was not changed");
    page.password.fault("current_password", "this is not your password");
    page.password.fault("new_password", "this password is too easy to guess");
    page.advice = vec!["Add another word or two. Uncommon words are better.".to_owned()];
    page.email_pending = "alice.lindqvist@northwind.example".to_owned();
    gallery.add("settings-security-refused", page);
    let mut page =
        TotpPage::new(shell(Section::Security), QR, "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP");
    gallery.add("settings-totp", page.clone());
    page.form.refuse("this code is wrong").fault("code", "type the digits shown now");
    gallery.add("settings-totp-refused", page);
    let codes = (0..10).map(|n| format!("k7q2-{n}xmd-9t4w")).collect();
    let page = RecoveryCodesPage { shell: shell(Section::Security), codes };
    gallery.add("settings-recovery-codes", page);
    let back = ("Security", "/settings/security");
    let title = "Turn off the second factor?";
    let mut page = ConfirmPage::danger(shell(Section::Security), title, "Turn off", "", back);
    page.lead = "Your password alone will be enough to sign in.".to_owned();
    page.password = true;
    page.form.refuse("the password is wrong").fault("password", "this is not your password");
    gallery.add("settings-totp-off", page);
}

fn sessions(gallery: &mut Gallery) {
    let row = |device: &str, used: &str, current| SessionRow {
        device: device.to_owned(),
        address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
        began: ago("12 days ago"),
        used: ago(used),
        current,
        end: "/settings/sessions/ses_1/end".to_owned(),
    };
    let rows = vec![
        row("Firefox on Linux", "now", true),
        row("Safari on iPhone", "3 hours ago", false),
        row("curl/8.5.0", "9 days ago", false),
    ];
    let page = SessionsPage {
        shell: shell(Section::Sessions),
        rows: rows.clone(),
        end_others: "/settings/sessions/end-others".to_owned(),
    };
    gallery.add("settings-sessions", page);
    let page = SessionsPage {
        shell: shell(Section::Sessions),
        rows: rows[..1].to_vec(),
        end_others: String::new(),
    };
    gallery.add("settings-sessions-one", page);
}

fn keys(gallery: &mut Gallery) {
    let row = |name: &str, expires: &str, expired, used: &str| ApiKeyRow {
        name: name.to_owned(),
        prefix: "ghk_…9tJm".to_owned(),
        created: ago("12 March"),
        expires: if expires.is_empty() { Moment::default() } else { ago(expires) },
        expired,
        used: if used.is_empty() { Moment::default() } else { ago(used) },
        revoke: "/settings/api-keys/key_1/revoke".to_owned(),
    };
    let rows = vec![
        row("Nightly export", "in 80 days", false, "5 hours ago"),
        row("A key with a name so long that it does not fit on one line of it", "", false, ""),
        row("Old laptop", "2 days ago", true, "20 days ago"),
    ];
    gallery.add("settings-api-keys", ApiKeysPage { shell: shell(Section::ApiKeys), rows });
    let page = ApiKeysPage { shell: shell(Section::ApiKeys), rows: Vec::new() };
    gallery.add("settings-api-keys-none", page);
    let lifetimes = vec![
        Choice::new("30", "30 days"),
        Choice::new("90", "90 days"),
        Choice::new("365", "A year"),
        Choice::new("", "Until it is revoked"),
    ];
    let page = NewApiKeyPage::new(shell(Section::ApiKeys), "s1", lifetimes);
    gallery.add("settings-api-key-new", page);
    let page = ApiKeyPage {
        shell: shell(Section::ApiKeys),
        name: "Nightly export".to_owned(),
        key: "ghk_3vQ9tJ8mXb2Lw6RzN4cKp7Hd1Fs5Ga0Ye_1b9f".to_owned(),
        expires: "19 February 2027".to_owned(),
        base_url: "https://guildhall.example".to_owned(),
    };
    gallery.add("settings-api-key-shown", page);
    let back = ("API keys", "/settings/api-keys");
    let title = "Revoke Nightly export?";
    let mut page = ConfirmPage::danger(shell(Section::ApiKeys), title, "Revoke", "", back);
    page.lead = "Programs that use it are refused at their next request.".to_owned();
    gallery.add("settings-api-key-revoke", page);
}
