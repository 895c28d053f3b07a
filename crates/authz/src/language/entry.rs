//! Relations that nobody can ever hold, because no tuple could begin a chain to them.

use std::collections::HashMap;

use super::ast::{Document, Form, Rewrite, Type};
use super::check::relation;
use super::{Fault, LanguageError};

/// Steps after which a relation is taken to be possible. Real models need a few for each relation.
const MOST: u32 = 200_000;

/// Length of a way after which the same holds; bounds the stack.
const LONGEST: u32 = 1_000;

/// A relation on the way to the present one.
#[derive(Clone, Copy)]
struct Way<'a> {
    kind: &'a str,
    relation: &'a str,
    before: Option<&'a Way<'a>>,
    length: u32,
}

impl<'a> Way<'a> {
    fn on(&'a self, kind: &'a str, relation: &'a str) -> Way<'a> {
        Way { kind, relation, before: Some(self), length: self.length + 1 }
    }

    fn passes(&self, kind: &str, relation: &str) -> bool {
        let mut way = Some(self);
        while let Some(at) = way {
            if at.kind == kind && at.relation == relation {
                return true;
            }
            way = at.before;
        }
        false
    }
}

/// Whether a relation can be held at all; if not, whether because it refers to itself on the same
/// object.
struct Entry {
    possible: bool,
    circle: bool,
}

const POSSIBLE: Entry = Entry { possible: true, circle: false };
const IMPOSSIBLE: Entry = Entry { possible: false, circle: false };

/// Every relation nobody can hold.
pub(super) fn impossible(document: &Document, types: &HashMap<&str, &Type>) -> Vec<LanguageError> {
    let mut found = Vec::new();
    for kind in &document.types {
        for own in &kind.relations {
            let mut search = Search { types, steps: 0 };
            let way =
                Way { kind: &kind.name.text, relation: &own.name.text, before: None, length: 0 };
            let entry = search.entry(kind, &own.rewrite, &way);
            if entry.possible {
                continue;
            }
            let why = if entry.circle { "potential loop" } else { "no entrypoint" };
            let (name, kind) = (&own.name.text, &kind.name.text);
            found.push(LanguageError {
                message: format!("`{name}` is an impossible relation for `{kind}` ({why})."),
                span: own.name.span,
                fault: Fault::RelationNoEntryPoint,
            });
        }
    }
    found
}

struct Search<'s> {
    types: &'s HashMap<&'s str, &'s Type>,
    steps: u32,
}

impl Search<'_> {
    fn entry(&mut self, kind: &Type, rewrite: &Rewrite, way: &Way<'_>) -> Entry {
        self.steps += 1;
        if self.steps > MOST || way.length > LONGEST {
            return POSSIBLE;
        }
        match rewrite {
            Rewrite::Direct => self.direct(kind, way),
            Rewrite::Computed(name) => {
                let Some(other) = relation(kind, &name.text) else { return IMPOSSIBLE };
                if way.passes(&kind.name.text, &name.text) {
                    return Entry { possible: false, circle: true };
                }
                let next = way.on(&kind.name.text, &name.text);
                self.entry(kind, &other.rewrite, &next)
            }
            Rewrite::From { relation: name, tupleset, .. } => {
                let Some(row) = relation(kind, &tupleset.text) else { return IMPOSSIBLE };
                for parent in &row.direct {
                    if self.of_other(&parent.kind.text, &name.text, way) {
                        return POSSIBLE;
                    }
                }
                IMPOSSIBLE
            }
            Rewrite::Any(parts) => {
                let mut circle = false;
                for part in parts {
                    let entry = self.entry(kind, part, way);
                    if entry.possible {
                        return POSSIBLE;
                    }
                    circle |= entry.circle;
                }
                Entry { possible: false, circle }
            }
            Rewrite::All(parts) => {
                for part in parts {
                    let entry = self.entry(kind, part, way);
                    if !entry.possible {
                        return entry;
                    }
                }
                POSSIBLE
            }
            Rewrite::Except(base, subtracted) => {
                let entry = self.entry(kind, base, way);
                if entry.possible { self.entry(kind, subtracted, way) } else { entry }
            }
        }
    }

    fn direct(&mut self, kind: &Type, way: &Way<'_>) -> Entry {
        let Some(own) = relation(kind, way.relation) else { return IMPOSSIBLE };
        for entry in &own.direct {
            let Form::Userset(holders) = &entry.form else { return POSSIBLE };
            if self.of_other(&entry.kind.text, &holders.text, way) {
                return POSSIBLE;
            }
        }
        IMPOSSIBLE
    }

    /// Whether the relation of another object can be held without coming back here.
    fn of_other(&mut self, kind: &str, name: &str, way: &Way<'_>) -> bool {
        let Some(other) = self.types.get(kind).copied() else { return false };
        let Some(own) = relation(other, name) else { return false };
        if way.passes(kind, name) {
            return false;
        }
        let next = way.on(&other.name.text, &own.name.text);
        self.entry(other, &own.rewrite, &next).possible
    }
}
