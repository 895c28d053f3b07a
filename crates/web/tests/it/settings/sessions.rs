//! Where somebody is signed in.

use super::people::{PASSWORD, Someone, led_to, sign_in};
use crate::support::{Ask, BASE, Client, World};

const PAGE: &str = "/settings/sessions";
const END_OTHERS: &str = "/settings/sessions/end-others";

fn end(session: impl std::fmt::Display) -> String {
    format!("{PAGE}/{session}/end")
}

async fn press(client: &mut Client, path: &str) -> crate::support::Answer {
    client.send(Ask::post(path).header("origin", BASE)).await
}

#[tokio::test]
async fn h76_a_session_ended_elsewhere_is_out_at_its_next_click() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let (id, mut phone) = sign_in(&world, &maya.email, PASSWORD, true).await.expect("in");
        assert_eq!(phone.get("/settings/profile").await.status, 200);
        let page = maya.client.get(PAGE).await.text();
        assert!(page.contains(&end(id)), "{page}");
        assert!(!page.contains(&end(maya.session)), "this one is signed out, not ended");
        assert_eq!(page.matches("This one").count(), 1);
        assert!(page.find("This one").unwrap_or(0) < page.find(&end(id)).unwrap_or(0));
        assert_eq!(led_to(&press(&mut maya.client, &end(id)).await), PAGE, "{}", world.engine());
        assert!(maya.client.get(PAGE).await.text().contains("The session has ended."));
        let next = phone.get("/settings/profile").await;
        assert_eq!(led_to(&next), "/sign-in?next=/settings/profile");
        let form = phone.form("/settings/profile", &[("first_name", "X"), ("last_name", "")]).await;
        assert!(led_to(&form).starts_with("/sign-in"), "nor can it send a form");
        assert_eq!(press(&mut maya.client, &end(id)).await.status, 404, "it is gone");
    }
}

#[tokio::test]
async fn h76_all_other_sessions_end_at_once() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let bob = Someone::enter(&world, "bob").await;
        let page = maya.client.get(PAGE).await.text();
        assert!(!page.contains(END_OTHERS), "there are no others");
        let mut others = Vec::new();
        for _ in 0..3 {
            others.push(sign_in(&world, &maya.email, PASSWORD, false).await.expect("in").1);
        }
        assert!(maya.client.get(PAGE).await.text().contains(END_OTHERS));
        let done = press(&mut maya.client, END_OTHERS).await;
        assert_eq!(led_to(&done), PAGE, "{}", world.engine());
        assert!(maya.client.get(PAGE).await.text().contains("Your other sessions have ended."));
        for mut other in others {
            assert!(led_to(&other.get(PAGE).await).starts_with("/sign-in"));
        }
        let mut bob = bob.client;
        assert_eq!(bob.get(PAGE).await.status, 200, "other people stay signed in");
    }
}

#[tokio::test]
async fn another_users_session_is_not_there() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::enter(&world, "maya").await;
        let mut bob = Someone::enter(&world, "bob").await;
        let page = maya.client.get(PAGE).await.text();
        assert!(!page.contains(&bob.session.text()), "{}", world.engine());
        assert_eq!(press(&mut maya.client, &end(bob.session)).await.status, 404);
        assert_eq!(press(&mut maya.client, &end("ses_x")).await.status, 404);
        assert_eq!(bob.client.get(PAGE).await.status, 200, "it goes on");
    }
}

#[tokio::test]
async fn ending_ones_own_session_signs_out() {
    let world = World::new().await;
    let mut maya = Someone::enter(&world, "maya").await;
    let own = end(maya.session);
    assert_eq!(led_to(&press(&mut maya.client, &own).await), "/");
    assert_eq!(maya.client.cookie("guildhall"), None, "the cookie is gone");
    assert!(led_to(&maya.client.get(PAGE).await).starts_with("/sign-in"));
}
