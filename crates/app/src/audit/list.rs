//! A page of audit events, newest first.

use guildhall_model::OrganizationId;
use guildhall_store::audit::{self, Event, EventFilter, EventPosition};

use crate::{Never, Permission, Query, QueryOutcome, TheSystem, Viewing};

/// The most events that one page holds; an export reads page after page.
pub const MAX_EVENTS: u32 = 1_000;

/// Audit events of an organization, newest first.
#[derive(Clone, Debug)]
pub struct ListOrganizationEvents {
    /// The organization.
    pub organization: OrganizationId,
    /// Which events.
    pub filter: EventFilter,
    /// Only events older than this one.
    pub after: Option<EventPosition>,
    /// How many at most; capped at [`MAX_EVENTS`].
    pub limit: u32,
}

impl Query for ListOrganizationEvents {
    const NAME: &'static str = "audit.list";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_read_audit");
    type Target = OrganizationId;
    type Output = Vec<Event>;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let limit = self.limit.min(MAX_EVENTS);
        Ok(audit::page(&mut cx.store(), &self.filter, self.after, limit).await?)
    }
}

/// Audit events of the system: accounts, sessions, administrators of the installation.
#[derive(Clone, Debug)]
pub struct ListSystemEvents {
    /// Which events.
    pub filter: EventFilter,
    /// Only events older than this one.
    pub after: Option<EventPosition>,
    /// How many at most; capped at [`MAX_EVENTS`].
    pub limit: u32,
}

impl Query for ListSystemEvents {
    const NAME: &'static str = "audit.list_system";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_read_audit");
    type Target = TheSystem;
    type Output = Vec<Event>;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let limit = self.limit.min(MAX_EVENTS);
        Ok(audit::page(&mut cx.store(), &self.filter, self.after, limit).await?)
    }
}
