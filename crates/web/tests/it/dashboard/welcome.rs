//! The Welcome that a new user sees first.

use crate::support::{Someone, World};

const OFFER: &str = "Pending invitation";

#[tokio::test]
async fn h20_the_welcome_covers_the_invitation_and_closing_it_reveals_it() {
    for world in World::on_each_engine().await {
        let maya = Someone::new(&world, "maya").await;
        let mut bob = Someone::new(&world, "bob").await;
        maya.invites(&world, &bob.email).await;
        let own = format!("/o/{}/", bob.home);
        assert_eq!(bob.is_led_from("/").await, own);
        for _ in 0..2 {
            let page = bob.sees(&own).await;
            assert!(page.contains("Good to have you here, <bdi>bob</bdi>"), "{page}");
            assert!(page.contains("An invitation is waiting for you behind this page."));
            assert!(page.contains("action=\"/welcome/close\""));
            assert!(!page.contains(OFFER), "the invitation is covered");
        }
        assert_eq!(bob.sends("/welcome/close", &[]).await, "/");
        assert_eq!(bob.is_led_from("/").await, own);
        for _ in 0..2 {
            let page = bob.sees(&own).await;
            assert!(page.contains(OFFER), "{} {page}", world.engine());
            assert!(!page.contains("Good to have you here"), "closed for good");
        }
        assert_eq!(bob.sends("/welcome/close", &[]).await, "/", "closing it twice does no harm");
    }
}

#[tokio::test]
async fn h20_an_invitation_that_comes_while_the_welcome_is_open_is_not_lost() {
    let world = World::new().await;
    let maya = Someone::new(&world, "maya").await;
    let mut bob = Someone::new(&world, "bob").await;
    let own = format!("/o/{}/", bob.home);
    assert!(!bob.sees(&own).await.contains("waiting for you"), "none yet");
    maya.invites(&world, &bob.email).await;
    bob.sends("/welcome/close", &[]).await;
    assert!(bob.sees(&own).await.contains(OFFER));
}

#[tokio::test]
async fn h19_whose_address_is_not_confirmed_is_told_so_and_can_have_the_link_again() {
    for world in World::on_each_engine().await {
        let maya = Someone::new(&world, "maya").await;
        let mut bob = Someone::registered(&world, "bob", false).await;
        maya.invites(&world, &bob.email).await;
        let own = format!("/o/{}/", bob.home);
        let told = |page: &str| {
            page.contains("bob@northwind.example is not confirmed yet")
                && page.contains("action=\"/verify\"")
                && page.contains("Send the link again")
        };
        let welcome = bob.sees(&own).await;
        assert!(told(&welcome), "{} {welcome}", world.engine());
        bob.sends("/welcome/close", &[]).await;
        let page = bob.sees(&own).await;
        assert!(told(&page), "{page}");
        assert!(!page.contains(OFFER), "nobody else's invitation shows before that");
    }
}
