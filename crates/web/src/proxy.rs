//! Which peers are trusted reverse proxies, and the address of the client behind them.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::HeaderMap;

/// Networks whose machines are believed when they say whom they forward.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// The text is neither an address nor a network such as `10.0.0.0/8`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address nor a network such as `10.0.0.0/8`")]
pub struct ProxyError(String);

impl Proxies {
    /// The proxies with these addresses or networks.
    ///
    /// # Errors
    /// If a text is neither an address nor a network.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, ProxyError> {
        texts.iter().map(|text| text.as_ref().parse()).collect::<Result<_, _>>().map(Self)
    }

    /// The client's address: the peer, or, behind trusted proxies, the last address in
    /// `X-Forwarded-For` that is not a trusted proxy. Addresses further left are the client's own
    /// claim and count for nothing.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer?.to_canonical();
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = address(hop.trim()) else { break };
            client = address;
        }
        Some(client)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

/// Whether a request says that a proxy passed it on.
pub(crate) fn was_forwarded(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// An address as proxies write it, perhaps with a port or in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None if text.matches(':').count() == 1 => text.split(':').next()?,
        None => text,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        let shared = |a: &[u8], b: &[u8]| {
            let same = a.iter().zip(b).map(|(a, b)| (a ^ b).leading_zeros()).scan(true, |on, n| {
                let counted = on.then_some(n);
                *on &= n == 8;
                counted
            });
            same.sum::<u32>() >= u32::from(self.bits)
        };
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => shared(&ours.octets(), &theirs.octets()),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => shared(&ours.octets(), &theirs.octets()),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let refuse = || ProxyError(text.to_owned());
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address = address.parse::<IpAddr>().map_err(|_| refuse())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse::<u8>().map_err(|_| refuse()))?;
        if bits > most { Err(refuse()) } else { Ok(Self { address, bits }) }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::Proxies;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let proxies = Proxies::parse(trusted).unwrap();
        proxies.client(peer.parse().ok(), &headers).unwrap().to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        assert_eq!(client(&[], "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client(&["10.0.0.0/8"], "203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", &["6.6.6.6, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            client(&["10.0.0.0/8"], "10.1.2.3", &["6.6.6.6", "1.1.1.1, 10.9.9.9"]),
            "1.1.1.1"
        );
        assert_eq!(client(&["10.0.0.0/8"], "10.1.2.3", &["nonsense"]), "10.1.2.3");
        assert_eq!(client(&["::1"], "::1", &["[2001:db8::7]:443"]), "2001:db8::7");
        assert_eq!(client(&["127.0.0.1"], "::ffff:127.0.0.1", &["1.1.1.1:99"]), "1.1.1.1");
    }

    #[test]
    fn networks_are_checked_when_they_are_configured() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/-1"] {
            assert!(Proxies::parse(&[text]).is_err(), "{text}");
        }
        assert_eq!(client(&["10.128.0.0/9"], "10.127.0.1", &["1.1.1.1"]), "10.127.0.1");
        assert_eq!(client(&["0.0.0.0/0"], "10.127.0.1", &["1.1.1.1"]), "1.1.1.1");
    }
}
