//! Makes text that people chose harmless inside a mail: no links, no hidden characters, no novels.

use guildhall_model::isolated;

/// The most characters of a chosen name that a mail shows in its body.
pub(super) const NAME_LIMIT: usize = 80;
/// The most characters of a subject line.
pub(super) const SUBJECT_LIMIT: usize = 140;

/// A chosen name, safe to show: one line, no control or invisible characters, at most
/// [`NAME_LIMIT`] characters, and nothing that a mail program turns into a link. It turns nothing
/// around that stands beside it. A plain e-mail address stays as it is, for organizations are named
/// by one at first.
pub(super) fn name(chosen: &str) -> String {
    let visible = one_line(chosen, is_invisible);
    if is_plain_address(&visible) {
        return shorten(&visible, NAME_LIMIT);
    }
    isolated(&shorten(&unlink(&visible), NAME_LIMIT)).into_owned()
}

/// A subject line made of a sentence of ours with names in it: one line, limited in length.
pub(super) fn subject(line: &str) -> String {
    let isolates = |c| matches!(c, '\u{2068}' | '\u{2069}');
    shorten(&one_line(line, |c| is_invisible(c) && !isolates(c)), SUBJECT_LIMIT)
}

/// Drops control characters and what else is told, and folds white space.
fn one_line(text: &str, dropped: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            c if c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}') => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if c.is_control() || dropped(c) => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    if out.starts_with(' ') { out.split_off(1) } else { out }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Puts a space where a mail program would see an address: after the dot inside `evil.example`,
/// after the colon of `http://`, and between two slashes or backslashes.
fn unlink(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(if matches!(c, '“' | '”') { '"' } else { c });
        let next = rest.peek().copied();
        let inside = |c: char| c.is_alphanumeric() || !c.is_ascii();
        let splits = match (c, next) {
            (_, None | Some(' ')) => false,
            (dot, Some(next)) if is_dot(dot) => before.is_some_and(|b| b != ' ') && inside(next),
            (':' | '：', Some(_)) => before.is_some_and(inside),
            ('/' | '\\', Some(next)) => matches!(next, '/' | '\\'),
            _ => false,
        };
        if splits {
            out.push(' ');
        }
        before = Some(c);
    }
    out
}

/// The full stop and everything that browsers and mail programs read as one.
fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{2024}' | '\u{3002}' | '\u{fe52}' | '\u{ff0e}' | '\u{ff61}')
}

/// An address made only of characters that leave no room for a link in front of the `@`.
fn is_plain_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str, extra: &[char]| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(&c))
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    plain(local, &['.', '_', '-', '+']) && plain(domain, &['.', '-']) && domain.contains('.')
}

fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::{NAME_LIMIT, SUBJECT_LIMIT, name, subject};

    #[test]
    fn security_17_a_name_carries_no_link() {
        for (chosen, shown) in [
            ("Win http://evil.example now", "Win http: / /evil. example now"),
            ("www.evil.example", "www. evil. example"),
            ("evil．example", "evil． example"),
            ("evil。example/path", "evil。 example/path"),
            ("mailto:bob@evil.example", "mailto: bob@evil. example"),
            ("javascript:alert(1)", "javascript: alert(1)"),
            ("//evil.example", "/ /evil. example"),
            (r"\\server\share", r"\ \server\share"),
            ("http://10.0.0.1/x", "http: / /10. 0. 0. 1/x"),
            ("evil.com/@x.com", "evil. com/@x. com"),
        ] {
            assert_eq!(name(chosen), shown);
        }
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for plain in [
            "Northwind Labs",
            "Acme Inc.",
            "Acme, Inc., Ltd",
            "R&D / Platform",
            "Über",
            ".NET Group",
            "Team: Blue",
            "日本語の組織",
            "alice@acme.com",
            "bob+x@mail.acme.co.uk",
        ] {
            assert_eq!(name(plain), plain);
        }
    }

    #[test]
    fn security_17_hidden_characters_and_line_breaks_go() {
        assert_eq!(name("Acme\r\nBcc: x@y.example"), "Acme Bcc: x@y. example");
        assert_eq!(name("A\u{202e}cme\u{200b} \u{2028} Lab\0s\u{7f}"), "Acme Labs");
        assert_eq!(name("evil\u{2060}.\u{200b}example"), "evil. example");
        assert_eq!(name("the “best”"), "the \"best\"");
        assert_eq!(subject("a\r\nBcc: b\tc\u{85}d\u{202e}"), "a Bcc: b c d");
    }

    #[test]
    fn a_name_from_right_to_left_keeps_to_its_place_in_a_subject() {
        let line = format!("Invitation to join “{}”", name("\u{202e}מעבדה (3)"));
        assert_eq!(subject(&line), "Invitation to join “\u{2068}מעבדה (3)\u{2069}”");
    }

    #[test]
    fn security_17_long_names_are_cut() {
        assert_eq!(name(&"a".repeat(NAME_LIMIT)).chars().count(), NAME_LIMIT);
        let long = name(&"ä. b".repeat(500));
        assert!(long.chars().count() <= NAME_LIMIT && long.ends_with('…'));
        assert!(subject(&"x".repeat(500)).chars().count() <= SUBJECT_LIMIT);
    }
}
