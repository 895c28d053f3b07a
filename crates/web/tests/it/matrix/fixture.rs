//! The people and things that the access matrix is about: two organizations of the same shape.

use std::collections::BTreeMap;

use guildhall_app::cloud_account::CreateCloudAccount;
use guildhall_app::cluster::CreateCluster;
use guildhall_app::credit::GrantCredits;
use guildhall_app::{Actor, App, Call, Granted, Never, Operation, Outcome, Permission, TheSystem};
use guildhall_authz::Tuple;
use guildhall_model::{
    ApiKeyId, ApiKeySecret, CloudProvider, Credits, DisplayName, Email, EventId, InvitationId,
    InvitationSecret, Kind, OrganizationId, PasswordHash, Revision, RoleId, SessionId,
    SessionSecret, UserId, UserManagement,
};
use guildhall_store::{
    ScopeId, api_key, audit, invitation, member, organization, role, session, user,
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Persona {
    Anonymous,
    Stranger,
    Removed,
    Restricted,
    Member,
    Admin,
    Owner,
    SystemAdmin,
}

impl Persona {
    pub(crate) const ALL: [Self; 8] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Removed,
        Self::Restricted,
        Self::Member,
        Self::Admin,
        Self::Owner,
        Self::SystemAdmin,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Stranger => "stranger",
            Self::Removed => "removed",
            Self::Restricted => "restricted",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::SystemAdmin => "system",
        }
    }

    /// The relation to the own organization.
    fn relation(self) -> Option<&'static str> {
        match self {
            Self::Restricted => Some("restricted"),
            Self::Member => Some("member"),
            Self::Admin => Some("admin"),
            Self::Owner => Some("owner"),
            Self::Anonymous | Self::Stranger | Self::Removed | Self::SystemAdmin => None,
        }
    }
}

/// Whose things a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    Own,
    Foreign,
}

/// What stands for the parameters of paths: `organization`, `user`, `invitation`, …
pub(crate) type Things = BTreeMap<&'static str, String>;

/// Everybody and everything.
#[derive(Debug, Default, Clone)]
pub(crate) struct Fixture {
    own: Things,
    foreign: Things,
    sessions: BTreeMap<Persona, String>,
    keys: BTreeMap<Persona, String>,
    selves: BTreeMap<Persona, Things>,
}

impl Fixture {
    /// Founds it in an empty installation.
    pub(crate) async fn found(app: &App) -> Self {
        let mut fixture = Self::default();
        let call = Call::of(Actor::System("a fixture"));
        for persona in Persona::ALL.into_iter().skip(1) {
            let (person, session, key) = Person::new(app, persona.title());
            fixture.sessions.insert(persona, session);
            fixture.keys.insert(persona, key);
            let things = [
                ("user", person.id.text()),
                ("session", person.session.text()),
                ("key", person.key.text()),
                ("api_key", person.key.text()),
            ];
            fixture.selves.insert(persona, things.into());
            let mut people = Vec::new();
            if persona == Persona::SystemAdmin {
                people.push(format!("system:guildhall#admin@user:{}", person.id));
            }
            execute(app, &call, Enter { person, tuples: people }).await;
        }
        let member = |persona: &Persona| {
            Some((fixture.selves[persona]["user"].parse().ok()?, persona.relation()?))
        };
        let everybody: Vec<(UserId, &str)> = Persona::ALL[1..].iter().filter_map(member).collect();
        let own = found_organization(app, &call, "northwind", everybody).await;
        let foreign = found_organization(app, &call, "zephyr", Vec::new()).await;
        (fixture.own, fixture.foreign) = (own, foreign);
        fixture
    }

    /// The session of a persona.
    pub(crate) fn session(&self, persona: Persona) -> Option<&str> {
        self.sessions.get(&persona).map(String::as_str)
    }

    /// The API key of a persona.
    pub(crate) fn key(&self, persona: Persona) -> &str {
        &self.keys[&persona]
    }

    /// The id that stands for a parameter. `own` sessions and keys are the persona's own; a user
    /// is another member, so that nobody is removed by themselves.
    pub(crate) fn thing(&self, persona: Persona, whose: Whose, name: &str) -> Option<&str> {
        let mine = matches!(name, "session" | "key" | "api_key");
        let things = match whose {
            Whose::Own if mine => self.selves.get(&persona).unwrap_or(&self.own),
            Whose::Own => &self.own,
            Whose::Foreign => &self.foreign,
        };
        things.get(name).map(String::as_str)
    }
}

async fn execute<O: Operation>(app: &App, call: &Call, operation: O) -> O::Output {
    match app.execute(call, operation).await {
        Ok(done) => done.output,
        Err(error) => panic!("{}: {error}", O::NAME),
    }
}

/// An organization with an owner of its own unless somebody given is, another member, a pending
/// invitation, a custom role and an audit event.
async fn found_organization(
    app: &App,
    call: &Call,
    name: &'static str,
    mut people: Vec<(UserId, &'static str)>,
) -> Things {
    let (other, ..) = Person::new(app, &format!("{name}.other"));
    let other_things =
        [("user", other.id.text()), ("session", other.session.text()), ("key", other.key.text())];
    people.push((other.id, "member"));
    execute(app, call, Enter { person: other, tuples: Vec::new() }).await;
    if !people.iter().any(|(_, relation)| *relation == "owner") {
        let (owner, ..) = Person::new(app, &format!("{name}.owner"));
        people.push((owner.id, "owner"));
        execute(app, call, Enter { person: owner, tuples: Vec::new() }).await;
    }
    let generate = || Found {
        id: new_id(app),
        name,
        people: people.clone(),
        invitation: new_id(app),
        token: InvitationSecret::generate(app.entropy()),
        role: new_id(app),
        event: new_id(app),
    };
    let found = generate();
    let mut things: Things = [
        ("organization", found.id.text()),
        ("invitation", found.invitation.text()),
        ("role", found.role.text()),
        ("event", found.event.text()),
        ("mail", new_id::<guildhall_model::kind::Mail>(app).text()),
        ("api_key", other_things[2].1.clone()),
        ("token", "ghi_unknown".to_owned()),
    ]
    .into();
    things.extend(other_things);
    let organization = found.id;
    let owner = found.people.iter().find(|(_, relation)| *relation == "owner");
    let owner = owner.expect("an owner").0;
    execute(app, call, found).await;
    things.extend(share(app, organization, owner).await);
    things
}

/// Credits, a cloud account, and a running cluster in it that manages its users itself.
async fn share(app: &App, organization: OrganizationId, owner: UserId) -> Things {
    let amount = Credits::new(1_000);
    let grant = GrantCredits { organization, amount, note: String::new() };
    execute(app, &Call::of(Actor::System("a fixture")), grant).await;
    let email = "owner@people.example".parse().expect("a mail address");
    let via = guildhall_app::Via::Session(new_id(app));
    let call = Call::of(Actor::User { id: owner, email, via });
    let name = "This machine".parse().expect("a name");
    let (provider, fields) = (CloudProvider::Local, Default::default());
    let make = CreateCloudAccount { organization, name, provider, fields };
    let account = execute(app, &call, make).await.id;
    let make = CreateCluster {
        organization,
        name: "shared".parse().expect("a name"),
        version: "2.5.0".parse().expect("a version"),
        cloud_account: account,
        size: "small".to_owned(),
        user_management: UserManagement::Disabled,
    };
    let cluster = execute(app, &call, make).await.id;
    [("account", account.text()), ("cluster", cluster.text())].into()
}

fn new_id<K: Kind>(app: &App) -> guildhall_model::Id<K> {
    guildhall_model::Id::generate(app.clock().now(), app.entropy())
}

/// Somebody with an account, a session and a key.
struct Person {
    id: UserId,
    email: Email,
    session: SessionId,
    session_hash: guildhall_model::TokenHash,
    key: ApiKeyId,
    key_hash: guildhall_model::TokenHash,
}

impl Person {
    fn new(app: &App, name: &str) -> (Self, String, String) {
        let secret = SessionSecret::generate(app.entropy());
        let key = ApiKeySecret::generate(app.entropy());
        let person = Self {
            id: new_id(app),
            email: format!("{name}@people.example").parse().expect("a mail address"),
            session: new_id(app),
            session_hash: secret.hash(),
            key: new_id(app),
            key_hash: key.hash(),
        };
        (person, secret.expose().to_string(), key.expose().to_string())
    }

    fn account(&self, now: guildhall_model::Timestamp) -> user::Account {
        let names = (self.email.local_part(), "Example");
        let hash = PasswordHash::parse(NO_PASSWORD.to_owned()).expect("a hash");
        user::Account {
            email_verified_at: Some(now),
            welcome_closed_at: Some(now),
            ..user::Account::new(self.id, self.email.clone(), names, hash, now)
        }
    }
}

/// A hash that no password has.
const NO_PASSWORD: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dz$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Writes an account with a session and a key.
struct Enter {
    person: Person,
    tuples: Vec<String>,
}

impl Operation for Enter {
    const NAME: &'static str = "fixture.enter";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (now, person) = (cx.now(), &self.person);
        let later = now.plus(std::time::Duration::from_secs(86_400));
        user::insert(cx.store().system(), &person.account(now)).await?;
        let session = session::Session {
            id: person.session,
            user: person.id,
            token_hash: person.session_hash,
            remembered: false,
            address: None,
            user_agent: None,
            created_at: now,
            last_seen_at: now,
            expires_at: later,
        };
        session::insert(cx.store().system(), &session).await?;
        let key = api_key::ApiKey {
            id: person.key,
            user: person.id,
            name: "A key".parse().expect("a name"),
            token_hash: person.key_hash,
            hint: "abcd".to_owned(),
            created_at: now,
            expires_at: Some(later),
            last_used_at: None,
        };
        api_key::insert(cx.store().system(), &key).await?;
        let holder = format!("address:{}#holder@user:{}", person.email, person.id);
        for tuple in self.tuples.iter().chain([&holder]) {
            cx.relate(tuple.parse::<Tuple>().expect("a relationship")).await?;
        }
        Ok(())
    }
}

/// Founds an organization.
struct Found {
    id: OrganizationId,
    name: &'static str,
    people: Vec<(UserId, &'static str)>,
    invitation: InvitationId,
    token: InvitationSecret,
    role: RoleId,
    event: EventId,
}

impl Operation for Found {
    const NAME: &'static str = "fixture.found";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let (now, scope) = (cx.now(), ScopeId::from(self.id));
        cx.open_scope(&scope).await?;
        let display_name: DisplayName = self.name.parse().expect("a name");
        let new = organization::NewOrganization {
            name: &self.name.parse().expect("a name"),
            display_name: &display_name,
            plan: "enterprise",
            seats: None,
            created_at: now,
        };
        organization::insert(&mut cx.store_of(&scope)?, &new).await?;
        let mut tuples = vec![format!("organization:{}#system@system:guildhall", self.id)];
        for (id, relation) in &self.people {
            let account = user::find(cx.store().system(), *id).await?.expect("an account");
            member::insert(&mut cx.store_of(&scope)?, &account.person(), now).await?;
            tuples.push(format!("organization:{}#{relation}@user:{id}", self.id));
        }
        tuples.extend(self.invite(cx, &scope).await?);
        role::add(&mut cx.store_of(&scope)?, &self.custom_role(now)).await?;
        tuples.push(format!("role:{}#organization@organization:{}", self.role, self.id));
        audit::record(&mut cx.store_of(&scope)?, &self.event(now)).await?;
        for tuple in tuples {
            cx.relate_in(&scope, tuple.parse::<Tuple>().expect("a relationship")).await?;
        }
        Ok(())
    }
}

impl Found {
    async fn invite(
        &self,
        cx: &mut Granted<'_, Self>,
        scope: &ScopeId,
    ) -> Result<[String; 3], guildhall_app::Stop<Never>> {
        let (now, inviter) = (cx.now(), self.people[0].0);
        let email: Email = format!("invited@{}.example", self.name).parse().expect("an address");
        let pending = invitation::Invitation {
            id: self.invitation,
            organization: self.id,
            email: email.clone(),
            role: "member".to_owned(),
            inviter,
            inviter_email: "inviter@people.example".parse().expect("an address"),
            status: invitation::InvitationStatus::Pending,
            created_at: now,
            sent_at: now,
            expires_at: now.plus(std::time::Duration::from_secs(7 * 86_400)),
        };
        invitation::add(&mut cx.store_of(scope)?, &pending, &self.token.hash()).await?;
        let id = self.invitation;
        Ok([
            format!("invitation:{id}#organization@organization:{}", self.id),
            format!("invitation:{id}#inviter@user:{inviter}"),
            format!("invitation:{id}#invitee@address:{email}#holder"),
        ])
    }

    fn custom_role(&self, now: guildhall_model::Timestamp) -> role::Role {
        role::Role {
            id: self.role,
            name: "Inviters".parse().expect("a name"),
            description: String::new(),
            created_at: now,
        }
    }

    fn event(&self, now: guildhall_model::Timestamp) -> audit::Event {
        audit::Event {
            id: self.event,
            revision: Revision::new(1),
            at: now,
            action: "organization.create".to_owned(),
            actor_kind: "system".to_owned(),
            actor_id: None,
            actor_name: "a fixture".to_owned(),
            via: None,
            target_kind: "organization".to_owned(),
            target_id: self.id.text(),
            target_name: None,
            address: None,
            user_agent: None,
            request_id: None,
            before: None,
            after: None,
        }
    }
}
