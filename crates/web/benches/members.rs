//! The members page of an organization with 100,000 members: server time through the router.
//!
//! `./dev bench members` prints the median and the longest time of each page; docs/performance.md
//! explains.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use guildhall_app::{App, AppParts, MasterKey, Settings, Vault};
use guildhall_model::{
    Clock, Entropy, Id, Kind, OrganizationId, PasswordHash, Revision, SessionSecret, SystemClock,
    SystemEntropy, UserId, kind,
};
use guildhall_store::{
    Database, Options, ScopeId, Tx, member,
    organization::{self, NewOrganization},
    relationship::{self, Relationship, RelationshipChange},
    session,
    user::{self, Account},
};
use guildhall_testkit::{SeededEntropy, TestDatabase, postgres, sqlite};
use guildhall_web::{WebOptions, WebState, router};
use http_body_util::BodyExt;
use tower::ServiceExt;

const MEMBERS: usize = 100_000;
/// How often each page is asked for.
const TIMES: usize = 30;
/// One of each thirty is restricted, which is more than the few that are read by themselves.
const RESTRICTED: usize = 6_000;
const ADMINS: usize = 60;

/// One for each hundredth of the members; the first and the last stand at the ends of the list.
const FIRST: [&str; 100] = [
    "Aaliyah", "Aaron", "Abdul", "Abigail", "Ada", "Adam", "Aisha", "Akira", "Alan", "Alice",
    "Amara", "Amir", "Ana", "Andrei", "Anita", "Anton", "Arjun", "Asha", "Astrid", "Ayumi", "Bao",
    "Bela", "Ben", "Bianca", "Boris", "Bruno", "Camila", "Carl", "Carmen", "Chen", "Chloe",
    "Clara", "Dana", "Daniel", "Daria", "David", "Diego", "Dina", "Elena", "Eli", "Emma", "Eric",
    "Esra", "Eva", "Fatima", "Felix", "Finn", "Freya", "Gabriel", "George", "Greta", "Hana",
    "Hassan", "Hugo", "Ida", "Igor", "Imani", "Ines", "Ivan", "Jade", "James", "Jana", "Joao",
    "Jonas", "Julia", "Kai", "Karim", "Kenji", "Lara", "Leo", "Lin", "Lucia", "Magnus", "Malik",
    "Maria", "Maya", "Mei", "Mila", "Nadia", "Niko", "Nora", "Olga", "Omar", "Oscar", "Paula",
    "Pedro", "Priya", "Rania", "Rosa", "Samir", "Sara", "Sofia", "Tariq", "Thea", "Tomas", "Uma",
    "Vera", "Wei", "Yara", "Zoe",
];
const LAST: [&str; 20] = [
    "Andersson",
    "Becker",
    "Castillo",
    "Diallo",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lindqvist",
    "Mbeki",
    "Novak",
    "Okafor",
    "Petrov",
    "Rossi",
    "Suzuki",
    "Tanaka",
    "Walker",
];

struct Hall {
    app: App,
    router: Router,
    organization: OrganizationId,
    cookie: String,
    _place: TestDatabase,
}

impl Hall {
    async fn build(place: TestDatabase) -> Self {
        let url = place.url().parse().expect("an address");
        let database = Database::open(&url, Options::default()).await.expect("it opens");
        database.migrate().await.expect("migrations run");
        let secret = SessionSecret::generate(&SystemEntropy);
        let mut tx = database.write().await.expect("a transaction");
        let organization = populate(&mut tx, &secret).await;
        tx.commit().await.expect("it is written");
        place.settle();
        let parts = AppParts {
            database,
            settings: Settings::default(),
            master_key: MasterKey::new([7; 32]),
            vault: Vault::derived(&MasterKey::new([7; 32])),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy) as Arc<dyn Entropy>,
        };
        let app = App::open(parts).await.expect("the application opens");
        let web = WebState::new(app.clone(), WebOptions::default()).expect("a base address");
        let cookie = format!("guildhall={}", *secret.expose());
        Self { app, router: router(web), organization, cookie, _place: place }
    }

    /// A page, and how long the server took to make it.
    async fn page(&self, path: &str) -> (String, Duration) {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        let mut request = request.body(Body::empty()).expect("a request");
        let peer: SocketAddr = "127.0.0.1:40000".parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        let start = Instant::now();
        let answer = self.router.clone().oneshot(request).await.expect("the router answers");
        assert_eq!(answer.status(), 200, "{path}");
        let body = answer.into_body().collect().await.expect("a whole body").to_bytes();
        let took = start.elapsed();
        (String::from_utf8(body.to_vec()).expect("text"), took)
    }

    /// Asks for one page again and again.
    async fn measure(&self, name: &str, path: &str) {
        let mut times = Vec::with_capacity(TIMES);
        let mut rows = 0;
        for _ in 0..TIMES {
            let (page, took) = self.page(path).await;
            rows = page.matches("<tr").count().saturating_sub(1);
            times.push(took);
        }
        print(name, &mut times, &format!("{rows} rows"));
    }

    /// Goes from the first page to the last by the link at the end of each.
    async fn walk(&self) -> (String, String) {
        let mut path = format!("/o/{}/members", self.organization);
        let mut visited = Vec::new();
        let mut times = Vec::new();
        loop {
            let (page, took) = self.page(&path).await;
            times.push(took);
            visited.push(path);
            let Some(next) = next_page(&page) else { break };
            path = next;
        }
        let pages = visited.len();
        print("every page, one after the other", &mut times, &format!("{pages} pages"));
        (visited[pages / 2].clone(), visited[pages - 1].clone())
    }
}

/// The address of the next page.
fn next_page(page: &str) -> Option<String> {
    let (before, _) = page.split_once("rel=\"next\"")?;
    let (_, tag) = before.rsplit_once("href=\"")?;
    Some(tag.split('"').next()?.replace("&amp;", "&"))
}

fn print(name: &str, times: &mut [Duration], note: &str) {
    times.sort();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let middle = milliseconds(times[times.len() / 2]);
    let longest = milliseconds(times[times.len() - 1]);
    println!("  {name:<46} median {middle:>6.2} ms, longest {longest:>6.2} ms ({note})");
}

fn id<K: Kind>() -> Id<K> {
    Id::generate(SystemClock.now(), &SystemEntropy)
}

/// Writes everybody past the operations, which would take longer than what is measured. Answers
/// the organization, whose owner has the session of the secret.
async fn populate(tx: &mut Tx, secret: &SessionSecret) -> OrganizationId {
    // The same names at every run.
    let chance = SeededEntropy::new(7);
    let organization: OrganizationId = id();
    let scope = ScopeId::from(organization);
    let now = SystemClock.now();
    relationship::open(&mut tx.scope(&scope)).await.expect("the scope is new");
    let new = NewOrganization {
        name: &"northwind".parse().expect("a name"),
        display_name: &"Northwind Labs".parse().expect("a name"),
        plan: "enterprise",
        seats: None,
        created_at: now,
    };
    organization::insert(&mut tx.scope(&scope), &new).await.expect("the name is new");
    for at in 0..MEMBERS {
        let (first, last) = (chance.pick(&FIRST), chance.pick(&LAST));
        // The owner alone has a name that nobody else has.
        let (first, last) = if at == 0 { ("Maya", "Quartermaine") } else { (*first, *last) };
        let account = account(at, first, last);
        user::insert(tx, &account).await.expect("they are new");
        let mut store = tx.scope(&scope);
        member::insert(&mut store, &account.person(), now).await.expect("they are new");
        let relation = match at {
            0 => "owner",
            _ if at % (MEMBERS / ADMINS) == 0 => "admin",
            _ if at % MEMBERS.div_ceil(RESTRICTED) == 1 => "restricted",
            _ => "member",
        };
        let relationship = fact(organization, relation, ("user", &account.id.text()));
        relate(tx, &scope, relationship, at).await;
        if at == 0 {
            session::insert(tx, &begun(account.id, secret)).await.expect("a session");
        }
    }
    relate(tx, &scope, fact(organization, "system", ("system", "guildhall")), MEMBERS).await;
    organization
}

async fn relate(tx: &mut Tx, scope: &ScopeId, relationship: Relationship, position: usize) {
    let change = RelationshipChange { revision: Revision::new(1), added: true, relationship };
    let now = SystemClock.now();
    relationship::change(&mut tx.scope(scope), &change, position, now)
        .await
        .expect("it is related");
}

fn fact(organization: OrganizationId, relation: &str, (kind, id): (&str, &str)) -> Relationship {
    Relationship {
        object_kind: "organization".to_owned(),
        object_id: organization.text(),
        relation: relation.to_owned(),
        subject_kind: kind.to_owned(),
        subject_id: id.to_owned(),
        subject_relation: None,
    }
}

fn account(at: usize, first: &str, last: &str) -> Account {
    let now = SystemClock.now();
    // In the form of a hash, of no password.
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::parse(hash.to_owned()).expect("the form of a hash");
    let email = format!("{first}.{last}.{at}@northwind.example").parse().expect("an address");
    Account {
        email_verified_at: Some(now),
        welcome_closed_at: Some(now),
        ..Account::new(id(), email, (first, last), hash, now)
    }
}

fn begun(user: UserId, secret: &SessionSecret) -> session::Session {
    let now = SystemClock.now();
    session::Session {
        id: id::<kind::Session>(),
        user,
        token_hash: secret.hash(),
        remembered: false,
        address: None,
        user_agent: None,
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(Duration::from_secs(3600)),
    }
}

#[tokio::main(flavor = "multi_thread")]
async fn main() {
    for place in [Some(sqlite()), postgres()].into_iter().flatten() {
        let engine = place.engine();
        let start = Instant::now();
        let hall = Hall::build(place).await;
        println!("{engine}: {MEMBERS} members, written in {:.1} s", start.elapsed().as_secs_f64());
        let home = format!("/o/{}/members", hall.organization);
        hall.measure("first page", &home).await;
        let (middle, last) = hall.walk().await;
        hall.measure("a page in the middle", &middle).await;
        hall.measure("last page", &last).await;
        for (name, query) in [
            ("one of a kind: quartermaine", "q=quartermaine"),
            ("nobody: nemo", "q=nemo"),
            ("1 %, at the start: aaliyah", "q=aaliyah"),
            ("1 %, at the end: zoe", "q=zoe"),
            ("5 %, everywhere: walker", "q=walker"),
            ("everybody: northwind", "q=northwind"),
            ("one letter: s", "q=s"),
            ("two words that meet: zoe walker", "q=zoe+walker"),
            ("two words that never meet: aaliyah zoe", "q=aaliyah+zoe"),
            ("restricted", "show=restricted"),
            ("restricted, everywhere: walker", "show=restricted&q=walker"),
            ("restricted, at the end: zoe", "show=restricted&q=zoe"),
            ("restricted, nobody: quartermaine", "show=restricted&q=quartermaine"),
            ("restricted, two words: aaliyah zoe", "show=restricted&q=aaliyah+zoe"),
            ("administrators", "show=admins"),
            ("administrators, everywhere: walker", "show=admins&q=walker"),
            ("administrators, at the end: zoe", "show=admins&q=zoe"),
            ("administrators, everybody: northwind", "show=admins&q=northwind"),
        ] {
            hall.measure(name, &format!("{home}?{query}")).await;
        }
        drop(hall.app);
    }
}
