//! Accepting and rejecting on the dashboard.

use guildhall_app::invitation::WithdrawInvitation;
use guildhall_model::InvitationId;

use crate::support::{Someone, World, hidden};

/// Somebody who invites, somebody invited, and where the invitation is answered.
async fn invited(world: &World) -> (Someone, Someone, InvitationId, String) {
    let maya = Someone::settled(world, "maya").await;
    let bob = Someone::settled(world, "bob").await;
    let invitation = maya.invites(world, &bob.email).await;
    let path = format!("/invitations/{}/{invitation}", maya.home);
    (maya, bob, invitation, path)
}

#[tokio::test]
async fn h19_h23_b53_the_invitation_shows_on_the_dashboard_in_these_words() {
    for world in World::on_each_engine().await {
        let (mut maya, mut bob, _, path) = invited(&world).await;
        let page = bob.sees(&format!("/o/{}/", bob.home)).await;
        let words = "You have been invited by <b class=\"break\">maya@northwind.example</b> to \
            join \
            their organization. Joining will grant you access to the organization’s clusters.";
        assert!(page.contains("Pending invitation") && page.contains(words), "{page}");
        assert!(page.contains("as <bdi>Member</bdi>") && page.contains("in 7 days"), "{page}");
        assert!(page.contains(&format!("action=\"{path}/accept\"")) && page.contains("Accept"));
        assert!(page.contains(&format!("action=\"{path}/reject\"")) && page.contains("Reject"));
        let hers = maya.sees(&format!("/o/{}/", maya.home)).await;
        assert!(!hers.contains(&path), "only the invited person sees it");
    }
}

#[tokio::test]
async fn h18_h25_accepting_joins_once_and_leads_into_the_organization() {
    for world in World::on_each_engine().await {
        let (maya, mut bob, _, path) = invited(&world).await;
        let northwind = format!("/o/{}/", maya.home);
        assert_eq!(bob.client.get(&northwind).await.status, 404, "nothing before accepting");
        let page = bob.sees(&format!("/o/{}/", bob.home)).await;
        let fields = [("submission", hidden(&page, "submission"))];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let accept = format!("{path}/accept");
        assert_eq!(bob.sends(&accept, &fields).await, northwind, "{}", world.engine());
        assert_eq!(bob.sends(&accept, &fields).await, northwind, "sent twice is one effect");
        let joined = bob.sees(&northwind).await;
        assert!(joined.contains("You have joined maya@northwind.example."), "{joined}");
        assert!(joined.contains("2 people.") && !joined.contains("Pending invitation"));
        assert!(!bob.sees(&northwind).await.contains("You have joined"), "told once");
        assert_eq!(bob.is_led_from("/").await, northwind, "the one last used");
        assert_eq!(bob.client.form(&accept, &[]).await.status, 404, "single use");
    }
}

#[tokio::test]
async fn h24_rejecting_takes_the_invitation_away_and_makes_no_member() {
    for world in World::on_each_engine().await {
        let (maya, mut bob, _, path) = invited(&world).await;
        assert_eq!(bob.sends(&format!("{path}/reject"), &[]).await, "/");
        let page = bob.sees(&format!("/o/{}/", bob.home)).await;
        assert!(page.contains("You have rejected the invitation."), "{page}");
        assert!(!page.contains("Pending invitation"));
        assert_eq!(bob.client.get(&format!("/o/{}/", maya.home)).await.status, 404);
        assert_eq!(bob.client.form(&format!("{path}/accept"), &[]).await.status, 404);
    }
}

#[tokio::test]
async fn h25_nobody_but_the_invited_person_accepts_or_rejects() {
    for world in World::on_each_engine().await {
        let (mut maya, mut bob, _, path) = invited(&world).await;
        let mut eve = Someone::settled(&world, "eve").await;
        for verb in ["accept", "reject"] {
            let path = format!("{path}/{verb}");
            assert_eq!(eve.client.form(&path, &[]).await.status, 404, "{path}");
            let hers = maya.client.form(&path, &[]).await.status;
            assert!(hers == 403 || hers == 404, "not even who invited: {hers}");
            let nobody = crate::support::led_to(&world.client().form(&path, &[]).await);
            assert_eq!(nobody, "/sign-in");
        }
        assert!(bob.sees(&format!("/o/{}/", bob.home)).await.contains("Pending invitation"));
    }
}

#[tokio::test]
async fn h25_an_invitation_that_ended_meanwhile_is_no_fault_and_says_why() {
    let world = World::new().await;
    let (maya, mut bob, invitation, path) = invited(&world).await;
    maya.does(&world, WithdrawInvitation { organization: maya.home, invitation }).await;
    let answer = bob.client.form(&format!("{path}/accept"), &[]).await;
    assert_eq!(answer.status, 404, "withdrawn: {}", answer.text());
    let again = maya.invites(&world, &bob.email).await;
    world.clock.advance(std::time::Duration::from_secs(7 * 86_400));
    let mut bob = bob.signs_in_again(&world).await;
    let accept = format!("/invitations/{}/{again}/accept", maya.home);
    assert_eq!(bob.sends(&accept, &[]).await, "/");
    let page = bob.sees(&format!("/o/{}/", bob.home)).await;
    assert!(page.contains("This invitation has expired. Ask for a new one."), "{page}");
}
