//! However the rows are looked for, they are the same.

use guildhall_model::{
    Id, Kind, OrganizationId, OrganizationRole, PasswordHash, Revision, Timestamp,
};
use guildhall_store::{
    Database, Options, ScopeId, Tx,
    member::{self, Direction, Position, Terms},
    organization::{self, NewOrganization},
    relationship::{self, RelationshipChange},
    user::{self, Account},
};
use guildhall_testkit::{SeededEntropy, engines};

use super::{Effort, Wanted};
use crate::index::{self, Index};
use crate::member::{MemberFilter, standing};

const START: Timestamp = Timestamp::new(1_000_000);
const PEOPLE: usize = 250;
const FIRST: [&str; 7] = ["Ada", "Adam", "Bob", "Chen", "Zoe", "Zo\u{eb}", "Anna Ada"];
const LAST: [&str; 5] = ["Walker", "Adams", "Zhang-Ada", "Brook", ""];
const SEARCHES: [&str; 12] = [
    "",
    "ada",
    "ad",
    "zoe",
    "walker ada",
    "z a",
    "bob brook",
    "no",
    "n",
    "nobody",
    "chen.7",
    "\u{eb}",
];

/// Every way is taken, and given up, with as few people as there are here.
const EFFORTS: [Effort; 5] = [
    Effort::USUAL,
    Effort { few: 3, many: 10, rare: 5, rare_in_roles: 5, stretch: 20, chunk: 30 },
    Effort { few: 0, many: 0, rare: 0, rare_in_roles: 0, stretch: 9, chunk: 9 },
    Effort { few: 0, many: 500, rare: 30, rare_in_roles: 500, stretch: 9, chunk: 100 },
    Effort { few: 500, many: 500, rare: 500, rare_in_roles: 0, stretch: 500, chunk: 12 },
];

fn id<K: Kind>(chance: &SeededEntropy) -> Id<K> {
    Id::generate(START, chance)
}

fn account(chance: &SeededEntropy, at: usize) -> Account {
    let (first, last) = (*chance.pick(&FIRST), *chance.pick(&LAST));
    let local = first.split(' ').next().unwrap_or_default().replace('\u{eb}', "e");
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let hash = PasswordHash::parse(hash.to_owned()).expect("the form of a hash");
    let email = format!("{local}.{at}@northwind.example").parse().expect("an address");
    Account::new(id(chance), email, (first, last), hash, START)
}

/// Everybody in order, with their role.
type People = Vec<(Position, OrganizationRole)>;

async fn populate(tx: &mut Tx, chance: &SeededEntropy) -> (OrganizationId, People) {
    let organization: OrganizationId = id(chance);
    let scope = ScopeId::from(organization);
    relationship::open(&mut tx.scope(&scope)).await.expect("the scope is new");
    let new = NewOrganization {
        name: &"northwind".parse().expect("a name"),
        display_name: &"Northwind Labs".parse().expect("a name"),
        plan: "enterprise",
        seats: None,
        created_at: START,
    };
    organization::insert(&mut tx.scope(&scope), &new).await.expect("the name is new");
    let mut people = Vec::new();
    for at in 0..PEOPLE {
        let account = account(chance, at);
        user::insert(tx, &account).await.expect("they are new");
        let mut store = tx.scope(&scope);
        member::insert(&mut store, &account.person(), account.created_at).await.expect("new");
        let role = match at {
            0 => OrganizationRole::Owner,
            _ if at % 60 == 0 => OrganizationRole::Admin,
            _ if chance.below(5) == 0 => OrganizationRole::Restricted,
            _ => OrganizationRole::Member,
        };
        let relationship = index::row(&standing::tuple(organization, role, account.id));
        let change = RelationshipChange { revision: Revision::new(1), added: true, relationship };
        relationship::change(&mut store, &change, at, account.created_at).await.expect("related");
        let known = member::get(&mut store, account.id).await.expect("read").expect("a member");
        people.push((Position { sort_key: known.sort_key, user: account.id.text() }, role));
    }
    people.sort_by(|a, b| a.0.cmp(&b.0));
    (organization, people)
}

impl Wanted<'_> {
    /// All rows, page after page.
    async fn all(&self, tx: &mut Tx, direction: Direction, page: usize) -> Vec<Position> {
        let scope = ScopeId::from(self.organization);
        let mut all: Vec<Position> = Vec::new();
        loop {
            let from = all.last();
            let rows = self.rows(&mut tx.scope(&scope), direction, from, page).await;
            let rows = rows.expect("rows are read");
            let ended = rows.len() < page;
            all.extend(
                rows.into_iter()
                    .map(|row| Position { sort_key: row.sort_key, user: row.person.id.text() }),
            );
            if ended {
                return all;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s17_every_way_to_look_for_members_finds_the_same_in_the_same_order() {
    let chance = SeededEntropy::printed();
    for place in engines() {
        let url = place.url().parse().expect("an address");
        let database = Database::open(&url, Options::default()).await.expect("it opens");
        database.migrate().await.expect("migrations run");
        let mut tx = database.write().await.expect("a transaction");
        let (organization, people) = populate(&mut tx, &chance).await;
        tx.commit().await.expect("it is written");
        let mut tx = database.read().await.expect("a transaction");
        let snapshot = Index::load(&mut tx).await.expect("relationships").snapshot();
        for search in SEARCHES {
            let terms = Terms::of_query(search);
            for filter in [MemberFilter::Members, MemberFilter::Admins, MemberFilter::Restricted] {
                let roles = filter.roles();
                let fits = |(at, role): &&(Position, OrganizationRole)| {
                    (roles.is_empty() || roles.contains(role))
                        && Terms::of_key(&at.sort_key).match_all(&terms)
                };
                let mut right: Vec<_> =
                    people.iter().filter(fits).map(|(at, _)| at.clone()).collect();
                for direction in [Direction::Forward, Direction::Backward] {
                    for effort in EFFORTS {
                        let snapshot = &snapshot;
                        let wanted =
                            Wanted { snapshot, organization, filter, terms: &terms, effort };
                        let page = 1 + chance.below(60);
                        let found = wanted.all(&mut tx, direction, page).await;
                        assert_eq!(
                            found,
                            right,
                            "{}: {search:?}, {filter:?}, {direction:?}, {page} a page, {effort:?}",
                            place.engine()
                        );
                    }
                    right.reverse();
                }
            }
        }
    }
}
