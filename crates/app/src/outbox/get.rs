//! One mail in the outbox, without its content.

use guildhall_model::MailId;
use guildhall_store::outbox;

use super::OutboxEntry;
use crate::{Never, Permission, Query, QueryOutcome, Stop, TheSystem, Viewing};

/// What the outbox tells about one mail.
#[derive(Clone, Copy, Debug)]
pub struct GetMail {
    /// The mail.
    pub mail: MailId,
}

impl Query for GetMail {
    const NAME: &'static str = "outbox.get";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_read_outbox");
    type Target = TheSystem;
    type Output = OutboxEntry;
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        let found = outbox::find(cx.store().system(), self.mail).await?;
        found.map(OutboxEntry::from).ok_or(Stop::NotFound)
    }
}
