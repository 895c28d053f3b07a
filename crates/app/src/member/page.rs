//! Finding the rows of a page: the source with the fewest rows to pass over, and what is left out.

use guildhall_authz::Snapshot;
use guildhall_model::{OrganizationId, OrganizationRole};
use guildhall_store::{
    Scoped, StoreError,
    member::{self, Direction, Found, Member, Position, Terms},
};

use super::{MemberFilter, standing};
use crate::organization::seats;

/// A relation with at most this many holders is read by itself and put in order.
const FEW: u64 = 4_000;
/// A word that starts more words than this is looked for along the list.
const MANY: usize = 20_000;

/// What the rows have to be.
pub(super) struct Wanted<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) organization: OrganizationId,
    pub(super) filter: MemberFilter,
    pub(super) terms: &'a Terms,
}

enum Source {
    InOrder,
    Word(String),
    Roles(&'static [OrganizationRole]),
}

impl Wanted<'_> {
    /// The next rows from a position, in the order of the direction.
    pub(super) async fn rows(
        &self,
        store: &mut Scoped<'_>,
        direction: Direction,
        from: Option<&Position>,
        most: usize,
    ) -> Result<Vec<Member>, StoreError> {
        let source = self.source(store).await?;
        let mut from = from.cloned();
        let mut rows: Vec<Member> = Vec::with_capacity(most);
        let mut chunk = most;
        loop {
            let found = source.read(store, direction, from.as_ref(), chunk).await?;
            let ended = found.len() < chunk;
            from = found.last().map(position).or(from);
            for member in found {
                let repeated = rows.last().is_some_and(|last| last.person.id == member.person.id);
                if !repeated && self.matches(&member) {
                    rows.push(member);
                }
            }
            if ended || rows.len() >= most {
                rows.truncate(most);
                return Ok(rows);
            }
            chunk = (chunk * 4).min(5_000);
        }
    }

    async fn source(&self, store: &mut Scoped<'_>) -> Result<Source, StoreError> {
        let roles = self.filter.roles();
        let holders = |role| seats::holders(self.snapshot, self.organization, role);
        if !roles.is_empty() && roles.iter().copied().map(holders).sum::<u64>() <= FEW {
            return Ok(Source::Roles(roles));
        }
        let mut rarest = (MANY, Source::InOrder);
        for word in self.terms.iter() {
            let count = member::count_words(store, word, rarest.0).await?;
            if count < rarest.0 {
                rarest = (count, Source::Word(word.to_owned()));
            }
        }
        Ok(rarest.1)
    }

    fn matches(&self, member: &Member) -> bool {
        let roles = self.filter.roles();
        let direct = || standing::direct(self.snapshot, self.organization, member.person.id);
        let fits = roles.is_empty() || direct().is_some_and(|role| roles.contains(&role));
        fits && (self.terms.is_empty() || Terms::of_key(&member.sort_key).match_all(self.terms))
    }
}

impl Source {
    async fn read(
        &self,
        store: &mut Scoped<'_>,
        direction: Direction,
        from: Option<&Position>,
        most: usize,
    ) -> Result<Vec<Member>, StoreError> {
        match self {
            Self::InOrder => member::rows(store, Found::InOrder, direction, from, most).await,
            Self::Word(word) => {
                member::rows(store, Found::ByWord(word), direction, from, most).await
            }
            Self::Roles(roles) => {
                let mut all = Vec::new();
                for role in *roles {
                    let found = Found::ByRelation(role.as_str());
                    all.extend(member::rows(store, found, direction, from, most).await?);
                }
                all.sort_by(|a, b| key(a).cmp(&key(b)));
                if direction == Direction::Backward {
                    all.reverse();
                }
                all.truncate(most);
                Ok(all)
            }
        }
    }
}

fn key(member: &Member) -> (&str, String) {
    (&member.sort_key, member.person.id.text())
}

fn position(member: &Member) -> Position {
    Position { sort_key: member.sort_key.clone(), user: member.person.id.text() }
}
