//! Lists of all users and of all organizations.

use guildhall_authz::Snapshot;
use guildhall_model::{DisplayName, Email, OrganizationId, OrganizationName, Timestamp, UserId};
use guildhall_store::{directory, member::full_name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Never, Permission, Query, QueryOutcome, Stop, TheSystem, Viewing,
    account::{administers, manages},
};

/// The most rows that one page of a list holds.
pub const MAX_LISTED: u32 = 200;

/// A page of a list over the installation.
#[derive(Clone, Debug)]
pub struct Directory<T> {
    /// The rows, in order; one more than asked for where there is a further page.
    pub rows: Vec<T>,
    /// How many there are in all; `None` where something is searched for, which is not counted.
    pub total: Option<u64>,
}

/// All users, by address (S56, S57).
#[derive(Clone, Debug)]
pub struct ListUsers {
    /// Only those after this address.
    pub after: Option<Email>,
    /// Only those whose address or name contains this.
    pub search: Option<String>,
    /// How many at most.
    pub limit: u32,
}

/// A user in the list.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UserEntry {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: Email,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Whether the address is verified.
    pub verified: bool,
    /// Whether a second factor is in force.
    pub second_factor: bool,
    /// Whether they administer the installation.
    pub system_administrator: bool,
    /// Whether they manage its accounts, which every administrator does besides.
    pub user_manager: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the account was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
    /// When they were last seen.
    pub seen_at: Option<Timestamp>,
    /// In how many organizations they are.
    pub organizations: u64,
}

impl Query for ListUsers {
    const NAME: &'static str = "system.list_users";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_list_users");
    type Target = TheSystem;
    type Output = Directory<UserEntry>;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let after = self.after.as_ref().map(Email::as_str).unwrap_or_default();
        let limit = self.limit.min(MAX_LISTED) + 1;
        let rows =
            directory::users(cx.store().system(), after, self.search.as_deref(), limit).await?;
        let total = match self.search {
            None => Some(directory::count_users(cx.store().system()).await?),
            Some(_) => None,
        };
        let entry = |row| UserEntry::of(row, cx.snapshot());
        Ok(Directory { rows: rows.into_iter().map(entry).collect(), total })
    }
}

impl UserEntry {
    /// First and last name; empty where neither is known.
    pub fn name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    fn of(row: directory::ListedUser, snapshot: &Snapshot) -> Self {
        Self {
            system_administrator: snapshot.contains(&administers(row.id)),
            user_manager: snapshot.contains(&manages(row.id)),
            id: row.id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            verified: row.verified,
            second_factor: row.second_factor,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
            seen_at: row.seen_at,
            organizations: row.organizations,
        }
    }
}

/// One user (S57).
#[derive(Clone, Copy, Debug)]
pub struct GetUser {
    /// The account.
    pub user: UserId,
}

impl Query for GetUser {
    const NAME: &'static str = "system.get_user";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_list_users");
    type Target = TheSystem;
    type Output = UserEntry;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let row = directory::find_user(cx.store().system(), self.user).await?;
        Ok(UserEntry::of(row.ok_or(Stop::NotFound)?, cx.snapshot()))
    }
}

/// All organizations, by their name in addresses (S56).
#[derive(Clone, Debug)]
pub struct ListOrganizations {
    /// Only those after this name.
    pub after: Option<OrganizationName>,
    /// Only those one of whose names contains this.
    pub search: Option<String>,
    /// How many at most.
    pub limit: u32,
}

/// An organization in the list.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationEntry {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses.
    pub name: OrganizationName,
    /// The name it is shown under.
    pub display_name: DisplayName,
    /// Its plan.
    pub plan: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted, if it is and still can be restored.
    pub deleted_at: Option<Timestamp>,
    /// The owner's address.
    pub owner: Option<Email>,
    /// How many people are in it.
    pub people: u64,
}

impl Query for ListOrganizations {
    const NAME: &'static str = "system.list_organizations";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_list_organizations");
    type Target = TheSystem;
    type Output = Directory<OrganizationEntry>;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let after = self.after.as_ref().map(OrganizationName::key).unwrap_or_default();
        let limit = self.limit.min(MAX_LISTED) + 1;
        let search = self.search.as_deref();
        let rows = directory::organizations(cx.store().system(), &after, search, limit).await?;
        let total = match search {
            None => Some(directory::count_organizations(cx.store().system()).await?),
            Some(_) => None,
        };
        let entry = |row: directory::ListedOrganization| OrganizationEntry {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            plan: row.plan,
            created_at: row.created_at,
            deleted_at: row.deleted_at,
            owner: row.owner,
            people: row.people,
        };
        Ok(Directory { rows: rows.into_iter().map(entry).collect(), total })
    }
}
