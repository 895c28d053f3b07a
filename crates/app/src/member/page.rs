//! Finding the rows of a page: the source with the fewest rows to pass over, and what is left out.
//!
//! Rows are looked for by what orders them, which an index gives; who they are is read for those
//! alone that are shown.

use guildhall_authz::Snapshot;
use guildhall_model::{OrganizationId, OrganizationRole};
use guildhall_store::{
    Scoped, StoreError,
    member::{self, Direction, Found, Member, Position, Terms},
};

use super::{MemberFilter, standing};
use crate::organization::seats;

#[cfg(test)]
mod tests;

/// Where one way of looking is given up for another: numbers of rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// A relation with at most this many holders is read by itself and put in order.
    few: u64,
    /// Where a relation has at most this many, that is done after a stretch of the list in vain.
    many: u64,
    /// A word that starts at most this many words is looked up by itself and put in order.
    rare: usize,
    /// Up to so many the database leaves out at once who does not hold a role.
    rare_in_roles: usize,
    /// How many rows are looked at along the list for what is more frequent, before this, too, is
    /// looked up by itself.
    stretch: usize,
    /// The most rows that are read at once.
    chunk: usize,
}

impl Effort {
    /// By the figures of both engines with 100,000 members.
    pub(super) const USUAL: Self = Self {
        few: 4_000,
        many: 20_000,
        rare: 4_000,
        rare_in_roles: 8_000,
        stretch: 3_000,
        chunk: 5_000,
    };
}

/// What the rows have to be.
pub(super) struct Wanted<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) organization: OrganizationId,
    pub(super) filter: MemberFilter,
    pub(super) terms: &'a Terms,
    pub(super) effort: Effort,
}

enum Source {
    InOrder,
    Word(String),
    Roles(&'static [OrganizationRole]),
    Both(String, &'static [OrganizationRole]),
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
        let (source, short) = self.source(store).await?;
        let mut found = None;
        if !short {
            // What is frequent is soon met along the list, unless it stands together.
            found = self
                .walk(store, &Source::InOrder, direction, from, (most, self.effort.stretch))
                .await?;
        }
        if found.is_none() {
            found = self.walk(store, &source, direction, from, (most, usize::MAX)).await?;
        }
        member::these(store, &found.unwrap_or_default()).await
    }

    /// The rows that one source gives; `None` where it takes too long.
    async fn walk(
        &self,
        store: &mut Scoped<'_>,
        source: &Source,
        direction: Direction,
        from: Option<&Position>,
        (most, stretch): (usize, usize),
    ) -> Result<Option<Vec<Position>>, StoreError> {
        let mut from = from.cloned();
        let mut rows: Vec<Position> = Vec::with_capacity(most);
        let (mut chunk, mut seen) = (self.first_chunk(source, most), 0);
        loop {
            let found = source.read(store, direction, from.as_ref(), chunk).await?;
            let ended = found.len() < chunk;
            seen += found.len();
            from = found.last().cloned().or(from);
            for at in found {
                if rows.last() != Some(&at) && self.matches(&at) {
                    rows.push(at);
                }
            }
            if ended || rows.len() >= most {
                rows.truncate(most);
                return Ok(Some(rows));
            }
            if seen >= stretch {
                return Ok(None);
            }
            // As many as should hold what is missing, if it goes on like that.
            let missing = most - rows.len();
            let likely = missing * seen * 3 / 2 / rows.len().max(1);
            chunk = likely.max(most).min(self.effort.chunk).min(stretch);
        }
    }

    /// How many rows to begin with. A source that is put in order costs the same however few of
    /// its rows are read, so it is read once, unless each of its rows will do.
    fn first_chunk(&self, source: &Source, most: usize) -> usize {
        let words = self.terms.iter().count();
        match source {
            Source::InOrder => most,
            Source::Word(_) if words == 1 && self.filter.roles().is_empty() => most,
            Source::Both(..) if words == 1 => most,
            Source::Roles(_) if words == 0 => most,
            Source::Word(_) | Source::Both(..) | Source::Roles(_) => self.effort.chunk,
        }
    }

    /// Where the rows come from, and whether that is a short way.
    async fn source(&self, store: &mut Scoped<'_>) -> Result<(Source, bool), StoreError> {
        let roles = self.filter.roles();
        let holders = |role| seats::holders(self.snapshot, self.organization, role);
        let holders: u64 = roles.iter().copied().map(holders).sum();
        if !roles.is_empty() && holders <= self.effort.few {
            return Ok((Source::Roles(roles), true));
        }
        let Effort { rare, rare_in_roles, .. } = self.effort;
        let most = if roles.is_empty() { rare } else { rare_in_roles };
        let mut rarest: Option<(usize, &str)> = None;
        for word in self.terms.iter() {
            let count = member::count_words(store, word, most + 1).await?;
            if rarest.is_none_or(|(least, _)| count < least) {
                rarest = Some((count, word));
            }
        }
        Ok(match rarest {
            Some((count, word)) if roles.is_empty() || count <= rare => {
                (Source::Word(word.to_owned()), count <= rare)
            }
            Some((count, word)) => (Source::Both(word.to_owned(), roles), count <= most),
            None if !roles.is_empty() && holders <= self.effort.many => {
                (Source::Roles(roles), false)
            }
            None => (Source::InOrder, true),
        })
    }

    fn matches(&self, at: &Position) -> bool {
        let found = self.terms.is_empty() || self.terms.find(&at.sort_key);
        let roles = self.filter.roles();
        found && (roles.is_empty() || self.has(roles, at))
    }

    fn has(&self, roles: &[OrganizationRole], at: &Position) -> bool {
        let Ok(user) = at.user.parse() else { return false };
        let tuple = |role: &OrganizationRole| standing::tuple(self.organization, *role, user);
        roles.iter().any(|role| self.snapshot.contains(&tuple(role)))
    }
}

impl Source {
    async fn read(
        &self,
        store: &mut Scoped<'_>,
        direction: Direction,
        from: Option<&Position>,
        most: usize,
    ) -> Result<Vec<Position>, StoreError> {
        match self {
            Self::InOrder => member::positions(store, Found::InOrder, direction, from, most).await,
            Self::Word(word) => {
                member::positions(store, Found::ByWord(word), direction, from, most).await
            }
            Self::Roles(roles) => {
                let found = roles.iter().map(|role| Found::ByRelation(role.as_str()));
                Self::merged(store, found, direction, from, most).await
            }
            Self::Both(word, roles) => {
                let found = roles.iter().map(|role| Found::ByBoth(word, role.as_str()));
                Self::merged(store, found, direction, from, most).await
            }
        }
    }

    /// The rows of several sources, in order.
    async fn merged(
        store: &mut Scoped<'_>,
        sources: impl Iterator<Item = Found<'_>>,
        direction: Direction,
        from: Option<&Position>,
        most: usize,
    ) -> Result<Vec<Position>, StoreError> {
        let mut all = Vec::new();
        for found in sources {
            all.extend(member::positions(store, found, direction, from, most).await?);
        }
        all.sort();
        if direction == Direction::Backward {
            all.reverse();
        }
        all.truncate(most);
        Ok(all)
    }
}
