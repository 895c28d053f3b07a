//! The driver that runs a program: the example of the documentation, and programs that misbehave.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use guildhall_app::cluster::driver::{Driver, DriverError, Report, ReportedAccount, Trouble, Verb};
use guildhall_connect::driver::exec::{ExecDriver, ExecSettings};
use guildhall_model::{ClusterRole, ClusterState};

use super::{CREDENTIAL, Orders, Person};

struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    /// A program of this text for the shell.
    fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("driver");
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder }
    }

    fn settings(&self) -> ExecSettings {
        ExecSettings {
            program: "/bin/sh".into(),
            arguments: vec![self.folder.path().join("driver").to_str().unwrap().to_owned()],
            environment: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
            timeout: Duration::from_secs(60),
            services: Vec::new(),
        }
    }

    fn driver(&self) -> ExecDriver {
        ExecDriver::new(self.settings())
    }

    async fn failure(&self) -> DriverError {
        self.driver().call(&Orders::new().of(Verb::Describe)).await.unwrap_err()
    }

    async fn permanent(&self) -> Trouble {
        match self.failure().await {
            DriverError::Permanent(trouble) => trouble,
            DriverError::Temporary(trouble) => panic!("temporary: {trouble}"),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/exec-driver.sh")
}

#[tokio::test]
async fn h32_h38_h39_h70_the_example_of_the_documentation_is_a_whole_driver() {
    let folder = tempfile::tempdir().unwrap();
    let settings = ExecSettings {
        program: example(),
        arguments: vec![folder.path().to_str().unwrap().to_owned()],
        ..Program::of("").settings()
    };
    let (driver, orders) = (ExecDriver::new(settings), Orders::new());
    let call = async |order| driver.call(&order).await;
    let is = |report: &Report, state| assert_eq!(report.state, Some(state), "{report:?}");

    is(&call(orders.of(Verb::Describe)).await.unwrap(), ClusterState::Terminated);
    let made = call(orders.of(Verb::Create)).await.unwrap();
    is(&made, ClusterState::Running);
    assert_eq!(made.url.unwrap(), format!("https://{}.example", orders.cluster));
    assert_eq!(made.version.unwrap().as_str(), "3.0.1");

    let user = orders.user();
    let maya = Person { user, name: "maya", role: ClusterRole::Admin, password: None };
    let account = |role, active| ReportedAccount { name: "maya".to_owned(), role, active };
    let (ensure, block) = (Verb::EnsureAccount, Verb::BlockAccount);
    for (verb, found) in [
        (block, vec![]),
        (ensure, vec![account(ClusterRole::Admin, true)]),
        (ensure, vec![account(ClusterRole::Admin, true)]),
        (block, vec![account(ClusterRole::User, false)]),
        (block, vec![account(ClusterRole::User, false)]),
        (ensure, vec![account(ClusterRole::Admin, true)]),
    ] {
        let report = call(orders.account(verb, &maya)).await.unwrap();
        assert_eq!(report.accounts, Some(found), "{verb:?}");
    }
    let open = call(orders.about(Verb::OpenPorts, "kafka")).await.unwrap();
    assert_eq!(open.open_services.unwrap(), ["kafka"]);
    let closed = call(orders.about(Verb::ClosePorts, "kafka")).await.unwrap();
    assert_eq!(closed.open_services.unwrap(), [""; 0]);

    let mut upgrade = orders.of(Verb::Upgrade);
    upgrade.version = Some("3.1.0".parse().unwrap());
    assert_eq!(call(upgrade).await.unwrap().version.unwrap().as_str(), "3.1.0");
    is(&call(orders.of(Verb::Stop)).await.unwrap(), ClusterState::Stopped);
    is(&call(orders.of(Verb::Create)).await.unwrap(), ClusterState::Stopped);
    let later = call(orders.account(ensure, &maya)).await.unwrap_err();
    assert_eq!(
        later,
        DriverError::Temporary("the cluster is not running".into()).because("exit status: 75")
    );
    is(&call(orders.of(Verb::Start)).await.unwrap(), ClusterState::Running);
    is(&call(orders.of(Verb::Terminate)).await.unwrap(), ClusterState::Terminated);
    is(&call(orders.of(Verb::Terminate)).await.unwrap(), ClusterState::Terminated);
}

#[tokio::test]
async fn h67_the_whole_request_comes_in_and_its_secrets_on_no_other_way() {
    let program = Program::of(
        r#"cd "$(dirname "$0")"; cat >request; env >environment; echo "$@" >arguments
        tr '\0' ' ' <"/proc/$$/cmdline" >command
        echo '{"state":"running","later_versions":"say more"}'"#,
    );
    let settings = ExecSettings {
        arguments: [program.settings().arguments, vec!["--x".into()]].concat(),
        ..program.settings()
    };
    let orders = Orders::new();
    let order = orders.of(Verb::Create);
    ExecDriver::new(settings).call(&order).await.unwrap();
    let read = |name| fs::read_to_string(program.file(name)).unwrap();
    let request: serde_json::Value = serde_json::from_str(&read("request")).unwrap();
    assert_eq!(request, serde_json::to_value(&order).unwrap());
    assert_eq!(request["verb"], "create");
    assert_eq!(request["cluster"]["user_management"], "managed");
    assert_eq!(request["cloud_account"]["credentials"]["secret_access_key"], CREDENTIAL);
    assert_eq!(read("arguments"), "--x\n");
    let environment = read("environment");
    assert!(environment.contains(&format!("GUILDHALL_CLUSTER={}", orders.cluster)));
    assert!(!environment.contains("CARGO"), "{environment}");
    for public in [environment, read("command"), format!("{order:?}")] {
        assert!(!public.contains(CREDENTIAL), "{public}");
    }
}

#[tokio::test]
async fn a_failure_is_told_in_the_programs_words_for_people_and_else_only_to_the_operator() {
    let said = "echo /srv/state.lock >&2; echo '{\"message\":\"the quota is exhausted\"}'; exit 75";
    let later = Program::of(said).failure().await;
    assert!(matches!(later, DriverError::Temporary(_)));
    assert_eq!(later.to_string(), "the quota is exhausted");
    assert_eq!(later.trouble().detail(), Some("exit status: 75: /srv/state.lock"));
    let unsaid = "the driver's program failed at `describe`";
    for (text, detail) in [
        ("printf '\\033[31mno such\\007 region\\n' >&2; exit 2", ": [31mno such region"),
        ("echo '{\"state\":\"running\"}'; exit 3", "exit status: 3"),
        ("echo hello; exit 3", "exit status: 3"),
        ("kill -SEGV $$", "signal: 11"),
    ] {
        let trouble = Program::of(text).permanent().await;
        assert_eq!(trouble.to_string(), unsaid);
        assert!(trouble.detail().is_some_and(|said| said.contains(detail)), "{trouble:?}");
    }
    let talker = Program::of("for i in $(seq 5000); do echo \"line $i\" >&2; done; exit 1");
    let said = talker.permanent().await;
    let said = said.detail().unwrap().strip_prefix("exit status: 1: ").unwrap();
    assert!(said.ends_with("line 5000") && said.chars().count() <= 500, "{said}");
    assert!(said.starts_with("line 49"), "whole lines are kept: {said}");
    let absent = ExecSettings { program: "/nowhere/driver".into(), ..talker.settings() };
    let error = ExecDriver::new(absent).call(&Orders::new().of(Verb::Start)).await.unwrap_err();
    assert_eq!(error.to_string(), "the driver's program cannot be run");
    assert!(error.trouble().in_full().contains("`/nowhere/driver`"), "{error:?}");
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    for (text, problem) in [
        ("", "is not JSON"),
        ("echo hello", "is not JSON"),
        ("echo '[]'", "is not a report"),
        ("echo '{\"state\":\"melting\"}'", "is not a report"),
        ("echo '{}'", "does not say the `state`, which `describe` must"),
        ("echo '{\"state\":\"running\",\"url\":\"javascript:alert(1)\"}'", "not one of the web"),
        ("echo '{\"state\":\"running\",\"progress\":101}'", "above 100"),
        ("head -c 1100000 /dev/zero", "more than a megabyte"),
    ] {
        let said = Program::of(text).permanent().await.in_full();
        assert!(said.contains(problem), "{text}: {said}");
    }
    // One that reads nothing of the request may still be right.
    let deaf = Program::of("exec <&-; echo '{\"state\":\"running\"}'");
    deaf.driver().call(&Orders::new().of(Verb::Describe)).await.unwrap();
}

#[tokio::test]
async fn a_program_that_hangs_ends_with_all_that_it_started() {
    // The pipe is open as long as any of the program's children lives.
    let program = Program::of(
        r#"cd "$(dirname "$0")"; mkfifo pipe; sh -c 'trap "" TERM; sleep 600' 3<>pipe &
        echo up >pipe & wait"#,
    );
    let settings = ExecSettings { timeout: Duration::from_millis(300), ..program.settings() };
    let error = ExecDriver::new(settings).call(&Orders::new().of(Verb::Stop)).await.unwrap_err();
    let expected = "the driver's program did not end `stop` within 0.3 s";
    assert_eq!(error, DriverError::Temporary(expected.into()));
    assert_none_left(&program.file(""));

    let orders = Orders::new();
    let (driver, order) = (program.driver(), orders.of(Verb::Stop));
    let given_up = tokio::time::timeout(Duration::from_millis(300), driver.call(&order)).await;
    assert!(given_up.is_err());
    assert_none_left(&program.file(""));
}

/// No process works in a folder any more; those that were killed may take a moment to go.
fn assert_none_left(folder: &Path) {
    let folder = fs::canonicalize(folder).unwrap();
    let there = || {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let mut folders =
            processes.filter_map(|entry| fs::read_link(entry.path().join("cwd")).ok());
        folders.any(|at| at == folder)
    };
    for _ in 0..1_000_000 {
        if !there() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("a process is left in {}", folder.display());
}
