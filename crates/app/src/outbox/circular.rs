//! Mails to everybody in an organization, written a few at a time.
//!
//! An operation that tells all members puts one row into the outbox, however many they are. The
//! sender makes the members' own mails of it, batch by batch, each batch in a transaction that
//! also notes how far it came; what is left of the row in the end is the mail to its receiver.

use guildhall_model::{Email, MailId, OrganizationId, Timestamp, UserId};
use guildhall_store::{
    ScopeId, Scoped, StoreError, Tx, member,
    outbox::{self, StoredMail},
};
use serde::{Deserialize, Serialize};

use crate::{App, mail::Mail};

/// How many members' mails one transaction writes.
const BATCH: u32 = 200;

/// What the payload of a row in the outbox holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Content {
    /// A mail that is written to many.
    Circular {
        /// To whose members.
        circular: OrganizationId,
        /// The last member who has theirs already.
        after: Option<UserId>,
        /// What they are told.
        mail: Mail,
    },
    /// A mail to its receiver.
    Mail(Mail),
}

impl Content {
    /// The mail itself.
    pub(crate) fn into_mail(self) -> Mail {
        match self {
            Self::Circular { mail, .. } | Self::Mail(mail) => mail,
        }
    }
}

/// Puts a mail into the outbox, sealed.
pub(crate) async fn post(
    app: &App,
    store: &mut Scoped<'_>,
    id: MailId,
    to: &Email,
    content: &Content,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (Content::Circular { mail, .. } | Content::Mail(mail)) = content;
    let sealed = sealed(app, id, content)?;
    outbox::add(store, id, mail.kind(), to, &mail.subject(), &sealed, at).await
}

/// Writes the next members' mails of a circular, and how far that is.
pub(super) async fn spread(
    app: &App,
    tx: &mut Tx,
    stored: &StoredMail,
    circular: OrganizationId,
    after: Option<UserId>,
    mail: Mail,
) -> Result<(), StoreError> {
    let scope = ScopeId::from(circular);
    let members = member::emails(&mut tx.scope(&scope), after, BATCH).await?;
    let last = members.last().map(|(user, _)| *user).filter(|_| members.len() as u32 == BATCH);
    let own = Content::Mail(mail);
    for (_, email) in members.iter().filter(|(_, email)| *email != stored.recipient) {
        let id = MailId::generate(app.clock().now(), app.entropy());
        post(app, &mut tx.scope(&scope), id, email, &own, stored.created_at).await?;
    }
    let rest = match last {
        Some(_) => Content::Circular { circular, after: last, mail: own.into_mail() },
        None => own,
    };
    outbox::rewrite(tx, stored.id, &sealed(app, stored.id, &rest)?).await
}

fn sealed(app: &App, id: MailId, content: &Content) -> Result<String, StoreError> {
    let content = serde_json::to_vec(content)
        .map_err(|error| StoreError::Fault(format!("a mail cannot be written: {error}")))?;
    Ok(app.keys().seal(&id.text(), &content, app.entropy()))
}
