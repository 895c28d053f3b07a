//! The console's static files, compiled in, with one version over all of them in their address.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// One static file of the console.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The file's name, e.g. `console.css`.
    pub name: &'static str,
    /// Its media type for `Content-Type`.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

macro_rules! assets {
    ($($name:literal => $media:literal),* $(,)?) => {
        &[$(Asset {
            name: $name,
            media_type: $media,
            bytes: include_bytes!(concat!("../../assets/", $name)),
        }),*]
    };
}

/// Every file below `/assets/{version}/`.
pub const ASSETS: &[Asset] = assets! {
    "tokens.css" => "text/css; charset=utf-8",
    "console.css" => "text/css; charset=utf-8",
    "page.css" => "text/css; charset=utf-8",
    "reference.css" => "text/css; charset=utf-8",
    "console.js" => "text/javascript; charset=utf-8",
    "favicon.svg" => "image/svg+xml",
    "inter-latin.woff2" => "font/woff2",
    "inter-latin-ext.woff2" => "font/woff2",
    "inter-cyrillic.woff2" => "font/woff2",
    "inter-greek.woff2" => "font/woff2",
    "inter-vietnamese.woff2" => "font/woff2",
    "inter-LICENSE.txt" => "text/plain; charset=utf-8",
};

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.name.as_bytes());
        hash.update(asset.bytes);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..6])
});

/// Twelve hexadecimal digits that change when any asset changes. A file asked for under this
/// version never changes (`Cache-Control: public, max-age=31536000, immutable`); one asked for
/// under another version is answered with the present bytes and no long caching.
pub fn version() -> &'static str {
    &VERSION
}

/// The address that a template uses: `/assets/{version}/{name}`.
pub fn url(name: &str) -> String {
    format!("/assets/{}/{name}", version())
}

/// The asset of this name, or `None`.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}
