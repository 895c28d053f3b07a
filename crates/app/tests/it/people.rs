//! People with accounts, the organizations they make, and the mails they get.

use guildhall_app::{
    Call, Done, Error, Granted, Never, Operation, Outcome, PasswordProof, Permission, Query,
    TheSystem,
    invitation::{
        AcceptInvitation, InviteMembers, InviteMembersRefusal, Invited, ListMyInvitations,
        MyInvitation, OfferedRole,
    },
    mail::Mail,
    member::{ListMembers, MemberFilter, MemberView},
    object,
    organization::CreateOrganization,
    user as subject,
};
use guildhall_authz::Tuple;
use guildhall_model::{
    Email, InvitableRole, InvitationSecret, OrganizationId, PageSize, Password, PasswordHash,
    Timestamp, UserId,
};
use guildhall_store::{ScopeId, Stmt, audit, user};

use crate::world::World;

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Somebody {
    pub(crate) id: UserId,
    pub(crate) email: Email,
    pub(crate) call: Call,
}

/// Writes an account, as registering and confirming would.
struct Enrol {
    account: user::Account,
    confirmed: bool,
}

impl Operation for Enrol {
    const NAME: &'static str = "test.enrol";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        user::insert(cx.store().system(), &self.account).await?;
        if self.confirmed {
            let address = object("address", self.account.email.as_str());
            cx.relate(Tuple::new(address, "holder", subject(self.account.id))).await?;
        }
        Ok(())
    }
}

/// Makes somebody an administrator of the installation.
pub(crate) struct Appoint(pub(crate) UserId);

impl Operation for Appoint {
    const NAME: &'static str = "test.appoint_system_admin";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let system = object("system", TheSystem::ID);
        cx.relate(Tuple::new(system, "admin", subject(self.0))).await?;
        Ok(())
    }
}

/// Disables an account.
pub(crate) struct Disable(pub(crate) UserId);

impl Operation for Disable {
    const NAME: &'static str = "test.disable";
    const PERMISSION: Permission<TheSystem> = Permission::named("can_register");
    type Target = TheSystem;
    type Output = ();
    type Refusal = Never;

    fn target(&self) -> TheSystem {
        TheSystem
    }

    async fn run(self, cx: &mut Granted<'_, Self>) -> Outcome<Self> {
        let now = cx.now();
        Ok(user::disable(cx.store().system(), self.0, Some(now)).await?)
    }
}

impl World {
    /// Somebody whose address is confirmed: `alice@example.org` is called Alice.
    pub(crate) async fn person(&self, email: &str) -> Somebody {
        self.enrol(email, true, no_password()).await
    }

    /// Somebody who has not confirmed their address.
    pub(crate) async fn unconfirmed(&self, email: &str) -> Somebody {
        self.enrol(email, false, no_password()).await
    }

    /// Somebody who has a password that can be proved.
    pub(crate) async fn person_with_password(&self, email: &str) -> Somebody {
        let hash = self.app.passwords().hash(password()).await;
        self.enrol(email, true, hash).await
    }

    /// Proof of the password of [`World::person_with_password`].
    pub(crate) async fn proof(&self, of: &Somebody) -> PasswordProof {
        self.app.prove_password(of.id, password()).await.expect("the password is right")
    }

    async fn enrol(&self, email: &str, confirmed: bool, password_hash: PasswordHash) -> Somebody {
        let id = self.generate();
        let now = guildhall_model::Clock::now(&self.clock);
        let address = email.parse().expect("a mail address");
        let account = account(id, address, confirmed, password_hash, now);
        let call = self.call_of(id, email);
        self.done(&call, Enrol { account, confirmed }).await;
        Somebody { id, email: email.parse().expect("a mail address"), call }
    }

    /// Does it; it has to be done. A moment passes before.
    pub(crate) async fn done<O: Operation>(&self, call: &Call, operation: O) -> O::Output {
        self.clock.advance(std::time::Duration::from_millis(1));
        match self.app.execute(call, operation).await {
            Ok(Done { output, .. }) => output,
            Err(error) => panic!("{} on {}: {error:?}", O::NAME, self.engine),
        }
    }

    /// Does it, and how it ended without its outcome.
    pub(crate) async fn end<O: Operation>(
        &self,
        call: &Call,
        operation: O,
    ) -> Result<(), Error<O::Refusal>> {
        self.app.execute(call, operation).await.map(|_| ())
    }

    /// Reads; there has to be an answer.
    pub(crate) async fn answer<Q: Query>(&self, call: &Call, query: Q) -> Q::Output {
        match self.app.read(call, query).await {
            Ok(output) => output,
            Err(error) => panic!("{} on {}: {error:?}", Q::NAME, self.engine),
        }
    }

    /// An organization of somebody.
    pub(crate) async fn organization(&self, owner: &Somebody) -> OrganizationId {
        let display_name = "Northwind Labs".parse().expect("a name");
        self.done(&owner.call, CreateOrganization { display_name, name: None }).await.id
    }

    /// Invites; it has to succeed.
    pub(crate) async fn invite(
        &self,
        by: &Somebody,
        organization: OrganizationId,
        emails: &str,
        role: impl Into<OfferedRole>,
    ) -> Vec<Invited> {
        self.done(&by.call, inviting(organization, emails, role)).await
    }

    /// Tries to invite.
    pub(crate) async fn try_invite(
        &self,
        by: &Somebody,
        organization: OrganizationId,
        emails: &str,
        role: impl Into<OfferedRole>,
    ) -> Result<(), Error<InviteMembersRefusal>> {
        self.end(&by.call, inviting(organization, emails, role)).await
    }

    /// Invites somebody and has them accept.
    pub(crate) async fn join(
        &self,
        by: &Somebody,
        organization: OrganizationId,
        who: &Somebody,
        role: InvitableRole,
    ) {
        let invitation = self.invite(by, organization, who.email.as_str(), role).await[0].id;
        self.done(&who.call, AcceptInvitation { organization, invitation }).await;
    }

    /// A confirmed person who is a member already.
    pub(crate) async fn member(
        &self,
        by: &Somebody,
        organization: OrganizationId,
        email: &str,
        role: InvitableRole,
    ) -> Somebody {
        let who = self.person(email).await;
        self.join(by, organization, &who, role).await;
        who
    }

    /// The members, as somebody sees them.
    pub(crate) async fn members(
        &self,
        by: &Somebody,
        organization: OrganizationId,
    ) -> Vec<MemberView> {
        self.answer(&by.call, listing(organization, "")).await.rows
    }

    /// The invitations that wait for somebody.
    pub(crate) async fn waiting(&self, who: &Somebody) -> Vec<MyInvitation> {
        self.answer(&who.call, ListMyInvitations { user: who.id }).await
    }

    /// The mails to an address, the oldest first.
    pub(crate) async fn mails(&self, to: &Email) -> Vec<Mail> {
        static OF: Stmt = Stmt::new(
            "test.mails",
            "select id, payload from outbox where recipient = $1 order by created_at, id",
        );
        let mut tx = self.database().await.read().await.expect("the database opens");
        let rows = tx.fetch_all(&OF, &[to.into()]).await.expect("the outbox is read");
        tx.commit().await.expect("reading ends");
        let open = |row: &guildhall_store::Row| {
            let (id, payload) = (row.text("id").unwrap(), row.text("payload").unwrap());
            let content = self.app.keys().open(id, payload).expect("the mail opens");
            let content: serde_json::Value = serde_json::from_slice(&content).expect("it is JSON");
            // A mail to all members names them beside it.
            let mail = content.get("mail").unwrap_or(&content);
            serde_json::from_value(mail.clone()).expect("it is a mail")
        };
        rows.iter().map(open).collect()
    }

    /// The kinds of the mails to an address, the oldest first.
    pub(crate) async fn kinds_of_mail(&self, to: &Email) -> Vec<&'static str> {
        self.mails(to).await.iter().map(Mail::kind).collect()
    }

    /// The secret of the link in the newest invitation mail to an address.
    pub(crate) async fn link(&self, to: &Email) -> InvitationSecret {
        let mut links = self.mails(to).await.into_iter().rev().filter_map(|mail| match mail {
            Mail::Invitation(about) | Mail::InvitationReminder(about) => {
                let text = serde_json::to_value(&about.token).unwrap();
                Some(text.as_str().unwrap().parse().expect("an invitation's secret"))
            }
            _ => None,
        });
        links.next().expect("an invitation was mailed")
    }

    /// The actions recorded in an organization, the newest first.
    pub(crate) async fn events(&self, organization: OrganizationId) -> Vec<audit::Event> {
        let mut tx = self.database().await.read().await.expect("the database opens");
        let scope = ScopeId::from(organization);
        let filter = audit::EventFilter::default();
        let events = audit::page(&mut tx.scope(&scope), &filter, None, 1_000).await;
        tx.commit().await.expect("reading ends");
        // The clock may have stood still between them.
        let mut events = events.expect("events are read");
        events.sort_by_key(|event| std::cmp::Reverse(event.revision));
        events
    }
}

/// An invitation, to be sent.
pub(crate) fn inviting(
    organization: OrganizationId,
    emails: &str,
    role: impl Into<OfferedRole>,
) -> InviteMembers {
    let emails = emails.parse().expect("mail addresses");
    InviteMembers { organization, emails, role: role.into() }
}

/// All members, or those found.
pub(crate) fn listing(organization: OrganizationId, search: &str) -> ListMembers {
    ListMembers {
        organization,
        filter: MemberFilter::Members,
        search: search.to_owned(),
        cursor: None,
        size: PageSize::MAX,
    }
}

/// An account as registering makes it: `alice@example.org` is called Alice.
pub(crate) fn account(
    id: UserId,
    email: Email,
    confirmed: bool,
    password_hash: PasswordHash,
    now: Timestamp,
) -> user::Account {
    let mut first_name = email.local_part().to_owned();
    first_name[..1].make_ascii_uppercase();
    user::Account {
        email_verified_at: confirmed.then_some(now),
        ..user::Account::new(id, email, (&first_name, "Example"), password_hash, now)
    }
}

/// A hash that no password has.
pub(crate) fn no_password() -> PasswordHash {
    PasswordHash::parse(NO_PASSWORD.to_owned()).expect("a hash")
}

fn password() -> Password {
    "a long enough password".parse().expect("a password")
}

/// In the form of a hash, of no password.
const NO_PASSWORD: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
