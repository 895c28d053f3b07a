//! Making new recovery codes.

use guildhall_model::UserId;

use super::{DisableSecondFactorRefusal, RecoveryCodes, confirm::new_codes};
use crate::{Granted, Operation, Outcome, PasswordProof, Permission};

/// Makes new recovery codes; the earlier ones stop working.
#[derive(Debug)]
pub struct RenewRecoveryCodes {
    /// Proof of the password, which names the account.
    pub proof: PasswordProof,
}

impl Operation for RenewRecoveryCodes {
    const NAME: &'static str = "second_factor.renew_codes";
    const PERMISSION: Permission<UserId> = Permission::named("can_manage_second_factor");
    type Target = UserId;
    type Output = RecoveryCodes;
    type Refusal = DisableSecondFactorRefusal;

    fn target(&self) -> UserId {
        self.proof.user()
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = *cx.target();
        let changed = DisableSecondFactorRefusal::PasswordChanged;
        let account = crate::account::proven(cx, id, &self.proof, changed).await?;
        if !account.has_second_factor() {
            return Err(DisableSecondFactorRefusal::Off.into());
        }
        cx.about("user", id, &account.email);
        new_codes(cx, id).await
    }
}
