//! The steps that make an account, shared by whatever makes one.

use guildhall_authz::Tuple;
use guildhall_model::{DisplayName, Email, OrganizationId, PersonName, UserId};
use guildhall_store::user::{self, Account};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Granted, NewPassword, Operation, Stop, SystemWide,
    organization::make::make as make_organization, permission,
};

/// What a person is called; at least one of both (S78).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Names {
    first: Option<PersonName>,
    last: Option<PersonName>,
}

impl Names {
    /// Both names, or the one there is; `None` where there is none.
    pub fn new(first: Option<PersonName>, last: Option<PersonName>) -> Option<Self> {
        (first.is_some() || last.is_some()).then_some(Self { first, last })
    }

    /// The first name; empty for none.
    pub fn first(&self) -> &str {
        self.first.as_ref().map_or("", PersonName::as_str)
    }

    /// The last name; empty for none.
    pub fn last(&self) -> &str {
        self.last.as_ref().map_or("", PersonName::as_str)
    }
}

/// What an account is made with.
pub(crate) struct NewAccount<'a> {
    pub(crate) email: &'a Email,
    pub(crate) names: &'a Names,
    pub(crate) password: &'a NewPassword,
    /// Whether the holder has proved to receive mail there.
    pub(crate) verified: bool,
    /// Whether an organization of its own comes with it.
    pub(crate) with_organization: bool,
}

/// Makes an account and, unless it shall go without, an organization that the account owns, named
/// after its address (H2, H3, H4). The address must be free.
pub(crate) async fn make<O>(
    cx: &mut Granted<'_, O>,
    new: NewAccount<'_>,
) -> Result<(Account, Option<OrganizationId>), Stop<O::Refusal>>
where
    O: Operation,
    O::Target: SystemWide,
{
    let now = cx.now();
    let (email, hash) = (new.email.clone(), new.password.hash().clone());
    let names = (new.names.first(), new.names.last());
    let account = Account {
        email_verified_at: new.verified.then_some(now),
        ..Account::new(cx.generate(), email, names, hash, now)
    };
    user::insert(cx.store().system(), &account).await?;
    if new.verified {
        cx.relate(holds(new.email, account.id)).await?;
    }
    if !new.with_organization {
        return Ok((account, None));
    }
    let name = DisplayName::from(new.email);
    let organization = make_organization(cx, &account.person(), &name, None).await?;
    Ok((account, Some(organization)))
}

/// The fact that a user has proved to receive mail at an address.
pub(crate) fn holds(email: &Email, user: UserId) -> Tuple {
    let address = permission::object("address", email.as_str());
    Tuple::new(address, "holder", permission::user(user))
}
