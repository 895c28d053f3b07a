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
/// A word that starts at most this many words is looked up by itself and put in order.
const RARE: usize = 1_000;
/// How many rows are looked at along the list for more frequent words, before these, too, are
/// looked up by themselves.
const STRETCH: usize = 3_000;

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
        let (source, rare) = self.source(store).await?;
        if !rare {
            // A frequent word is soon met along the list, unless those who have it stand together.
            let walk = self.walk(store, &Source::InOrder, direction, from, (most, STRETCH)).await?;
            if let Some(rows) = walk {
                return Ok(rows);
            }
        }
        let walk = self.walk(store, &source, direction, from, (most, usize::MAX)).await?;
        Ok(walk.unwrap_or_default())
    }

    /// The rows that one source gives; `None` where it takes too long.
    async fn walk(
        &self,
        store: &mut Scoped<'_>,
        source: &Source,
        direction: Direction,
        from: Option<&Position>,
        (most, stretch): (usize, usize),
    ) -> Result<Option<Vec<Member>>, StoreError> {
        let mut from = from.cloned();
        let mut rows: Vec<Member> = Vec::with_capacity(most);
        let (mut chunk, mut seen) = (most, 0);
        loop {
            let found = source.read(store, direction, from.as_ref(), chunk).await?;
            let ended = found.len() < chunk;
            seen += found.len();
            from = found.last().map(position).or(from);
            for member in found {
                let repeated = rows.last().is_some_and(|last| last.person.id == member.person.id);
                if !repeated && self.matches(&member) {
                    rows.push(member);
                }
            }
            if ended || rows.len() >= most {
                rows.truncate(most);
                return Ok(Some(rows));
            }
            if seen >= stretch {
                return Ok(None);
            }
            chunk = (chunk * 4).min(5_000).min(stretch);
        }
    }

    /// Where the rows come from, and whether that is a short way.
    async fn source(&self, store: &mut Scoped<'_>) -> Result<(Source, bool), StoreError> {
        let roles = self.filter.roles();
        let holders = |role| seats::holders(self.snapshot, self.organization, role);
        if !roles.is_empty() && roles.iter().copied().map(holders).sum::<u64>() <= FEW {
            return Ok((Source::Roles(roles), true));
        }
        let mut rarest: Option<(usize, &str)> = None;
        for word in self.terms.iter() {
            let count = member::count_words(store, word, RARE + 1).await?;
            if rarest.is_none_or(|(least, _)| count < least) {
                rarest = Some((count, word));
            }
        }
        Ok(match rarest {
            Some((count, word)) => (Source::Word(word.to_owned()), count <= RARE),
            None => (Source::InOrder, true),
        })
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
