//! Making an account for somebody else.

use guildhall_model::{Email, UserId};
use guildhall_store::user;

use super::{
    make::{Names, NewAccount, make},
    register::send_verification,
};
use crate::{
    Granted, NewPassword, Operation, Outcome, Permission, RefusalKind, TheSystem, refusal::refusals,
};

/// Makes an account for somebody, with an organization of its own, whatever the settings say about
/// registering. Where nobody vouches for the address, the link that confirms it is mailed there.
#[derive(Debug)]
pub struct CreateUser {
    /// The address.
    pub email: Email,
    /// The names.
    pub names: Names,
    /// The first password.
    pub password: NewPassword,
    /// Whether the operator vouches that the person receives mail at the address.
    pub verified: bool,
}

refusals! {
    /// Why no account is made.
    CreateUserRefusal {
        /// There is one.
        Exists = "account.exists", RefusalKind::Conflict,
            "this address has an account already", at "email";
    }
}

impl Operation for CreateUser {
    const NAME: &'static str = "account.create";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_create_user");
    type Target = TheSystem;
    type Output = UserId;
    type Refusal = CreateUserRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        if user::find_by_email(cx.store().system(), &self.email).await?.is_some() {
            return Err(CreateUserRefusal::Exists.into());
        }
        let new = NewAccount {
            email: &self.email,
            names: &self.names,
            password: &self.password,
            verified: self.verified,
            with_organization: true,
        };
        let (account, organization) = make(cx, new).await?;
        cx.about("user", account.id, &account.email);
        cx.after(serde_json::json!({
            "email": account.email,
            "verified": self.verified,
            "organization": organization,
        }));
        if !self.verified {
            send_verification(cx, &account, None).await?;
        }
        Ok(account.id)
    }
}
