//! Accounts: registering, proving an address, passwords, profile, closing and deleting.

mod change_email;
mod change_password;
mod close_welcome;
mod confirm_address;
mod create;
mod delete;
mod disable;
mod edit_profile;
mod get;
mod make;
mod make_system_admin;
mod make_user_manager;
mod register;
mod remove_system_admin;
mod remove_user_manager;
mod reset_password;
mod send_reset_link;
mod send_verification;
mod set_up;
mod sweep;

pub use change_email::{ChangeEmail, ChangeEmailRefusal};
pub use change_password::{ChangePassword, ChangePasswordRefusal};
pub use close_welcome::CloseWelcome;
pub use confirm_address::{
    ConfirmAddress, ConfirmAddressRefusal, Confirmed, LookAtAddressLink, PendingAddress,
};
pub use create::{CreateUser, CreateUserRefusal};
pub use delete::{DeleteAccount, DeleteAccountRefusal};
pub use disable::{DisableUser, DisableUserRefusal, EnableUser, EnableUserRefusal};
pub use edit_profile::EditProfile;
pub use get::{GetAccount, MyAccount};
pub use make::Names;
pub use make_system_admin::{MakeSystemAdmin, MakeSystemAdminRefusal};
pub use make_user_manager::MakeUserManager;
pub use register::{ChosenPasswordRefusal, RegisterUser, RegisterUserRefusal, Registered};
pub use remove_system_admin::{RemoveSystemAdmin, RemoveSystemAdminRefusal};
pub use remove_user_manager::{RemoveUserManager, RemoveUserManagerRefusal};
pub use reset_password::{
    IssueResetLink, LookAtResetLink, RequestReset, ResetPassword, ResetPasswordRefusal,
};
pub use send_reset_link::{SendResetLink, SendResetLinkRefusal};
pub use send_verification::{RequestVerification, SendVerification, SendVerificationRefusal};
pub use set_up::{IssueSetUpLink, IssueSetUpLinkRefusal, LookAtSetUpLink, SetUp, SetUpRefusal};

use guildhall_model::{TokenHash, UserId};
use guildhall_store::{
    mailed_link::{MailedLink, Purpose},
    user::{self, Account},
};

use crate::{Granted, Operation, PasswordProof, Stop};

pub(crate) use confirm_address::find_link as find_address_link;
pub(crate) use make_system_admin::administers;
pub(crate) use make_user_manager::manages;

/// The account of that id.
pub(crate) async fn find<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: UserId,
) -> Result<Account, Stop<O::Refusal>> {
    user::find(cx.store().system(), id).await?.ok_or(Stop::NotFound)
}

/// A link to an account that works from now on, for as long as the settings say.
fn new_link<O: Operation>(
    cx: &Granted<'_, O>,
    token_hash: TokenHash,
    purpose: Purpose,
    user: UserId,
) -> MailedLink {
    MailedLink {
        token_hash,
        purpose,
        user: Some(user),
        email: None,
        browser_hash: None,
        created_at: cx.now(),
        expires_at: cx.now().plus(cx.settings().link_lifetime),
    }
}

/// The account whose password was proved, if it is still the password and the account is the
/// operation's `target`; otherwise the refusal.
pub(crate) async fn proven<O: Operation>(
    cx: &mut Granted<'_, O>,
    target: UserId,
    proof: &PasswordProof,
    changed: O::Refusal,
) -> Result<Account, Stop<O::Refusal>> {
    let account = find(cx, target).await?;
    if proof.holds(&account) { Ok(account) } else { Err(changed.into()) }
}
