//! The people and organizations of the demonstration, made with the same operations that everybody
//! uses.

use anyhow::Context;
use guildhall_app::account::{CloseWelcome, CreateUser, MakeSystemAdmin, Names};
use guildhall_app::cloud_account::CreateCloudAccount;
use guildhall_app::cluster::{CreateCluster, GetClusterOptions};
use guildhall_app::invitation::{AcceptInvitation, InviteMembers, ListMyInvitations};
use guildhall_app::member::{ChangeMemberRole, RemoveMember};
use guildhall_app::organization::{
    ListMyOrganizations, RenameOrganization, Switches, UpdateMemberPermissions,
};
use guildhall_app::{Actor, App, Call, Via};
use guildhall_model::{
    CloudProvider, DisplayName, Email, EmailList, InvitableRole, OrganizationId, Password,
    PersonName, SessionId, UserId, UserManagement,
};
use guildhall_web::page::{DemoPerson, Person};

/// Somebody who can sign in to the demonstration.
pub(crate) struct Inhabitant {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) note: &'static str,
}

const PEOPLE: [Inhabitant; 5] = [
    Inhabitant {
        name: "Alice Lindqvist",
        email: "alice@northwind.example",
        password: "marble-otter-lantern-92",
        note: "Owner of Northwind Labs",
    },
    Inhabitant {
        name: "Bob Miller",
        email: "bob@northwind.example",
        password: "velvet-cactus-harbor-17",
        note: "Administrator of Northwind Labs, owner of Zephyr Freight",
    },
    Inhabitant {
        name: "Carol Okafor",
        email: "carol@northwind.example",
        password: "quartz-willow-comet-58",
        note: "Member of Northwind Labs, invited to Zephyr Freight",
    },
    Inhabitant {
        name: "Dan Petrov",
        email: "dan@partner.example",
        password: "copper-meadow-signal-33",
        note: "Removed from Northwind Labs",
    },
    Inhabitant {
        name: "Sam Weaver",
        email: "sam@guildhall.example",
        password: "cobalt-thistle-orchard-71",
        note: "Administrator of the installation",
    },
];

impl Inhabitant {
    /// How the demonstration's own page shows them.
    pub(crate) fn into_page(self) -> DemoPerson {
        DemoPerson {
            person: Person::new(self.name, self.email),
            password: self.password.to_owned(),
            note: self.note.to_owned(),
        }
    }
}

/// Somebody who acts.
struct Citizen {
    user: UserId,
    call: Call,
    home: OrganizationId,
}

/// Makes everybody and everything. Answers who can sign in.
pub(crate) async fn found(app: &App) -> anyhow::Result<Vec<Inhabitant>> {
    let mut citizens = Vec::with_capacity(PEOPLE.len());
    for person in &PEOPLE {
        citizens.push(enter(app, person).await.with_context(|| person.email)?);
    }
    let [alice, bob, carol, dan, sam] = citizens.as_slice() else { return Ok(Vec::new()) };
    let system = Call::of(Actor::System("demonstration"));
    let email = Email::parse(PEOPLE[4].email)?;
    app.execute(&system, MakeSystemAdmin { email }).await?;
    app.execute(&sam.call, CloseWelcome { user: sam.user }).await?;

    northwind(app, alice, [bob, carol, dan]).await.context("Northwind Labs")?;
    share_cluster(app, alice).await.context("a cluster")?;
    zephyr(app, bob, alice).await.context("Zephyr Freight")?;
    Ok(PEOPLE.into())
}

async fn northwind(
    app: &App,
    alice: &Citizen,
    [bob, carol, dan]: [&Citizen; 3],
) -> anyhow::Result<()> {
    let organization = alice.home;
    rename(app, alice, "Northwind Labs").await?;
    app.execute(&alice.call, CloseWelcome { user: alice.user }).await?;
    let everybody = "bob@northwind.example, carol@northwind.example, dan@partner.example, \
        tomas@northwind.example";
    invite(app, alice, organization, everybody, InvitableRole::Member).await?;
    for member in [bob, carol, dan] {
        accept(app, member, organization).await?;
    }
    let role = InvitableRole::Admin;
    app.execute(&alice.call, ChangeMemberRole { organization, user: bob.user, role }).await?;
    let switches = Switches { invite: true, ..Switches::default() };
    app.execute(&alice.call, UpdateMemberPermissions { organization, switches }).await?;
    // With the switch on, a plain member invites, too.
    invite(app, carol, organization, "priya@partner.example", InvitableRole::Member).await?;
    invite(app, bob, organization, "jonas@partner.example", InvitableRole::Restricted).await?;
    app.execute(&bob.call, RemoveMember { organization, user: dan.user }).await?;
    Ok(())
}

/// Asks for a cluster on this machine, which the keeper makes while people already look around.
/// Where PostgreSQL is not installed, the cluster's page says what to install, with a button to
/// try again.
async fn share_cluster(app: &App, owner: &Citizen) -> anyhow::Result<()> {
    let organization = owner.home;
    let options = app.read(&owner.call, GetClusterOptions { organization }).await?;
    let provider = CloudProvider::Local;
    let Some(size) = options.sizes.first().map(|size| size.name.clone()) else { return Ok(()) };
    if options.clouds.iter().all(|cloud| cloud.provider != provider) {
        return Ok(());
    }
    let name = provider.label().parse()?;
    let account = CreateCloudAccount { organization, name, provider, fields: Default::default() };
    let cloud_account = app.execute(&owner.call, account).await?.output.id;
    let cluster = CreateCluster {
        organization,
        name: "analytics".parse()?,
        version: options.proposed_version,
        cloud_account,
        size,
        user_management: UserManagement::Managed,
    };
    app.execute(&owner.call, cluster).await?;
    Ok(())
}

async fn zephyr(app: &App, bob: &Citizen, alice: &Citizen) -> anyhow::Result<()> {
    rename(app, bob, "Zephyr Freight").await?;
    app.execute(&bob.call, CloseWelcome { user: bob.user }).await?;
    invite(app, bob, bob.home, "alice@northwind.example", InvitableRole::Admin).await?;
    accept(app, alice, bob.home).await?;
    invite(app, bob, bob.home, "carol@northwind.example", InvitableRole::Admin).await
}

async fn enter(app: &App, person: &Inhabitant) -> anyhow::Result<Citizen> {
    let email = Email::parse(person.email)?;
    let (first, last) = person.name.split_once(' ').unwrap_or((person.name, ""));
    let names = Names::new(Some(first.parse::<PersonName>()?), last.parse::<PersonName>().ok());
    let names = names.context("a name")?;
    let password = app.passwords().choose(person.password.parse::<Password>()?, Vec::new()).await?;
    let new = CreateUser { email: email.clone(), names, password, verified: true };
    let system = Call::of(Actor::System("demonstration"));
    let user = app.execute(&system, new).await?.output;
    let session = SessionId::generate(app.clock().now(), app.entropy());
    let call = Call::of(Actor::User { id: user, email, via: Via::Session(session) });
    let mine = app.read(&call, ListMyOrganizations { user }).await?;
    let home = mine.first().context("an organization of one's own")?.id;
    Ok(Citizen { user, call, home })
}

async fn rename(app: &App, owner: &Citizen, name: &str) -> anyhow::Result<()> {
    let display_name: DisplayName = name.parse()?;
    let renamed = RenameOrganization { organization: owner.home, display_name };
    app.execute(&owner.call, renamed).await?;
    Ok(())
}

async fn invite(
    app: &App,
    inviter: &Citizen,
    organization: OrganizationId,
    emails: &str,
    role: InvitableRole,
) -> anyhow::Result<()> {
    let emails: EmailList = emails.parse()?;
    app.execute(&inviter.call, InviteMembers { organization, emails, role: role.into() }).await?;
    Ok(())
}

async fn accept(app: &App, who: &Citizen, organization: OrganizationId) -> anyhow::Result<()> {
    let mine = app.read(&who.call, ListMyInvitations { user: who.user }).await?;
    let offer = mine.iter().find(|offer| offer.organization == organization);
    let invitation = offer.context("no invitation")?.id;
    app.execute(&who.call, AcceptInvitation { organization, invitation }).await?;
    Ok(())
}
