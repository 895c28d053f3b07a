//! The pages in front of the door.

use axum::http::StatusCode;
use guildhall_model::{SystemEntropy, VerificationSecret};
use serde_json::json;

use super::mailbox::{OTHER, PASSWORD, create, link, mails, member, registration, sent_token};
use crate::support::{Ask, World};

#[tokio::test]
async fn a12_registering_and_the_mailed_link_lead_in() {
    for world in World::on_each_engine().await {
        let mut ada = world.client();
        let page = ada.get("/register").await;
        assert!(page.text().contains("Create an account"), "{}", world.engine());
        let sent = ada.send(registration("ada@lovelace.example")).await;
        assert!(sent.text().contains("Check your mail"), "{}", sent.text());
        let link = link(&world, "ada@lovelace.example", "/verify/").await;
        // Whatever scans the mail's links changes nothing (security 18).
        for _ in 0..2 {
            let seen = ada.get(&link).await;
            assert!(seen.text().contains("One click"), "{}", seen.text());
            assert_eq!(seen.header("cache-control"), "no-store");
            assert!(seen.header("referrer-policy").contains("no-referrer"));
        }
        let confirmed = ada.form(&link, &[]).await;
        assert!(confirmed.text().contains("Your address is confirmed"), "{}", confirmed.text());
        assert_eq!(ada.get("/settings/profile").await.status, 200, "signed in");
        let again = ada.form(&link, &[]).await;
        assert_eq!(again.status, StatusCode::GONE, "it works once");
    }
}

#[tokio::test]
async fn security_27_elsewhere_the_link_asks_to_sign_in_first() {
    let world = World::new().await;
    world.client().send(registration("ada@lovelace.example")).await;
    let link = link(&world, "ada@lovelace.example", "/verify/").await;
    let mut other = world.client();
    let led = other.get(&link).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    assert_eq!(led.header("location"), format!("/sign-in?next={link}"));
    assert_eq!(other.form(&link, &[]).await.status, StatusCode::SEE_OTHER);
    let fields = [("email", "ada@lovelace.example"), ("password", PASSWORD), ("next", &link)];
    let in_now = other.form("/sign-in", &fields).await;
    assert_eq!(in_now.header("location"), link, "{}", in_now.text());
    assert!(other.form(&link, &[]).await.text().contains("is confirmed"));
}

#[tokio::test]
async fn security_28_nobody_learns_at_the_door_which_addresses_have_accounts() {
    for world in World::on_each_engine().await {
        member(&world, "ada@lovelace.example").await;
        let forms: [(&str, Vec<(&str, &str)>); 4] = [
            ("/register", vec![("first_name", "Ada"), ("password", PASSWORD)]),
            ("/register/again", vec![]),
            ("/forgot", vec![]),
            ("/sign-in", vec![("password", OTHER)]),
        ];
        for (path, fields) in forms {
            let mut answers = Vec::new();
            for address in ["ada@lovelace.example", "who@lovelace.example"] {
                let before = world.web.app.passwords().runs();
                let fields: Vec<_> = fields.iter().copied().chain([("email", address)]).collect();
                let answer = world.client().form(path, &fields).await;
                let runs = world.web.app.passwords().runs() - before;
                let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                let text = answer.text().replace(address, "…");
                answers.push((answer.status, runs, names, text));
            }
            assert_eq!(answers[0], answers[1], "{path} on {}", world.engine());
        }
        // The mails go to known holders, and to the new account of the first form.
        assert!(mails(&world, "ada@lovelace.example").await >= 2);
    }
}

#[tokio::test]
async fn security_15_after_signing_in_one_stays_on_this_site() {
    let world = World::new().await;
    member(&world, "ada@lovelace.example").await;
    for (next, led) in [
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/settings/sessions", "/settings/sessions"),
    ] {
        let fields = [("email", "ada@lovelace.example"), ("password", PASSWORD), ("next", next)];
        let answer = world.client().form("/sign-in", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(answer.header("location"), led, "{next}");
    }
}

#[tokio::test]
async fn forms_keep_what_was_typed_but_never_a_password() {
    let world = World::new().await;
    let fields = [
        ("email", "ada@lovelace"),
        ("first_name", "Ada <b>"),
        ("last_name", "https://evil.example"),
        ("password", "hunter2hunter2"),
    ];
    let page = world.client().form("/register", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    assert!(text.contains("ada@lovelace") && text.contains("Ada &#60;b&#62;"), "{text}");
    assert!(text.contains("web address") && !text.contains("hunter2"), "{text}");
    let weak = [("email", "ada@lovelace.example"), ("first_name", "Ada"), ("password", "lovelace")];
    let page = world.client().form("/register", &weak).await;
    assert!(page.text().contains("What makes it stronger"), "{}", page.text());
    let nameless = [("email", "ada@lovelace.example"), ("password", PASSWORD)];
    let page = world.client().form("/register", &nameless).await;
    assert!(page.text().contains("first or a last name is needed"), "{}", page.text());
}

#[tokio::test]
async fn signing_in_out_and_back_to_the_page_that_was_asked_for() {
    let world = World::new().await;
    let mut ada = member(&world, "ada@lovelace.example").await;
    let before = ada.cookie("guildhall").expect("a session").to_owned();
    let out = ada.form("/sign-out", &[]).await;
    assert_eq!(out.header("location"), "/sign-in");
    assert!(ada.cookie("guildhall").is_none());
    assert!(ada.get("/sign-in").await.text().contains("You are signed out"));
    let asked = ada.get("/settings/sessions").await;
    assert_eq!(asked.header("location"), "/sign-in?next=/settings/sessions");
    let mut thief = world.client();
    thief.hold("guildhall", &before);
    assert_eq!(thief.get("/settings/sessions").await.status, StatusCode::SEE_OTHER, "it ended");
    let fields = [
        ("email", "ada@lovelace.example"),
        ("password", PASSWORD),
        ("remember", "on"),
        ("next", "/settings/sessions"),
    ];
    let answer = ada.form("/sign-in", &fields).await;
    assert!(answer.header("set-cookie").contains("Max-Age=2592000"), "stay signed in");
    assert!(ada.get(answer.header("location")).await.text().contains("This one"));
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_the_mailed_link() {
    let world = World::new().await;
    let mut ada = member(&world, "ada@lovelace.example").await;
    let mut anybody = world.client();
    let sent = anybody.form("/forgot", &[("email", "ada@lovelace.example")]).await;
    assert!(sent.text().contains("Check your mail"));
    let link = link(&world, "ada@lovelace.example", "/reset/").await;
    assert!(anybody.get(&link).await.text().contains("Set a new password"));
    let weak = anybody.form(&link, &[("password", "password1")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = anybody.form(&link, &[("password", OTHER)]).await;
    assert_eq!(set.header("location"), "/sign-in", "{}", set.text());
    assert_eq!(anybody.get(&link).await.status, StatusCode::GONE);
    let gone = ada.get("/settings/profile").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "every session has ended");
    let fields = [("email", "ada@lovelace.example"), ("password", OTHER)];
    assert_eq!(ada.form("/sign-in", &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn dead_links_say_so_and_nothing_more() {
    let world = World::new().await;
    let nobody = VerificationSecret::generate(&SystemEntropy).expose().to_string();
    for path in ["/verify/x", "/reset/x", "/setup/x", &format!("/verify/{nobody}")] {
        let answer = world.client().get(path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
        assert!(answer.text().contains("This link does not work"), "{path}");
    }
}

#[tokio::test]
async fn h20_the_welcome_page_is_closed_for_good() {
    let world = World::new().await;
    let mut ada = member(&world, "ada@lovelace.example").await;
    let closed = ada.send(Ask::form("/welcome/close", &[])).await;
    assert_eq!(closed.header("location"), "/");
    let account = ada.get("/api/v1/account").await.json();
    assert_eq!(account["email_verified"], true);
}

#[tokio::test]
async fn security_28_signing_in_does_not_tell_whether_an_address_was_free_at_registration() {
    let world = World::set(|settings| settings.mail_is_sent = true).await;
    create(&world, "ada@lovelace.example", OTHER, true).await;
    let mut answers = Vec::new();
    for address in ["ada@lovelace.example", "who@lovelace.example"] {
        let mut browser = world.client();
        browser.send(registration(address)).await;
        let before = world.web.app.passwords().runs();
        let fields = [("email", address), ("password", PASSWORD)];
        let answer = browser.form("/sign-in", &fields).await;
        let runs = world.web.app.passwords().runs() - before;
        answers.push((answer.status, runs, answer.text().replace(address, "…")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answers[0].2.contains("a new account opens with the link"), "{}", answers[0].2);
}

#[tokio::test]
async fn security_27_28_the_mailed_link_and_the_password_together_open_a_new_account() {
    let world = World::set(|settings| settings.mail_is_sent = true).await;
    let email = "ada@lovelace.example";
    create(&world, email, PASSWORD, false).await;
    let link = format!("/verify/{}", sent_token(&world, "/verify/").await);
    let body = json!({ "email": email, "password": PASSWORD });
    let refused = world.client().send(Ask::post("/api/v1/sessions").json(&body)).await;
    assert_eq!(refused.problem(), "422 session.wrong_credentials");
    let mut ada = world.client();
    let fields = [("email", email), ("password", PASSWORD), ("next", &link)];
    assert_eq!(ada.form("/sign-in", &fields).await.header("location"), link);
    assert!(ada.form(&link, &[]).await.text().contains("is confirmed"));
    let now_open = world.client().send(Ask::post("/api/v1/sessions").json(&body)).await;
    assert_eq!(now_open.status, 200, "{}", now_open.text());
}
