//! The installation's keys: sealing what must be read again, and authenticating what comes back.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::BASE64URL_NOPAD;
use guildhall_model::Entropy;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The secret from which every key is derived; it comes from the key file.
#[derive(Clone)]
pub struct MasterKey(pub(crate) Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

/// A text is not sealed or signed by these keys, or for another purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this was not made by this installation, or was changed since")]
pub struct KeyError;

/// Authenticated encryption under one key: XChaCha20-Poly1305 with random nonces.
#[derive(Clone)]
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    pub(crate) fn seal(&self, context: &str, secret: &[u8], entropy: &dyn Entropy) -> String {
        let mut nonce = [0; 24];
        entropy.fill(&mut nonce);
        let payload = Payload { msg: secret, aad: context.as_bytes() };
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), payload)
            .expect("what is sealed is far below the cipher's limit of 256 GiB");
        let mut whole = nonce.to_vec();
        whole.extend(sealed);
        BASE64URL_NOPAD.encode(&whole)
    }

    pub(crate) fn open(&self, context: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let whole = BASE64URL_NOPAD.decode(sealed.as_bytes()).map_err(|_| KeyError)?;
        let (nonce, sealed) = whole.split_first_chunk::<24>().ok_or(KeyError)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let secret = self.0.decrypt(&XNonce::from(*nonce), payload).map_err(|_| KeyError)?;
        Ok(Zeroizing::new(secret))
    }
}

/// A key for one purpose, derived from a secret with HKDF-SHA-256 (RFC 5869).
pub(crate) fn derive(secret: &[u8; 32], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret.as_slice())
        .expand(purpose, key.as_mut_slice())
        .expect("32 bytes are within what HKDF gives");
    key
}

/// Keys for one purpose each, derived with HKDF-SHA-256 (RFC 5869).
#[derive(Clone)]
pub struct Keys {
    sealing: Cipher,
    signing: Zeroizing<[u8; 32]>,
    fingerprint: String,
}

impl Keys {
    /// Derives the keys.
    pub fn new(master: &MasterKey) -> Self {
        let fingerprint = derive(&master.0, b"guildhall fingerprint 1");
        Self {
            sealing: Cipher::new(&derive(&master.0, b"guildhall sealing 1")),
            signing: derive(&master.0, b"guildhall signing 1"),
            fingerprint: BASE64URL_NOPAD.encode(&fingerprint[..16]),
        }
    }

    /// What tells this key from others and nothing about it: the database keeps it.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Encrypts a secret that has to be read again (XChaCha20-Poly1305). It opens only together
    /// with the same `context`, such as the id of the row that it stands in.
    pub fn seal(&self, context: &str, secret: &[u8], entropy: &dyn Entropy) -> String {
        self.sealing.seal(context, secret, entropy)
    }

    /// Decrypts what [`Keys::seal`] made in the same context.
    pub fn open(&self, context: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        self.sealing.open(context, sealed)
    }

    /// Authenticates a text that leaves and comes back, such as a cursor: the text and its code
    /// (HMAC-SHA-256), for a `context` that binds it to whom and to what it was given.
    pub fn sign(&self, context: &str, text: &str) -> String {
        let code = self.code(context, text).finalize().into_bytes();
        format!("{}.{}", BASE64URL_NOPAD.encode(text.as_bytes()), BASE64URL_NOPAD.encode(&code))
    }

    /// The text that [`Keys::sign`] was given in the same context. Compares in constant time.
    pub fn verify(&self, context: &str, signed: &str) -> Result<String, KeyError> {
        let (text, code) = signed.split_once('.').ok_or(KeyError)?;
        let text = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| KeyError)?;
        let text = String::from_utf8(text).map_err(|_| KeyError)?;
        let code = BASE64URL_NOPAD.decode(code.as_bytes()).map_err(|_| KeyError)?;
        self.code(context, &text).verify_slice(&code).map_err(|_| KeyError)?;
        Ok(text)
    }

    fn code(&self, context: &str, text: &str) -> Hmac<Sha256> {
        let mut code = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.signing.as_slice())
            .expect("HMAC takes keys of any length");
        code.update(&(context.len() as u64).to_be_bytes());
        code.update(context.as_bytes());
        code.update(text.as_bytes());
        code
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}
