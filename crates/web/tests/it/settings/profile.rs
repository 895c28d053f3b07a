//! Names.

use super::people::{Someone, fault, led_to, refused};
use crate::support::World;

const PAGE: &str = "/settings/profile";

#[tokio::test]
async fn h76_names_are_changed_everywhere() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let typed = [("first_name", " Maya "), ("last_name", "Okafor-Ünal")];
        let saved = maya.client.form(PAGE, &typed).await;
        assert_eq!(led_to(&saved), PAGE, "{}", world.engine());
        let page = maya.client.get(PAGE).await.text();
        assert!(page.contains("Your profile is saved."), "{page}");
        assert!(page.contains("value=\"Maya\"") && page.contains("value=\"Okafor-Ünal\""));
        assert!(page.contains("<b>Maya Okafor-Ünal</b>"), "the header shows the new name");
        assert!(page.contains(&maya.id.text()), "the id is shown");
        assert!(!maya.client.get(PAGE).await.text().contains("is saved"), "told once");
    }
}

#[tokio::test]
async fn h76_a_name_that_cannot_be_is_refused_and_stays_in_the_form() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    let long = "x".repeat(81);
    for (first, last, field, words) in [
        ("", " ", "first_name", "Give a first name or a last name."),
        ("Maya", long.as_str(), "last_name", "longer than 80 characters"),
        ("www.evil.example", "<b>Okafor", "first_name", "web address"),
        ("Ma\u{202e}ya", "Okafor", "first_name", "invisible character"),
    ] {
        let answer = maya.client.form(PAGE, &[("first_name", first), ("last_name", last)]).await;
        let page = refused(&answer);
        assert!(fault(&page, "profile", field).contains(words), "{first} {last}");
        let kept = last.replace('<', "&#60;").replace('>', "&#62;");
        assert!(page.contains(&format!("value=\"{kept}\"")), "{last} is kept");
    }
    let unchanged = maya.client.get(PAGE).await.text();
    assert!(unchanged.contains("value=\"maya\""), "nothing was changed");
}
