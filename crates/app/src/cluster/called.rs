//! Calls back: from a provisioner's signed message to what it changes.

use std::collections::BTreeSet;

use guildhall_model::{CloudProvider, ClusterId};
use guildhall_store::{
    ScopeId, StoreError, Tx, cloud_account,
    cluster::{self, Cluster},
};

use super::{
    callback::{Callback, Signed},
    keep::{Keeper, record},
    report,
};
use crate::{
    App, Call, IdempotencyKey, Origin,
    frame::{Note, look},
};

/// The longest id of a message, in bytes.
const LONGEST_ID: usize = 200;

/// Why a call back is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalledBackError {
    /// Whoever sent it is not shown to be the provisioner of this cluster. Which of the reasons it
    /// is, and whether there is such a cluster, is not told.
    #[error(
        "the report was not taken: it has to be signed with the secret of this cluster's \
         provisioner, not more than five minutes ago, and be about a cluster that exists"
    )]
    Stranger,
    /// It comes from a provisioner, and is not as it must be.
    #[error("the report {0}")]
    Message(String),
    /// The database does not answer: it may be sent again.
    #[error("the report was not recorded; send it again")]
    Unavailable,
}

impl From<StoreError> for CalledBackError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a call back was not recorded");
        Self::Unavailable
    }
}

impl App {
    /// Takes in what a provisioner tells about the cluster `about`. A report about an order that
    /// was replaced or is done, and one that was taken before, change nothing. One without an order
    /// is taken while the cluster is at rest; what happens during a move, the move's own reports
    /// tell.
    ///
    /// # Errors
    /// See [`CalledBackError`].
    pub async fn called_back(
        &self,
        origin: &Origin,
        about: ClusterId,
        signed: Signed<'_>,
        body: &[u8],
    ) -> Result<(), CalledBackError> {
        // The signature comes first: without one, nothing is read, and no time tells what exists.
        let signers = self.signers(signed, body);
        if signers.is_empty() || signed.id.len() > LONGEST_ID {
            return Err(CalledBackError::Stranger);
        }
        let callback = Callback::read(body).map_err(CalledBackError::Message)?;
        if callback.cluster != about {
            let other = "is about another cluster than its address".to_owned();
            return Err(CalledBackError::Message(other));
        }
        let found = look(self, Find { cluster: about }).await?;
        let Some((scope, cluster, _)) = found.filter(|(.., cloud)| signers.contains(cloud)) else {
            tracing::info!(cluster = %about, "a call back about a cluster of somebody else");
            return Err(CalledBackError::Stranger);
        };
        let call = Call {
            origin: origin.clone(),
            idempotency_key: Some(IdempotencyKey {
                key: format!("{about} {}", signed.id),
                fingerprint: signed.id.to_owned(),
            }),
            ..Keeper::call()
        };
        let report = callback.report;
        match callback.request {
            Some(request) if report::applies(&cluster, Some(request)) => {
                record::came_of(self, &call, &scope, &cluster, request, Ok(report)).await?;
            }
            None if report::is_at_rest(&cluster) => {
                record::found(self, &call, &scope, &cluster, report).await?;
            }
            _ => tracing::info!(cluster = %about, "a call back about what is over was passed over"),
        }
        Ok(())
    }

    /// The clouds whose provisioner has signed this, just now.
    fn signers(&self, signed: Signed<'_>, body: &[u8]) -> BTreeSet<CloudProvider> {
        let now = self.clock().now();
        let mut signers = BTreeSet::new();
        for (cloud, secrets) in &self.settings().clusters.callers {
            match secrets.verify(signed, body, now) {
                Ok(()) => drop(signers.insert(*cloud)),
                Err(error) => tracing::info!(%cloud, %error, "a call back of somebody else"),
            }
        }
        signers
    }
}

/// A cluster, with where it belongs and runs.
struct Find {
    cluster: ClusterId,
}

impl Note for Find {
    type Output = Option<(ScopeId, Cluster, CloudProvider)>;

    async fn run(self, tx: &mut Tx) -> Result<Self::Output, StoreError> {
        let Some(scope) = cluster::scope_of(tx, self.cluster).await? else { return Ok(None) };
        let mut scoped = tx.scope(&scope);
        let Some(cluster) = cluster::get(&mut scoped, self.cluster).await? else { return Ok(None) };
        let account = cloud_account::get(&mut scoped, cluster.cloud_account).await?;
        Ok(account.map(|account| (scope, cluster, account.provider)))
    }
}
