//! For tests only: databases of both engines, a clock and randomness that can be repeated, a mail
//! server that can fail on request, a small HTTP client. Knows nothing of the crates it helps to
//! test, except `model`.

mod clock;
mod cluster;
mod database;
mod entropy;
mod http;
mod mail;
mod smtp;
mod template;

pub use clock::ManualClock;
pub use cluster::PostgresServer;
pub use database::{TestDatabase, engines, postgres, sqlite};
pub use entropy::SeededEntropy;
pub use http::{HttpAnswer, HttpClient};
pub use mail::ReceivedMail;
pub use smtp::{Answer, SmtpServer, Start};
pub use template::Template;
