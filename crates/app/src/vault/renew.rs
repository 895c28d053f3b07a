//! Rotation: the keys of all credentials are sealed anew with the newest key of the vault.

use guildhall_model::{CloudAccountId, ClusterId};
use guildhall_store::{StoreError, Tx, cloud_account, cluster};

use super::Vault;
use crate::{
    App,
    frame::{Note, note},
};

/// How many credentials one commit renews: the writer is never held for long.
const BATCH: u32 = 200;

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenewedCredentials {
    /// How many there are.
    pub credentials: u64,
    /// How many were sealed with an older key.
    pub renewed: u64,
    /// The ids of cloud accounts and clusters whose credentials no key of the vault opens.
    pub unreadable: Vec<String>,
}

impl App {
    /// Seals the keys of all credentials with the newest key of the vault, whose source is asked
    /// again before. What is sealed with it already stays as it is, so that this may be broken off
    /// at any moment and run again, beside processes that work with the same database.
    ///
    /// # Errors
    /// If the keys or the database cannot be read or written.
    pub async fn renew_credentials(&self) -> Result<RenewedCredentials, StoreError> {
        self.vault().reload().map_err(StoreError::Fault)?;
        let mut all = RenewedCredentials::default();
        for kind in [Kind::CloudAccount, Kind::Cluster] {
            let mut after = Some(String::new());
            while let Some(from) = after {
                let batch = Batch { app: self.clone(), kind, after: from };
                let (next, some) = note(self, batch).await?;
                all.credentials += some.credentials;
                all.renewed += some.renewed;
                all.unreadable.extend(some.unreadable);
                after = next;
            }
        }
        Ok(all)
    }
}

#[derive(Clone, Copy)]
enum Kind {
    CloudAccount,
    Cluster,
}

struct Batch {
    app: App,
    kind: Kind,
    after: String,
}

impl Note for Batch {
    /// The id that the next batch comes after, if there is one.
    type Output = (Option<String>, RenewedCredentials);

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        let mut done = RenewedCredentials::default();
        let rows = self.rows(tx).await?;
        let next = (rows.len() == BATCH as usize).then(|| rows.last().map(|(id, _)| id.text()));
        let vault: &Vault = self.app.vault();
        for (id, sealed) in rows {
            done.credentials += 1;
            match vault.renew(&id.text(), &sealed, self.app.entropy()) {
                Ok(None) => {}
                Ok(Some(renewed)) => {
                    // One that was changed meanwhile was sealed by whoever changed it.
                    let written = match id {
                        Owner::CloudAccount(id) => {
                            cloud_account::reseal(tx, id, &sealed, &renewed).await?
                        }
                        Owner::Cluster(id) => cluster::reseal(tx, id, &sealed, &renewed).await?,
                    };
                    done.renewed += u64::from(written);
                }
                Err(_) => done.unreadable.push(id.text()),
            }
        }
        Ok((next.flatten(), done))
    }
}

/// Whose credentials they are; the id is what they are sealed to.
#[derive(Clone, Copy)]
enum Owner {
    CloudAccount(CloudAccountId),
    Cluster(ClusterId),
}

impl Owner {
    fn text(self) -> String {
        match self {
            Self::CloudAccount(id) => id.text(),
            Self::Cluster(id) => id.text(),
        }
    }
}

impl Batch {
    async fn rows(&self, tx: &mut Tx) -> Result<Vec<(Owner, String)>, StoreError> {
        Ok(match self.kind {
            Kind::CloudAccount => {
                let rows = cloud_account::sealed(tx, &self.after, BATCH).await?;
                rows.into_iter().map(|(id, sealed)| (Owner::CloudAccount(id), sealed)).collect()
            }
            Kind::Cluster => {
                let rows = cluster::sealed(tx, &self.after, BATCH).await?;
                rows.into_iter().map(|(id, sealed)| (Owner::Cluster(id), sealed)).collect()
            }
        })
    }
}
