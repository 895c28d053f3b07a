//! Confirming and changing addresses, and whom a link helps.

use std::time::Duration;

use guildhall_app::Error;
use guildhall_app::account::{
    ChangeEmail, ChangeEmailRefusal, ConfirmAddress, ConfirmAddressRefusal, GetAccount,
    LookAtAddressLink, PendingAddress, RequestVerification, SendVerification,
    SendVerificationRefusal,
};
use guildhall_model::{ContinuationSecret, VerificationSecret};

use super::people::{OTHER, PASSWORD, anonymous, email, password};
use crate::world::{World, worlds};

async fn link(world: &World, address: &str) -> VerificationSecret {
    world.mailed(address, "/verify/").await.parse().expect("a link")
}

async fn confirm(
    world: &World,
    call: &guildhall_app::Call,
    secret: VerificationSecret,
    continuation: Option<ContinuationSecret>,
) -> Result<guildhall_app::account::Confirmed, Error<ConfirmAddressRefusal>> {
    let confirm = ConfirmAddress { secret, continuation };
    world.app.execute(call, confirm).await.map(|done| done.output)
}

#[tokio::test]
async fn a12_the_link_opened_in_the_browser_that_registered_completes_the_sign_up() {
    for world in worlds().await {
        let registered = world.register("ada@lovelace.example", None).await.expect("registered");
        let (secret, browser) =
            (link(&world, "ada@lovelace.example").await, registered.continuation.0);
        let look = |continuation| LookAtAddressLink { secret: secret.clone(), continuation };
        let seen = world.app.read(&anonymous(), look(Some(browser.clone()))).await;
        let ready = PendingAddress::Ready { email: email("ada@lovelace.example") };
        assert_eq!(seen, Ok(ready), "looking never uses it up (security 18)");
        let confirmed = confirm(&world, &anonymous(), secret.clone(), Some(browser)).await;
        let session = confirmed.expect("confirmed").session.expect("signed in");
        let known = world.app.authenticate_session(&session.secret.0).await.expect("a session");
        assert!(known.expect("somebody").email_verified, "{}", world.engine);
        let again = confirm(&world, &anonymous(), secret, None).await.map(|_| ());
        assert_eq!(again, Err(Error::Refused(ConfirmAddressRefusal::Dead)), "it works once");
    }
}

#[tokio::test]
async fn security_27_a_link_in_a_strangers_mailbox_confirms_nothing_for_them() {
    for world in worlds().await {
        // Mallory registers with the address of Victor, who clicks what arrives.
        let mallory = world.newcomer("victor@acme.example").await;
        let secret = link(&world, "victor@acme.example").await;
        for call in [anonymous(), world.newcomer("other@acme.example").await.call] {
            let clicked = confirm(&world, &call, secret.clone(), None).await.map(|_| ());
            let refusal = Err(Error::Refused(ConfirmAddressRefusal::SignInFirst));
            assert_eq!(clicked, refusal, "{}", world.engine);
        }
        let account = world.app.read(&mallory.call, GetAccount { user: mallory.id }).await;
        assert!(!account.expect("an account").email_verified);
    }
}

#[tokio::test]
async fn links_expire_at_the_instant_and_are_replaced_by_later_ones() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        let first = link(&world, "ada@lovelace.example").await;
        world.clock.advance(Duration::from_secs(60));
        let send = SendVerification { user: ada.id };
        world.app.execute(&ada.call, send).await.expect("sent again");
        let second = link(&world, "ada@lovelace.example").await;
        let old = confirm(&world, &ada.call, first, None).await.map(|_| ());
        assert_eq!(old, Err(Error::Refused(ConfirmAddressRefusal::Dead)), "{}", world.engine);
        world.clock.advance(Duration::from_secs(24 * 60 * 60));
        let late = confirm(&world, &ada.call, second.clone(), None).await.map(|_| ());
        assert_eq!(late, Err(Error::Refused(ConfirmAddressRefusal::Expired)));
        let look = LookAtAddressLink { secret: second, continuation: None };
        assert_eq!(world.app.read(&ada.call, look).await, Ok(PendingAddress::Expired));
    }
}

#[tokio::test]
async fn security_17_mails_about_an_address_are_limited() {
    for world in worlds().await {
        let ada = world.newcomer("ada@lovelace.example").await;
        for _ in 0..5 {
            let send = SendVerification { user: ada.id };
            world.app.execute(&ada.call, send).await.expect("sent");
        }
        let sixth = world.app.execute(&ada.call, SendVerification { user: ada.id }).await;
        let refusal = SendVerificationRefusal::TooMany;
        assert_eq!(sixth.map(|_| ()), Err(Error::Refused(refusal)), "{}", world.engine);
        // Anonymously it is the same answer as ever, and no mail.
        let request = RequestVerification { email: email("ada@lovelace.example") };
        world.app.execute(&anonymous(), request).await.expect("an answer");
        let nobody = RequestVerification { email: email("nobody@lovelace.example") };
        world.app.execute(&anonymous(), nobody).await.expect("the same answer");
        assert_eq!(world.mailed_kinds("ada@lovelace.example").await.len(), 6);
        assert!(world.mailed_kinds("nobody@lovelace.example").await.is_empty());
    }
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_is_confirmed_and_the_old_one_is_told() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let proof = world.app.prove_password(ada.id, password(PASSWORD)).await.expect("right");
        let change = ChangeEmail { proof, email: email("ada@analytical.example") };
        world.app.execute(&ada.call, change).await.expect("asked for");
        let account = world.app.read(&ada.call, GetAccount { user: ada.id }).await.unwrap();
        assert_eq!(account.email, email("ada@lovelace.example"), "not before it is confirmed");
        assert_eq!(account.email_pending, Some(email("ada@analytical.example")));

        let secret = link(&world, "ada@analytical.example").await;
        let stranger = confirm(&world, &anonymous(), secret.clone(), None).await.map(|_| ());
        assert_eq!(stranger, Err(Error::Refused(ConfirmAddressRefusal::SignInFirst)));
        assert!(confirm(&world, &ada.call, secret, None).await.expect("confirmed").changed);
        let account = world.app.read(&ada.call, GetAccount { user: ada.id }).await.unwrap();
        assert_eq!(account.email, email("ada@analytical.example"), "{}", world.engine);
        assert!(account.email_verified && account.email_pending.is_none());
        assert!(
            world.mailed_kinds("ada@lovelace.example").await.contains(&"email_changed".to_owned())
        );
        assert!(world.prove("ada@lovelace.example", PASSWORD).await.is_none());
        world.sign_in("ada@analytical.example").await;
        assert!(!holds(&world, "ada@lovelace.example", ada.id).await);
        assert!(holds(&world, "ada@analytical.example", ada.id).await);
    }
}

#[tokio::test]
async fn security_27_28_a_taken_address_is_not_taken_over_and_not_told() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        world.verified("bob@miller.example").await;
        let proof = world.app.prove_password(ada.id, password(PASSWORD)).await.expect("right");
        let change = |text: &str| ChangeEmail { proof: proof.clone(), email: email(text) };
        world.app.execute(&ada.call, change("bob@miller.example")).await.expect("the same answer");
        assert!(
            world
                .mailed_kinds("bob@miller.example")
                .await
                .contains(&"registration_on_known_address".to_owned())
        );
        let same = world.app.execute(&ada.call, change("ada@lovelace.example")).await;
        assert_eq!(same.map(|_| ()), Err(Error::Refused(ChangeEmailRefusal::Same)));

        // An address that is taken between asking and confirming stays with who took it.
        world.app.execute(&ada.call, change("new@acme.example")).await.expect("asked for");
        let secret = link(&world, "new@acme.example").await;
        world.newcomer("new@acme.example").await;
        let late = confirm(&world, &ada.call, secret, None).await.map(|_| ());
        assert_eq!(late, Err(Error::Refused(ConfirmAddressRefusal::Taken)), "{}", world.engine);
    }
}

#[tokio::test]
async fn security_27_an_unexpired_change_of_address_ends_with_a_new_password() {
    for world in worlds().await {
        // Mallory holds the account first, and asks for a change to an address of their own.
        let mallory = world.newcomer("victor@acme.example").await;
        let proof = world.app.prove_password(mallory.id, password(PASSWORD)).await.expect("right");
        let change = ChangeEmail { proof, email: email("mallory@evil.example") };
        world.app.execute(&mallory.call, change).await.expect("asked for");
        let trap = link(&world, "mallory@evil.example").await;

        // Victor gets the account by their mailbox.
        super::password::reset(&world, "victor@acme.example", OTHER).await;
        let sprung = confirm(&world, &mallory.call, trap, None).await.map(|_| ());
        assert_eq!(sprung, Err(Error::Refused(ConfirmAddressRefusal::Dead)), "{}", world.engine);
        assert!(holds(&world, "victor@acme.example", mallory.id).await, "the mailbox is proved");
        let known = world.app.authenticate_session(&mallory.session.secret.0).await.unwrap();
        assert!(known.is_none(), "and no session from before is left");
    }
}

async fn holds(world: &World, address: &str, id: guildhall_model::UserId) -> bool {
    let mut tx = world.database().await.read().await.expect("a transaction");
    let system = guildhall_store::ScopeId::system();
    let mut scoped = tx.scope(&system);
    let id = id.text();
    let rows = guildhall_store::relationship::of_subject(&mut scoped, "user", &id).await;
    let rows = rows.expect("relationships");
    rows.iter().any(|row| {
        row.object_kind == "address" && row.object_id == address && row.relation == "holder"
    })
}
