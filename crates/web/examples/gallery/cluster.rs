//! Clusters and cloud accounts.

use guildhall_web::page::{
    Choice, ChooseProviderPage, CloudAccountField, CloudAccountFormPage, CloudAccountRow,
    CloudAccountsPage, ClusterAccountRow, ClusterAccountsPage, ClusterAdminPage, ClusterHead,
    ClusterPage, ClusterRow, ClusterServicesPage, ClusterSignIn, ClusterStanding,
    ClusterUpgradePage, ClustersPage, Consequences, FirstStep, Form, Moment, NewClusterPage, Offer,
    Pager, ProviderChoice, Section, ServiceRow, Tab, TerminateClusterPage,
};

use crate::Gallery;
use crate::sample::{ago, member_shell, shell};

const HOME: &str = "/o/org_01/clusters";
const ONE: &str = "/o/org_01/clusters/cls_01";

pub(crate) fn pages(gallery: &mut Gallery) {
    list(gallery);
    new(gallery);
    overview(gallery);
    tabs_of_one(gallery);
    cloud_accounts(gallery);
}

fn at(path: &str) -> Offer {
    Offer::At(format!("{ONE}/{path}"))
}

fn standing(state: &'static str, label: &'static str, progress: Option<u8>) -> ClusterStanding {
    let passing = label.ends_with("ing") && state != "running";
    ClusterStanding { state, label, passing, progress }
}

/// The clusters of the samples.
pub(crate) fn rows() -> Vec<ClusterRow> {
    let row = |name: &str, standing: ClusterStanding, note: &str| ClusterRow {
        id: format!("row-{name}"),
        name: name.to_owned(),
        url: ONE.to_owned(),
        start: if matches!(standing.state, "stopped" | "error") {
            at("start")
        } else {
            Offer::Absent
        },
        stop: if standing.state == "running" { at("stop") } else { Offer::Absent },
        standing,
        note: note.to_owned(),
        version: "3.0.1".to_owned(),
        size: "Medium".to_owned(),
        rate: "120 credits an hour".to_owned(),
        created_by: "maya@northwind.example".to_owned(),
        created: ago("2 days ago"),
    };
    vec![
        row("nightly", standing("running", "Running", None), ""),
        row("reports", standing("starting", "Starting", Some(40)), "Booting two machines"),
        row(
            "archive-of-everything-that-was-ever-measured",
            standing("stopped", "Stopped", None),
            "",
        ),
        row("trial", standing("error", "Error", None), "The quota of the region is used up."),
    ]
}

fn list(gallery: &mut Gallery) {
    let page = ClustersPage {
        shell: shell(Section::Clusters),
        pager: Pager::whole(4),
        rows: rows(),
        query: String::new(),
        terminated: false,
        living: 4,
        running: 1,
        create: Offer::At(format!("{HOME}/new")),
        first: FirstStep::default(),
    };
    gallery.add("clusters", page.clone());
    let mut none = ClustersPage { rows: Vec::new(), living: 0, running: 0, ..page };
    none.first = FirstStep {
        title: "First, a cloud account".to_owned(),
        text: "Clusters are made in a cloud account of the organization. The quickest is the \
               machine that Guildhall runs on: nothing to fill in, a cluster in a minute."
            .to_owned(),
        actions: vec![
            ("Use this machine".to_owned(), HOME.to_owned()),
            ("Configure another cloud".to_owned(), HOME.to_owned()),
        ],
    };
    gallery.add("clusters-none", none.clone());
    none.query = "weekly".to_owned();
    gallery.add("clusters-not-found", none.clone());
    none.query.clear();
    none.shell = member_shell(Section::Clusters);
    let reason = "The owner and administrators have not let members create clusters.";
    none.create = Offer::Refused(reason.to_owned());
    none.first = FirstStep {
        title: "No clusters yet".to_owned(),
        text: "Alice Lindqvist or Maya Okafor can create one. You can then start and stop it."
            .to_owned(),
        actions: Vec::new(),
    };
    gallery.add("clusters-none-as-member", none);
}

fn new(gallery: &mut Gallery) {
    let mut page = NewClusterPage {
        shell: shell(Section::Clusters),
        form: Form::creating("cluster", format!("{HOME}/new"), "s1"),
        cloud_accounts: vec![
            Choice::new("acc_01", "Production (AWS)"),
            Choice::new("acc_02", "This machine (This machine)"),
        ],
        sizes: vec![
            Choice::explained("small", "Small", "60 credits an hour"),
            Choice::explained("medium", "Medium", "120 credits an hour"),
            Choice::explained("large", "Large", "240 credits an hour"),
        ],
        user_managements: vec![
            Choice::explained(
                "managed",
                "Managed",
                "Every member has an account of their own, made and blocked by itself.",
            ),
            Choice::explained("oauth2", "OAuth2", "An OAuth2 provider of yours signs people in."),
            Choice::explained("ldap", "LDAP", "A directory of yours signs people in."),
            Choice::explained(
                "disabled",
                "Disabled",
                "Manage users manually, as the cluster's administrator.",
            ),
        ],
        credits: "The organization has 9876.50 credits left.".to_owned(),
        first: None,
        back: HOME.to_owned(),
    };
    page.form.set("version", "3.0.1").set("size", "small").set("user_management", "managed");
    gallery.add("cluster-new", page.clone());
    page.form.set("name", "nightly").refuse("a cluster of this organization has this name already");
    page.form.fault("name", "a cluster of this organization has this name already");
    page.form.fault("cloud_account", "no driver for this cloud is configured");
    gallery.add("cluster-new-refused", page);
}

fn head(standing: ClusterStanding, shown: usize) -> ClusterHead {
    let tabs = [("Overview", ""), ("Services", "/services"), ("Accounts", "/accounts")];
    let tabs = tabs.into_iter().chain([("Upgrade", "/upgrade")]).enumerate();
    let tabs =
        tabs.map(|(n, (label, path))| Tab::new(label, None, format!("{ONE}{path}"), n == shown));
    ClusterHead {
        name: "nightly".to_owned(),
        sentence: "Version 3.0.1, medium, in Production".to_owned(),
        since: ago("2 hours ago"),
        live: format!("{ONE}/state"),
        stop: if standing.state == "running" { at("stop") } else { Offer::Absent },
        terminate: if standing.passing { Offer::Absent } else { at("terminate") },
        standing,
        tabs: tabs.collect(),
        back: HOME.to_owned(),
        ..ClusterHead::default()
    }
}

fn running(shown: usize) -> ClusterHead {
    head(standing("running", "Running", None), shown)
}

fn overview(gallery: &mut Gallery) {
    let own = |ready, has_password, how: &str| ClusterSignIn::Own {
        name: "alice".to_owned(),
        role: if ready { "Admin".to_owned() } else { String::new() },
        ready,
        how: how.to_owned(),
        password: Form::new("cluster-password", format!("{ONE}/password")),
        has_password,
    };
    let mut page = ClusterPage {
        shell: shell(Section::Clusters),
        head: running(0),
        url: "https://nightly.clusters.northwind.example".to_owned(),
        sign_in: own(true, true, "psql -h nightly.clusters.northwind.example -U alice postgres"),
        facts: vec![
            ("Size".to_owned(), "Medium, 120 credits an hour".to_owned()),
            ("User management".to_owned(), "Managed".to_owned()),
            ("Cloud account".to_owned(), "Production (AWS)".to_owned()),
            ("Made by".to_owned(), "maya@northwind.example".to_owned()),
        ],
        created: ago("2 days ago"),
        drift: String::new(),
        drifted: Moment::default(),
    };
    gallery.add("cluster", page.clone());
    page.head.unreachable = "the connection was refused".to_owned();
    page.drift = "bob was administrator; port 9092 was open".to_owned();
    page.drifted = ago("3 hours ago");
    gallery.add("cluster-repaired", page.clone());
    let mut moving = page.clone();
    moving.head = head(standing("starting", "Starting", Some(40)), 0);
    moving.head.message = "Booting two machines".to_owned();
    moving.sign_in = own(false, false, "");
    gallery.add("cluster-starting", moving);
    page.head = head(standing("error", "Error", None), 0);
    page.head.message =
        "PostgreSQL is not installed: on Debian `apt install postgresql`".to_owned();
    page.head.retry = at("start");
    gallery.add("cluster-failed", page.clone());
    page.head = running(0);
    page.sign_in = ClusterSignIn::Unmanaged {
        kept_by: "The administrator of this cluster manages its users manually.".to_owned(),
        admin_password: at("admin-password"),
    };
    gallery.add("cluster-unmanaged", page);
    let page = ClusterAdminPage {
        shell: shell(Section::Clusters),
        cluster: "nightly".to_owned(),
        name: "admin".to_owned(),
        password: "k7q2xmd9t4wk7q2xmd9t4w3p".to_owned(),
        back: ONE.to_owned(),
    };
    gallery.add("cluster-admin-password", page);
}

fn tabs_of_one(gallery: &mut Gallery) {
    let service = |name: &str, label: &str, ports: &str, applied| ServiceRow {
        name: name.to_owned(),
        label: label.to_owned(),
        ports: ports.to_owned(),
        applied,
    };
    let mut page = ClusterServicesPage {
        shell: shell(Section::Clusters),
        head: running(1),
        form: Form::new("services", format!("{ONE}/services")),
        services: vec![
            service("feature_store", "Feature store", "8020, 30010, 9083, 9085", true),
            service("online_feature_store", "Online feature store", "3306", true),
            service("kafka", "Kafka", "9092", false),
            service("ssh", "SSH", "22", true),
        ],
        reason: String::new(),
    };
    gallery.add("cluster-services-closed", page.clone());
    page.form.add("service", "kafka").add("service", "ssh");
    gallery.add("cluster-services", page.clone());
    page.shell = member_shell(Section::Clusters);
    page.reason = "Alice Lindqvist or Maya Okafor can open and close these.".to_owned();
    gallery.add("cluster-services-as-member", page);
    accounts(gallery);
    let mut page = ClusterUpgradePage {
        shell: shell(Section::Clusters),
        head: running(3),
        form: Form::new("upgrade", format!("{ONE}/upgrade")),
        version: "2.5.9".to_owned(),
        reason: String::new(),
        lifts: true,
    };
    gallery.add("cluster-upgrade", page.clone());
    page.reason = "It is stopping: only a running or stopped cluster can be upgraded.".to_owned();
    gallery.add("cluster-upgrade-not-now", page);
    let mut page = TerminateClusterPage {
        shell: shell(Section::Clusters),
        name: "nightly".to_owned(),
        form: Form::new("terminate", format!("{ONE}/terminate")),
        consequences: Consequences {
            losses: vec![
                "The cluster, with everything that is stored on it.".to_owned(),
                "What connects to its open services: Kafka.".to_owned(),
            ],
            gains: Vec::new(),
            stays: vec!["The bucket in Production, with what the cluster stored there.".to_owned()],
        },
        back: ONE.to_owned(),
    };
    gallery.add("cluster-terminate", page.clone());
    page.form.refuse("the cluster was not terminated");
    page.form.fault("understood", "tick the box if you mean it");
    gallery.add("cluster-terminate-refused", page);
}

fn accounts(gallery: &mut Gallery) {
    let account = |name: &str, role: &str, class, status, note: &str| ClusterAccountRow {
        email: format!("{name}@northwind.example"),
        name: name.to_owned(),
        role: role.to_owned(),
        class,
        status,
        note: note.to_owned(),
        applied: ago("2 hours ago"),
    };
    let page = ClusterAccountsPage {
        shell: shell(Section::Clusters),
        head: running(2),
        rows: vec![
            account("alice", "Admin", "joined", "Active", ""),
            account("bob", "User", "joined", "Active", "becomes Admin"),
            account("carol", "", "invited", "Being made", "the machine does not answer"),
            account("dan", "", "ended", "Blocked", ""),
        ],
        kept_by: String::new(),
        administered: true,
    };
    gallery.add("cluster-accounts", page.clone());
    let kept_by = "A directory (LDAP) signs people in to this cluster.".to_owned();
    gallery.add("cluster-accounts-elsewhere", ClusterAccountsPage { kept_by, ..page });
}

fn cloud_accounts(gallery: &mut Gallery) {
    let base = "/o/org_01/settings";
    let tabs = vec![
        Tab::new("General", None, base, false),
        Tab::new("Cloud accounts", None, format!("{base}/cloud-accounts"), true),
    ];
    let offer = |verb: &str| Offer::At(format!("{base}/cloud-accounts/acc_01/{verb}"));
    let row = |name: &str, provider: &str, settings: &[(&str, &str)], clusters| CloudAccountRow {
        name: name.to_owned(),
        provider: provider.to_owned(),
        settings: settings.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        clusters,
        changed: ago("12 March 2026"),
        edit: offer("edit"),
        delete: if clusters == 0 { offer("delete") } else { Offer::Absent },
    };
    let aws = [("Region", "eu-central-1"), ("Access key id", "AKIAIOSFODNN7EXAMPLE")];
    let mut page = CloudAccountsPage {
        shell: shell(Section::Organization),
        tabs,
        rows: vec![row("Production", "AWS", &aws, 3), row("This machine", "This machine", &[], 0)],
        create: offer("new"),
        ask: "Alice Lindqvist or Maya Okafor".to_owned(),
    };
    gallery.add("cloud-accounts", page.clone());
    page.create = Offer::Absent;
    page.rows.clear();
    gallery.add("cloud-accounts-none-as-member", page);
    let choice = |label: &str, hint: &str| ProviderChoice {
        label: label.to_owned(),
        hint: hint.to_owned(),
        url: format!("{base}/cloud-accounts/new?provider=aws"),
    };
    let page = ChooseProviderPage {
        shell: shell(Section::Organization),
        choices: vec![
            choice("This machine", "The machine that Guildhall runs on."),
            choice("AWS", "Needs: region, access key id, secret access key."),
        ],
        back: format!("{base}/cloud-accounts"),
    };
    gallery.add("cloud-account-choose", page);
    let field = |name: &str, label: &str, example: &str, secret| CloudAccountField {
        name: name.to_owned(),
        label: label.to_owned(),
        example: example.to_owned(),
        secret,
    };
    let mut page = CloudAccountFormPage {
        shell: shell(Section::Organization),
        form: Form::creating("cloud", format!("{base}/cloud-accounts/new"), "s1"),
        creating: true,
        provider: "aws".to_owned(),
        provider_label: "AWS".to_owned(),
        hint: String::new(),
        fields: vec![
            field("region", "Region", "eu-central-1", false),
            field("access_key_id", "Access key id", "AKIA…", false),
            field("secret_access_key", "Secret access key", "", true),
        ],
        back: format!("{base}/cloud-accounts"),
    };
    page.form.refuse("Secret access key is needed");
    page.form.fault("secret_access_key", "Secret access key is needed");
    gallery.add("cloud-account-new-refused", page.clone());
    page.form = Form::new("cloud", format!("{base}/cloud-accounts/acc_01/edit"));
    page.form.set("name", "Production").set("region", "eu-central-1");
    page.creating = false;
    gallery.add("cloud-account-edit", page);
}
