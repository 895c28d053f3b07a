//! Changing one's names.

use guildhall_model::UserId;
use guildhall_store::user::{self, Account};

use super::{confirm_address::refresh_memberships, make::Names};
use crate::{Granted, Never, Operation, Outcome, Permission};

/// Changes the names of one's account, everywhere they are shown.
#[derive(Debug)]
pub struct EditProfile {
    /// The account.
    pub user: UserId,
    /// The names.
    pub names: Names,
}

impl Operation for EditProfile {
    const NAME: &'static str = "account.edit_profile";
    const PERMISSION: Permission<UserId> = Permission::named("can_edit_profile");
    type Target = UserId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = super::find(cx, self.user).await?;
        let (first, last) = (self.names.first(), self.names.last());
        cx.about("user", self.user, &account.email);
        let shown =
            |first: &str, last: &str| serde_json::json!({ "first_name": first, "last_name": last });
        cx.before(shown(&account.first_name, &account.last_name));
        cx.after(shown(first, last));
        user::set_names(cx.store().system(), self.user, first, last).await?;
        let renewed =
            Account { first_name: first.to_owned(), last_name: last.to_owned(), ..account };
        refresh_memberships(cx, &renewed).await
    }
}
