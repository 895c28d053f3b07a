//! The order of the list of members, the words people are found by, and the statements of a page.

use super::{Direction, Found, Person, full_name};
use crate::TenantStmt;

/// Comes after every sort key and every word.
pub(super) const LAST: &str = "\u{10ffff}";
/// Between the name and the address in a sort key: before every character that a name can hold.
const GAP: char = '\u{1}';
const LONGEST: usize = 100;

/// What the list is ordered by: the names in lower case, then the address, so that equal names
/// have a fixed order.
pub(super) fn sort_key(person: &Person<'_>) -> String {
    let names = full_name(person.first_name, person.last_name);
    format!("{}{GAP}{}", names.to_lowercase(), person.email)
}

/// The end of the range of words that start like this.
pub(super) fn end(start: &str) -> String {
    format!("{start}{LAST}")
}

/// The words that somebody is found by, without repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(Vec<String>);

impl Terms {
    /// The words of somebody with this sort key: of the name, of the address, the address and its
    /// domain.
    pub fn of_key(key: &str) -> Self {
        let (name, email) = key.split_once(GAP).unwrap_or((key, ""));
        let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
        let mut words: Vec<&str> = name.split_whitespace().collect();
        words.extend(pieces(name));
        words.extend(pieces(local));
        words.extend([email, domain]);
        Self::cleaned(words)
    }

    /// What somebody types to search: every one of its words has to start a word of the person.
    pub fn of_query(query: &str) -> Self {
        let lower = query.to_lowercase();
        Self::cleaned(lower.split_whitespace().collect())
    }

    fn cleaned(words: Vec<&str>) -> Self {
        let cut = |word: &str| word.chars().take(LONGEST).collect::<String>();
        let mut words: Vec<String> = words.into_iter().map(cut).collect();
        words.retain(|word| !word.is_empty());
        words.sort();
        words.dedup();
        Self(words)
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this search finds somebody with this sort key: each of its words starts a word of
    /// them.
    pub fn find(&self, key: &str) -> bool {
        // All words are parts of the key, which tells most keys apart without taking them apart.
        self.iter().all(|start| key.contains(start)) && Self::of_key(key).match_all(self)
    }

    /// Whether every word of a search starts one of these words.
    pub fn match_all(&self, query: &Self) -> bool {
        query.iter().all(|start| self.iter().any(|word| word.starts_with(start)))
    }
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
}

pub(super) fn statement(found: Found<'_>, direction: Direction) -> &'static TenantStmt {
    match (found, direction) {
        (Found::InOrder, Direction::Forward) => &IN_ORDER_FORWARD,
        (Found::InOrder, Direction::Backward) => &IN_ORDER_BACKWARD,
        (Found::ByWord(_), Direction::Forward) => &BY_WORD_FORWARD,
        (Found::ByWord(_), Direction::Backward) => &BY_WORD_BACKWARD,
        (Found::ByRelation(_), Direction::Forward) => &BY_RELATION_FORWARD,
        (Found::ByRelation(_), Direction::Backward) => &BY_RELATION_BACKWARD,
        (Found::ByBoth(..), Direction::Forward) => &BY_BOTH_FORWARD,
        (Found::ByBoth(..), Direction::Backward) => &BY_BOTH_BACKWARD,
    }
}

// Each reads nothing but the indexes that its rows are found by. The cross joins keep SQLite from
// walking all members in order where the relationship or the word is rare.

static IN_ORDER_FORWARD: TenantStmt = TenantStmt::new(
    "member.in_order_forward",
    "select user_id, sort_key from member
     where scope = $1 and (sort_key, user_id) > ($2, $3)
     order by sort_key, user_id limit $4",
);
static IN_ORDER_BACKWARD: TenantStmt = TenantStmt::new(
    "member.in_order_backward",
    "select user_id, sort_key from member
     where scope = $1 and (sort_key, user_id) < ($2, $3)
     order by sort_key desc, user_id desc limit $4",
);
static BY_WORD_FORWARD: TenantStmt = TenantStmt::new(
    "member.by_word_forward",
    "select user_id, sort_key from member_term
     where scope = $1 and term >= $5 and term < $6 and (sort_key, user_id) > ($2, $3)
     order by sort_key, user_id limit $4",
);
static BY_WORD_BACKWARD: TenantStmt = TenantStmt::new(
    "member.by_word_backward",
    "select user_id, sort_key from member_term
     where scope = $1 and term >= $5 and term < $6 and (sort_key, user_id) < ($2, $3)
     order by sort_key desc, user_id desc limit $4",
);
static BY_RELATION_FORWARD: TenantStmt = TenantStmt::new(
    "member.by_relation_forward",
    "select m.user_id, m.sort_key from relationship r cross join member m
     where r.scope = $1 and r.object_kind = 'organization' and r.object_id = $1
       and r.relation = $5 and r.subject_kind = 'user' and r.subject_relation = ''
       and m.scope = $1 and m.user_id = r.subject_id and (m.sort_key, m.user_id) > ($2, $3)
     order by m.sort_key, m.user_id limit $4",
);
static BY_RELATION_BACKWARD: TenantStmt = TenantStmt::new(
    "member.by_relation_backward",
    "select m.user_id, m.sort_key from relationship r cross join member m
     where r.scope = $1 and r.object_kind = 'organization' and r.object_id = $1
       and r.relation = $5 and r.subject_kind = 'user' and r.subject_relation = ''
       and m.scope = $1 and m.user_id = r.subject_id and (m.sort_key, m.user_id) < ($2, $3)
     order by m.sort_key desc, m.user_id desc limit $4",
);

static BY_BOTH_FORWARD: TenantStmt = TenantStmt::new(
    "member.by_both_forward",
    "select t.user_id, t.sort_key from member_term t cross join relationship r
     where t.scope = $1 and t.term >= $5 and t.term < $6 and (t.sort_key, t.user_id) > ($2, $3)
       and r.scope = $1 and r.object_kind = 'organization' and r.object_id = $1
       and r.relation = $7 and r.subject_kind = 'user' and r.subject_id = t.user_id
       and r.subject_relation = ''
     order by t.sort_key, t.user_id limit $4",
);
static BY_BOTH_BACKWARD: TenantStmt = TenantStmt::new(
    "member.by_both_backward",
    "select t.user_id, t.sort_key from member_term t cross join relationship r
     where t.scope = $1 and t.term >= $5 and t.term < $6 and (t.sort_key, t.user_id) < ($2, $3)
       and r.scope = $1 and r.object_kind = 'organization' and r.object_id = $1
       and r.relation = $7 and r.subject_kind = 'user' and r.subject_id = t.user_id
       and r.subject_relation = ''
     order by t.sort_key desc, t.user_id desc limit $4",
);

#[cfg(test)]
mod tests {
    use guildhall_model::UserId;

    use super::{Person, Terms, sort_key};

    #[test]
    fn people_are_found_by_every_word_of_names_and_address() {
        let person = Person {
            id: UserId::from_bits(7),
            email: &"ada.king@lovelace.example".parse().unwrap(),
            first_name: "Ada Augusta",
            last_name: "King-Noel",
        };
        let key = sort_key(&person);
        assert_eq!(key, "ada augusta king-noel\u{1}ada.king@lovelace.example");
        let terms = Terms::of_key(&key);
        for term in ["ada", "augusta", "king", "noel", "king-noel", "ada.king@lovelace.example"] {
            assert!(terms.iter().any(|had| had == term), "{term}");
        }
        for query in ["AD", "king ada", "Ada Aug", "ada.king@love", "lovelace", "noel"] {
            assert!(terms.match_all(&Terms::of_query(query)), "{query}");
        }
        for query in ["da", "ada bob", "example"] {
            assert!(!terms.match_all(&Terms::of_query(query)), "{query}");
        }
    }
}
