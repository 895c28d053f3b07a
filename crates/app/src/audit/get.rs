//! One audit event, with the relationships that came and went with it.

use guildhall_authz::Tuple;
use guildhall_model::{EventId, OrganizationId, Revision};
use guildhall_store::{Scoped, StoreError, audit, audit::Event, relationship};

use crate::{Never, Permission, Query, QueryOutcome, Stop, TheSystem, Viewing, index};

/// An event and what it changed in the index.
#[derive(Clone, Debug)]
pub struct EventDetail {
    /// The event.
    pub event: Event,
    /// The relationships that came (true) and went (false), in order.
    pub relationships: Vec<(bool, Tuple)>,
}

/// One event of an organization.
#[derive(Clone, Copy, Debug)]
pub struct GetOrganizationEvent {
    /// The organization.
    pub organization: OrganizationId,
    /// The event.
    pub event: EventId,
}

impl Query for GetOrganizationEvent {
    const NAME: &'static str = "audit.get";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_read_audit");
    type Target = OrganizationId;
    type Output = EventDetail;
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        detail(&mut cx.store(), self.event).await?.ok_or(Stop::NotFound)
    }
}

/// One event of the system.
#[derive(Clone, Copy, Debug)]
pub struct GetSystemEvent {
    /// The event.
    pub event: EventId,
}

impl Query for GetSystemEvent {
    const NAME: &'static str = "audit.get_system";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_read_audit");
    type Target = TheSystem;
    type Output = EventDetail;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        detail(&mut cx.store(), self.event).await?.ok_or(Stop::NotFound)
    }
}

async fn detail(scoped: &mut Scoped<'_>, id: EventId) -> Result<Option<EventDetail>, StoreError> {
    let Some(event) = audit::get(scoped, id).await? else { return Ok(None) };
    let before = Revision::new(event.revision.number().saturating_sub(1));
    let changes = relationship::since(scoped, before, event.revision).await?;
    let relationships =
        changes.into_iter().map(|change| (change.added, index::tuple(change.relationship)));
    Ok(Some(EventDetail { relationships: relationships.collect(), event }))
}
