//! A browser's long description of itself in the few words by which a person knows it.

/// What browsers call themselves, those first that also name another.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// What systems are called, those first that also name another.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
];

/// How many characters of a description that is not understood are shown.
const SHOWN: usize = 40;

/// "Firefox on Linux", as far as it can be told.
pub(super) fn device(user_agent: Option<&str>) -> String {
    let agent = user_agent.unwrap_or_default().trim();
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (known(BROWSERS), known(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A program on {system}"),
        (None, None) if agent.is_empty() => "Unknown".to_owned(),
        (None, None) => {
            agent.split_whitespace().next().unwrap_or_default().chars().take(SHOWN).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_are_told_apart() {
        const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";
        const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36";
        for (agent, expected) in [
            (format!("{MAC} (KHTML, like Gecko) Version/18.5 Safari/605.1.15"), "Safari on macOS"),
            (
                format!("{WINDOWS} (KHTML, like Gecko) Chrome/137.0 Safari/537.36"),
                "Chrome on Windows",
            ),
            (
                format!("{WINDOWS} (KHTML, like Gecko) Chrome/137.0 Safari/537.36 Edg/137.0"),
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0".to_owned(),
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) CriOS/137.0 Mobile/15E148 Safari/604.1"
                    .to_owned(),
                "Chrome on iPhone",
            ),
            ("curl/8.5.0".to_owned(), "curl/8.5.0"),
            ("x".repeat(90), &"x".repeat(40)),
            (String::new(), "Unknown"),
        ] {
            assert_eq!(device(Some(&agent)), expected, "{agent}");
        }
        assert_eq!(device(None), "Unknown");
    }
}
