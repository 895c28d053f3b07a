//! The keys of the sections about clusters.

use super::{Key, Kind, key, whole};

/// All of them, section by section.
pub(super) const PARTS: [&[Key]; 6] = [&CLUSTERS, &POSTGRES, &LOCAL, &AWS, &AZURE, &GCP];

/// How many there are.
pub(super) const COUNT: usize = {
    let (mut count, mut part) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

const CLUSTERS: [Key; 4] = [
    key(
        "clusters.sizes",
        Kind::Sizes,
        "[\"small:60\", \"medium:120\", \"large:240\"]",
        "The sizes that clusters can have, each with the credits that an hour of it consumes while \
         it runs. Drivers are told the name.",
    ),
    key(
        "clusters.initial_credits",
        whole(0, 1_000_000_000),
        "10000",
        "The credits that a new organization is granted.",
    ),
    key(
        "clusters.stop_at_zero",
        Kind::Switch,
        "false",
        "Whether running clusters are stopped when an organization has no credits left.",
    ),
    key(
        "clusters.warn_below",
        Kind::Numbers,
        "[1000, 100, 0]",
        "The balances in credits below which owner and administrators get a mail, once each.",
    ),
];

const POSTGRES: [Key; 5] = [
    key(
        "clusters.postgres.folder",
        Kind::Path,
        "\"\"",
        "The folder with the data of clusters that the driver `postgres` makes. Empty means \
         `clusters` in `data_dir`. As root, PostgreSQL runs as the user `postgres`, whose group is \
         then let through `data_dir` and this folder, by the first cluster: mode 0710 instead of \
         0700. Nobody can look into them.",
    ),
    key(
        "clusters.postgres.sockets",
        Kind::Path,
        "\"\"",
        "The folder of their sockets, at which people on this machine sign in. Empty means a \
         folder among the temporary files.",
    ),
    key(
        "clusters.postgres.programs",
        Kind::Path,
        "\"\"",
        "The folder with `initdb`, `pg_ctl` and `postgres`. Empty means the one on the `PATH`, or \
         else the newest version that is installed.",
    ),
    key(
        "clusters.postgres.listen",
        Kind::Address,
        "\"127.0.0.1\"",
        "The address that the ports of clusters are on once they are opened. Passwords are never \
         sent over it, everything else is not encrypted: use a private network.",
    ),
    key(
        "clusters.postgres.host",
        Kind::Text,
        "\"\"",
        "The name or address of this machine that people are told to sign in at over the network. \
         Empty means `listen`.",
    ),
];

/// The keys of one cloud. A macro, because constants are put together from texts here.
macro_rules! cloud {
    ($section:literal, $drivers:expr, $default:literal, $driver:expr) => {
        [
            key(concat!($section, ".driver"), Kind::Choice($drivers), $default, $driver),
            key(
                concat!($section, ".program"),
                Kind::Path,
                "\"\"",
                "The program that `exec` runs for each request.",
            ),
            key(
                concat!($section, ".arguments"),
                Kind::Texts,
                "[]",
                "What stands behind the program on its command line.",
            ),
            key(
                concat!($section, ".url"),
                Kind::Text,
                "\"\"",
                "The address that `http` sends each request to. Redirects are not followed.",
            ),
            key(
                concat!($section, ".secret"),
                Kind::Secret,
                "\"\"",
                "The secret that signs requests and calls back: `whsec_` and the base 64 form of \
                 24 to 64 random bytes. While it is changed, two with a space between.",
            ),
            key(
                concat!($section, ".ca_file"),
                Kind::Path,
                "\"\"",
                "A file with certificates in PEM to trust beside the public ones, for `http`.",
            ),
            key(
                concat!($section, ".timeout_seconds"),
                whole(1, 3_600),
                "60",
                "How long one request may take before it is given up and made again later.",
            ),
            key(
                concat!($section, ".services"),
                Kind::Services,
                "[]",
                "The services whose ports can be opened, each as `name=Label:port,port`. Empty \
                 means the usual ones: feature store, online feature store, Kafka and SSH.",
            ),
        ]
    };
}

const REMOTE: &[&str] = &["none", "exec", "http"];

const LOCAL: [Key; 8] = cloud!(
    "clusters.local",
    &["postgres", "none", "exec", "http"],
    "\"postgres\"",
    "What makes clusters on this machine. `postgres` makes PostgreSQL servers and needs nothing \
     but PostgreSQL; `exec` runs a program, `http` asks a service; `none` offers no such clusters."
);
const AWS: [Key; 8] = cloud!(
    "clusters.aws",
    REMOTE,
    "\"none\"",
    "What makes clusters at AWS: a program (`exec`), a service (`http`), or nothing."
);
const AZURE: [Key; 8] = cloud!(
    "clusters.azure",
    REMOTE,
    "\"none\"",
    "What makes clusters at Azure: a program (`exec`), a service (`http`), or nothing."
);
const GCP: [Key; 8] = cloud!(
    "clusters.gcp",
    REMOTE,
    "\"none\"",
    "What makes clusters at Google Cloud: a program (`exec`), a service (`http`), or nothing."
);
