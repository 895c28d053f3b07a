//! Lists of all users and of all organizations.

use guildhall_model::{DisplayName, Email, OrganizationId, OrganizationName, Timestamp, UserId};
use guildhall_store::directory;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Never, Permission, Query, QueryOutcome, Target, TheSystem, Viewing, user};
use guildhall_authz::Tuple;

/// The most rows that one page of a list holds.
pub const MAX_LISTED: u32 = 200;

/// A page of a list over the installation.
#[derive(Clone, Debug)]
pub struct Directory<T> {
    /// The rows, in order; one more than asked for where there is a further page.
    pub rows: Vec<T>,
    /// How many there are in all, whatever is searched for.
    pub total: u64,
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
        let total = directory::count_users(cx.store().system()).await?;
        let administers =
            |id: UserId| cx.snapshot().contains(&Tuple::new(TheSystem.object(), "admin", user(id)));
        let entry = |row: directory::ListedUser| UserEntry {
            system_administrator: administers(row.id),
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
        };
        Ok(Directory { rows: rows.into_iter().map(entry).collect(), total })
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
        let total = directory::count_organizations(cx.store().system()).await?;
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
