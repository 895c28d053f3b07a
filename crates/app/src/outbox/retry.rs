//! Trying a mail again that was given up.

use guildhall_model::MailId;
use guildhall_store::outbox;
use thiserror::Error;

use crate::{Granted, Operation, Outcome, Permission, Refusal, RefusalKind, Stop, TheSystem};

/// Makes a mail that was given up, or waits for its next attempt, due at once.
#[derive(Clone, Debug)]
pub struct RetryMail {
    /// The mail.
    pub mail: MailId,
}

/// Why a mail is not tried again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RetryMailRefusal {
    /// It was sent or has expired.
    #[error("this mail was sent or has expired, so there is nothing to try again")]
    Settled,
}

impl Refusal for RetryMailRefusal {
    const CODES: &'static [&'static str] = &["mail.settled"];

    fn code(&self) -> &'static str {
        "mail.settled"
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
}

impl Operation for RetryMail {
    const NAME: &'static str = "outbox.retry";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_manage_outbox");
    type Target = TheSystem;
    type Output = ();
    type Refusal = RetryMailRefusal;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let stored = outbox::find(cx.store().system(), self.mail).await?.ok_or(Stop::NotFound)?;
        let now = cx.now();
        if !outbox::retry(cx.store().system(), self.mail, now).await? {
            return Err(RetryMailRefusal::Settled.into());
        }
        cx.about("mail", stored.id, &stored.recipient);
        cx.wake_outbox();
        Ok(())
    }
}
