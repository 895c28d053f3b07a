//! Many names packed into one table that never changes.

use smol_str::SmolStr;

use super::ObjectId;
use crate::plan::Kind;

/// The bits of a start that are no type.
const START: u64 = (1 << 48) - 1;

/// Names with numbers from 1 on, found by hash in one or two reads of memory.
#[derive(Default)]
pub(crate) struct Frozen {
    /// Upper half: upper half of the hash; lower half: the number, 0 where the place is free.
    table: Box<[u64]>,
    /// Upper 16 bits: the type; the others: where the name begins in the texts. One more at the
    /// end.
    starts: Box<[u64]>,
    texts: Box<str>,
}

impl Frozen {
    /// Packs names; `hash` is that of later look-ups.
    pub(crate) fn build(names: &[(Kind, SmolStr)], hash: impl Fn(Kind, &str) -> u64) -> Self {
        if names.is_empty() {
            return Self::default();
        }
        // Two places of three are taken at most.
        let places = (names.len() + names.len() / 2 + 1).next_multiple_of(8);
        let mut table = vec![0_u64; places];
        let mut starts = Vec::with_capacity(names.len() + 1);
        let mut texts = String::with_capacity(names.iter().map(|(_, id)| id.len()).sum());
        for (at, (kind, id)) in names.iter().enumerate() {
            starts.push((u64::from(*kind) << 48) | texts.len() as u64);
            texts.push_str(id);
            let hash = hash(*kind, id);
            let mut place = place(hash, places);
            while table[place] != 0 {
                place = if place + 1 == places { 0 } else { place + 1 };
            }
            table[place] = (hash & !0xFFFF_FFFF) | (at as u64 + 1);
        }
        starts.push(texts.len() as u64);
        Self { table: table.into(), starts: starts.into(), texts: texts.into() }
    }

    /// Number of names.
    pub(crate) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether the number is one of the table.
    #[inline]
    pub(crate) fn holds(&self, number: ObjectId) -> bool {
        number != 0 && (number as usize) < self.starts.len()
    }

    /// The number of a name.
    #[inline]
    pub(crate) fn find(&self, hash: u64, kind: Kind, id: &str) -> Option<ObjectId> {
        if self.table.is_empty() {
            return None;
        }
        let mut place = place(hash, self.table.len());
        loop {
            let entry = self.table[place];
            let number = entry as ObjectId;
            if number == 0 {
                return None;
            }
            if entry >> 32 == hash >> 32 && self.name(number) == Some((kind, id)) {
                return Some(number);
            }
            place = if place + 1 == self.table.len() { 0 } else { place + 1 };
        }
    }

    /// The type and the name of a number.
    #[inline]
    pub(crate) fn name(&self, number: ObjectId) -> Option<(Kind, &str)> {
        let at = (number as usize).checked_sub(1)?;
        let (from, to) = (*self.starts.get(at)?, *self.starts.get(at + 1)?);
        let text = &self.texts[(from & START) as usize..(to & START) as usize];
        Some(((from >> 48) as Kind, text))
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        (self.table.len() + self.starts.len()) * size_of::<u64>() + self.texts.len()
    }
}

/// Where a hash begins to look, spread evenly over the places. Made from all bits but the compared
/// ones last.
#[inline]
fn place(hash: u64, places: usize) -> usize {
    ((u128::from(hash.rotate_left(32)) * places as u128) >> 64) as usize
}
