//! Signed texts that leave the server and come back: cursors and notices. Not encrypted.

use guildhall_app::Keys;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 4_096;

/// The text of a value. It opens again only for the same purpose and binding.
pub(crate) fn close<T: Serialize>(
    keys: &Keys,
    purpose: &str,
    binding: &[&str],
    value: &T,
) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    keys.sign(&context(purpose, binding), &text)
}

/// The value of a text, if this installation closed it for this purpose and binding.
pub(crate) fn open<T: DeserializeOwned>(
    keys: &Keys,
    purpose: &str,
    binding: &[&str],
    sealed: &str,
) -> Option<T> {
    if sealed.len() > LONGEST {
        return None;
    }
    let text = keys.verify(&context(purpose, binding), sealed).ok()?;
    serde_json::from_str(&text).ok()
}

/// One text that is different for different purposes and bindings, wherever they are divided.
fn context(purpose: &str, binding: &[&str]) -> String {
    let parts = std::iter::once(&purpose).chain(binding);
    parts.map(|part| format!("{}:{part}", part.len())).collect()
}

#[cfg(test)]
mod tests {
    use guildhall_app::{Keys, MasterKey};

    use super::{close, open};

    fn keys(byte: u8) -> Keys {
        Keys::new(&MasterKey::new([byte; 32]))
    }

    fn opened(keys: &Keys, purpose: &str, binding: &[&str], text: &str) -> Option<(String, u32)> {
        open(keys, purpose, binding, text)
    }

    #[test]
    fn security_46_a_text_opens_only_as_it_was_closed() {
        let ours = keys(7);
        let text = close(&ours, "cursor", &["a", "bc"], &("maya", 7));
        assert_eq!(opened(&ours, "cursor", &["a", "bc"], &text), Some(("maya".into(), 7)));
        assert_eq!(opened(&ours, "cursor", &["ab", "c"], &text), None);
        assert_eq!(opened(&ours, "cursor", &["a"], &text), None);
        assert_eq!(opened(&ours, "notice", &["a", "bc"], &text), None);
        assert_eq!(opened(&keys(8), "cursor", &["a", "bc"], &text), None);
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(opened(&ours, "cursor", &["a", "bc"], &forged), None, "at {at}");
        }
    }
}
