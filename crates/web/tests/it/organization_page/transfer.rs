//! Handing an organization over.

use crate::support::{PASSWORD, Someone, World, fault};

#[tokio::test]
async fn b40_b41_ownership_moves_with_the_password_and_the_former_owner_is_administrator() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        let settings = format!("/o/{}/settings", maya.home);
        let path = format!("{settings}/transfer");
        assert!(maya.sees(&settings).await.contains("Nobody else is a member yet"));
        maya.takes_in(&world, &bob).await;
        assert!(maya.sees(&settings).await.contains(&format!("href=\"{path}\"")));
        let page = maya.sees(&path).await;
        assert!(page.contains("<option value=\"bob@northwind.example\""), "{page}");
        assert!(!page.contains("<option value=\"maya@northwind.example\""));
        let typed = [("email", bob.email.as_str()), ("password", "not my password")];
        let page = maya.is_refused(&path, &typed).await;
        assert_eq!(fault(&page, "transfer", "password"), "This is not your password.");
        assert!(page.contains("<option value=\"bob@northwind.example\" selected"), "kept: {page}");
        assert!(!page.contains("not my password"), "a password is never shown again");
        let typed = [("email", bob.email.as_str()), ("password", PASSWORD)];
        assert_eq!(maya.sends(&path, &typed).await, settings, "{}", world.engine());
        let page = maya.sees(&settings).await;
        assert!(page.contains("bob is now the owner of maya@northwind.example."), "{page}");
        assert!(page.contains("Only the owner can change"));
        let home = format!("/o/{}/", maya.home);
        assert!(maya.sees(&home).await.contains("<dd>Administrator</dd>"));
        assert!(bob.sees(&home).await.contains("<dd>Owner</dd>"));
        assert_eq!(maya.client.get(&path).await.status, 403);
    }
}

#[tokio::test]
async fn b40_only_a_member_becomes_owner() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let bob = Someone::settled(&world, "bob").await;
    let path = format!("/o/{}/settings/transfer", maya.home);
    for (email, words) in [
        (bob.email.as_str(), "Only a member of the organization can become its owner."),
        ("maya@northwind.example", "This member is the owner already."),
        ("", ""),
    ] {
        let page = maya.is_refused(&path, &[("email", email), ("password", PASSWORD)]).await;
        let told = fault(&page, "transfer", "email");
        assert!(!told.is_empty() && told.contains(words), "{email}: {told}");
    }
    let page = maya.is_refused(&path, &[("email", bob.email.as_str()), ("password", "")]).await;
    assert!(!fault(&page, "transfer", "password").is_empty(), "both faults at once");
    assert!(!fault(&page, "transfer", "email").is_empty());
}
