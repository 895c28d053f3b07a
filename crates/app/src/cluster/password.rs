//! Passwords on clusters: a person's own, which nobody else ever knows, and the administrator's of
//! a cluster that manages its users itself.

use data_encoding::BASE64;
use guildhall_model::{ClusterState, Entropy, Password, UserId, UserManagement};
use guildhall_store::cluster::{self, identity};
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::keep::ensure_identity;
use crate::{
    App, ClusterRef, Granted, Operation, Outcome, Permission, RefusalKind, Stop, refusal::refusals,
};

/// How often the password is hashed: some tens of milliseconds for whoever signs in.
const ITERATIONS: u32 = 20_000;
/// The shortest password on clusters, in characters.
const SHORTEST: usize = 10;

/// Proves a password without telling it: `SCRAM-SHA-256$…` (RFC 5803), as PostgreSQL and Kafka
/// store it.
#[derive(Clone)]
pub struct ClusterVerifier(String);

impl std::fmt::Debug for ClusterVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClusterVerifier")
    }
}

refusals! {
    /// Why a password is not set.
    ClusterPasswordRefusal {
        /// It is short.
        TooShort = "cluster_password.too_short", RefusalKind::Invalid,
            "choose at least 10 characters", at "password";
        /// Systems would encode it in different ways.
        NotAscii = "cluster_password.not_ascii", RefusalKind::Invalid,
            "use letters without accents, digits and punctuation: programs on clusters read other \
             characters in different ways", at "password";
    }
}

impl ClusterVerifier {
    /// Makes the verifier of a password (RFC 5802, section 3). Takes some tens of milliseconds.
    ///
    /// # Errors
    /// If the password is shorter than 10 characters or holds others than printable ASCII.
    pub fn of(password: &Password, entropy: &dyn Entropy) -> Result<Self, ClusterPasswordRefusal> {
        let text = password.expose();
        if !text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            return Err(ClusterPasswordRefusal::NotAscii);
        }
        if text.len() < SHORTEST {
            return Err(ClusterPasswordRefusal::TooShort);
        }
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        Ok(Self(verifier(text.as_bytes(), &salt, ITERATIONS)))
    }
}

fn verifier(password: &[u8], salt: &[u8], iterations: u32) -> String {
    let mut salted = Zeroizing::new([0; 32]);
    pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, salted.as_mut_slice());
    let stored = Sha256::digest(keyed(salted.as_slice(), b"Client Key"));
    let server = keyed(salted.as_slice(), b"Server Key");
    let [salt, stored, server] = [salt, stored.as_slice(), &server].map(|part| BASE64.encode(part));
    format!("SCRAM-SHA-256${iterations}:{salt}${stored}:{server}")
}

fn keyed(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut code =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    code.update(text);
    code.finalize().into_bytes().into()
}

impl App {
    /// Makes the verifier of a password, away from the threads that serve requests.
    ///
    /// # Errors
    /// As [`ClusterVerifier::of`].
    pub async fn cluster_verifier(
        &self,
        password: Password,
    ) -> Result<ClusterVerifier, ClusterPasswordRefusal> {
        let app = self.clone();
        let work = move || ClusterVerifier::of(&password, app.entropy());
        match tokio::task::spawn_blocking(work).await {
            Ok(made) => made,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Set one's password on all clusters that one has an account on.
#[derive(Clone, Debug)]
pub struct SetClusterPassword {
    /// The account.
    pub user: UserId,
    /// What proves the password.
    pub verifier: ClusterVerifier,
}

impl Operation for SetClusterPassword {
    const NAME: &'static str = "account.set_cluster_password";
    const PERMISSION: Permission<UserId> = Permission::named("can_set_cluster_password");
    type Target = UserId;
    type Output = ();
    type Refusal = ClusterPasswordRefusal;

    fn target(&self) -> UserId {
        self.user
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let account = crate::account::find(cx, self.user).await?;
        let now = cx.now();
        let mut store = cx.store();
        let tx = store.system();
        ensure_identity(tx, self.user, account.email.as_str()).await?;
        identity::set_verifier(tx, self.user, &self.verifier.0, now).await?;
        cx.about("user", self.user, &account.email);
        cx.tend();
        Ok(())
    }
}

/// Look at the administrator's name and password of a cluster that manages its users itself (H35).
/// An operation, not a query, so that each look leaves an audit event.
#[derive(Clone, Copy, Debug)]
pub struct ReadAdminPassword {
    /// The cluster.
    pub cluster: ClusterRef,
}

/// The administrator of a cluster.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct ShownAdmin {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for ShownAdmin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownAdmin")
    }
}

refusals! {
    /// Why it is not shown.
    ReadAdminPasswordRefusal {
        /// Everybody has an account of their own there.
        Managed = "cluster.managed", RefusalKind::Conflict,
            "a Managed cluster has no shared password: sign in with your own account";
        /// There is nothing to sign in to.
        Gone = "cluster.gone", RefusalKind::Gone,
            "this cluster is terminated";
    }
}

impl Operation for ReadAdminPassword {
    const NAME: &'static str = "cluster.read_admin_password";
    const PERMISSION: Permission<ClusterRef> = Permission::named("can_read_admin_password");
    type Target = ClusterRef;
    type Output = ShownAdmin;
    type Refusal = ReadAdminPasswordRefusal;

    fn target(&self) -> ClusterRef {
        self.cluster
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let id = self.cluster.cluster;
        let cluster = cluster::get(&mut cx.store(), id).await?.ok_or(Stop::NotFound)?;
        if cluster.user_management == UserManagement::Managed {
            return Err(ReadAdminPasswordRefusal::Managed.into());
        }
        let (Some(name), Some(sealed), true) =
            (cluster.admin_name, cluster.admin_sealed, cluster.state != ClusterState::Terminated)
        else {
            return Err(ReadAdminPasswordRefusal::Gone.into());
        };
        let opened = cx.app().vault().unseal(&id.text(), &sealed);
        let opened = opened.map_err(|error| Stop::Fault(error.to_string()))?;
        let password = String::from_utf8(opened.to_vec());
        let password = password.map_err(|error| Stop::Fault(error.to_string()))?;
        cx.about("cluster", id, &cluster.name);
        Ok(ShownAdmin { name, password })
    }
}

/// A password of letters and digits that are not easily confused.
pub(super) fn random(length: usize, entropy: &dyn Entropy) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = vec![0; length];
    entropy.fill(&mut bytes);
    bytes.into_iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::verifier;

    #[test]
    fn a_verifier_is_the_one_of_rfc_7677() {
        // The example of RFC 7677, section 3: password `pencil`, 4096 iterations.
        let salt = data_encoding::BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==").expect("base 64");
        assert_eq!(
            verifier(b"pencil", &salt, 4096),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$\
             WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
             wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }
}
