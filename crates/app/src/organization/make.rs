//! The step that makes an organization, shared by whatever makes one.

use guildhall_authz::Tuple;
use guildhall_model::{DisplayName, OrganizationId, OrganizationName};
use guildhall_store::{
    ScopeId,
    member::{self, Person},
    organization::{self, NewOrganization},
};

use crate::{Granted, Operation, Stop, SystemWide, Target, TheSystem, credit, permission};

/// Makes an organization with its owner as the only member, in a scope of its own. Without a
/// `name` for addresses it gets one that is made from the name it is shown under.
///
/// A `name` that is taken is a conflict of the store; look before with
/// [`guildhall_store::organization::is_named`], which no race can slip by, since organizations are
/// made under the lock of the system.
pub(crate) async fn make<O>(
    cx: &mut Granted<'_, O>,
    owner: &Person<'_>,
    display_name: &DisplayName,
    name: Option<OrganizationName>,
) -> Result<OrganizationId, Stop<O::Refusal>>
where
    O: Operation,
    O::Target: SystemWide,
{
    let id: OrganizationId = cx.generate();
    let scope = ScopeId::from(id);
    let name = match name {
        Some(name) => name,
        None => free_name(cx, display_name).await?,
    };
    let (plan, seats, now) = (cx.settings().default_plan, cx.settings().default_seats, cx.now());
    cx.open_scope(&scope).await?;
    let mut store = cx.store_of(&scope)?;
    let new =
        NewOrganization { name: &name, display_name, plan: plan.as_str(), seats, created_at: now };
    organization::insert(&mut store, &new).await?;
    member::insert(&mut store, owner, now).await?;
    let app = cx.app().clone();
    let clusters = &app.settings().clusters;
    credit::initial(&mut cx.store_of(&scope)?, clusters, now, app.entropy()).await?;
    let fact = |relation: &str, subject| Tuple::new(id.object(), relation, subject);
    cx.relate_in(&scope, fact("owner", permission::user(owner.id))).await?;
    let system = guildhall_authz::Subject::Object(TheSystem.object());
    cx.relate_in(&scope, fact("system", system)).await?;
    Ok(id)
}

async fn free_name<O: Operation>(
    cx: &mut Granted<'_, O>,
    display_name: &DisplayName,
) -> Result<OrganizationName, Stop<O::Refusal>> {
    loop {
        let name = OrganizationName::suggest(display_name.as_str(), cx.entropy());
        if !organization::is_named(cx.store().system(), &name).await? {
            return Ok(name);
        }
    }
}
