//! How the mails read, and that nothing smuggles a link or a header into them.

use guildhall_app::mail::{InvitationMail, Mail, MailToken};
use guildhall_model::{
    Email, Entropy, InvitationSecret, OrganizationId, ResetSecret, Timestamp, VerificationSecret,
};

const BASE: &str = "https://guildhall.example";

struct Ones;

impl Entropy for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

fn verification() -> MailToken {
    MailToken::from(&VerificationSecret::generate(&Ones))
}

fn at() -> Timestamp {
    "2026-11-21T18:05:00Z".parse().unwrap()
}

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn invitation(organization: &str) -> InvitationMail {
    InvitationMail {
        organization: organization.to_owned(),
        inviter: email("alice@acme.example"),
        role: "Administrator".to_owned(),
        token: MailToken::from(&InvitationSecret::generate(&Ones)),
        expires: at(),
    }
}

/// One mail of every kind, about an organization and a key of the name given.
fn every_mail(name: &str) -> Vec<Mail> {
    let organization = name.to_owned();
    let organization_id = OrganizationId::generate(at(), &Ones);
    let by = email("alice@acme.example");
    let other = email("bob@acme.example");
    let at = at();
    vec![
        Mail::VerifyAddress { token: verification(), expires: at },
        Mail::RegistrationOnKnownAddress,
        Mail::PasswordReset { token: MailToken::from(&ResetSecret::generate(&Ones)), expires: at },
        Mail::PasswordChanged { at },
        Mail::EmailChangeVerify { token: verification(), old: other.clone(), expires: at },
        Mail::EmailChanged { new: other.clone(), at },
        Mail::Invitation(invitation(name)),
        Mail::InvitationReminder(invitation(name)),
        Mail::InvitationWithdrawn { organization: organization.clone() },
        Mail::InvitationAccepted {
            organization: organization.clone(),
            organization_id,
            member: other.clone(),
        },
        Mail::RoleChanged {
            organization: organization.clone(),
            organization_id,
            before: "Member".to_owned(),
            after: name.to_owned(),
            by: by.clone(),
        },
        Mail::RemovedFromOrganization { organization: organization.clone(), by: by.clone() },
        Mail::OwnershipTransferred {
            organization: organization.clone(),
            organization_id,
            from: by.clone(),
            to: other,
        },
        Mail::OrganizationDeleted {
            organization: organization.clone(),
            by: by.clone(),
            restorable_until: at,
        },
        Mail::OrganizationRestored { organization: organization.clone(), organization_id, by },
        Mail::CreditsLow {
            organization: organization.clone(),
            organization_id,
            left: "99.5".parse().unwrap(),
            hours: Some(1),
            at,
        },
        Mail::CreditsSpent { organization, organization_id, stopping: false },
        Mail::AccountDeleted,
        Mail::SecondFactorEnabled { at },
        Mail::SecondFactorDisabled { at },
        Mail::RecoveryCodeUsed { remaining: 1, at },
        Mail::ApiKeyCreated { name: name.to_owned(), expires: None, at },
        Mail::Test { at },
    ]
}

#[test]
fn every_mail_reads_well() {
    let mut all = String::new();
    for mail in every_mail("Northwind Labs") {
        let rendered = mail.render(BASE);
        all +=
            &format!("=== {}\nSubject: {}\n\n{}\n", mail.kind(), rendered.subject, rendered.text);
    }
    insta::assert_snapshot!("texts", all);
}

#[test]
fn h15_a11_the_invitation_carries_a_link_in_both_parts() {
    let mail = Mail::Invitation(invitation("Northwind Labs"));
    let rendered = mail.render("https://guildhall.example/");
    let link = format!("{BASE}/invitation/{}", *InvitationSecret::generate(&Ones).expose());
    assert!(rendered.text.contains(&link));
    assert!(rendered.html.contains(&format!("href=\"{link}\"")));
    assert!(rendered.text.contains("alice@acme.example"));
    insta::assert_snapshot!("invitation_html", rendered.html);
}

#[test]
fn security_16_every_link_starts_at_the_configured_address() {
    for mail in every_mail("http://evil.example") {
        let rendered = mail.render(BASE);
        for (index, _) in rendered.html.match_indices("href=") {
            assert!(rendered.html[index..].starts_with(&format!("href=\"{BASE}")), "{mail:?}");
        }
        for part in [&rendered.text, &rendered.html] {
            for (index, _) in part.match_indices("://") {
                let start = index.saturating_sub("https".len());
                assert!(part[start..].starts_with(BASE), "{mail:?}: {}", &part[start..]);
            }
        }
    }
}

#[test]
fn security_17_names_come_out_inert() {
    let smuggled =
        "<a href=\"//evil.example\">Win</a>\r\nBcc: v@evil.example\u{202e} www.evil.example";
    for mail in every_mail(smuggled) {
        let rendered = mail.render(BASE);
        assert!(!rendered.subject.chars().any(char::is_control), "{mail:?}");
        assert!(rendered.subject.chars().count() <= 140);
        for part in [&rendered.subject, &rendered.text, &rendered.html] {
            assert!(!part.contains("evil.example"), "{mail:?}");
            assert!(!part.contains("//evil"), "{mail:?}");
            assert!(!part.contains('\u{202e}') && !part.contains('\r'), "{mail:?}");
        }
        assert!(!rendered.html.contains("<a href=\"//"), "{mail:?}");
        assert!(!rendered.html.contains("Win</a>"), "{mail:?}");
        assert!(!rendered.text.contains("\nBcc"), "{mail:?}");
    }
}

#[test]
fn security_17_long_names_are_cut() {
    for mail in every_mail(&"Very long ".repeat(500)) {
        let rendered = mail.render(BASE);
        assert!(rendered.subject.chars().count() <= 140);
        assert!(rendered.text.len() < 2_000, "{}", mail.kind());
    }
}

#[test]
fn security_4_debug_shows_no_secret() {
    for mail in every_mail("Northwind Labs") {
        let debug = format!("{mail:?} {:?}", mail.render(BASE));
        assert!(!debug.contains("gh"), "{debug}");
    }
}

#[test]
fn mails_survive_storage() {
    for mail in every_mail("Northwind Labs") {
        let stored = serde_json::to_string(&mail).unwrap();
        assert!(stored.contains(mail.kind()));
        assert_eq!(serde_json::from_str::<Mail>(&stored).unwrap(), mail);
    }
}
