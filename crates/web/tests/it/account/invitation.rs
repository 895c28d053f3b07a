//! From the link of an invitation through the door and back to it.

use guildhall_app::Call;
use guildhall_app::invitation::{InviteMembers, OfferedRole};
use guildhall_app::organization::ListMyOrganizations;
use guildhall_model::{InvitableRole, SessionSecret};

use super::mailbox::{PASSWORD, link, member};
use crate::support::{Ask, World};

/// Has Ada invite somebody. Answers the path of the mailed link.
async fn invite(world: &World, to: &str) -> String {
    let ada = member(world, "ada@lovelace.example").await;
    let secret: SessionSecret = ada.cookie("guildhall").expect("a session").parse().unwrap();
    let app = &world.web.app;
    let known = app.authenticate_session(&secret).await.unwrap().expect("somebody");
    let call = Call::of(known.actor);
    let mine = ListMyOrganizations { user: known.user };
    let organization = app.read(&call, mine).await.expect("a list")[0].id;
    let emails = to.parse().expect("addresses");
    let role = OfferedRole::Organization(InvitableRole::Member);
    let invite = InviteMembers { organization, emails, role };
    app.execute(&call, invite).await.expect("invited");
    link(world, to, "/invitation/").await
}

#[tokio::test]
async fn a12_an_invitation_leads_through_registration_and_back() {
    for world in World::on_each_engine().await {
        let path = invite(&world, "bob@miller.example").await;
        let mut bob = world.client();
        let page = bob.get(&format!("/register?next={path}")).await.text();
        assert!(page.contains("value=\"bob@miller.example\"") && page.contains("readonly"));
        assert!(page.contains("ada@lovelace.example"), "who invited: {}", world.engine());
        let fields = [
            ("email", "bob@miller.example"),
            ("first_name", "Bob"),
            ("password", PASSWORD),
            ("next", &path),
        ];
        let registered = bob.form("/register", &fields).await;
        assert_eq!(registered.header("location"), path, "{}", registered.text());
        let offer = bob.get(&path).await.text();
        assert!(offer.contains("Accept"), "{offer}");
    }
}

#[tokio::test]
async fn an_invitation_leads_through_signing_in_and_back() {
    let world = World::new().await;
    member(&world, "bob@miller.example").await;
    let path = invite(&world, "bob@miller.example").await;
    let mut bob = world.client();
    let page = bob.get(&format!("/sign-in?next={path}")).await.text();
    assert!(page.contains("Sign in to see your invitation"), "{page}");
    let fields = [("email", "bob@miller.example"), ("password", PASSWORD), ("next", &path)];
    assert_eq!(bob.form("/sign-in", &fields).await.header("location"), path);
    assert!(bob.get(&path).await.text().contains("Accept"));
    // Registering with it again says what to do, to whoever holds the link.
    let fields = [
        ("email", "bob@miller.example"),
        ("first_name", "Bob"),
        ("password", PASSWORD),
        ("next", &path),
    ];
    let known = world.client().form("/register", &fields).await;
    assert_eq!(known.status, 409);
    assert!(known.text().contains("has an account already"), "{}", known.text());
}

/// A form as browsers send it on plain HTTP from a page that sends no referrer.
fn without_origin(path: &str) -> Ask {
    Ask::post(path)
        .header("origin", "null")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("")
}

#[tokio::test]
async fn security_2_18_66_the_page_behind_the_link_accepts_and_rejects_though_it_hides_its_origin()
{
    let world = World::new().await;
    let mut bob = member(&world, "bob@miller.example").await;
    let path = invite(&world, "bob@miller.example").await;
    let page = bob.get(&path).await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    for form in ["accept", "reject"] {
        assert!(page.text().contains(&format!("action=\"{path}/{form}\"")), "{}", page.text());
    }
    // Without the secret nothing of unknown origin is taken.
    let offer = bob.get("/api/v1/invitations").await.json()["items"][0].clone();
    let (to, id) = (offer["organization"].as_str().unwrap(), offer["id"].as_str().unwrap());
    let refused = bob.send(without_origin(&format!("/invitations/{to}/{id}/accept"))).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    let elsewhere = without_origin(&format!("{path}/accept")).header("sec-fetch-site", "same-site");
    assert_eq!(bob.send(elsewhere).await.status, 403);
    let forged = bob.send(without_origin("/invitation/ghi_unknown/accept")).await;
    assert_eq!(forged.status, 404, "{}", forged.text());
    // Nobody else accepts it, and signed out one is led to sign in.
    let mut eve = member(&world, "eve@miller.example").await;
    for form in ["accept", "reject"] {
        let stolen = eve.send(without_origin(&format!("{path}/{form}"))).await;
        assert_eq!(stolen.status, 403, "security 2");
        let page = stolen.text();
        assert!(page.contains("bob@miller.example") && page.contains("eve@miller.example"));
    }
    let led = world.client().send(without_origin(&format!("{path}/accept"))).await;
    assert!(led.header("location").starts_with("/sign-in"), "{}", led.text());

    let joined = bob.send(without_origin(&format!("{path}/accept"))).await;
    assert_eq!(joined.header("location"), format!("/o/{to}/"), "{}", joined.text());
    let again = bob.send(without_origin(&format!("{path}/reject"))).await;
    assert_eq!(again.status, 410, "it was used");
}
