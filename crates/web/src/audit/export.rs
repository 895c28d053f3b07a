//! The log as a file, streamed page after page.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use guildhall_app::audit::{Event, EventFilter, EventPosition, MAX_EVENTS};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EventBody, Log};
use crate::caller::Client;
use crate::csv::line;
use crate::reply::Reply;

/// The format of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ExportFormat")]
pub(crate) enum Format {
    /// Comma-separated values (RFC 4180) with a line of column names.
    #[default]
    Csv,
    /// A JSON array.
    Json,
}

enum Place {
    Start(Vec<Event>),
    After(EventPosition),
    End,
    Over,
}

/// Answers with every event of the filter, newest first. The first page is read before the answer
/// begins, so that a refusal is an answer of its own.
pub(crate) async fn export<C>(
    client: C,
    log: Log,
    filter: EventFilter,
    format: Format,
) -> Reply<Response>
where
    C: std::ops::Deref<Target = Client> + Send + Sync + 'static,
{
    let first = log.page(&client, filter.clone(), None, MAX_EVENTS).await?;
    let state = (client, filter, Place::Start(first));
    let chunks = stream::unfold(state, move |(client, filter, place)| async move {
        let (head, events) = match place {
            Place::Start(events) => (true, events),
            Place::After(position) => {
                match log.page(&client, filter.clone(), Some(position), MAX_EVENTS).await {
                    Ok(events) => (false, events),
                    Err(_) => {
                        let broken = std::io::Error::other("the log could not be read to its end");
                        return Some((Err(broken), (client, filter, Place::Over)));
                    }
                }
            }
            Place::End => return Some((Ok(tail(format)), (client, filter, Place::Over))),
            Place::Over => return None,
        };
        let next = match events.last() {
            Some(last) if events.len() == MAX_EVENTS as usize => Place::After(last.position()),
            _ => Place::End,
        };
        Some((Ok(chunk(format, head, events)), (client, filter, next)))
    })
    .fuse(); // compression asks once more after the end
    let (media_type, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\""),
        Format::Json => ("application/json", "attachment; filename=\"audit.json\""),
    };
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(response)
}

fn chunk(format: Format, head: bool, events: Vec<Event>) -> String {
    let mut text = String::new();
    if head {
        match format {
            Format::Csv => line(&mut text, EventBody::COLUMNS),
            Format::Json => text.push('['),
        }
    }
    for (at, event) in events.into_iter().enumerate() {
        let event = EventBody::from(event);
        match format {
            Format::Csv => line(&mut text, event.values()),
            Format::Json => {
                text.push_str(if head && at == 0 { "\n" } else { ",\n" });
                text.push_str(&serde_json::to_string(&event).unwrap_or_default());
            }
        }
    }
    text
}

fn tail(format: Format) -> String {
    match format {
        Format::Csv => String::new(),
        Format::Json => "\n]\n".to_owned(),
    }
}
