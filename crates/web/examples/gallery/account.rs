//! The pages before one is in.

use guildhall_web::page::{
    CheckMailPage, DeadInvitation, Entrance, ForgotPage, InvitationPage, InvitationView,
    MailPurpose, PendingInvitation, ProblemPage, RegisterPage, Registration, ResetPage,
    SecondFactorPage, SetUpPage, SignInPage, Verification, VerifyPage, WelcomePage,
};

use crate::Gallery;
use crate::sample::{ago, entrance};

pub(crate) fn pages(gallery: &mut Gallery) {
    signing_in(gallery);
    registering(gallery);
    invitations(gallery);
    problems(gallery);
}

fn signing_in(gallery: &mut Gallery) {
    gallery.add("sign-in", SignInPage::new(entrance(), true));
    let mut page = SignInPage::new(entrance(), true);
    page.next = "/invitation/ghi_abc".to_owned();
    page.reason = "Sign in with the invited address to see your invitation.".to_owned();
    page.form.set("email", "maya@northwind.example");
    page.form.refuse("the e-mail or the password is wrong");
    page.entrance.demo = true;
    gallery.add("sign-in-refused", page);
    gallery.add("second-factor", SecondFactorPage::new(entrance(), false));
    let mut page = SecondFactorPage::new(entrance(), true);
    page.form.refuse("this code is wrong, or it was used before");
    gallery.add("second-factor-recovery", page);
    gallery.add("forgot", ForgotPage::new(entrance()));
    gallery.add("reset", ResetPage::new(entrance(), "/reset/ghr_x"));
    gallery.add("reset-dead", ResetPage::dead(entrance()));
    gallery.add("set-up", SetUpPage::new(entrance(), "/setup/ghb_x", "s1"));
    gallery.add("set-up-dead", SetUpPage::dead(entrance()));
}

fn registering(gallery: &mut Gallery) {
    gallery.add("register", RegisterPage::new(entrance(), Registration::Open, "s1"));
    let mut page = RegisterPage::new(entrance(), Registration::Open, "s1");
    page.form.set("email", "maya@northwind").set("first_name", "Maya").set("last_name", "Okafor");
    page.form.refuse("the account cannot be made yet");
    page.form.fault("email", "`maya@northwind` is no e-mail address");
    page.form.fault("password", "this password is too easy to guess");
    page.advice = vec![
        "Add another word or two. Uncommon words are better.".to_owned(),
        "Avoid years that are associated with you.".to_owned(),
    ];
    gallery.add("register-refused", page);
    let invited = Registration::Invited {
        email: "bob@northwind.example".to_owned(),
        inviter: "alice@northwind.example".to_owned(),
        organization: "Northwind Labs".to_owned(),
    };
    gallery.add("register-invited", RegisterPage::new(entrance(), invited, "s1"));
    let page = RegisterPage::new(entrance(), Registration::InvitationOnly, "");
    gallery.add("register-by-invitation", page);
    let page = RegisterPage::new(entrance(), Registration::Closed, "");
    gallery.add("register-closed", page);
    let mail = CheckMailPage {
        entrance: entrance(),
        purpose: MailPurpose::Verify,
        email: "maya@northwind.example".to_owned(),
        works_for: "24 hours".to_owned(),
        again: "/verify/again".to_owned(),
        kept_in_outbox: true,
    };
    let reset = CheckMailPage {
        purpose: MailPurpose::Reset,
        again: String::new(),
        kept_in_outbox: false,
        ..mail.clone()
    };
    gallery.add("check-mail", mail);
    gallery.add("check-mail-reset", reset);
    for (name, outcome) in [
        ("verify", Verification::Ready),
        ("verify-done", Verification::Verified),
        ("verify-changed", Verification::Changed),
        ("verify-expired", Verification::Expired),
        ("verify-dead", Verification::Dead),
    ] {
        let page = VerifyPage {
            entrance: entrance(),
            outcome,
            action: "/verify/ghv_x".to_owned(),
            email: "maya@northwind.example".to_owned(),
            next: "/".to_owned(),
        };
        gallery.add(name, page);
    }
    let page = WelcomePage {
        entrance: entrance(),
        name: "Bob".to_owned(),
        organization: "bob@northwind.example".to_owned(),
        invitations: 1,
        close: "/welcome/close".to_owned(),
        verify_again: String::new(),
    };
    gallery.add("welcome", page);
}

pub(crate) fn pending() -> PendingInvitation {
    PendingInvitation {
        inviter: "alice@northwind.example".to_owned(),
        organization: "Northwind Labs".to_owned(),
        role: "Member".to_owned(),
        expires: ago("in 6 days"),
        accept: "/invitations/org_1/inv_1/accept".to_owned(),
        reject: "/invitations/org_1/inv_1/reject".to_owned(),
        submission: "s".to_owned(),
        hindrance: String::new(),
    }
}

fn invitations(gallery: &mut Gallery) {
    let signed_in = || Entrance { signed_in_as: "bob@northwind.example".to_owned(), ..entrance() };
    let view = InvitationView::SignedOut {
        invitation: pending(),
        email: "bob@northwind.example".to_owned(),
        register: "/register".to_owned(),
        sign_in: "/sign-in".to_owned(),
    };
    gallery.add("invitation-signed-out", InvitationPage::new(entrance(), view));
    let view = InvitationView::Matching { invitation: pending() };
    gallery.add("invitation-matching", InvitationPage::new(signed_in(), view));
    let mut invitation = pending();
    invitation.hindrance = "No seat is left in this organization. Ask who invited you.".to_owned();
    let view = InvitationView::Matching { invitation };
    gallery.add("invitation-hindered", InvitationPage::new(signed_in(), view));
    let view = InvitationView::Unverified {
        email: "bob@northwind.example".to_owned(),
        again: "/verify/again".to_owned(),
    };
    gallery.add("invitation-unverified", InvitationPage::new(signed_in(), view));
    let view = InvitationView::OtherAddress {
        invited: "carol@northwind.example".to_owned(),
        signed_in: "bob@northwind.example".to_owned(),
    };
    gallery.add("invitation-other-address", InvitationPage::new(signed_in(), view));
    for (name, dead) in [
        ("invitation-expired", DeadInvitation::Expired),
        ("invitation-revoked", DeadInvitation::Revoked),
        ("invitation-used", DeadInvitation::Used),
        ("invitation-unknown", DeadInvitation::Unknown),
    ] {
        gallery.add(name, InvitationPage::new(entrance(), InvitationView::Dead(dead)));
    }
}

fn problems(gallery: &mut Gallery) {
    gallery.add("problem-404", ProblemPage::not_found(entrance()));
    let reason = "Removing members takes the owner or an administrator of Northwind Labs. Maya \
                  Okafor is one of them.";
    gallery.add("problem-403", ProblemPage::forbidden(entrance(), reason));
    gallery.add("problem-foreign-form", ProblemPage::foreign_form(entrance()));
    gallery.add("problem-405", ProblemPage::wrong_method(entrance()));
    gallery.add("problem-413", ProblemPage::too_large(entrance()));
    gallery.add("problem-429", ProblemPage::too_many(entrance(), "30 seconds"));
    gallery.add("problem-500", ProblemPage::fault(entrance(), "req_7f3a91"));
    gallery.add("problem-503", ProblemPage::unavailable(entrance(), "req_7f3a92"));
    let gone = "This invitation was withdrawn in the meantime.";
    gallery.add("problem-410", ProblemPage::refused(entrance(), 410, gone));
    let text = "The address has a part that cannot be read.";
    let page =
        ProblemPage::malformed(entrance(), text).next("Back to Members", "/o/org_01/members");
    gallery.add("problem-400", page);
}
