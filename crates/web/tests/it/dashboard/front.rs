//! Which page `/` is, and what a dashboard shows.

use guildhall_app::member::RemoveMember;
use guildhall_app::organization::{DeleteOrganization, RenameOrganization};
use guildhall_model::Password;

use crate::support::{PASSWORD, Someone, World};

#[tokio::test]
async fn s77_b60_the_front_page_leads_to_the_only_organization_or_the_one_last_used() {
    for world in World::on_each_engine().await {
        let engine = world.engine();
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        let (northwind, own) = (format!("/o/{}/", maya.home), format!("/o/{}/", bob.home));
        assert_eq!(bob.is_led_from("/").await, own, "one organization: straight in, {engine}");
        maya.takes_in(&world, &bob).await;
        assert_eq!(bob.is_led_from("/").await, "/organizations", "several: choose, {engine}");
        let page = bob.sees(&northwind).await;
        assert!(page.contains(&own), "the picker leads to the other one");
        assert_eq!(bob.is_led_from("/").await, northwind, "the one last used, {engine}");
        bob.sees(&own).await;
        assert_eq!(bob.is_led_from("/").await, own, "{engine}");
        bob.sees(&northwind).await;
        maya.does(&world, RemoveMember { organization: maya.home, user: bob.id }).await;
        assert_eq!(bob.client.get(&northwind).await.status, 404, "out at the next click");
        assert_eq!(bob.is_led_from("/").await, own, "what is left, {engine}");
        assert_eq!(maya.is_led_from(northwind.trim_end_matches('/')).await, northwind);
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_sign_in_and_a_stranger_sees_nothing() {
    let world = World::new().await;
    let maya = Someone::settled(&world, "maya").await;
    let mut stranger = Someone::settled(&world, "eve").await;
    let northwind = format!("/o/{}/", maya.home);
    let mut nobody = world.client();
    assert_eq!(crate::support::led_to(&nobody.get("/").await), "/sign-in");
    let led = crate::support::led_to(&nobody.get(&northwind).await);
    assert_eq!(led, format!("/sign-in?next={northwind}"));
    let answer = stranger.client.get(&northwind).await;
    assert_eq!(answer.status, 404);
    assert!(!answer.text().contains("maya@northwind.example"));
    assert_eq!(stranger.is_led_from("/").await, format!("/o/{}/", stranger.home));
}

#[tokio::test]
async fn h28_a_member_sees_the_dashboard_of_the_owner() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        let northwind = format!("/o/{}/", maya.home);
        let display_name = "Northwind Labs".parse().expect("a name");
        let rename = RenameOrganization { organization: maya.home, display_name };
        let young = maya.sees(&northwind).await;
        assert!(young.contains("What to do first") && young.contains("0 of 4 done"), "{young}");
        maya.does(&world, rename).await;
        maya.takes_in(&world, &bob).await;
        let (hers, his) = (maya.sees(&northwind).await, bob.sees(&northwind).await);
        for page in [&hers, &his] {
            assert!(page.contains("<h1>Northwind Labs</h1>"), "{page}");
            assert!(page.contains("2 people."), "{page}");
            assert!(page.contains("maya@northwind.example"), "who is in charge");
            assert!(page.contains(&format!("{northwind}members")), "H12: Members is reached");
        }
        assert!(hers.contains("<dd>Owner</dd>") && his.contains("<dd>Member</dd>"));
        assert!(hers.contains("2 of 4 done") && !his.contains("What to do first"));
    }
}

#[tokio::test]
async fn s77_without_any_organization_one_is_told_so_and_what_to_do() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let bob = Someone::settled(&world, "bob").await;
        bob.invites(&world, &maya.email).await;
        let password = Password::parse(PASSWORD).expect("a password");
        let proof = world.web.app.prove_password(maya.id, password).await.expect("proved");
        maya.does(&world, DeleteOrganization { organization: maya.home, proof }).await;
        let page = maya.sees("/").await;
        assert!(page.contains("You are in no organization"), "{page}");
        assert!(page.contains("href=\"/organizations/new\""));
        assert!(page.contains("bob@northwind.example"), "H19: the invitation shows here, too");
        assert!(page.contains(&format!("/o/{}/settings/restore", maya.home)));
    }
}

/// It is a memory, never a right: each request asks anew whether it still holds.
#[tokio::test]
async fn security_49_the_organization_last_used_is_checked_at_every_request() {
    for world in World::on_each_engine().await {
        let mut maya = Someone::settled(&world, "maya").await;
        let mut bob = Someone::settled(&world, "bob").await;
        let mut carol = Someone::settled(&world, "carol").await;
        for member in [&bob, &carol] {
            maya.takes_in(&world, member).await;
        }
        let (shared, own) = (format!("/o/{}/", maya.home), format!("/o/{}/", bob.home));
        bob.sees(&shared).await;
        carol.sees(&shared).await;
        assert_eq!(bob.is_led_from("/").await, shared);

        // A deletion that does not happen changes nothing.
        let delete = format!("/o/{}/settings/delete", maya.home);
        let typed = |password| [("typed", "maya@northwind.example"), ("password", password)];
        maya.is_refused(&delete, &typed("wrong")).await;
        assert_eq!(bob.is_led_from("/").await, shared, "{}", world.engine());

        // Carol has gone on before the deletion: it does not touch what she uses now.
        let carols = format!("/o/{}/", carol.home);
        carol.sees(&carols).await;
        maya.sends(&delete, &typed(PASSWORD)).await;
        assert_eq!(carol.is_led_from("/").await, carols, "{}", world.engine());
        // Bob still has it in memory, and gets none of it at the very next request.
        assert_eq!(bob.is_led_from("/").await, own, "{}", world.engine());
        let page = bob.sees("/settings/profile").await;
        assert!(!page.contains(&maya.home.text()), "{page}");
        assert_eq!(bob.client.get(&shared).await.status, 404);

        // Nothing else was chosen since, so that it is back with the organization.
        maya.sends(&format!("/o/{}/settings/restore", maya.home), &[]).await;
        assert_eq!(bob.is_led_from("/").await, shared, "{}", world.engine());
        let removed = RemoveMember { organization: maya.home, user: bob.id };
        maya.does(&world, removed).await;
        assert_eq!(bob.is_led_from("/").await, own, "{}", world.engine());
        assert!(!bob.sees("/settings/profile").await.contains(&maya.home.text()));
    }
}

#[tokio::test]
async fn the_dashboard_tells_what_happened_lately_to_those_who_may_read_it() {
    let world = World::new().await;
    let mut maya = Someone::settled(&world, "maya").await;
    let mut bob = Someone::settled(&world, "bob").await;
    maya.takes_in(&world, &bob).await;
    let northwind = format!("/o/{}/", maya.home);
    let page = maya.sees(&northwind).await;
    assert!(page.contains("Lately") && page.contains("accepted an invitation"), "{page}");
    assert!(!bob.sees(&northwind).await.contains("Lately"), "members do not read the audit log");
}
