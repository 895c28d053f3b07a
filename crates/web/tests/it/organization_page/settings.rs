//! The settings of an organization, as everybody in it sees them.

use crate::support::{Someone, World, fault};

#[tokio::test]
async fn b45_b69_the_owner_changes_the_display_name_and_nothing_else() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let settings = format!("/o/{}/settings", maya.home);
        let page = maya.sees(&settings).await;
        let handle = page.split("<code>").nth(1).and_then(|rest| rest.split('<').next());
        let handle = handle.expect("the name in addresses").to_owned();
        assert!(page.contains("value=\"maya@northwind.example\""), "{page}");
        let typed = [("display_name", " Northwind Labs ")];
        assert_eq!(maya.sends(&settings, &typed).await, settings, "{}", world.engine());
        let page = maya.sees(&settings).await;
        assert!(page.contains("The settings are saved.") && page.contains("\"Northwind Labs\""));
        assert!(page.contains(&format!("<code>{handle}</code>")), "it stays for good");
        let page = maya.is_refused(&settings, &[("display_name", "  ")]).await;
        assert!(!fault(&page, "settings", "display_name").is_empty());
        let long = "x".repeat(300);
        let page = maya.is_refused(&settings, &[("display_name", &long)]).await;
        assert!(page.contains(&long), "what was typed is kept");
        let other = [("display_name", "A"), ("name", "other")];
        let answer = maya.client.form(&settings, &other).await;
        assert_eq!(answer.status, 422, "the name in addresses is no field of the form");
    }
}

#[tokio::test]
async fn b45_others_see_the_settings_and_cannot_change_them() {
    for world in World::on_each_engine().await {
        let maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        let mut eve = Someone::settled(&world, "eve").await;
        maya.takes_in(&world, &bob).await;
        let settings = format!("/o/{}/settings", maya.home);
        let page = bob.sees(&settings).await;
        assert!(page.contains("Only the owner can change"), "{} {page}", world.engine());
        assert!(page.contains(&format!("href=\"{settings}/leave\"")));
        for hidden in ["transfer", "delete"] {
            assert!(!page.contains(&format!("href=\"{settings}/{hidden}\"")), "{hidden}");
            let path = format!("{settings}/{hidden}");
            assert_eq!(bob.client.get(&path).await.status, 403, "{path}");
            assert_eq!(eve.client.get(&path).await.status, 404, "{path}");
        }
        let renamed = [("display_name", "Bobs")];
        assert_eq!(bob.client.form(&settings, &renamed).await.status, 403);
        assert_eq!(eve.client.form(&settings, &renamed).await.status, 404);
        assert_eq!(eve.client.get(&settings).await.status, 404);
    }
}
