//! Random worlds: models, relationships, subjects, all from one seed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use guildhall_authz::{Model, Object, Subject, Tuple, TupleCondition};

use crate::naive::{Relations, Rewrite};

/// A small generator with the same sequence everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.roll(items.len())]
    }
}

/// One entry of `[…]`: what it admits, and under which condition.
type Entry = (Admitted, Option<String>);

/// What `[…]` admits.
#[derive(Clone)]
enum Admitted {
    Object(String),
    Everybody(String),
    Holders(String, String),
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) text: String,
    pub(crate) model: Model,
    pub(crate) relations: Relations,
    pub(crate) tuples: Vec<Tuple>,
    pub(crate) objects: BTreeSet<Object>,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) parameters: BTreeMap<String, i64>,
}

const KINDS: [&str; 3] = ["group", "folder", "doc"];

/// A world from a seed; `None` where the model turned out to be impossible.
pub(crate) fn world(seed: u64) -> Option<World> {
    let dice = &mut Dice::new(seed);
    let conditions = dice.roll(3) == 0;
    let mut builder = Builder {
        dice,
        relations: Relations::new(),
        admitted: BTreeMap::new(),
        exclusions: 0,
        conditions,
    };
    let text = builder.model();
    let model = Model::parse(&text).ok()?;
    let tuples = builder.tuples();
    let (relations, dice) = (builder.relations, builder.dice);
    let mut objects: BTreeSet<Object> = BTreeSet::new();
    for kind in ["user", "group", "folder", "doc"] {
        objects.extend((0..3).map(|id| Object::new(kind, format!("{kind}{id}"))));
    }
    let mut subjects: Vec<Subject> =
        (0..4).map(|id| Object::new("user", format!("user{id}")).into()).collect();
    subjects.push(Subject::Wildcard("user".into()));
    for _ in 0..3 {
        let ((kind, name), _) = relations.iter().nth(dice.roll(relations.len()))?;
        let object = Object::new(kind.as_str(), format!("{kind}{}", dice.roll(4)));
        subjects.push(Subject::userset(object, name.as_str()));
    }
    subjects.push(Object::new("group", "group0").into());
    let mut parameters = BTreeMap::new();
    for name in ["less0", "less1"] {
        if dice.roll(3) > 0 {
            parameters.insert(name.to_owned(), dice.roll(10) as i64);
        }
    }
    // Objects of usersets that ask belong to the world as well.
    objects.extend(subjects.iter().filter_map(|subject| match subject {
        Subject::Object(object) | Subject::Userset(object, _) => Some(object.clone()),
        Subject::Wildcard(_) => None,
    }));
    Some(World { text, model, relations, tuples, objects, subjects, parameters })
}

struct Builder<'a> {
    dice: &'a mut Dice,
    relations: Relations,
    admitted: BTreeMap<(String, String), Vec<Entry>>,
    exclusions: usize,
    conditions: bool,
}

impl Builder<'_> {
    fn model(&mut self) -> String {
        let mut text = "model\n  schema 1.1\ntype user\n".to_owned();
        let mut used = BTreeSet::new();
        for kind in KINDS {
            let count = 1 + self.dice.roll(4);
            let _ = writeln!(text, "type {kind}\n  relations");
            let parents = vec![
                (Admitted::Object((*self.dice.pick(&KINDS)).to_owned()), None),
                (Admitted::Object(kind.to_owned()), None),
            ];
            self.define(&mut text, kind, "p", &Rewrite::Direct, &parents, &mut used);
            for at in 0..count {
                let mut admitted = Vec::new();
                let rewrite = self.rewrite(count, 2, true, &mut admitted);
                self.define(&mut text, kind, &format!("r{at}"), &rewrite, &admitted, &mut used);
            }
        }
        for name in used {
            let _ = writeln!(text, "condition {name}({name}_p: int) {{\n  {name}_p < 5\n}}");
        }
        text
    }

    fn define(
        &mut self,
        text: &mut String,
        kind: &str,
        name: &str,
        rewrite: &Rewrite,
        admitted: &[(Admitted, Option<String>)],
        used: &mut BTreeSet<String>,
    ) {
        let mut unique: Vec<(String, (Admitted, Option<String>))> = Vec::new();
        for entry in admitted {
            let shown = match &entry.0 {
                Admitted::Object(kind) => kind.clone(),
                Admitted::Everybody(kind) => format!("{kind}:*"),
                Admitted::Holders(kind, relation) => format!("{kind}#{relation}"),
            };
            let shown = match &entry.1 {
                None => shown,
                Some(condition) => format!("{shown} with {condition}"),
            };
            if !unique.iter().any(|(other, _)| *other == shown) {
                used.extend(entry.1.clone());
                unique.push((shown, entry.clone()));
            }
        }
        let brackets =
            unique.iter().map(|(shown, _)| shown.as_str()).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "    define {name}: {}", shown(rewrite, &brackets, true));
        let key = (kind.to_owned(), name.to_owned());
        self.admitted.insert(key.clone(), unique.into_iter().map(|(_, entry)| entry).collect());
        self.relations.insert(key, rewrite.clone());
    }

    /// Brackets may only come first.
    fn rewrite(
        &mut self,
        count: usize,
        depth: usize,
        first: bool,
        admitted: &mut Vec<(Admitted, Option<String>)>,
    ) -> Rewrite {
        let simple = depth == 0 || self.dice.roll(3) == 0;
        if !simple {
            let parts = 2 + self.dice.roll(2);
            let head = self.rewrite(count, depth - 1, first, admitted);
            let mut operands = vec![head];
            for _ in 1..parts {
                operands.push(self.rewrite(count, depth - 1, false, admitted));
            }
            return match self.dice.roll(4) {
                0 => Rewrite::All(operands),
                1 => {
                    self.exclusions += 1;
                    operands.truncate(2);
                    let subtracted = operands.pop().unwrap_or(Rewrite::Direct);
                    let base = operands.pop().unwrap_or(Rewrite::Direct);
                    Rewrite::Except(Box::new(base), Box::new(subtracted), self.exclusions)
                }
                _ => Rewrite::Any(operands),
            };
        }
        if first && self.dice.roll(5) > 0 {
            *admitted = self.admit();
            return Rewrite::Direct;
        }
        let name = format!("r{}", self.dice.roll(count));
        if self.dice.roll(2) == 0 {
            Rewrite::From(name, "p".to_owned())
        } else {
            Rewrite::Computed(name)
        }
    }

    fn admit(&mut self) -> Vec<(Admitted, Option<String>)> {
        let mut admitted = Vec::new();
        for _ in 0..1 + self.dice.roll(3) {
            let condition = (self.conditions && self.dice.roll(3) == 0)
                .then(|| format!("less{}", self.dice.roll(2)));
            let entry = match self.dice.roll(6) {
                0 => Admitted::Everybody("user".to_owned()),
                1..=3 => Admitted::Object("user".to_owned()),
                _ => Admitted::Holders((*self.dice.pick(&KINDS)).to_owned(), "r0".to_owned()),
            };
            admitted.push((entry, condition));
        }
        admitted
    }

    fn tuples(&mut self) -> Vec<Tuple> {
        let mut tuples: Vec<Tuple> = Vec::new();
        let rows: Vec<_> =
            self.admitted.iter().filter(|(_, admitted)| !admitted.is_empty()).collect();
        for _ in 0..4 + self.dice.roll(24) {
            let ((kind, relation), admitted) = *self.dice.pick(&rows);
            let object = Object::new(kind.as_str(), format!("{kind}{}", self.dice.roll(3)));
            let (entry, condition) = self.dice.pick(admitted).clone();
            let mut one = |kind: &str| Object::new(kind, format!("{kind}{}", self.dice.roll(3)));
            let subject = match entry {
                Admitted::Object(kind) => one(&kind).into(),
                Admitted::Everybody(kind) => Subject::Wildcard(kind.into()),
                Admitted::Holders(kind, relation) => Subject::userset(one(&kind), relation),
            };
            let mut tuple = Tuple::new(object, relation.as_str(), subject);
            if let Some(name) = condition {
                tuple =
                    tuple.with(TupleCondition { name: name.into(), context: Default::default() });
            }
            if !tuples.iter().any(|other| other.same(&tuple)) {
                tuples.push(tuple);
            }
        }
        tuples
    }
}

fn shown(rewrite: &Rewrite, brackets: &str, top: bool) -> String {
    let join = |parts: &[Rewrite], word: &str| {
        let parts: Vec<String> = parts.iter().map(|part| shown(part, brackets, false)).collect();
        let joined = parts.join(word);
        if top { joined } else { format!("({joined})") }
    };
    match rewrite {
        Rewrite::Direct => format!("[{brackets}]"),
        Rewrite::Computed(name) => name.clone(),
        Rewrite::From(name, tupleset) => format!("{name} from {tupleset}"),
        Rewrite::Any(parts) => join(parts, " or "),
        Rewrite::All(parts) => join(parts, " and "),
        Rewrite::Except(base, subtracted, _) => {
            join(&[(**base).clone(), (**subtracted).clone()], " but not ")
        }
    }
}
