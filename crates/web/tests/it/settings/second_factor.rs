//! The second factor: setting it up, its recovery codes, turning it off.

use std::collections::BTreeSet;

use totp_rs::Builder;

use super::people::{PASSWORD, Someone, fault, hidden, led_to, refused, sign_in};
use crate::support::{Answer, World};

const SECURITY: &str = "/settings/security";
const ENROL: &str = "/settings/security/totp";
const CONFIRM: &str = "/settings/security/totp/confirm";
const OFF: &str = "/settings/security/totp/off";
const CODES: &str = "/settings/security/recovery-codes";

#[tokio::test]
async fn h76_the_second_factor_is_set_up_by_qr_code_and_asked_for_from_then_on() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        assert_eq!(led_to(&maya.client.get(ENROL).await), SECURITY, "nothing was begun");
        assert_eq!(led_to(&maya.client.form(ENROL, &[]).await), ENROL, "{}", world.engine());
        let page = maya.client.get(ENROL).await;
        assert!(page.text().contains("src=\"data:image/svg+xml;base64,"), "{}", page.text());
        let (code, submission) = (code(&world, &page), hidden(&page, "submission"));
        let typed = [("submission", submission.as_str()), ("code", &code), ("password", PASSWORD)];
        let done = maya.client.form(CONFIRM, &typed).await;
        let codes = recovery_codes(&done);
        assert_eq!(codes.len(), 10);
        let again = maya.client.form(CONFIRM, &typed).await;
        assert_eq!(recovery_codes(&again), codes, "the form sent twice is one effect");
        let page = maya.client.get(SECURITY).await.text();
        assert!(page.contains("10 recovery codes left."), "{page}");
        assert!(codes.iter().all(|code| !page.contains(code)), "the codes were shown once");
        assert_eq!(led_to(&maya.client.get(ENROL).await), SECURITY, "the secret is not shown");
        let without = sign_in(&world, &maya.email, PASSWORD, false).await;
        assert!(without.is_none(), "the password alone is not enough");
        assert_eq!(led_to(&maya.client.form(ENROL, &[]).await), SECURITY, "it is on already");
        assert!(maya.client.get(SECURITY).await.text().contains("is on already"));
    }
}

#[tokio::test]
async fn h76_a_wrong_code_or_password_turns_nothing_on() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        maya.client.form(ENROL, &[]).await;
        let page = maya.client.get(ENROL).await;
        let (right, secret) = (code(&world, &page), secret(&page));
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for (code, password, field, words) in [
            (wrong, PASSWORD, "code", "This code is wrong or too old"),
            (" ", PASSWORD, "code", "Type the six digits"),
            (right.as_str(), "a guess", "password", "This is not your password."),
            (right.as_str(), "", "password", "missing"),
        ] {
            let answer = maya.client.form(CONFIRM, &[("code", code), ("password", password)]).await;
            let again = self::secret(&answer);
            let page = refused(&answer);
            assert!(fault(&page, "totp", field).contains(words), "{code} {password}");
            assert_eq!(again, secret, "the same secret waits on");
            assert!(page.contains(&format!("value=\"{code}\"")), "the code is kept");
            assert!(password.is_empty() || !page.contains(password), "the password is not");
        }
        let still = sign_in(&world, &maya.email, PASSWORD, false).await;
        assert!(still.is_some(), "it is not on: {}", world.engine());
    }
}

#[tokio::test]
async fn h76_a_code_without_a_beginning_leads_back() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    for password in [PASSWORD, "a guess"] {
        let typed = [("code", "123456"), ("password", password)];
        assert_eq!(led_to(&maya.client.form(CONFIRM, &typed).await), SECURITY);
        let page = maya.client.get(SECURITY).await.text();
        assert!(page.contains("set the second factor up again"), "{page}");
    }
}

#[tokio::test]
async fn h76_new_recovery_codes_replace_the_earlier_ones() {
    for world in World::on_each_engine().await {
        let (mut maya, first) = with_second_factor(&world).await;
        let question = maya.client.get(CODES).await;
        assert!(question.text().contains("Make new recovery codes?"));
        let page = refused(&maya.client.form(CODES, &[("password", "a guess")]).await);
        assert_eq!(fault(&page, "confirm", "password"), "This is not your password.");
        let submission = hidden(&question, "submission");
        let typed = [("submission", submission.as_str()), ("password", PASSWORD)];
        let second = recovery_codes(&maya.client.form(CODES, &typed).await);
        assert_eq!((second.len(), second.intersection(&first).count()), (10, 0));
        let again = recovery_codes(&maya.client.form(CODES, &typed).await);
        assert_eq!(again, second, "sent twice, made once: {}", world.engine());
    }
}

#[tokio::test]
async fn h76_the_second_factor_is_turned_off_with_the_password() {
    for world in World::on_each_engine().await {
        let (mut maya, _) = with_second_factor(&world).await;
        let question = maya.client.get(OFF).await.text();
        assert!(question.contains("Your password alone will be enough to sign in."));
        let page = refused(&maya.client.form(OFF, &[("password", "a guess")]).await);
        assert_eq!(fault(&page, "confirm", "password"), "This is not your password.");
        assert!(sign_in(&world, &maya.email, PASSWORD, false).await.is_none(), "still on");
        let done = maya.client.form(OFF, &[("password", PASSWORD)]).await;
        assert_eq!(led_to(&done), SECURITY, "{}", world.engine());
        assert!(maya.client.get(SECURITY).await.text().contains("The second factor is off."));
        assert!(sign_in(&world, &maya.email, PASSWORD, false).await.is_some());
        let again = refused(&maya.client.form(OFF, &[("password", PASSWORD)]).await);
        assert!(again.contains("The second factor is not on."), "{again}");
        let codes = refused(&maya.client.form(CODES, &[("password", PASSWORD)]).await);
        assert!(codes.contains("The second factor is not on."));
    }
}

/// Somebody with a second factor, and the recovery codes.
async fn with_second_factor(world: &World) -> (Someone, BTreeSet<String>) {
    let mut maya = Someone::enter(world, "maya").await;
    maya.client.form(ENROL, &[]).await;
    let page = maya.client.get(ENROL).await;
    let code = code(world, &page);
    let done = maya.client.form(CONFIRM, &[("code", &code), ("password", PASSWORD)]).await;
    (maya, recovery_codes(&done))
}

/// The secret that the page shows to be typed.
fn secret(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("<code id=\"totp-secret\">").expect("the secret");
    rest.split('<').next().unwrap_or_default().replace(' ', "")
}

/// What an authenticator that was given the page's secret shows now.
fn code(world: &World, page: &Answer) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret(page).as_bytes()).expect("base 32");
    let now = world.web.app.clock().now().micros() / 1_000_000;
    let authenticator = Builder::new().with_secret(secret).build_noncompliant();
    authenticator.generate(now.try_into().expect("a time after 1970")).to_string()
}

/// The recovery codes of the page that shows them.
fn recovery_codes(page: &Answer) -> BTreeSet<String> {
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    let codes = text.split("<li><code>").skip(1).filter_map(|rest| rest.split('<').next());
    codes.map(str::to_owned).collect()
}
