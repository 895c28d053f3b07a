//! What the configuration accepts, how it explains what it refuses, and that it shows no secret.

use std::fs;
use std::path::PathBuf;

use guildhall::config::{
    Config, DatabaseAddress, Driver, KEYS, Loaded, Registration, SmtpSecurity, default_file,
    reference_page, report,
};
use guildhall_app::ClusterSize;

struct Layers {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Layers {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    fn file(self, text: &str) -> Self {
        fs::write(self.path(), text).unwrap();
        self
    }

    fn secret(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("guildhall.toml")
    }

    fn read(&self) -> Loaded {
        let file = self.path();
        Loaded::read(file.exists().then_some(file.as_path()), &self.environment)
    }

    fn config(&self) -> Config {
        self.read().config().unwrap()
    }

    /// The problems, with the folder's name taken out.
    fn problems(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        let problems = self.read().resolved.problems;
        problems.iter().map(|problem| problem.to_string().replace(&folder, "")).collect()
    }
}

#[test]
fn nothing_has_to_be_set() {
    let config = Layers::new().config();
    assert!(config.listen.ip().is_loopback());
    assert_eq!(config.base_url, "http://localhost:8080");
    assert_eq!(config.sqlite_file().unwrap(), PathBuf::from("data/guildhall.db"));
    assert_eq!(config.key_file(), PathBuf::from("data/guildhall.key"));
    assert_eq!(config.registration, Registration::Open);
    assert_eq!(config.invitation_days, 7);
    assert_eq!(config.deletion_grace_days, 14);
    assert!(!config.one_organization_per_user, "A22 is off by default");
    assert_eq!(config.smtp.port(), 587);
}

#[test]
fn the_file_and_then_the_environment_override() {
    let layers = Layers::new()
        .file("invitation_days = 3\nlisten = \"127.0.0.1:1\"\n[smtp]\nhost = \"a\"\nport = 1\n")
        .variable("GUILDHALL_SMTP__HOST", "b")
        .variable("GUILDHALL_LISTEN", "[::1]:2")
        .variable("GUILDHALL_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
        .variable("GUILDHALL_ONE_ORGANIZATION_PER_USER", "true")
        .variable("PATH", "/bin");
    let config = layers.config();
    assert_eq!(config.invitation_days, 3);
    assert_eq!(config.listen.to_string(), "[::1]:2");
    assert_eq!((config.smtp.host.as_str(), config.smtp.port()), ("b", 1));
    assert_eq!(config.trusted_proxies, ["10.0.0.0/8", "::1"]);
    assert!(config.one_organization_per_user);
}

#[test]
fn a_misspelled_key_is_an_error_that_names_the_right_one() {
    let layers = Layers::new()
        .file(
            "\nbase_ulr = \"http://x\"\n[smpt]\nhost = \"x\"\n[log]\nlevle = \"info\"\nhost = 1\n",
        )
        .variable("GUILDHALL_SMTP__PASWORD", "hunter2")
        .variable("GUILDHALL_FLAVOUR", "mild")
        .variable("GUILDHALL_CHROMIUM", "/bin/chromium");
    let mut problems = layers.problems();
    problems.sort();
    assert_eq!(
        problems,
        [
            "GUILDHALL_FLAVOUR: unknown key `flavour`; the reference lists every key",
            "GUILDHALL_SMTP__PASWORD: unknown key `smtp.pasword`; did you mean `smtp.password`?",
            "guildhall.toml:2: unknown key `base_ulr`; did you mean `base_url`?",
            "guildhall.toml:3: unknown key `smpt`; did you mean `smtp`?",
            "guildhall.toml:6: unknown key `log.levle`; did you mean `log.level`?",
            "guildhall.toml:7: unknown key `log.host`; did you mean `smtp.host`?",
        ]
    );
}

#[test]
fn a_wrong_value_is_explained_with_its_place() {
    for (text, problem) in [
        ("invitation_days = 0", "`invitation_days` is 0, but must be between 1 and 90"),
        ("invitation_days = \"7\"", "`invitation_days` is a string, but must be a whole number"),
        ("invitation_days = 99999999999999999999", "`invitation_days` is too large"),
        (
            "registration = \"opne\"",
            "`registration` is `opne`, but must be one of: open, invitation, closed",
        ),
        (
            "one_organization_per_user = 1",
            "`one_organization_per_user` is an integer, but must be true or false",
        ),
        (
            "listen = \"8080\"",
            "`listen` is `8080`, but must be an address and a port, such as \
            127.0.0.1:8080 or [::1]:8080",
        ),
        (
            "base_url = \"guildhall.example\"",
            "`base_url` is `guildhall.example`, but must be the address of a host without a \
             path, such as https://guildhall.example",
        ),
        (
            "base_url = \"https://x.example/app\"",
            "`base_url` is `https://x.example/app`, but must be the address of a host without a \
             path, such as https://guildhall.example",
        ),
        (
            "base_url = \"https://user@x.example\"",
            "`base_url` is `https://user@x.example`, but must be the address of a host without a \
             path, such as https://guildhall.example",
        ),
        (
            "trusted_proxies = [\"10.0.0.0/33\"]",
            "`trusted_proxies` holds `10.0.0.0/33`, but \
            every entry must be an address or a network such as 10.0.0.0/8",
        ),
        ("smtp = 3", "`smtp` is a section: write `[smtp]`"),
        (
            "smtp.from = \"nobody\"",
            "`smtp.from` is `nobody`, but must be an address or Name <address>",
        ),
        (
            "smtp.from = \"A\\r\\nBcc: x <a@b.example>\"",
            "`smtp.from` is `A\r\nBcc: x \
            <a@b.example>`, but must be an address or Name <address>",
        ),
    ] {
        assert_eq!(Layers::new().file(text).problems(), [format!("guildhall.toml:1: {problem}")]);
    }
    let broken = Layers::new().file("listen = \"127.0.0.1:80\"\nbroken").problems();
    assert!(broken[0].starts_with("guildhall.toml:2: is not TOML: "), "{broken:?}");
}

#[test]
fn a_secret_may_name_a_file() {
    let layers = Layers::new().secret("smtp", "hunter2\n");
    let path = layers.folder.path().join("smtp");
    let layers = layers.variable("GUILDHALL_SMTP__PASSWORD_FILE", path.to_str().unwrap());
    assert_eq!(layers.config().smtp.password, "hunter2");

    let text = format!("[smtp]\npassword = \"x\"\npassword_file = {path:?}\n");
    let both = layers.file(&text);
    let both = Layers { environment: Vec::new(), ..both };
    assert!(both.problems()[0].contains("`smtp.password` is given twice"), "{:?}", both.problems());

    let absent = Layers::new().file("smtp.password_file = \"/nowhere/at/all\"");
    assert!(absent.problems()[0].contains("cannot be read"), "{:?}", absent.problems());
    let pointless = Layers::new().file("listen_file = \"x\"");
    assert!(pointless.problems()[0].contains("unknown key `listen_file`"));
}

#[test]
fn security_69_the_report_shows_no_secret() {
    let layers = Layers::new()
        .file("database = \"postgres://guild:hunter2@db.example/guildhall?password=hunter2&x=1\"")
        .variable("GUILDHALL_SMTP__PASSWORD", "hunter2");
    let loaded = layers.read();
    let config = loaded.config.as_ref().unwrap();
    let text = format!("{}{config:?}{:?}{:?}", report(&loaded), config.database, config.smtp);
    assert!(!text.contains("hunter2"), "{text}");
    assert!(text.contains("postgres://guild:********@db.example/guildhall?password=********&x=1"));

    let wrong = Layers::new().variable("GUILDHALL_DATABASE", "mysql://guild:hunter2@x").read();
    assert!(!report(&wrong).contains("hunter2"));
}

#[test]
fn the_report_explains_and_is_toml() {
    let layers =
        Layers::new().file("invitation_days = 3").variable("GUILDHALL_LISTEN", "0.0.0.0:1");
    let text = report(&layers.read());
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(table["invitation_days"].as_integer(), Some(3));
    assert!(text.contains("guildhall.toml:1"));
    assert!(text.contains("# GUILDHALL_LISTEN"));
    assert!(text.contains("would cross the network in the clear"), "{text}");
    assert!(text.contains("no mail leaves"), "{text}");
    let broken = report(&Layers::new().file("nonsense = 1").read());
    assert!(broken.contains("the server will not start"), "{broken}");
}

#[test]
fn doubtful_mail_settings_are_noted() {
    let layers =
        Layers::new().file("[smtp]\nhost = \"mail.example\"\nsecurity = \"none\"\nuser = \"u\"\n");
    assert_eq!(layers.config().smtp.security, SmtpSecurity::None);
    let text = report(&layers.read());
    for note in ["unencrypted", "sent in the clear", "only one is set", "@localhost"] {
        assert!(text.contains(note), "{note} is missing in\n{text}");
    }
}

#[test]
fn a_database_is_named_in_three_ways() {
    let file = |text: &str| Layers::new().file(&format!("database = {text:?}")).config();
    assert_eq!(file("sqlite:/var/lib/g.db").sqlite_file(), Some("/var/lib/g.db".into()));
    let postgres = file("postgres://u:p@h/n");
    assert_eq!(postgres.sqlite_file(), None);
    assert_eq!(DatabaseAddress::expose(&postgres.database), "postgres://u:p@h/n");
}

#[test]
fn the_default_file_sets_every_key_to_its_default() {
    let text = default_file();
    let active: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(set) if KEYS.iter().any(|key| is_setting_of(key.path, set)) => set,
            _ => line,
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let loaded = Layers::new().file(&active).read();
    assert_eq!(loaded.resolved.problems, []);
    let set = loaded.resolved.values.values().filter(|(_, source)| source.to_string() != "default");
    assert_eq!(set.count(), KEYS.len(), "{active}");
}

fn is_setting_of(path: &str, line: &str) -> bool {
    let leaf = path.rsplit('.').next().unwrap();
    line.strip_prefix(leaf).is_some_and(|rest| rest.starts_with(" = "))
}

#[test]
fn every_key_has_its_variable() {
    for key in KEYS {
        let list = key.default.starts_with('[') && key.default != "[]";
        let value = key.default.trim_matches('"').trim_matches(['[', ']']);
        let value = if list { key.default } else { value };
        let layers = Layers::new().variable(&key.variable(), value);
        if value.is_empty() && key.default != "[]" {
            continue;
        }
        let loaded = layers.read();
        assert_eq!(loaded.resolved.problems, [], "{}", key.path);
        assert_eq!(loaded.resolved.values[key.path].1.to_string(), key.variable());
    }
}

/// `UPDATE=1` rewrites the page.
#[test]
fn the_reference_page_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/generated/configuration.md");
    let page = reference_page();
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(PathBuf::from(path).parent().unwrap()).unwrap();
        fs::write(path, &page).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == page, "docs/generated/configuration.md is stale: run `./dev update`");
}

#[test]
fn h69_clusters_are_made_by_what_the_operator_names() {
    let config = Layers::new().config();
    let drivers = |config: &Config| config.clusters.clouds().map(|(_, cloud)| cloud.driver);
    assert_eq!(drivers(&config), [Driver::Postgres, Driver::None, Driver::None, Driver::None]);
    assert_eq!(config.clusters_folder(), PathBuf::from("data/clusters"));
    let sizes = |config: &Config| -> Vec<String> {
        let text = |size: ClusterSize| format!("{} {}", size.name, size.hourly.rounded());
        config.clusters.sizes().into_iter().map(text).collect()
    };
    assert_eq!(sizes(&config), ["small 60.00", "medium 120.00", "large 240.00"]);

    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let layers = Layers::new().secret("shared", secret);
    let path = layers.folder.path().join("shared");
    let layers = layers
        .file(&format!(
            "[clusters]\nsizes = [\"tiny:0.5\"]\nwarn_below = [5]\nstop_at_zero = true\n\
             [clusters.aws]\ndriver = \"exec\"\nprogram = \"/bin/x\"\narguments = [\"a b\"]\n\
             services = [\"jupyter=Jupyter Hub:8888,8889\"]\n\
             [clusters.azure]\ndriver = \"http\"\nurl = \"http://x\"\nsecret_file = {path:?}\n"
        ))
        .variable("GUILDHALL_CLUSTERS__LOCAL__DRIVER", "none")
        .variable("GUILDHALL_CLUSTERS__GCP__ARGUMENTS", "a b,c");
    let config = layers.config();
    assert_eq!(drivers(&config), [Driver::None, Driver::Exec, Driver::Http, Driver::None]);
    assert_eq!(sizes(&config), ["tiny 0.50"]);
    assert_eq!(
        (config.clusters.warn_below.as_slice(), config.clusters.stop_at_zero),
        (&[5][..], true)
    );
    assert_eq!(config.clusters.aws.arguments, ["a b"]);
    assert_eq!(config.clusters.gcp.arguments, ["a", "b", "c"]);
    let jupyter = &config.clusters.aws.services()[0];
    assert_eq!(
        (jupyter.label.as_str(), jupyter.ports.as_slice()),
        ("Jupyter Hub", &[8888, 8889][..])
    );
    assert_eq!(config.clusters.azure.secret, secret);
    let text = report(&layers.read());
    assert!(!text.contains(secret), "{text}");
    assert!(text.contains("`clusters.azure.url` is not https"), "{text}");
}

#[test]
fn what_is_wrong_about_clusters_is_explained() {
    for (text, problem) in [
        ("aws.driver = \"exec\"", "`clusters.aws.driver` is exec, which needs `program`"),
        ("gcp.driver = \"http\"", "`clusters.gcp.driver` is http, which needs `url`"),
        (
            "aws.driver = \"postgres\"",
            "`clusters.aws.driver` is `postgres`, but must be one of: none, exec, http",
        ),
        (
            "sizes = [\"small\"]",
            "`clusters.sizes` holds `small`, but every entry must be `name:credits`, such as \
             small:60",
        ),
        ("sizes = [\"a:1\", \"a:2\"]", "`clusters.sizes` holds a name twice"),
        ("sizes = []", "`clusters.sizes` is empty, but there must be a size"),
        ("warn_below = [\"1\"]", "`clusters.warn_below` must be a list of whole numbers"),
        (
            "postgres.listen = \"here\"",
            "`clusters.postgres.listen` is `here`, but must be an address, such as 127.0.0.1 or ::",
        ),
        (
            "aws.drive = \"exec\"",
            "unknown key `clusters.aws.drive`; did you mean `clusters.aws.driver`?",
        ),
    ] {
        let problems = Layers::new().file(&format!("clusters.{text}")).problems();
        assert_eq!(problems, [format!("guildhall.toml:1: {problem}")]);
    }
    let weak = Layers::new().file("clusters.aws.secret = \"hunter2\"").problems();
    assert!(weak[0].contains("`clusters.aws.secret` must be `whsec_`"), "{weak:?}");
    assert!(!weak[0].contains("hunter2"));
}
