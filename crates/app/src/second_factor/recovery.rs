//! Recovery codes: ten for each account, each works once.

use data_encoding::{Encoding, HEXLOWER, Specification};
use guildhall_model::Entropy;
use sha2::{Digest, Sha256};

const HOW_MANY: usize = 10;
/// 80 random bits, far too many to try, so that a plain hash is enough.
const BYTES: usize = 10;
const SYMBOLS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// New codes, as `k3f9-x7qp-2mzt-h04w`.
pub(crate) fn generate(entropy: &dyn Entropy) -> Vec<String> {
    (0..HOW_MANY).map(|_| one(entropy)).collect()
}

/// What is kept of a code, however it is typed: case, spaces and hyphens do not matter, nor do
/// letters that look like digits.
pub(crate) fn hash(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        })
        .collect();
    HEXLOWER.encode(&Sha256::digest(plain))
}

fn one(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; BYTES];
    entropy.fill(&mut bytes);
    let text = encoding().encode(&bytes);
    [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
}

fn encoding() -> Encoding {
    let mut specification = Specification::new();
    specification.symbols.push_str(SYMBOLS);
    specification.encoding().expect("32 different symbols make an encoding")
}

#[cfg(test)]
mod tests {
    use super::{generate, hash};
    use guildhall_model::SystemEntropy;

    #[test]
    fn codes_differ_and_are_read_however_they_are_typed() {
        let codes = generate(&SystemEntropy);
        let different: std::collections::HashSet<_> = codes.iter().map(|code| hash(code)).collect();
        assert_eq!(different.len(), 10);
        assert!(codes.iter().all(|code| code.len() == 19));
        assert_eq!(hash("0123-abcd-1111-0000"), hash(" O123 ABCD ilI1 oooo "));
    }
}
