//! The pages that say what went wrong.

use askama::Template;

use super::shell::Entrance;

/// Any answer with a status of 400 or more that is not a form shown again.
#[derive(Debug, Clone, Template)]
#[template(path = "problem/problem.html")]
pub struct ProblemPage {
    /// The frame.
    pub entrance: Entrance,
    /// The HTTP status.
    pub status: u16,
    /// What is so: "Not found".
    pub title: String,
    /// One or two sentences on why, and what to do.
    pub text: String,
    /// The id of the request, to find it in the logs; may be empty.
    pub request: String,
    /// Where to go on: label and address.
    pub next: (String, String),
}

impl ProblemPage {
    fn new(entrance: Entrance, status: u16, title: &str, text: impl Into<String>) -> Self {
        Self {
            entrance,
            status,
            title: title.to_owned(),
            text: text.into(),
            request: String::new(),
            next: ("To the dashboard".to_owned(), "/".to_owned()),
        }
    }

    /// 404: does not exist, or may not be seen.
    pub fn not_found(entrance: Entrance) -> Self {
        let text = "There is nothing at this address, or it is not shared with you.";
        Self::new(entrance, 404, "Not found", text)
    }

    /// 403, with the reason in words.
    pub fn forbidden(entrance: Entrance, reason: impl Into<String>) -> Self {
        Self::new(entrance, 403, "Not allowed", reason)
    }

    /// 409, 410 or 422 where no form can be shown again, with the refusal in words.
    pub fn refused(entrance: Entrance, status: u16, reason: impl Into<String>) -> Self {
        Self::new(entrance, status, "That did not work", reason)
    }

    /// 400: the request itself cannot be read.
    pub fn malformed(entrance: Entrance, reason: impl Into<String>) -> Self {
        Self::new(entrance, 400, "Not understood", reason)
    }

    /// 403 of the origin check: a form sent from elsewhere, or from a page opened too long ago.
    pub fn foreign_form(entrance: Entrance) -> Self {
        let text = "The form was not sent from a page of ours. Open the page again and send it \
                    from there; nothing was changed.";
        Self::new(entrance, 403, "Please send it again", text)
    }

    /// 405.
    pub fn wrong_method(entrance: Entrance) -> Self {
        let text = "This address takes forms only. Go back and use the button there.";
        Self::new(entrance, 405, "Not like this", text)
    }

    /// 413.
    pub fn too_large(entrance: Entrance) -> Self {
        let text = "What was sent is larger than this page takes. Send less at once; nothing was \
                    changed.";
        Self::new(entrance, 413, "Too much at once", text)
    }

    /// 429: `wait` in words, e.g. "30 seconds".
    pub fn too_many(entrance: Entrance, wait: &str) -> Self {
        let text = format!("There were too many attempts. Try again in {wait}.");
        Self::new(entrance, 429, "A little slower", text)
    }

    /// 500: `request` finds it in the logs.
    pub fn fault(entrance: Entrance, request: impl Into<String>) -> Self {
        let text = "That is our fault, and it is in the log. Nothing was half done: try again, \
                    and tell the administrators if it happens again.";
        let request = request.into();
        Self { request, ..Self::new(entrance, 500, "Something went wrong", text) }
    }

    /// 503: the database is away or the disk is full.
    pub fn unavailable(entrance: Entrance, request: impl Into<String>) -> Self {
        let text = "Guildhall cannot reach its data at the moment. Nothing was changed; try again \
                    in a minute.";
        let request = request.into();
        Self { request, ..Self::new(entrance, 503, "Not available right now", text) }
    }

    /// Leads elsewhere than to the dashboard.
    pub fn next(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.next = (label.into(), url.into());
        self
    }
}
