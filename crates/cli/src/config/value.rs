//! Reads one value for a key, from TOML or from the text of a variable, and says in words what
//! is wrong with it.

use std::net::{IpAddr, SocketAddr};

use guildhall_app::cluster::driver::Service;
use guildhall_model::Credits;
use guildhall_web::{BaseUrl, Proxies};
use toml::Value;
use toml::de::{DeTable, DeValue};

use super::key::{Key, Kind};

/// Takes a value that stands in the file.
///
/// # Errors
/// What the key wants, in words that follow the key's name.
pub(super) fn from_toml(key: &Key, given: &DeValue<'_>) -> Result<Value, String> {
    let wrong = |wanted: &str| Err(format!("is {}, but {wanted}", with_article(given.type_str())));
    match (key.kind, given) {
        (Kind::Switch, DeValue::Boolean(on)) => Ok(Value::Boolean(*on)),
        (Kind::Switch, _) => wrong("must be true or false"),
        (Kind::Integer { .. }, DeValue::Integer(number)) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            within(key, number.map_err(|_| "is too large".to_owned())?)
        }
        (Kind::Integer { .. }, _) => wrong("must be a whole number"),
        (Kind::Networks, DeValue::Array(items)) => {
            let texts: Option<Vec<&str>> =
                items.iter().map(|item| item.get_ref().as_str()).collect();
            networks(texts.ok_or("must be a list of texts")?.into_iter())
        }
        (Kind::Texts | Kind::Sizes | Kind::Services, DeValue::Array(items)) => {
            let texts: Option<Vec<&str>> =
                items.iter().map(|item| item.get_ref().as_str()).collect();
            texts_of(key.kind, texts.ok_or("must be a list of texts")?.into_iter())
        }
        (Kind::Networks | Kind::Texts | Kind::Sizes | Kind::Services, _) => {
            wrong("must be a list of texts")
        }
        (Kind::Numbers, DeValue::Array(items)) => {
            let texts = items.iter().map(|item| match item.get_ref() {
                DeValue::Integer(number) => Ok(number.as_str()),
                _ => Err("must be a list of whole numbers".to_owned()),
            });
            numbers(texts.collect::<Result<Vec<_>, _>>()?.into_iter())
        }
        (Kind::Numbers, _) => wrong("must be a list of whole numbers"),
        (_, DeValue::String(text)) => from_text(key, text),
        (_, _) => wrong("must be text in quotes"),
    }
}

/// Takes the text of a variable or of a named file.
///
/// # Errors
/// What the key wants, in words that follow the key's name. A secret is never repeated.
pub(super) fn from_text(key: &Key, text: &str) -> Result<Value, String> {
    match key.kind {
        Kind::Switch => match text {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            other => Err(format!("is `{other}`, but must be true or false")),
        },
        Kind::Integer { .. } => {
            let number = text.trim().parse();
            within(key, number.map_err(|_| format!("is `{text}`, but must be a whole number"))?)
        }
        Kind::Networks => {
            networks(text.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()))
        }
        Kind::Texts | Kind::Sizes | Kind::Services | Kind::Numbers if text.starts_with('[') => {
            let document = format!("v = {text}");
            let parsed = DeTable::parse(&document);
            let table = parsed.map_err(|error| format!("is not a list: {}", error.message()))?;
            match table.get_ref().values().next() {
                Some(list) => from_toml(key, list.get_ref()),
                None => Err("is not a list".to_owned()),
            }
        }
        Kind::Numbers => numbers(words(text)),
        Kind::Texts | Kind::Sizes | Kind::Services => texts_of(key.kind, words(text)),
        Kind::Address if text.parse::<IpAddr>().is_err() => {
            Err(format!("is `{text}`, but must be an address, such as 127.0.0.1 or ::"))
        }
        Kind::Choice(words) if !words.contains(&text) => {
            Err(format!("is `{text}`, but must be one of: {}", words.join(", ")))
        }
        Kind::OptionalListen if text.is_empty() => Ok(Value::String(String::new())),
        Kind::Listen | Kind::OptionalListen if text.parse::<SocketAddr>().is_err() => Err(format!(
            "is `{text}`, but must be an address and a port, such as 127.0.0.1:8080 or [::1]:8080"
        )),
        Kind::BaseUrl => base_url(text),
        Kind::Database => database(text),
        Kind::Mailbox => mailbox(text),
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// Hides the password of a database address.
pub(super) fn mask_database(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(rest[..authority_end].rfind('@').unwrap_or(0));
    let shown = match authority.split_once(':') {
        Some((user, _)) => format!("{user}:********"),
        None => authority.to_owned(),
    };
    let tail = match tail.find("password=") {
        Some(at) => {
            let end = tail[at..].find('&').map_or(tail.len(), |length| at + length);
            format!("{}password=********{}", &tail[..at], &tail[end..])
        }
        None => tail.to_owned(),
    };
    format!("{scheme}://{shown}{tail}")
}

/// Splits `Name <address>` into its parts; a bare address has no name.
pub(super) fn split_mailbox(text: &str) -> (Option<&str>, &str) {
    match text.trim().strip_suffix('>').and_then(|inner| inner.rsplit_once('<')) {
        Some((name, address)) => {
            let name = name.trim().trim_matches('"').trim();
            ((!name.is_empty()).then_some(name), address.trim())
        }
        None => (None, text.trim()),
    }
}

fn within(key: &Key, number: i64) -> Result<Value, String> {
    let Kind::Integer { least, most } = key.kind else { return Ok(Value::Integer(number)) };
    if (least..=most).contains(&number) {
        Ok(Value::Integer(number))
    } else {
        Err(format!("is {number}, but must be between {least} and {most}"))
    }
}

fn networks<'a>(items: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let mut networks = Vec::new();
    for item in items {
        if Proxies::parse(&[item]).is_err() {
            return Err(format!(
                "holds `{item}`, but every entry must be an address or a network such as \
                 10.0.0.0/8"
            ));
        }
        networks.push(Value::String(item.to_owned()));
    }
    Ok(Value::Array(networks))
}

/// The parts of a variable that holds a list.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|item| !item.is_empty())
}

fn texts_of<'a>(kind: Kind, items: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let mut texts = Vec::new();
    for item in items {
        let wanted = match kind {
            Kind::Sizes if size(item).is_none() => "`name:credits`, such as small:60",
            Kind::Services if service(item).is_none() => {
                "`name=Label:port,port`, such as kafka=Kafka:9092"
            }
            _ => {
                texts.push(Value::String(item.to_owned()));
                continue;
            }
        };
        return Err(format!("holds `{item}`, but every entry must be {wanted}"));
    }
    let mut names: Vec<&str> =
        texts.iter().filter_map(|text| text.as_str()?.split([':', '=']).next()).collect();
    names.sort_unstable();
    if kind != Kind::Texts && names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err("holds a name twice".to_owned());
    }
    if kind == Kind::Sizes && texts.is_empty() {
        return Err("is empty, but there must be a size".to_owned());
    }
    Ok(Value::Array(texts))
}

/// A size of clusters, and what an hour of it consumes.
pub(super) fn size(text: &str) -> Option<(&str, Credits)> {
    let (name, credits) = text.split_once(':')?;
    let credits: Credits = credits.parse().ok()?;
    (is_name(name) && credits >= Credits::ZERO).then_some((name, credits))
}

/// A service of clusters.
pub(super) fn service(text: &str) -> Option<Service> {
    let (name, rest) = text.split_once('=')?;
    let (label, ports) = rest.rsplit_once(':')?;
    let port = |text: &str| text.parse().ok().filter(|port| *port > 0);
    let ports: Vec<u16> = ports.split(',').map(port).collect::<Option<_>>()?;
    let shown = !label.trim().is_empty() && !label.chars().any(char::is_control);
    let service = || Service { name: name.to_owned(), label: label.trim().to_owned(), ports };
    (is_name(name) && shown).then(service)
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.".contains(c);
    (1..=40).contains(&text.len()) && text.chars().all(plain)
}

fn numbers<'a>(items: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let number = |item: &str| {
        let number: Option<u32> = item.parse().ok();
        let wrong = || format!("holds `{item}`, but every entry must be a whole number from 0 on");
        number.map(|number| Value::Integer(number.into())).ok_or_else(wrong)
    };
    items.map(number).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn base_url(text: &str) -> Result<Value, String> {
    let base: Result<BaseUrl, _> = text.parse();
    base.map(|base| Value::String(base.origin().to_owned())).map_err(|_| {
        format!(
            "is `{text}`, but must be the address of a host without a path, such as \
             https://guildhall.example"
        )
    })
}

fn database(text: &str) -> Result<Value, String> {
    let known = text == "sqlite"
        || text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())
        || text.starts_with("postgres://")
        || text.starts_with("postgresql://");
    if known {
        return Ok(Value::String(text.to_owned()));
    }
    // The text may hold a password, so it is not repeated.
    Err("must be sqlite, sqlite:PATH or postgres://user:password@host/name".to_owned())
}

fn mailbox(text: &str) -> Result<Value, String> {
    let (name, address) = split_mailbox(text);
    let plain = |part: &str| !part.chars().any(char::is_control);
    let sound = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if sound && plain(address) && name.is_none_or(plain) && !address.contains(char::is_whitespace) {
        Ok(Value::String(text.to_owned()))
    } else {
        Err(format!("is `{text}`, but must be an address or Name <address>"))
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}
