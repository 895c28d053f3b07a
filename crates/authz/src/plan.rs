//! A model compiled for evaluation: relations as numbers, unions flattened, edges known in both
//! directions.

mod compile;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::object::Subject;

/// Number of a type.
pub(crate) type Kind = u16;
/// Number of a relation of one type.
pub(crate) type Pair = u16;
/// Number of a class of subjects: objects of a type, everybody of a type, or holders of a relation.
pub(crate) type Class = u16;

/// Everything evaluation needs to know of a model.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) kinds: Vec<KindPlan>,
    pub(crate) pairs: Vec<PairPlan>,
    by_name: FxHashMap<SmolStr, Kind>,
    /// By class: the relations whose tuples may name such a subject.
    named_in: Vec<Vec<Pair>>,
}

#[derive(Debug)]
pub(crate) struct KindPlan {
    pub(crate) name: SmolStr,
    by_name: FxHashMap<SmolStr, Pair>,
    /// The type's relations in the order of the text.
    pub(crate) pairs: Vec<Pair>,
}

/// One relation of one type.
#[derive(Debug)]
pub(crate) struct PairPlan {
    pub(crate) name: SmolStr,
    pub(crate) kind: Kind,
    /// Which subjects a tuple may name directly, each with the conditions it may carry (`None`:
    /// none).
    pub(crate) admits: Vec<(Class, Option<SmolStr>)>,
    /// How holders are computed.
    pub(crate) union: Union,
    /// Computed by unions alone, it and everything it depends on.
    pub(crate) pure: bool,
    /// The relations this one depends on, itself included.
    pub(crate) reaches: PairSet,
    /// Edges that lead to this relation as the holder of another: who depends on it, and how.
    pub(crate) parents: Vec<Parent>,
    /// Relations of the same object that count this relation's tuples, and whether for sure.
    pub(crate) owners: Vec<(Pair, bool)>,
    /// Relations of the same object that include this one, and whether for sure.
    pub(crate) includers: Vec<(Pair, bool)>,
    /// Those of them that refer to this relation without flattening it.
    pub(crate) nested_in: Vec<(Pair, bool)>,
}

/// A flattened union: a subject holds it by any of these ways.
#[derive(Debug, Default, Clone)]
pub(crate) struct Union {
    /// Relations of the same object that are included; a holder of one is a holder of the union.
    pub(crate) includes: Vec<Pair>,
    /// Relations of the same object whose tuples count.
    pub(crate) direct: Vec<Pair>,
    /// Edges to holders of a relation of another object, where that relation is a mere union all
    /// the way down.
    pub(crate) hops: Vec<Hop>,
    /// Edges to holders of a relation that is not.
    pub(crate) mixed: Vec<Hop>,
    /// The relations that `hops` lead to, directly or not.
    pub(crate) below: PairSet,
    /// Relations of the same object that are no mere union.
    pub(crate) nested: Vec<Pair>,
    /// Intersections and exclusions written in place.
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug, Clone)]
pub(crate) enum Operation {
    All(Vec<Union>),
    /// Base, and what is taken away from it.
    Except(Box<Union>, Box<Union>),
}

/// All tuples of `row` whose subject is of `class` lead to that subject's object, to the relation
/// `target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) row: Pair,
    pub(crate) class: Class,
    pub(crate) target: Pair,
    /// Whether the tuple is read as a parent (`target from row`) and not as a userset.
    pub(crate) from: bool,
    /// The included relation whose definition says so.
    pub(crate) by: Pair,
}

/// The other direction of a hop: holders of the target hold `owner` of the object of the tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parent {
    pub(crate) row: Pair,
    pub(crate) class: Class,
    pub(crate) owner: Pair,
    /// Whether that is sure, and not one operand of an intersection or exclusion.
    pub(crate) certain: bool,
}

/// A set of relations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PairSet(Vec<u64>);

impl PairSet {
    pub(crate) fn insert(&mut self, pair: Pair) -> bool {
        let (word, bit) = (usize::from(pair) / 64, 1 << (pair % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(own, more)| *own |= more);
    }

    #[inline]
    pub(crate) fn contains(&self, pair: Pair) -> bool {
        self.0.get(usize::from(pair) / 64).is_some_and(|word| word & (1 << (pair % 64)) != 0)
    }
}

impl Plan {
    #[inline]
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        self.by_name.get(name).copied()
    }

    #[inline]
    pub(crate) fn pair(&self, kind: Kind, relation: &str) -> Option<Pair> {
        self.kinds[usize::from(kind)].by_name.get(relation).copied()
    }

    #[inline]
    pub(crate) fn at(&self, pair: Pair) -> &PairPlan {
        &self.pairs[usize::from(pair)]
    }

    /// The class of single objects of a type.
    #[inline]
    pub(crate) fn objects_of(&self, kind: Kind) -> Class {
        kind
    }

    /// The class of `type:*`.
    #[inline]
    pub(crate) fn everybody_of(&self, kind: Kind) -> Class {
        self.kinds.len() as Class + kind
    }

    /// The class of holders of a relation.
    #[inline]
    pub(crate) fn holders_of(&self, pair: Pair) -> Class {
        2 * self.kinds.len() as Class + pair
    }

    /// What a class is.
    pub(crate) fn class(&self, class: Class) -> ClassOf {
        let kinds = self.kinds.len() as Class;
        match class {
            class if class < kinds => ClassOf::Objects(class),
            class if class < 2 * kinds => ClassOf::Everybody(class - kinds),
            class => ClassOf::Holders(class - 2 * kinds),
        }
    }

    /// The relations whose tuples may name a subject of the class.
    #[inline]
    pub(crate) fn named_in(&self, class: Class) -> &[Pair] {
        self.named_in.get(usize::from(class)).map_or(&[], Vec::as_slice)
    }

    /// Whether tuples of the relation may name subjects of the class.
    #[inline]
    pub(crate) fn admits(&self, row: Pair, class: Class) -> bool {
        self.at(row).admits.iter().any(|(admitted, _)| *admitted == class)
    }

    /// The class of a subject, where the model knows its type and relation.
    pub(crate) fn class_of(&self, subject: &Subject) -> Option<Class> {
        let kind = self.kind(subject.kind())?;
        Some(match subject {
            Subject::Object(_) => self.objects_of(kind),
            Subject::Wildcard(_) => self.everybody_of(kind),
            Subject::Userset(_, relation) => self.holders_of(self.pair(kind, relation)?),
        })
    }
}

/// A class, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClassOf {
    Objects(Kind),
    Everybody(Kind),
    Holders(Pair),
}
