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
mod register;
mod reset_password;
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
pub use disable::{DisableUser, DisableUserRefusal, EnableUser};
pub use edit_profile::EditProfile;
pub use get::{GetAccount, MyAccount};
pub use make::Names;
pub use make_system_admin::{MakeSystemAdmin, MakeSystemAdminRefusal};
pub use register::{ChosenPasswordRefusal, RegisterUser, RegisterUserRefusal, Registered};
pub use reset_password::{
    IssueResetLink, LookAtResetLink, RequestReset, ResetPassword, ResetPasswordRefusal,
};
pub use send_verification::{RequestVerification, SendVerification, SendVerificationRefusal};
pub use set_up::{IssueSetUpLink, LookAtSetUpLink, SetUp, SetUpRefusal};

use guildhall_model::UserId;
use guildhall_store::user::{self, Account};

use crate::{Granted, Operation, PasswordProof, Stop};

/// The account of that id.
pub(crate) async fn find<O: Operation>(
    cx: &mut Granted<'_, O>,
    id: UserId,
) -> Result<Account, Stop<O::Refusal>> {
    user::find(cx.store().system(), id).await?.ok_or(Stop::NotFound)
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
