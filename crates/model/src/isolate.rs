//! Names inside sentences of ours: a name written from right to left keeps to its own place.

use std::borrow::Cow;

/// A name as a sentence of ours holds it.
///
/// A name in Hebrew or Arabic turns the words, numbers and brackets beside it around. Such a name
/// is put between U+2068 FIRST STRONG ISOLATE and U+2069 POP DIRECTIONAL ISOLATE, which nobody
/// sees; any other stays as it is.
#[must_use]
pub fn isolated(name: &str) -> Cow<'_, str> {
    if name.chars().any(is_right_to_left) {
        format!("\u{2068}{name}\u{2069}").into()
    } else {
        name.into()
    }
}

/// Whether the character lies in a block of scripts that are written from right to left.
fn is_right_to_left(char: char) -> bool {
    matches!(char,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::isolated;

    #[test]
    fn only_names_from_right_to_left_are_isolated() {
        for plain in ["Maya Okafor", "Øyvind", "日本語の組織", "Δημήτρης", ""] {
            assert_eq!(isolated(plain), plain);
        }
        for turned in ["נועה (תל אביב)", "مريم", "Lab אב 3"] {
            assert_eq!(isolated(turned), format!("\u{2068}{turned}\u{2069}"));
        }
    }
}
