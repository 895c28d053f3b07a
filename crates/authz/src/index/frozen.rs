//! Many names packed into one table that never changes.

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

/// Names on their way into a table: found and added in turn, each hashed once.
#[derive(Default)]
pub(crate) struct Packing {
    table: Vec<u64>,
    hashes: Vec<u64>,
    starts: Vec<u64>,
    texts: String,
}

impl Packing {
    /// The number of a name, which is added where it is new. `None` where all numbers are in use.
    pub(crate) fn intern(&mut self, hash: u64, kind: Kind, id: &str) -> Option<ObjectId> {
        if self.hashes.len() * 3 >= self.table.len() * 2 {
            self.table = table(&self.hashes, (self.table.len() * 2).max(64));
        }
        let mut place = place(hash, self.table.len());
        while self.table[place] != 0 {
            let entry = self.table[place];
            if entry >> 32 == hash >> 32 && self.is(entry as ObjectId, kind, id) {
                return Some(entry as ObjectId);
            }
            place = if place + 1 == self.table.len() { 0 } else { place + 1 };
        }
        let number = ObjectId::try_from(self.hashes.len() + 1).ok()?;
        self.table[place] = (hash & !0xFFFF_FFFF) | u64::from(number);
        self.hashes.push(hash);
        self.starts.push((u64::from(kind) << 48) | self.texts.len() as u64);
        self.texts.push_str(id);
        Some(number)
    }

    fn is(&self, number: ObjectId, kind: Kind, id: &str) -> bool {
        let at = number as usize - 1;
        let from = (self.starts[at] & START) as usize;
        let to = self.starts.get(at + 1).map_or(self.texts.len(), |end| (end & START) as usize);
        self.starts[at] >> 48 == u64::from(kind) && &self.texts[from..to] == id
    }

    /// The table, as small as it is kept.
    pub(crate) fn finish(mut self) -> Frozen {
        if self.hashes.is_empty() {
            return Frozen::default();
        }
        // Two places of three are taken at most.
        let names = self.hashes.len();
        drop(self.table);
        let table = table(&self.hashes, (names + names / 2 + 1).next_multiple_of(8));
        self.starts.push(self.texts.len() as u64);
        Frozen { table: table.into(), starts: self.starts.into(), texts: self.texts.into() }
    }
}

/// The numbers of hashes, from 1 on, in as many places.
fn table(hashes: &[u64], places: usize) -> Vec<u64> {
    let mut table = vec![0_u64; places];
    for (hash, number) in hashes.iter().zip(1..) {
        let mut place = place(*hash, places);
        while table[place] != 0 {
            place = if place + 1 == places { 0 } else { place + 1 };
        }
        table[place] = (hash & !0xFFFF_FFFF) | number;
    }
    table
}

/// Where a hash begins to look, spread evenly over the places. Made from all bits but the compared
/// ones last.
#[inline]
fn place(hash: u64, places: usize) -> usize {
    ((u128::from(hash.rotate_left(32)) * places as u128) >> 64) as usize
}
