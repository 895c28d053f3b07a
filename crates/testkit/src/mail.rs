//! A mail as its reader sees it.

use mail_parser::MessageParser;

/// A mail that a server received, decoded.
#[derive(Clone, Debug)]
pub struct ReceivedMail {
    /// The sender named to the server (`MAIL FROM`), which bounces go to.
    pub envelope_from: String,
    /// The recipients named to the server (`RCPT TO`).
    pub envelope_to: Vec<String>,
    /// The address in `From`.
    pub from: String,
    /// The name in `From`, or nothing.
    pub from_name: String,
    /// The addresses in `To`.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text, or nothing.
    pub text: String,
    /// The HTML, or nothing.
    pub html: String,
    /// The mail as it came, with `\r\n` line ends.
    pub raw: Vec<u8>,
}

impl ReceivedMail {
    /// Decode a mail. A part that it lacks is left empty: no stand-in is made from another part.
    ///
    /// # Panics
    /// When it is no mail.
    #[must_use]
    pub fn read(envelope_from: String, envelope_to: Vec<String>, raw: Vec<u8>) -> Self {
        let message = MessageParser::default().parse(&raw).expect("this is a mail");
        let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
            let all = list.into_iter().flat_map(mail_parser::Address::iter);
            all.filter_map(|entry| entry.address.as_deref().map(str::to_owned)).collect()
        };
        let sender = message.from().and_then(mail_parser::Address::first);
        let name = sender.and_then(|sender| sender.name.as_deref()).unwrap_or_default();
        let part = |html: bool| {
            let part = message.parts.iter().find(|part| match &part.body {
                mail_parser::PartType::Text(_) => !html,
                mail_parser::PartType::Html(_) => html,
                _ => false,
            });
            part.and_then(|part| part.text_contents()).unwrap_or_default().to_owned()
        };
        Self {
            from: addresses(message.from()).into_iter().next().unwrap_or_default(),
            from_name: name.to_owned(),
            to: addresses(message.to()),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: part(false),
            html: part(true),
            envelope_from,
            envelope_to,
            raw,
        }
    }

    /// The first web address in the plain text, or else in the HTML.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn first_link(&self) -> String {
        let link = link_in(&self.text).or_else(|| link_in(&self.html));
        link.unwrap_or_else(|| panic!("no link in this mail: {}", self.text))
    }

    /// The decoded text of a header, if the mail has it.
    ///
    /// # Panics
    /// When the mail cannot be decoded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let message = MessageParser::default().parse(&self.raw).expect("this is a mail");
        let raw = message.header_raw(name)?;
        Some(raw.trim().to_owned())
    }
}

fn link_in(text: &str) -> Option<String> {
    let start = text.find("https://").into_iter().chain(text.find("http://")).min()?;
    let end = |c: char| c.is_whitespace() || "<>\"'()[]".contains(c);
    let link = text[start..].split(end).next().unwrap_or_default();
    Some(link.trim_end_matches(['.', ',', ';']).replace("&amp;", "&"))
}
