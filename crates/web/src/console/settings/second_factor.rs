//! One's second factor: setting it up, turning it off, its recovery codes.

use axum::response::{IntoResponse, Response};
use guildhall_app::second_factor::{
    ConfirmSecondFactor, ConfirmSecondFactorRefusal, DisableSecondFactor, EnrolSecondFactor,
    Enrolment, GetEnrolment, GetSecondFactor, RecoveryCodes, RenewRecoveryCodes,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{frame, lead_to, me, prove, security::PAGE as SECURITY};
use crate::caller::Person;
use crate::extract::Form;
use crate::flash::{Flash, texts};
use crate::page::{ConfirmPage, RecoveryCodesPage, Section, TotpPage};
use crate::reply::{Html, Reply};
use crate::route::Route;

const ENROL: &str = "/settings/security/totp";
const CONFIRM: &str = "/settings/security/totp/confirm";
const OFF: &str = "/settings/security/totp/off";
const CODES: &str = "/settings/security/recovery-codes";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let password = json!({ "password": "tundra walnut ladder 47" });
    vec![
        Route::get(ENROL, show).reads::<GetEnrolment>(),
        Route::post(ENROL, enrol).serves::<EnrolSecondFactor>(),
        Route::post(CONFIRM, confirm)
            .serves::<ConfirmSecondFactor>()
            .also_reads::<GetEnrolment>()
            .example_body(json!({ "code": "123456", "password": "tundra walnut ladder 47" })),
        Route::get(OFF, ask_off).reads::<GetSecondFactor>(),
        Route::post(OFF, turn_off).serves::<DisableSecondFactor>().example_body(password.clone()),
        Route::get(CODES, ask_codes).reads::<GetSecondFactor>(),
        Route::post(CODES, renew_codes).serves::<RenewRecoveryCodes>().example_body(password),
    ]
}

/// The form with a first code of the authenticator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FirstCode {
    code: String,
    password: String,
}

/// A form with one's password alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OwnPassword {
    password: String,
}

async fn enrol(person: Person) -> Reply<Response> {
    match person.execute(EnrolSecondFactor { user: me(&person)? }).await {
        Ok(_) => Ok(lead_to(ENROL)),
        Err(failure) => {
            failure.refusal()?;
            person.tell(Flash::of(&texts::SECOND_FACTOR_ALREADY_ON, []));
            Ok(lead_to(SECURITY))
        }
    }
}

async fn show(person: Person) -> Reply<Response> {
    match person.read(GetEnrolment { user: me(&person)? }).await? {
        Some(enrolment) => Ok(Html::of(enrolment_page(&person, &enrolment).await?).into_response()),
        None => Ok(lead_to(SECURITY)),
    }
}

async fn confirm(person: Person, Form(typed): Form<FirstCode>) -> Reply<Response> {
    // Nothing waits when the form is sent twice; the second answer is then that of the first.
    let waiting = person.read(GetEnrolment { user: me(&person)? }).await?;
    let mut form = crate::page::Form::creating("totp", CONFIRM, person.submission());
    form.set("code", &typed.code);
    if typed.code.trim().is_empty() {
        form.fault("code", "type the six digits that the authenticator shows");
    }
    let proof = prove(&person, &mut form, "password", typed.password).await?;
    if let Some(proof) = proof.filter(|_| !form.failed()) {
        match person.execute(ConfirmSecondFactor { proof, code: typed.code }).await {
            Ok(codes) => return Ok(codes_page(&person, codes).await?.into_response()),
            Err(failure) => match failure.refusal()? {
                ConfirmSecondFactorRefusal::NotBegun => {
                    person.tell(Flash::of(&texts::SECOND_FACTOR_NOT_BEGUN, []));
                    return Ok(lead_to(SECURITY));
                }
                refusal @ ConfirmSecondFactorRefusal::WrongCode => {
                    form.fault("code", refusal.to_string());
                }
                refusal @ ConfirmSecondFactorRefusal::PasswordChanged => {
                    form.refuse(refusal.to_string());
                }
            },
        }
    }
    let Some(enrolment) = waiting else {
        person.tell(Flash::of(&texts::SECOND_FACTOR_NOT_BEGUN, []));
        return Ok(lead_to(SECURITY));
    };
    let page = enrolment_page(&person, &enrolment).await?;
    Ok(Html::refused(TotpPage { form, ..page }).into_response())
}

async fn ask_off(person: Person) -> Reply<Response> {
    if !is_on(&person).await? {
        return Ok(lead_to(SECURITY));
    }
    Ok(Html::of(off_page(&person).await?).into_response())
}

async fn turn_off(person: Person, Form(typed): Form<OwnPassword>) -> Reply<Response> {
    let mut page = off_page(&person).await?;
    let proof = prove(&person, &mut page.form, "password", typed.password).await?;
    let Some(proof) = proof else { return Ok(Html::refused(page).into_response()) };
    match person.execute(DisableSecondFactor { proof }).await {
        Ok(()) => {
            person.tell(Flash::of(&texts::SECOND_FACTOR_OFF, []));
            Ok(lead_to(SECURITY))
        }
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn ask_codes(person: Person) -> Reply<Response> {
    if !is_on(&person).await? {
        return Ok(lead_to(SECURITY));
    }
    Ok(Html::of(renewal_page(&person).await?).into_response())
}

async fn renew_codes(person: Person, Form(typed): Form<OwnPassword>) -> Reply<Response> {
    let mut page = renewal_page(&person).await?;
    let proof = prove(&person, &mut page.form, "password", typed.password).await?;
    let Some(proof) = proof else { return Ok(Html::refused(page).into_response()) };
    match person.execute(RenewRecoveryCodes { proof }).await {
        Ok(codes) => Ok(codes_page(&person, codes).await?.into_response()),
        Err(failure) => {
            failure.show_in(&mut page.form)?;
            Ok(Html::refused(page).into_response())
        }
    }
}

async fn is_on(person: &Person) -> Reply<bool> {
    Ok(person.read(GetSecondFactor { user: me(person)? }).await?.is_some())
}

async fn enrolment_page(person: &Person, enrolment: &Enrolment) -> Reply<TotpPage> {
    let shell = frame(person, Section::Security).await;
    let mut page = TotpPage::new(shell, &enrolment.qr_code(), in_fours(&enrolment.secret));
    page.form.submission = person.submission();
    Ok(page)
}

async fn off_page(person: &Person) -> Reply<ConfirmPage> {
    let shell = frame(person, Section::Security).await;
    let title = "Turn off the second factor?";
    let back = ("Security", SECURITY);
    let mut page = ConfirmPage::danger(shell, title, "Turn off", OFF, back);
    page.lead = "Your password alone will be enough to sign in.".to_owned();
    page.consequences.losses = vec!["Your recovery codes stop working.".to_owned()];
    page.password = true;
    Ok(page)
}

async fn renewal_page(person: &Person) -> Reply<ConfirmPage> {
    let shell = frame(person, Section::Security).await;
    let title = "Make new recovery codes?";
    let back = ("Security", SECURITY);
    let mut page = ConfirmPage::calm(shell, title, "Make new codes", CODES, back);
    page.lead = "The ones you have stop working at once.".to_owned();
    page.password = true;
    page.form.submission = person.submission();
    Ok(page)
}

async fn codes_page(person: &Person, codes: RecoveryCodes) -> Reply<Html<RecoveryCodesPage>> {
    let shell = frame(person, Section::Security).await;
    Ok(Html::of(RecoveryCodesPage { shell, codes: codes.codes }))
}

/// A secret in groups of four, as people read and type it.
fn in_fours(secret: &str) -> String {
    let mut text = String::with_capacity(secret.len() + secret.len() / 4);
    for (at, letter) in secret.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push(' ');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::in_fours;

    #[test]
    fn a_secret_is_shown_in_groups_of_four() {
        assert_eq!(in_fours("JBSWY3DPEHPK3PXP"), "JBSW Y3DP EHPK 3PXP");
        assert_eq!(in_fours("ABCDE"), "ABCD E");
        assert_eq!(in_fours(""), "");
    }
}
