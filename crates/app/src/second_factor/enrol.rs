//! Beginning to set up a second factor.

use guildhall_model::UserId;
use guildhall_store::user::{self, Account, Totp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::totp;
use crate::{
    Granted, Never, Operation, Outcome, Permission, Query, QueryOutcome, RefusalKind, Viewing,
    refusal::refusals,
};

/// Makes the secret for an authenticator. It is asked for at sign-in once a code of it was
/// confirmed; beginning again replaces one that was not.
#[derive(Debug)]
pub struct EnrolSecondFactor {
    /// The account.
    pub user: UserId,
}

/// What an authenticator needs.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Enrolment {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The same with the account's name, as `otpauth://…`, to be shown as a QR code.
    pub uri: String,
}

impl Enrolment {
    fn of(secret: &totp::Secret, account: &Account) -> Self {
        Self { secret: totp::base32(secret), uri: totp::uri(secret, &account.email) }
    }

    /// The QR code as an SVG picture, black on white; empty if there is none.
    pub fn qr_code(&self) -> String {
        let Ok(code) = qrcode::QrCode::new(self.uri.as_bytes()) else { return String::new() };
        code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(200, 200).build()
    }
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

refusals! {
    /// Why no secret is made.
    EnrolSecondFactorRefusal {
        /// There is a second factor.
        On = "second_factor.already_on", RefusalKind::Conflict,
            "the second factor is on already; turn it off first";
    }
}

impl Operation for EnrolSecondFactor {
    const NAME: &'static str = "second_factor.enrol";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_second_factor");
    type Target = UserId;
    type Output = Enrolment;
    type Refusal = EnrolSecondFactorRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = crate::account::find(cx, self.user).await?;
        if account.has_second_factor() {
            return Err(EnrolSecondFactorRefusal::On.into());
        }
        let secret = totp::generate(cx.entropy());
        let sealed = totp::seal(cx.app().keys(), self.user, &secret, cx.entropy());
        let factor = Totp { sealed, confirmed_at: None, last_step: None };
        user::set_totp(cx.store().system(), self.user, Some(&factor)).await?;
        cx.about("user", self.user, &account.email);
        Ok(Enrolment::of(&secret, &account))
    }
}

/// The secret that was made and not confirmed yet; `None` if there is none.
#[derive(Debug)]
pub struct GetEnrolment {
    /// The account.
    pub user: UserId,
}

impl Query for GetEnrolment {
    const NAME: &'static str = "second_factor.get_enrolment";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_second_factor");
    type Target = UserId;
    type Output = Option<Enrolment>;
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let Some(account) = user::find(cx.store().system(), self.user).await? else {
            return Ok(None);
        };
        let pending = account.totp.as_ref().filter(|factor| factor.confirmed_at.is_none());
        let Some(factor) = pending else { return Ok(None) };
        let secret = totp::open(cx.app().keys(), self.user, &factor.sealed)
            .map_err(|error| crate::Stop::Fault(error.to_string()))?;
        Ok(Some(Enrolment::of(&secret, &account)))
    }
}
