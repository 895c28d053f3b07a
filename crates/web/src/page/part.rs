//! The small parts that several pages show: people, notices, pages of a list, consequences.

/// A person as a row or a card shows them.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// First and last name; empty for somebody who has no account yet.
    pub name: String,
    /// The e-mail.
    pub email: String,
}

impl Person {
    /// A person with a name.
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self { name: name.into(), email: email.into() }
    }

    /// Somebody of whom only the address is known.
    pub fn address(email: impl Into<String>) -> Self {
        Self { name: String::new(), email: email.into() }
    }

    /// The name, or the e-mail where there is none.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }

    /// One or two letters for the round picture.
    pub fn initials(&self) -> String {
        initials(self.label())
    }

    /// Which of the four calm tints the round picture has: `a` to `d`, the same on every page.
    pub fn tint(&self) -> char {
        tint(&self.email)
    }
}

/// One or two letters that stand for a name or an address.
pub fn initials(label: &str) -> String {
    let label = label.split('@').next().unwrap_or(label);
    let mut words =
        label.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).take(2).collect()
}

/// A tint `a` to `d`, chosen by the text alone.
pub fn tint(text: &str) -> char {
    let mix = |sum: u32, byte: u8| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let sum = text.bytes().fold(0x811c_9dc5, mix);
    ['a', 'b', 'c', 'd'][(sum >> 13) as usize % 4]
}

/// What a notice means; each has its own mark and word beside its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Info,
    /// Something to take care of.
    Warning,
    /// Something failed or is lost.
    Danger,
}

impl Tone {
    /// The class of the notice.
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    /// The word a screen reader says first.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Info => "Note",
            Self::Warning => "Warning",
            Self::Danger => "Problem",
        }
    }
}

/// A message on top of a page, usually about what was just done.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it means.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

impl Notice {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Done, text: text.into() }
    }

    /// Something to know.
    pub fn info(text: impl Into<String>) -> Self {
        Self { tone: Tone::Info, text: text.into() }
    }

    /// Something to take care of.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { tone: Tone::Warning, text: text.into() }
    }

    /// Something failed.
    pub fn danger(text: impl Into<String>) -> Self {
        Self { tone: Tone::Danger, text: text.into() }
    }
}

/// Where a page of a list stands in the whole.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// The number of the first row shown, from 1; 0 if nothing is shown or it is not known.
    first: u64,
    /// The number of the last row shown.
    last: u64,
    /// How many rows there are in all; `None` if not counted.
    total: Option<u64>,
    /// The address of the page before.
    pub(super) previous: Option<String>,
    /// The address of the page after.
    pub(super) next: Option<String>,
}

impl Pager {
    /// A list that is shown whole.
    pub fn whole(rows: usize) -> Self {
        Self::after(0, rows, Some(rows as u64))
    }

    /// So many rows after so many others, of so many in all if they are counted.
    pub fn after(before: u64, rows: usize, total: Option<u64>) -> Self {
        let (first, last) = if rows == 0 { (0, 0) } else { (before + 1, before + rows as u64) };
        Self { first, last, total, previous: None, next: None }
    }

    /// The same with the addresses of the pages beside it.
    pub fn turning(self, previous: Option<String>, next: Option<String>) -> Self {
        Self { previous, next, ..self }
    }

    /// "51–100 of 100,000 people", "51–100" while they are not counted, "3 people" where all are
    /// shown; empty if nothing is shown or its place is not known.
    pub fn text(&self, one: &str, many: &str) -> String {
        let whole = !self.several() && self.first == 1;
        match self.total {
            _ if self.last == 0 => String::new(),
            None if whole => count_of(self.last, one, many),
            Some(total) if total == self.last && whole => count_of(total, one, many),
            Some(total) => {
                let all = count_of(total, one, many);
                format!("{}–{} of {all}", number(self.first), number(self.last))
            }
            None => format!("{}–{}", number(self.first), number(self.last)),
        }
    }

    /// "1 account in this installation.", or "Every account …" while they are not counted.
    pub fn in_installation(&self, one: &str, many: &str) -> String {
        match self.total {
            Some(1) => format!("1 {one} in this installation."),
            Some(total) => format!("{} {many} in this installation.", number(total)),
            None => format!("Every {one} of this installation."),
        }
    }

    /// Whether there is another page on either side.
    pub fn several(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

/// A number with thousands separated: `100,000`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 member", "2 members", "no members".
pub fn count_of(value: u64, one: &str, many: &str) -> String {
    match value {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", number(value)),
    }
}

/// A moment: exact for machines and on hover, in words for reading.
#[derive(Debug, Clone, Default)]
pub struct Moment {
    /// RFC 3339.
    pub exact: String,
    /// "2 days ago", "in 5 days", "21 Nov 2026, 18:14 UTC".
    pub words: String,
}

impl Moment {
    /// A moment from its two texts.
    pub fn new(exact: impl Into<String>, words: impl Into<String>) -> Self {
        Self { exact: exact.into(), words: words.into() }
    }
}

/// What an action would take away or give, as the forecast of a dry run says it.
#[derive(Debug, Clone, Default)]
pub struct Consequences {
    /// Each sentence is one thing lost: "Maya loses 3 workspaces".
    pub losses: Vec<String>,
    /// Each sentence is one thing gained: "Maya can invite administrators".
    pub gains: Vec<String>,
    /// Each sentence is one thing that stays: "Her 14 resources stay".
    pub stays: Vec<String>,
}

impl Consequences {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.losses.is_empty() && self.gains.is_empty() && self.stays.is_empty()
    }
}

/// A choice in a select field.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// One more sentence, shown where the choices are listed openly; may be empty.
    pub hint: String,
}

impl Choice {
    /// A choice without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// A choice that explains itself.
    pub fn explained(
        value: impl Into<String>,
        label: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { value: value.into(), label: label.into(), hint: hint.into() }
    }
}

/// An action that is offered, or shown disabled with the reason, or absent.
#[derive(Debug, Clone, Default)]
pub enum Offer {
    /// The person should not know about it.
    #[default]
    Absent,
    /// Not now, and why: "The owner cannot be removed".
    Refused(String),
    /// The address of the page or of the form.
    At(String),
}

impl Offer {
    /// The address, empty unless offered.
    pub fn url(&self) -> &str {
        if let Self::At(url) = self { url } else { "" }
    }

    /// The reason, empty unless refused.
    pub fn reason(&self) -> &str {
        if let Self::Refused(reason) = self { reason } else { "" }
    }

    /// Whether it can be used.
    pub fn open(&self) -> bool {
        matches!(self, Self::At(_))
    }

    /// Whether it is shown disabled.
    pub fn refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

/// An SVG text as a `data:` address that an `img` of our own pages may show.
pub fn svg_data_uri(svg: &str) -> String {
    let body = data_encoding::BASE64.encode(svg.as_bytes());
    format!("data:image/svg+xml;base64,{body}")
}

#[cfg(test)]
mod tests {
    use super::{Pager, count_of, initials, number};

    #[test]
    fn numbers_and_initials_read_well() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(100_000), "100,000");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(initials("Alice Lindqvist"), "AL");
        assert_eq!(initials("Øyvind"), "Ø");
        assert_eq!(initials("bob.miller@northwind.example"), "BM");
        assert_eq!(initials("@"), "");
        assert_eq!(count_of(1, "member", "members"), "1 member");
    }

    #[test]
    fn a_pager_says_what_is_shown_and_of_how_much() {
        let text = |pager: Pager| pager.text("person", "people");
        assert_eq!(text(Pager::after(50, 50, Some(100_000))), "51–100 of 100,000 people");
        assert_eq!(text(Pager::whole(3)), "3 people");
        assert_eq!(text(Pager::whole(1)), "1 person");
        assert_eq!(text(Pager::whole(0)), "");
        let first = Pager::after(0, 50, None);
        assert_eq!(text(first.clone()), "50 people");
        assert_eq!(text(first.turning(None, Some("?cursor=x".to_owned()))), "1–50");
    }
}
