//! The pages of one's own settings, as browsers see them, on both engines.

mod account;
mod api_keys;
mod people;
mod profile;
mod second_factor;
mod security;
mod sessions;

use crate::support::World;
use people::Someone;

/// Every page, with a heading that only it has.
const PAGES: [(&str, &str); 8] = [
    ("/settings/profile", "<h1>Profile</h1>"),
    ("/settings/security", "<h1>Security</h1>"),
    ("/settings/sessions", "<h1>Sessions</h1>"),
    ("/settings/api-keys", "<h1>API keys</h1>"),
    ("/settings/api-keys/new", "<h1>New API key</h1>"),
    ("/settings/account", "<h1>Account</h1>"),
    // These two need a second factor and lead back without one.
    ("/settings/security/totp/off", ""),
    ("/settings/security/recovery-codes", ""),
];

#[tokio::test]
async fn h76_a6_the_settings_are_reached_from_the_header_and_have_these_pages() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        for (path, heading) in PAGES {
            let page = maya.client.get(path).await;
            if heading.is_empty() {
                assert_eq!(people::led_to(&page), "/settings/security", "{path}");
                continue;
            }
            assert_eq!(page.status, 200, "{path} on {}", world.engine());
            let text = page.text();
            assert!(text.contains(heading), "{path} has {heading}");
            assert!(text.contains("href=\"/settings/profile\""), "{path}: the header leads here");
            for (entry, heading) in &PAGES[..4] {
                assert!(
                    heading.is_empty() || text.contains(&format!("href=\"{entry}\"")),
                    "{entry}"
                );
            }
        }
        assert_eq!(people::led_to(&maya.client.get("/settings").await), "/settings/profile");
    }
}

#[tokio::test]
async fn h76_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back() {
    let world = World::new().await;
    let mut nobody = world.client();
    for (path, _) in PAGES {
        let answer = nobody.get(path).await;
        assert_eq!(people::led_to(&answer), format!("/sign-in?next={path}"), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_takes_only_a_form_leads_to_the_page_with_the_form() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    for (path, page) in [
        ("/settings/security/password", "/settings/security"),
        ("/settings/security/email", "/settings/security"),
        ("/settings/security/totp/confirm", "/settings/security/totp"),
        ("/settings/account/delete", "/settings/account"),
    ] {
        assert_eq!(people::led_to(&maya.client.get(path).await), page);
    }
}
