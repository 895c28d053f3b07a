//! The three switches: what plain members may do.

use guildhall_authz::{Snapshot, Subject, Tuple};
use guildhall_model::{OrganizationId, Switch};
use guildhall_store::organization;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Granted, Never, Operation, Outcome, Permission, Stop, object};

/// The switches of an organization. All are off in a fresh one (H51).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Switches {
    /// Non admin members can invite new members (H45).
    pub invite: bool,
    /// Non admin members can create and terminate clusters (H46).
    pub clusters: bool,
    /// Non admin members can open clusters ports (H48).
    pub ports: bool,
}

impl Switches {
    /// How they are set.
    pub(crate) fn of(snapshot: &Snapshot, organization: OrganizationId) -> Self {
        let on = |switch| snapshot.contains(&tuple(organization, switch));
        Self {
            invite: on(Switch::Invite),
            clusters: on(Switch::Clusters),
            ports: on(Switch::Ports),
        }
    }

    fn is_on(self, switch: Switch) -> bool {
        match switch {
            Switch::Invite => self.invite,
            Switch::Clusters => self.clusters,
            Switch::Ports => self.ports,
        }
    }
}

/// The one relationship that a switch is.
fn tuple(organization: OrganizationId, switch: Switch) -> Tuple {
    let relation = match switch {
        Switch::Invite => "can_invite",
        Switch::Clusters => "can_create_cluster",
        Switch::Ports => "can_open_ports",
    };
    let organization = object("organization", &organization.text());
    Tuple::new(organization.clone(), relation, Subject::userset(organization, "member"))
}

/// Set all three switches at once (H43, H50, H59).
#[derive(Clone, Copy, Debug)]
pub struct UpdateMemberPermissions {
    /// The organization.
    pub organization: OrganizationId,
    /// How they shall be.
    pub switches: Switches,
}

impl Operation for UpdateMemberPermissions {
    const NAME: &'static str = "organization.update_permissions";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_update_permissions");
    type Target = OrganizationId;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let of = organization::get(&mut cx.store()).await?.ok_or(Stop::NotFound)?;
        cx.about("organization", self.organization, &of.display_name);
        cx.before(Switches::of(cx.snapshot(), self.organization));
        for switch in Switch::ALL {
            let tuple = tuple(self.organization, switch);
            if self.switches.is_on(switch) {
                cx.relate(tuple).await?;
            } else {
                cx.unrelate(tuple).await?;
            }
        }
        cx.after(self.switches);
        Ok(())
    }
}
