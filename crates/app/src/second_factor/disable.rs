//! Turning the second factor off.

use guildhall_model::UserId;
use guildhall_store::{recovery_code, user};

use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, RefusalKind, mail::Mail,
    refusal::refusals,
};

/// Turns the second factor off, with its recovery codes.
#[derive(Debug)]
pub struct DisableSecondFactor {
    /// Proof of the password, which names the account.
    pub proof: PasswordProof,
}

refusals! {
    /// Why nothing about the second factor is changed.
    DisableSecondFactorRefusal {
        /// The password has changed since it was proved.
        PasswordChanged = "account.password_changed", RefusalKind::Conflict,
            "the password has changed meanwhile; start again";
        /// There is no second factor.
        Off = "second_factor.off", RefusalKind::Conflict, "the second factor is not on";
    }
}

impl Operation for DisableSecondFactor {
    const NAME: &'static str = "second_factor.disable";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_second_factor");
    type Target = UserId;
    type Output = ();
    type Refusal = DisableSecondFactorRefusal;

    fn target(&self) -> UserId {
        self.proof.user()
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (id, now) = (*cx.target(), cx.now());
        let changed = DisableSecondFactorRefusal::PasswordChanged;
        let account = crate::account::proven(cx, id, &self.proof, changed).await?;
        if !account.has_second_factor() {
            return Err(DisableSecondFactorRefusal::Off.into());
        }
        user::set_totp(cx.store().system(), id, None).await?;
        recovery_code::replace(cx.store().system(), id, &[]).await?;
        cx.mail(&account.email, &Mail::SecondFactorDisabled { at: now }).await?;
        cx.about("user", id, &account.email);
        Ok(())
    }
}
