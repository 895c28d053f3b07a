//! Envelope encryption of credentials: each is sealed with a key of its own, and that key with one
//! of the vault's, so that the vault's key can be changed without touching what it protects.

mod renew;

use std::sync::Arc;

use arc_swap::ArcSwap;
use data_encoding::{BASE64, HEXLOWER};
use guildhall_model::Entropy;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::keys::{Cipher, KeyError, MasterKey, derive};
pub use renew::RenewedCredentials;

/// A key that the keys of credentials are sealed with.
#[derive(Clone)]
pub struct VaultKey {
    id: String,
    cipher: Cipher,
}

impl VaultKey {
    /// A key from its bytes. Its id is made of them and tells nothing about them.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(b"guildhall vault key 1").chain_update(bytes);
        let id = HEXLOWER.encode(&digest.finalize()[..6]);
        Self { id, cipher: Cipher::new(bytes) }
    }

    /// A new key in the form in which files hold it, see [`VaultKey::from_text`].
    pub fn generate(entropy: &dyn Entropy) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut_slice());
        Zeroizing::new(BASE64.encode(bytes.as_slice()))
    }

    /// The key of a line: 32 bytes in base 64 (RFC 4648), or nothing.
    pub fn from_text(line: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64.decode(line.as_bytes()).ok()?);
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?);
        Some(Self::new(&bytes))
    }

    /// The key that is derived from the installation's secret, in use until another is made.
    pub fn derived(master: &MasterKey) -> Self {
        Self::new(&derive(&master.0, b"guildhall vault 1"))
    }

    /// Its name in what it sealed.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VaultKey({})", self.id)
    }
}

/// Where the keys are read anew: the newest first.
type Source = Arc<dyn Fn() -> Result<Vec<VaultKey>, String> + Send + Sync>;

/// The keys that credentials are sealed with; a new one may come at any moment. Cloning is cheap
/// and shares everything.
#[derive(Clone)]
pub struct Vault {
    source: Source,
    keys: Arc<ArcSwap<Vec<VaultKey>>>,
}

impl Vault {
    /// A vault whose keys come from `source`, the newest first. It is asked again when something
    /// was sealed with a key that is not known yet.
    ///
    /// # Errors
    /// In words, if there is no key.
    pub fn open(
        source: impl Fn() -> Result<Vec<VaultKey>, String> + Send + Sync + 'static,
    ) -> Result<Self, String> {
        let keys = source()?;
        if keys.is_empty() {
            return Err("the vault has no key".to_owned());
        }
        Ok(Self { source: Arc::new(source), keys: Arc::new(ArcSwap::from_pointee(keys)) })
    }

    /// A vault of the one key that is derived from the installation's secret.
    pub fn derived(master: &MasterKey) -> Self {
        let keys = vec![VaultKey::derived(master)];
        let kept = keys.clone();
        let source = Arc::new(move || Ok(kept.clone()));
        Self { source, keys: Arc::new(ArcSwap::from_pointee(keys)) }
    }

    /// Asks the source again.
    ///
    /// # Errors
    /// In words, if it cannot be read or has no key; the keys stay as they were.
    pub fn reload(&self) -> Result<(), String> {
        let keys = (self.source)()?;
        if keys.is_empty() {
            return Err("the vault has no key".to_owned());
        }
        self.keys.store(Arc::new(keys));
        Ok(())
    }

    /// Seals a secret with the newest key, for which the source is asked: an older one may be about
    /// to be removed, while nothing is sealed with it. It opens only with the same `context`, such
    /// as the id of the row that it stands in.
    pub fn seal(&self, context: &str, secret: &[u8], entropy: &dyn Entropy) -> String {
        let mut own = Zeroizing::new([0; 32]);
        entropy.fill(own.as_mut_slice());
        self.reload_or_tell();
        let keys = self.keys.load();
        let wrapped = keys[0].cipher.seal(context, own.as_slice(), entropy);
        let sealed = Cipher::new(&own).seal(context, secret, entropy);
        format!("{}.{wrapped}.{sealed}", keys[0].id)
    }

    /// Opens what [`Vault::seal`] made in the same context.
    ///
    /// # Errors
    /// If it was made with no key that the vault has, in another context, or was changed since.
    pub fn unseal(&self, context: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (own, _, sealed) = self.unwrap_key(context, text)?;
        Cipher::new(&own).open(context, sealed)
    }

    /// The same secret with its key sealed with the newest key; `None` where it is already.
    ///
    /// # Errors
    /// As [`Vault::unseal`].
    pub fn renew(
        &self,
        context: &str,
        text: &str,
        entropy: &dyn Entropy,
    ) -> Result<Option<String>, KeyError> {
        let (own, id, sealed) = self.unwrap_key(context, text)?;
        let keys = self.keys.load();
        if keys[0].id == id {
            return Ok(None);
        }
        let wrapped = keys[0].cipher.seal(context, own.as_slice(), entropy);
        Ok(Some(format!("{}.{wrapped}.{sealed}", keys[0].id)))
    }

    fn unwrap_key<'t>(
        &self,
        context: &str,
        text: &'t str,
    ) -> Result<(Zeroizing<[u8; 32]>, &'t str, &'t str), KeyError> {
        let mut parts = text.splitn(3, '.');
        let (Some(id), Some(wrapped), Some(sealed)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyError);
        };
        let key = self.key(id).ok_or(KeyError)?;
        let bytes = key.cipher.open(context, wrapped)?;
        let own = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KeyError)?;
        Ok((Zeroizing::new(own), id, sealed))
    }

    fn key(&self, id: &str) -> Option<VaultKey> {
        let known = |keys: &[VaultKey]| keys.iter().find(|key| key.id == id).cloned();
        if let Some(key) = known(&self.keys.load()) {
            return Some(key);
        }
        self.reload_or_tell();
        known(&self.keys.load())
    }

    fn reload_or_tell(&self) {
        if let Err(error) = self.reload() {
            tracing::error!(error, "the keys of the vault cannot be read");
        }
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}
