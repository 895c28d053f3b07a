//! The second factor: turned on and off, asked for, and its codes used up.

use std::time::Duration;

use guildhall_app::second_factor::{
    ConfirmSecondFactor, ConfirmSecondFactorRefusal, DisableSecondFactor, EnrolSecondFactor,
    Enrolment, GetEnrolment, GetSecondFactor, RenewRecoveryCodes,
};
use guildhall_app::session::{
    FinishSignIn, FinishSignInRefusal, NewSession, SignIn, SignedIn, Ticket, TicketRefusal,
};
use guildhall_app::{Error, Settings};
use guildhall_model::Clock;

use super::people::{PASSWORD, Person, anonymous, password};
use crate::world::{World, worlds, worlds_with};

/// Turns the second factor on. Answers what the authenticator knows, and the recovery codes.
pub(super) async fn turn_on(world: &World, person: &Person) -> (Enrolment, Vec<String>) {
    let enrol = EnrolSecondFactor { user: person.id };
    let enrolment = world.app.execute(&person.call, enrol).await.expect("a secret").output;
    let proof = world.app.prove_password(person.id, password(PASSWORD)).await.expect("right");
    let confirm = ConfirmSecondFactor { proof, code: code(world, &enrolment) };
    let codes = world.app.execute(&person.call, confirm).await.expect("on").output;
    (enrolment, codes.codes)
}

/// What the authenticator shows now.
fn code(world: &World, enrolment: &Enrolment) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(enrolment.secret.as_bytes()).expect("base 32");
    let authenticator = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    let seconds = u64::try_from(world.clock.now().micros() / 1_000_000).expect("a time");
    authenticator.generate(seconds).to_string()
}

async fn first_step(world: &World, address: &str) -> Ticket {
    let proof = world.prove(address, PASSWORD).await.expect("right");
    let sign_in = SignIn { proof, remember: false };
    match world.app.execute(&anonymous(), sign_in).await.expect("an answer").output {
        SignedIn::CodeRequired(ticket) => ticket,
        SignedIn::Session(_) => panic!("the second factor was not asked for"),
    }
}

async fn second_step(
    world: &World,
    ticket: &Ticket,
    code: &str,
) -> Result<NewSession, Error<FinishSignInRefusal>> {
    let ticket = world.app.open_ticket(ticket.text()).await.expect("a ticket");
    let finish = FinishSignIn { ticket, code: code.to_owned() };
    world.app.execute(&anonymous(), finish).await.map(|done| done.output)
}

fn wrong() -> Option<Error<FinishSignInRefusal>> {
    Some(Error::Refused(FinishSignInRefusal::WrongCode))
}

#[tokio::test]
async fn h76_a_code_is_asked_for_and_works_once() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let (enrolment, _) = turn_on(&world, &ada).await;
        assert!(enrolment.uri.starts_with("otpauth://totp/Guildhall"), "{}", enrolment.uri);
        assert!(enrolment.qr_code().contains("<svg"));
        assert!(
            world
                .mailed_kinds("ada@lovelace.example")
                .await
                .contains(&"second_factor_enabled".to_owned())
        );
        let ticket = first_step(&world, "ada@lovelace.example").await;
        let used = second_step(&world, &ticket, &code(&world, &enrolment)).await.err();
        assert_eq!(used, wrong(), "the code that turned it on: {}", world.engine);
        world.clock.advance(Duration::from_secs(30));
        let next = code(&world, &enrolment);
        let session = second_step(&world, &ticket, &next).await.expect("in");
        assert!(world.app.authenticate_session(&session.secret.0).await.unwrap().is_some());
        assert_eq!(second_step(&world, &ticket, &next).await.err(), wrong(), "replayed");
        assert_eq!(second_step(&world, &ticket, "000000").await.err(), wrong());
    }
}

#[tokio::test]
async fn recovery_codes_stand_in_once_each_and_are_renewed() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let (_, codes) = turn_on(&world, &ada).await;
        assert_eq!(codes.len(), 10);
        let ticket = first_step(&world, "ada@lovelace.example").await;
        let typed = codes[3].to_uppercase().replace('-', " ");
        second_step(&world, &ticket, &typed).await.expect("in");
        assert_eq!(second_step(&world, &ticket, &codes[3]).await.err(), wrong(), "used");
        assert!(
            world
                .mailed_kinds("ada@lovelace.example")
                .await
                .contains(&"recovery_code_used".to_owned())
        );
        let left = world.app.read(&ada.call, GetSecondFactor { user: ada.id }).await.unwrap();
        assert_eq!(left.expect("on").recovery_codes_left, 9, "{}", world.engine);
        let proof = world.app.prove_password(ada.id, password(PASSWORD)).await.expect("right");
        let renew = RenewRecoveryCodes { proof };
        let renewed = world.app.execute(&ada.call, renew).await.expect("new codes").output;
        assert_eq!(second_step(&world, &ticket, &codes[4]).await.err(), wrong(), "replaced");
        second_step(&world, &ticket, &renewed.codes[0]).await.expect("in");
        let stored = world.database().await;
        let mut tx = stored.read().await.expect("a transaction");
        assert_eq!(guildhall_store::recovery_code::left(&mut tx, ada.id).await.unwrap(), 9);
    }
}

#[tokio::test]
async fn security_14_codes_cannot_be_tried_without_end() {
    let settings = Settings { sign_in_attempts: 3, ..Settings::default() };
    for world in worlds_with(settings).await {
        let ada = world.verified("ada@lovelace.example").await;
        let (enrolment, _) = turn_on(&world, &ada).await;
        world.clock.advance(Duration::from_secs(30));
        for _ in 0..3 {
            let ticket = first_step(&world, "ada@lovelace.example").await;
            assert_eq!(second_step(&world, &ticket, "000000").await.err(), wrong());
        }
        let ticket = first_step(&world, "ada@lovelace.example").await;
        let waits = world.app.open_ticket(ticket.text()).await.map(|_| ());
        let too_many = matches!(waits, Err(Error::Refused(TicketRefusal::TooMany { .. })));
        assert!(too_many, "a new ticket does not help: {waits:?} {}", world.engine);
        world.clock.advance(Duration::from_secs(15 * 60));
        let ticket = first_step(&world, "ada@lovelace.example").await;
        second_step(&world, &ticket, &code(&world, &enrolment)).await.expect("in, after the wait");
    }
}

#[tokio::test]
async fn a_ticket_runs_out_and_dies_with_the_password() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let (enrolment, _) = turn_on(&world, &ada).await;
        world.clock.advance(Duration::from_secs(30));
        let ticket = first_step(&world, "ada@lovelace.example").await;
        super::password::reset(&world, "ada@lovelace.example", super::people::OTHER).await;
        let again = second_step(&world, &ticket, &code(&world, &enrolment)).await.err();
        let start_again = Some(Error::Refused(FinishSignInRefusal::StartAgain));
        assert_eq!(again, start_again, "{}", world.engine);
        world.clock.advance(Duration::from_secs(10 * 60));
        for text in [ticket.text(), "made up"] {
            let late = world.app.open_ticket(text).await.map(|_| ());
            assert_eq!(late, Err(Error::Refused(TicketRefusal::Expired)));
        }
        // A new password does not take a second factor away from a proved address.
        assert!(
            world.app.read(&ada.call, GetSecondFactor { user: ada.id }).await.unwrap().is_some()
        );
    }
}

#[tokio::test]
async fn the_second_factor_needs_the_password_and_a_first_code() {
    for world in worlds().await {
        let ada = world.verified("ada@lovelace.example").await;
        let enrol = EnrolSecondFactor { user: ada.id };
        let enrolment = world.app.execute(&ada.call, enrol).await.expect("a secret").output;
        world.sign_in("ada@lovelace.example").await;
        let pending = world.app.read(&ada.call, GetEnrolment { user: ada.id }).await.unwrap();
        assert_eq!(pending.expect("pending").secret, enrolment.secret);
        let prove =
            async || world.app.prove_password(ada.id, password(PASSWORD)).await.expect("right");
        let confirm = ConfirmSecondFactor { proof: prove().await, code: "000000".to_owned() };
        let refused = world.app.execute(&ada.call, confirm).await.map(|_| ());
        let wrong = Err(Error::Refused(ConfirmSecondFactorRefusal::WrongCode));
        assert_eq!(refused, wrong, "{}", world.engine);
        let right = code(&world, &enrolment);
        let confirm = ConfirmSecondFactor { proof: prove().await, code: right };
        world.app.execute(&ada.call, confirm).await.expect("on");
        assert!(world.app.read(&ada.call, GetEnrolment { user: ada.id }).await.unwrap().is_none());
        let disable = DisableSecondFactor { proof: prove().await };
        world.app.execute(&ada.call, disable).await.expect("off");
        assert!(
            world
                .mailed_kinds("ada@lovelace.example")
                .await
                .contains(&"second_factor_disabled".to_owned())
        );
        world.sign_in("ada@lovelace.example").await;
    }
}
