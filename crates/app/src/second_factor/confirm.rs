//! Turning the second factor on.

use guildhall_model::UserId;
use guildhall_store::{
    recovery_code,
    user::{self, Totp},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{recovery, totp};
use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, RefusalKind, Stop, mail::Mail,
    refusal::refusals,
};

/// Turns the second factor on with a first code of the authenticator.
#[derive(Debug)]
pub struct ConfirmSecondFactor {
    /// Proof of the password, which names the account.
    pub proof: PasswordProof,
    /// The code.
    pub code: String,
}

/// Codes that stand in for the second factor, shown once.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryCodes {
    /// Ten codes; each works once.
    pub codes: Vec<String>,
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

refusals! {
    /// Why the second factor is not turned on.
    ConfirmSecondFactorRefusal {
        /// The password has changed since it was proved.
        PasswordChanged = "account.password_changed", RefusalKind::Conflict,
            "the password has changed meanwhile; start again";
        /// Setting it up was not begun.
        NotBegun = "second_factor.not_begun", RefusalKind::Conflict,
            "nothing waits to be confirmed; set the second factor up again";
        /// The code is wrong.
        WrongCode = "second_factor.wrong_code", RefusalKind::Invalid,
            "this code is wrong or too old; check the clock of the device", at "code";
    }
}

impl Operation for ConfirmSecondFactor {
    const NAME: &'static str = "second_factor.confirm";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_second_factor");
    type Target = UserId;
    type Output = RecoveryCodes;
    type Refusal = ConfirmSecondFactorRefusal;

    fn target(&self) -> UserId {
        self.proof.user()
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (id, now) = (*cx.target(), cx.now());
        let changed = ConfirmSecondFactorRefusal::PasswordChanged;
        let account = crate::account::proven(cx, id, &self.proof, changed).await?;
        let pending = account.totp.filter(|factor| factor.confirmed_at.is_none());
        let factor = pending.ok_or(ConfirmSecondFactorRefusal::NotBegun)?;
        let secret = totp::open(cx.app().keys(), id, &factor.sealed)
            .map_err(|error| Stop::Fault(error.to_string()))?;
        let step = totp::check(&secret, &self.code, now, factor.last_step)
            .ok_or(ConfirmSecondFactorRefusal::WrongCode)?;
        let factor = Totp { confirmed_at: Some(now), last_step: Some(step), ..factor };
        user::set_totp(cx.store().system(), id, Some(&factor)).await?;
        let codes = new_codes(cx, id).await?;
        cx.mail(&account.email, &Mail::SecondFactorEnabled { at: now }).await?;
        cx.about("user", id, &account.email);
        Ok(codes)
    }
}

/// Makes new recovery codes, which take the place of earlier ones.
pub(super) async fn new_codes<O: Operation>(
    cx: &mut Granted<'_, O>,
    user: UserId,
) -> Result<RecoveryCodes, Stop<O::Refusal>> {
    let codes = recovery::generate(cx.entropy());
    let hashes: Vec<_> = codes.iter().map(|code| recovery::hash(code)).collect();
    recovery_code::replace(cx.store().system(), user, &hashes).await?;
    Ok(RecoveryCodes { codes })
}
