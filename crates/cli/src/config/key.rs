//! The list of every configuration key: its kind, its default and what it means.
//!
//! The list is the one source of the reference page, of the checks, of the suggestions for
//! misspelled keys and of the names of environment variables. The typed tree in `config` has
//! exactly these keys, which a test compares.

mod cluster;

/// One key of the configuration.
#[derive(Clone, Copy)]
pub struct Key {
    /// The path in the file, such as `smtp.port`.
    pub path: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// The default as TOML text.
    pub default: &'static str,
    /// What it does, in sentences.
    pub meaning: &'static str,
}

/// What values a key takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Text that is never shown; `<key>_file` may name a file that holds it.
    Secret,
    /// A file or folder, relative to the working directory.
    Path,
    /// An address and port to listen on.
    Listen,
    /// The same, or empty for none.
    OptionalListen,
    /// `http://` or `https://`, a host, perhaps a port; no path.
    BaseUrl,
    /// `sqlite`, `sqlite:PATH` or `postgres://…`; its password is never shown.
    Database,
    /// `Name <address>` or an address.
    Mailbox,
    /// A whole number within limits, both included.
    #[expect(missing_docs, reason = "the limits")]
    Integer { least: i64, most: i64 },
    /// `true` or `false`.
    Switch,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A list of addresses or networks such as `10.0.0.0/8`.
    Networks,
    /// An address without a port.
    Address,
    /// A list of any texts.
    Texts,
    /// A list of sizes of clusters, each as `name:credits`.
    Sizes,
    /// A list of services, each as `name=Label:port,port`.
    Services,
    /// A list of whole numbers.
    Numbers,
}

impl Key {
    /// The environment variable that sets the key.
    pub fn variable(&self) -> String {
        format!("GUILDHALL_{}", self.path.replace('.', "__").to_uppercase())
    }

    /// Whether the value must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }

    /// Finds a key by its path.
    pub fn find(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.path == path)
    }
}

const fn key(path: &'static str, kind: Kind, default: &'static str, meaning: &'static str) -> Key {
    Key { path, kind, default, meaning }
}

const fn whole(least: i64, most: i64) -> Kind {
    Kind::Integer { least, most }
}

/// Every key, in the order of the reference page: first those without a section.
pub const KEYS: &[Key] = &ALL;

const ALL: [Key; GENERAL.len() + cluster::COUNT] = {
    let mut all = [GENERAL[0]; GENERAL.len() + cluster::COUNT];
    let (mut at, mut part) = (0, 0);
    while at < GENERAL.len() {
        all[at] = GENERAL[at];
        at += 1;
    }
    while part < cluster::PARTS.len() {
        let mut from = 0;
        while from < cluster::PARTS[part].len() {
            all[at] = cluster::PARTS[part][from];
            at += 1;
            from += 1;
        }
        part += 1;
    }
    all
};

const GENERAL: &[Key] = &[
    key(
        "listen",
        Kind::Listen,
        "\"127.0.0.1:8080\"",
        "The address and port to listen on. The default answers on this machine only; put a \
         reverse proxy with TLS in front to serve others.",
    ),
    key(
        "base_url",
        Kind::BaseUrl,
        "\"http://localhost:8080\"",
        "The address under which people reach this installation. Every link in a mail starts \
         with it, cookies belong to it, and nothing is ever taken from the `Host` header.",
    ),
    key(
        "data_dir",
        Kind::Path,
        "\"data\"",
        "The folder for the embedded database and the key file. Made on first start with mode \
         0700; if others can look into it, it is refused. As root, clusters on this machine need \
         0710, see `clusters.postgres.folder`.",
    ),
    key(
        "database",
        Kind::Database,
        "\"sqlite\"",
        "`sqlite` keeps everything in `data_dir`; `sqlite:PATH` names the file; \
         `postgres://user:password@host/name` uses PostgreSQL. `database_file` may name a file \
         that holds this text.",
    ),
    key(
        "database_connections",
        whole(2, 200),
        "16",
        "The most connections that one process opens to PostgreSQL. SQLite ignores it.",
    ),
    key(
        "key_file",
        Kind::Path,
        "\"\"",
        "The file with the secret that seals what is encrypted at rest. Empty means \
         `guildhall.key` in `data_dir`. Made on first start with mode 0600; looser modes are \
         refused, and so is another key than the one that the database was begun with: all nodes \
         on one database need the same. Keep a copy apart from the database: neither is of use \
         without the other.",
    ),
    key(
        "vault_key_file",
        Kind::Path,
        "\"\"",
        "The file of the keys that credentials at clouds are sealed with, one in each line, the \
         newest first. Empty means `vault.keys` in `data_dir`, which need not exist: until \
         `guildhall keys rotate` makes a key, one that is derived from the key file is used. Mode \
         0600; looser modes are refused. All nodes on one database need the same file, best a \
         shared one.",
    ),
    key(
        "registration",
        Kind::Choice(&["open", "invitation", "closed"]),
        "\"open\"",
        "Who may register: everybody, only people with a pending invitation, or nobody (accounts \
         are then made by system administrators).",
    ),
    key(
        "create_organizations",
        Kind::Switch,
        "true",
        "Whether users may create organizations besides the one that is made when they register.",
    ),
    key(
        "one_organization_per_user",
        Kind::Switch,
        "false",
        "Whether an account may be in one organization only. When on, inviting or accepting \
         across organizations is refused with a clear message.",
    ),
    key("invitation_days", whole(1, 90), "7", "How many days the link of an invitation works."),
    key(
        "deletion_grace_days",
        whole(0, 365),
        "14",
        "How many days the owner may restore a deleted organization before its data is purged.",
    ),
    key(
        "default_plan",
        Kind::Choice(&["community", "commercial", "enterprise"]),
        "\"enterprise\"",
        "The plan of a new organization. Managing members needs `commercial` or `enterprise`.",
    ),
    key(
        "default_seats",
        whole(0, 1_000_000),
        "0",
        "The seats of a new organization: members plus pending invitations. 0 means without limit.",
    ),
    key(
        "link_hours",
        whole(1, 168),
        "24",
        "How many hours a link works that verifies an address or leads to a new password.",
    ),
    key(
        "trusted_proxies",
        Kind::Networks,
        "[]",
        "The reverse proxies whose `X-Forwarded-For` is believed. Empty means that the peer of \
         the connection is the client.",
    ),
    key(
        "metrics",
        Kind::Choice(&["off", "loopback", "token", "open"]),
        "\"loopback\"",
        "Who may read `/metrics`: nobody, programs on this machine, whoever sends `metrics_token` \
         as a bearer token, or everybody who reaches the port.",
    ),
    key(
        "metrics_listen",
        Kind::OptionalListen,
        "\"\"",
        "An address and port of its own for `/metrics`, which then answers there and nowhere \
         else; `metrics` still says who may read it. Empty means the port of `listen`.",
    ),
    key(
        "metrics_token",
        Kind::Secret,
        "\"\"",
        "The bearer token for `/metrics` when `metrics` is `token`; at least 16 characters.",
    ),
    key(
        "session.hours",
        whole(1, 720),
        "12",
        "How many hours a session lasts without a request when *stay signed in* was not chosen.",
    ),
    key(
        "session.stay_days",
        whole(1, 365),
        "30",
        "How many days a session lasts when *stay signed in* was chosen.",
    ),
    key(
        "throttle.sign_in_per_account",
        whole(1, 1_000),
        "10",
        "Failed sign-ins to one account from one network address within the window before that \
         address must wait.",
    ),
    key(
        "throttle.sign_in_per_account_everywhere",
        whole(1, 100_000),
        "100",
        "Failed sign-ins to one account from all addresses within the window before every address \
         must wait where its person is not signed in.",
    ),
    key(
        "throttle.sign_in_per_address",
        whole(1, 100_000),
        "100",
        "Failed sign-ins from one network address within the window before it must wait.",
    ),
    key(
        "throttle.sign_in_minutes",
        whole(1, 1_440),
        "15",
        "The window in minutes over which failed sign-ins are counted; the wait lasts as long.",
    ),
    key(
        "throttle.invitations_per_hour",
        whole(1, 1_000_000),
        "500",
        "Invitation mails that one organization may send in an hour.",
    ),
    key(
        "throttle.invitations_per_recipient",
        whole(1, 10_000),
        "10",
        "Invitation mails that may go to one address in a day.",
    ),
    key(
        "log.format",
        Kind::Choice(&["auto", "text", "json"]),
        "\"auto\"",
        "`auto` writes text to a terminal and JSON lines otherwise.",
    ),
    key(
        "log.level",
        Kind::Text,
        "\"info\"",
        "`error`, `warn`, `info`, `debug` or `trace`, or directives such as \
         `info,guildhall_web=debug`.",
    ),
    key(
        "smtp.host",
        Kind::Text,
        "\"\"",
        "The mail server. While it is empty no mail leaves: mails stay in the outbox, where \
         system administrators can read them.",
    ),
    key(
        "smtp.port",
        whole(0, 65_535),
        "0",
        "The port of the mail server; 0 means the usual one: 587 for `starttls`, 465 for `tls`, \
         25 for `none`.",
    ),
    key(
        "smtp.security",
        Kind::Choice(&["starttls", "tls", "none"]),
        "\"starttls\"",
        "`starttls` and `tls` encrypt and check the certificate, and never fall back to plain \
         text. `none` is for a mail server on the same machine or a trusted network.",
    ),
    key("smtp.user", Kind::Text, "\"\"", "The user name at the mail server, if it asks for one."),
    key("smtp.password", Kind::Secret, "\"\"", "The password at the mail server."),
    key(
        "smtp.from",
        Kind::Mailbox,
        "\"Guildhall <guildhall@localhost>\"",
        "The sender of every mail. Its domain also ends the Message-ID.",
    ),
    key(
        "smtp.ca_file",
        Kind::Path,
        "\"\"",
        "A file with certificates in PEM to trust beside the public ones, for a mail server with a \
         certificate of your own.",
    ),
    key(
        "smtp.timeout_seconds",
        whole(1, 600),
        "30",
        "How long to wait for the mail server before trying again later.",
    ),
    key(
        "smtp.connections",
        whole(1, 32),
        "2",
        "The most connections to the mail server at a time.",
    ),
];
