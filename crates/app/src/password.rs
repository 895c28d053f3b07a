//! Hashing passwords: argon2id, away from the threads that serve requests, a few at once.

mod proof;
mod strength;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash as Phc,
};
use guildhall_model::{Entropy, Password, PasswordHash};
use tokio::sync::Semaphore;

pub(crate) use proof::minutes;
pub use proof::{PasswordProof, PasswordRefusal};
pub use strength::{NewPassword, PASSWORD_MINIMUM, WeakPassword};

/// Hashes and verifies, as many at once as the machine has cores: one costs 19 MiB and about
/// 20 ms (argon2id with m = 19 MiB, t = 2, p = 1, as OWASP advises).
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    gate: Arc<Semaphore>,
    entropy: Arc<dyn Entropy>,
    /// Verified in the place of an account that does not exist, so that both take the same time.
    nobody: PasswordHash,
    runs: Arc<AtomicU64>,
}

impl Passwords {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within limits");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let nobody = hash(&argon2, &[0; 16], b"nobody's password");
        Self {
            argon2,
            gate: Arc::new(Semaphore::new(cores)),
            entropy,
            nobody,
            runs: Arc::default(),
        }
    }

    /// Hashes a password with a salt of its own.
    pub async fn hash(&self, password: Password) -> PasswordHash {
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt);
        let argon2 = self.argon2.clone();
        self.run(move || hash(&argon2, &salt, password.expose().as_bytes())).await
    }

    /// Whether a password is the one of a hash. `None` stands for an account that does not exist:
    /// the answer is no and takes as long (security 28).
    pub async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> bool {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let argon2 = self.argon2.clone();
        let right = self
            .run(move || {
                let parsed = Phc::new(hash.expose());
                let verify = |phc: Phc| argon2.verify_password(password.expose().as_bytes(), &phc);
                parsed.is_ok_and(|phc| verify(phc).is_ok())
            })
            .await;
        known && right
    }

    /// Judges a password that somebody chooses, and hashes it if it is strong enough. `known` are
    /// the person's names and address, which count against it.
    ///
    /// # Errors
    /// With advice, if it is too easy to guess.
    pub async fn choose(
        &self,
        password: Password,
        known: Vec<String>,
    ) -> Result<NewPassword, WeakPassword> {
        let judged = password.clone();
        let work = move || strength::judge(&judged, &known);
        match tokio::task::spawn_blocking(work).await {
            Ok(judgement) => judgement?,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
        Ok(NewPassword(self.hash(password).await))
    }

    /// How many times a password was hashed or verified: what an attacker could time (security 28).
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        self.runs.fetch_add(1, Ordering::Relaxed);
        let permit = Arc::clone(&self.gate).acquire_owned().await;
        let work = move || {
            let _held_until_done = permit;
            work()
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

fn hash(argon2: &Argon2<'_>, salt: &[u8; 16], password: &[u8]) -> PasswordHash {
    let hash = argon2.hash_password_with_salt(password, salt);
    let hash = hash.expect("passwords and salts are within argon2's limits");
    PasswordHash::parse(hash.to_string()).expect("argon2 answers a PHC text")
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords")
    }
}
