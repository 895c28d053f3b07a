//! Signing in with a password.

use guildhall_store::quota;
use serde::{Deserialize, Serialize};

use super::{NewSession, Ticket, begin};
use crate::{
    Granted, Operation, Outcome, PasswordProof, Permission, RefusalKind, TheSystem,
    refusal::refusals, throttle::Limit,
};

/// Begins a session for whoever proved a password, or asks for the second factor.
#[derive(Debug)]
pub struct SignIn {
    /// Proof of the password, which names the account.
    pub proof: PasswordProof,
    /// Whether to stay signed in when the browser is closed.
    pub remember: bool,
}

/// What a right password leads to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SignedIn {
    /// In.
    Session(NewSession),
    /// To the second step, with what proves the first.
    CodeRequired(Ticket),
}

refusals! {
    /// Why there is no session in spite of the right password.
    SignInRefusal {
        /// The password has changed since it was proved.
        PasswordChanged = "account.password_changed", RefusalKind::Conflict,
            "the password has changed meanwhile; start again";
        /// The account is disabled.
        Disabled = "session.account_disabled", RefusalKind::Forbidden,
            "this account is disabled; ask an administrator of this installation";
    }
}

impl Operation for SignIn {
    const NAME: &'static str = "session.sign_in";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_sign_in");
    type Target = TheSystem;
    type Output = SignedIn;
    type Refusal = SignInRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.proof.user();
        let changed = SignInRefusal::PasswordChanged;
        let account = crate::account::proven(cx, id, &self.proof, changed).await?;
        if account.disabled_at.is_some() {
            return Err(SignInRefusal::Disabled.into());
        }
        cx.about("user", id, &account.email);
        let origin = &cx.call().origin;
        let here = Limit::sign_in_key(origin, &account.email);
        let address = Limit::sign_in_from(cx.app(), origin);
        quota::clear(cx.store().system(), &here).await?;
        let everywhere = Limit::sign_in_everywhere_key(&account.email);
        quota::give_back(cx.store().system(), &everywhere).await?;
        if let Some(limit) = address {
            quota::give_back(cx.store().system(), limit.key()).await?;
        }
        if account.has_second_factor() {
            cx.after(serde_json::json!({ "second_factor": "asked" }));
            return Ok(SignedIn::CodeRequired(Ticket::new(cx, &account, self.remember)));
        }
        let session = begin(cx, id, self.remember).await?;
        cx.after(serde_json::json!({ "session": session.session }));
        Ok(SignedIn::Session(session))
    }
}
