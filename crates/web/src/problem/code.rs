//! The codes of problems that the frame itself answers; refusals bring their own codes.

use axum::http::StatusCode;

/// A stable code with the status it always has and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The text in `code`, never changed once released.
    pub code: &'static str,
    /// The status of every problem with this code.
    pub status: StatusCode,
    /// The short title, the same every time.
    pub title: &'static str,
    /// What it means and what to do, for the documentation.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:ident, $title:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: Code = Code {
            code: $code, status: StatusCode::$status, title: $title, meaning: $meaning,
        };)*
        /// Every code of the frame, for the documentation.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    NOT_FOUND = "not_found", NOT_FOUND, "Not found",
        "Nothing is at this address, or you may not see it.";
    METHOD_NOT_ALLOWED = "request.method_not_allowed", METHOD_NOT_ALLOWED, "Method not allowed",
        "The address exists but does not answer this method; `Allow` lists those it does.";
    SIGN_IN_REQUIRED = "sign_in_required", UNAUTHORIZED, "Sign in required",
        "The request carries no session or API key that is still valid.";
    FORBIDDEN = "forbidden", FORBIDDEN, "Forbidden",
        "You may see the target but lack the permission named in `permission`.";
    CROSS_ORIGIN = "request.cross_origin", FORBIDDEN, "Request from another origin",
        "A change that carries a cookie has to come from the console's own address.";
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE, "Temporarily unavailable",
        "The database did not answer, or the disk is full. Nothing was changed; try again.";
    TIMEOUT = "request.timeout", SERVICE_UNAVAILABLE, "Took too long",
        "The request was given up after the time limit. It may or may not have taken effect; \
         repeat it with the same `Idempotency-Key`.";
    FAULT = "fault", INTERNAL_SERVER_ERROR, "Internal error",
        "A fault of ours. It is in the log under the request id in `instance`.";
    BAD_ENCODING = "request.bad_encoding", BAD_REQUEST, "Malformed encoding",
        "A percent sign in the address or the form is not followed by two hexadecimal digits.";
    NOT_UTF8 = "request.not_utf8", BAD_REQUEST, "Not UTF-8",
        "The address or the body is not valid UTF-8.";
    MALFORMED_JSON = "request.malformed_json", BAD_REQUEST, "Malformed JSON",
        "The body is not a JSON document.";
    UNSUPPORTED_TYPE = "request.unsupported_content_type", UNSUPPORTED_MEDIA_TYPE,
        "Unsupported content type",
        "The body has to be sent with the content type that the route takes.";
    TOO_LARGE = "request.too_large", PAYLOAD_TOO_LARGE, "Too large",
        "The body is larger than 256 KiB.";
    TOO_SLOW = "request.too_slow", REQUEST_TIMEOUT, "Too slow",
        "The body had not arrived after 20 seconds. Nothing was changed; send it again.";
    UNREADABLE = "request.unreadable", BAD_REQUEST, "Unreadable body",
        "The connection ended before the whole body had arrived.";
    MISSING_FIELD = "request.missing_field", UNPROCESSABLE_ENTITY, "Missing field",
        "A field that is required was not sent.";
    UNKNOWN_FIELD = "request.unknown_field", UNPROCESSABLE_ENTITY, "Unknown field",
        "A field was sent that this request does not have. Nothing is silently ignored.";
    DUPLICATE_FIELD = "request.duplicate_field", UNPROCESSABLE_ENTITY, "Field given twice",
        "A field that takes one value was sent more than once.";
    INVALID_FIELD = "request.invalid_field", UNPROCESSABLE_ENTITY, "Invalid field",
        "A field has the wrong type or a value that is not allowed.";
    CONTROL_CHARACTERS = "request.control_characters", UNPROCESSABLE_ENTITY,
        "Control characters",
        "A text contains control characters other than tab and line breaks.";
    INVALID_REPORT = "request.invalid_report", UNPROCESSABLE_ENTITY, "Unusable report",
        "The signature holds, but the report is not one that can be taken; `detail` says why. \
         Sending the same again does not help.";
    BAD_CURSOR = "request.bad_cursor", UNPROCESSABLE_ENTITY, "Unusable cursor",
        "The cursor is damaged, or belongs to another person, address or query. \
         Start again without it.";
    BAD_IDEMPOTENCY_KEY = "request.bad_idempotency_key", UNPROCESSABLE_ENTITY,
        "Unusable idempotency key",
        "`Idempotency-Key` takes 1 to 128 visible ASCII characters.";
    KEY_REUSED = "request.key_reused", CONFLICT, "Idempotency key used before",
        "The key was sent with another request within the last day. Make a new one.";
    BAD_REVISION = "request.bad_revision", UNPROCESSABLE_ENTITY, "Unusable revision",
        "`Guildhall-At-Least` takes a revision that an earlier answer gave.";
}

/// The title of a refusal, by the status of its kind.
pub(super) fn refusal_title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::CONFLICT => "Not possible in the present state",
        StatusCode::GONE => "No longer available",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::PAYMENT_REQUIRED => "Beyond the plan",
        _ => "Refused",
    }
}
