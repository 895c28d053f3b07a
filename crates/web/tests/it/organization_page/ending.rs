//! Leaving, deleting and restoring.

use std::time::Duration;

use crate::support::{PASSWORD, Someone, World, fault};

#[tokio::test]
async fn h40_whoever_leaves_is_told_what_is_lost_and_is_out_at_once() {
    for world in World::on_each_engine().await {
        let maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        maya.takes_in(&world, &bob).await;
        let path = format!("/o/{}/settings/leave", maya.home);
        let page = bob.sees(&path).await;
        assert!(page.contains("Leave maya@northwind.example?"), "{page}");
        assert!(page.contains("You can no longer see the organization."), "{page}");
        assert!(page.contains("What you made here stays."));
        bob.sees(&format!("/o/{}/", maya.home)).await;
        assert_eq!(bob.sends(&path, &[]).await, "/", "{}", world.engine());
        let own = format!("/o/{}/", bob.home);
        assert_eq!(bob.is_led_from("/").await, own);
        assert!(bob.sees(&own).await.contains("You have left maya@northwind.example."));
        assert_eq!(bob.client.get(&format!("/o/{}/", maya.home)).await.status, 404);
        assert_eq!(bob.client.form(&path, &[]).await.status, 404, "leaving twice");
    }
}

#[tokio::test]
async fn h41_the_owner_cannot_leave_and_is_told_what_to_do_instead() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let settings = format!("/o/{}/settings", maya.home);
    let path = format!("{settings}/leave");
    let page = maya.sees(&settings).await;
    assert!(page.contains("The owner cannot leave: transfer the ownership first"), "{page}");
    assert!(!page.contains(&format!("href=\"{path}\"")));
    assert_eq!(maya.is_led_from(&path).await, settings);
    assert_eq!(maya.sends(&path, &[]).await, settings);
    let page = maya.sees(&settings).await;
    assert!(page.contains("The owner cannot leave. Transfer the ownership first"), "{page}");
}

#[tokio::test]
async fn b70_deleting_takes_name_and_password_and_says_what_is_lost() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        maya.takes_in(&world, &bob).await;
        maya.invites(&world, &"priya@northwind.example".parse().expect("an address")).await;
        let (home, path) =
            (format!("/o/{}/", maya.home), format!("/o/{}/settings/delete", maya.home));
        let page = maya.sees(&path).await;
        for words in [
            "2 people, you included, lose everything that they may do in it.",
            "1 pending invitation ends and does not come back.",
            "After 14 days it is gone for good",
            "For 14 days you can restore it",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let name = "maya@northwind.example";
        for (typed, password, field) in
            [("maya", PASSWORD, "typed"), (name, "wrong", "password"), (name, "", "password")]
        {
            let page = maya.is_refused(&path, &[("typed", typed), ("password", password)]).await;
            assert!(!fault(&page, "confirm", field).is_empty(), "{typed} {password}");
            assert!(page.contains(&format!("name=\"typed\" type=\"text\" value=\"{typed}\"")));
            assert_eq!(bob.client.get(&home).await.status, 200, "nothing was deleted");
        }
        let led = maya.sends(&path, &[("typed", name), ("password", PASSWORD)]).await;
        assert_eq!(led, "/organizations", "{}", world.engine());
        let page = maya.sees(&led).await;
        let told = "maya@northwind.example is deleted. You can restore it for 14 days.";
        assert!(page.contains(told), "{page}");
        assert_eq!(bob.client.get(&home).await.status, 404, "everything stops at once");
        assert!(maya.sees(&home).await.contains("is deleted</h1>"), "at every address of it");
    }
}

#[tokio::test]
async fn security_52_its_owner_restores_a_deleted_organization_until_the_time_is_over() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        maya.takes_in(&world, &bob).await;
        let (home, settings) = (format!("/o/{}/", maya.home), format!("/o/{}/settings", maya.home));
        let restore = format!("{settings}/restore");
        let typed = [("typed", "maya@northwind.example"), ("password", PASSWORD)];
        let delete = format!("{settings}/delete");
        assert_eq!(maya.is_led_from(&restore).await, settings, "it is not deleted");
        maya.sends(&delete, &typed).await;
        assert!(maya.sees("/organizations").await.contains(&format!("href=\"{restore}\"")));
        assert!(maya.sees(&restore).await.contains("You can restore it until"));
        assert_eq!(bob.client.form(&restore, &[]).await.status, 404, "not a member's to do");
        assert_eq!(maya.sends(&restore, &[]).await, home, "{}", world.engine());
        let page = maya.sees(&home).await;
        assert!(page.contains("maya@northwind.example is restored."), "{page}");
        assert!(page.contains("2 people."), "with its members");
        assert_eq!(bob.client.get(&home).await.status, 200);
        maya.sends(&delete, &typed).await;
        world.clock.advance(Duration::from_secs(14 * 86_400));
        let mut maya = maya.signs_in_again(&world).await;
        let page = maya.is_refused(&restore, &[]).await;
        assert!(page.contains("The time to restore this organization is over."), "{page}");
    }
}
