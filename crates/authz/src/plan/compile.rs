//! From the tree of a model to its plan.

use rustc_hash::FxHashMap;

use super::{Class, Hop, Kind, KindPlan, Operation, Pair, PairPlan, PairSet, Parent, Plan, Union};
use crate::language::LanguageError;
use crate::language::ast::{Document, Form, Name, Relation, Restriction, Rewrite};

/// Most types and most relations of one model, so that classes fit into 16 bits.
const MOST: usize = 10_000;
/// Most relations of one type; bounds the stack.
const MOST_OF_TYPE: usize = 1_000;

impl Plan {
    /// Compiles a document whose references have been checked.
    pub(crate) fn compile(document: &Document) -> Result<Self, LanguageError> {
        let mut plan = numbered(document)?;
        let sources: Vec<&Relation> =
            document.types.iter().flat_map(|kind| &kind.relations).collect();
        for (pair, relation) in sources.iter().enumerate() {
            plan.pairs[pair].admits =
                relation.direct.iter().map(|entry| admitted(&plan, entry)).collect();
        }
        let flattening = Flattening { plan: &plan, sources: &sources };
        let unions: Vec<Union> =
            (0..sources.len()).map(|pair| flattening.pair(pair as Pair)).collect();
        for (pair, union) in unions.into_iter().enumerate() {
            plan.pairs[pair].union = union;
        }
        plan.close();
        plan.link();
        plan.part();
        let classes = 2 * plan.kinds.len() + plan.pairs.len();
        plan.named_in = vec![Vec::new(); classes];
        for (row, pair) in plan.pairs.iter().enumerate() {
            for (class, _) in &pair.admits {
                let rows = &mut plan.named_in[usize::from(*class)];
                if rows.last() != Some(&(row as Pair)) {
                    rows.push(row as Pair);
                }
            }
        }
        Ok(plan)
    }

    /// Finds what each relation depends on, and which relations are mere unions all the way down.
    fn close(&mut self) {
        let count = self.pairs.len();
        let mut next: Vec<Vec<Pair>> = Vec::with_capacity(count);
        for plan in &self.pairs {
            let mut targets = Vec::new();
            plan.union.each(&mut |union| {
                targets.extend(union.includes.iter().chain(&union.direct).chain(&union.nested));
                targets.extend(union.hops.iter().map(|hop| hop.target));
            });
            next.push(targets);
        }
        for pair in 0..count {
            let mut reached = PairSet::default();
            let mut open = vec![pair as Pair];
            reached.insert(pair as Pair);
            let mut pure = true;
            while let Some(at) = open.pop() {
                let union = &self.pairs[usize::from(at)].union;
                pure &= union.operations.is_empty() && union.nested.is_empty();
                open.extend(next[usize::from(at)].iter().filter(|to| reached.insert(**to)));
            }
            self.pairs[pair].reaches = reached;
            self.pairs[pair].pure = pure;
        }
    }

    /// Sets the hops apart that lead to mere unions.
    fn part(&mut self) {
        let pure: Vec<bool> = self.pairs.iter().map(|pair| pair.pure).collect();
        let reaches: Vec<PairSet> = self.pairs.iter().map(|pair| pair.reaches.clone()).collect();
        for pair in &mut self.pairs {
            pair.union.part(&pure, &reaches);
        }
    }

    /// Turns every edge round.
    fn link(&mut self) {
        for owner in 0..self.pairs.len() as Pair {
            let union = self.pairs[usize::from(owner)].union.clone();
            self.link_union(owner, &union, true);
            union.each_operand(&mut |operand| self.link_union(owner, operand, false));
        }
    }

    fn link_union(&mut self, owner: Pair, union: &Union, certain: bool) {
        for row in &union.direct {
            note(&mut self.pairs[usize::from(*row)].owners, owner, certain);
        }
        for included in union.includes.iter().filter(|pair| **pair != owner) {
            note(&mut self.pairs[usize::from(*included)].includers, owner, certain);
        }
        for nested in &union.nested {
            note(&mut self.pairs[usize::from(*nested)].includers, owner, certain);
            note(&mut self.pairs[usize::from(*nested)].nested_in, owner, certain);
        }
        for hop in &union.hops {
            let known = &mut self.pairs[usize::from(hop.target)].parents;
            let parent = Parent { row: hop.row, class: hop.class, owner, certain };
            let same = |other: &&mut Parent| {
                (other.row, other.class, other.owner) == (hop.row, hop.class, owner)
            };
            match known.iter_mut().find(same) {
                Some(other) => other.certain |= certain,
                None => known.push(parent),
            }
        }
    }
}

fn note(list: &mut Vec<(Pair, bool)>, pair: Pair, certain: bool) {
    match list.iter_mut().find(|(other, _)| *other == pair) {
        Some((_, known)) => *known |= certain,
        None => list.push((pair, certain)),
    }
}

impl Union {
    fn part(&mut self, pure: &[bool], reaches: &[PairSet]) {
        let (hops, mixed) = std::mem::take(&mut self.hops)
            .into_iter()
            .partition(|hop| pure[usize::from(hop.target)]);
        (self.hops, self.mixed) = (hops, mixed);
        for hop in &self.hops {
            self.below.extend(&reaches[usize::from(hop.target)]);
        }
        for operation in &mut self.operations {
            match operation {
                Operation::All(operands) => {
                    operands.iter_mut().for_each(|operand| operand.part(pure, reaches));
                }
                Operation::Except(base, subtracted) => {
                    base.part(pure, reaches);
                    subtracted.part(pure, reaches);
                }
            }
        }
    }

    /// Visits this union and all those inside its operations.
    pub(crate) fn each(&self, visit: &mut impl FnMut(&Union)) {
        visit(self);
        self.each_operand(visit);
    }

    /// Visits the unions inside the operations.
    pub(crate) fn each_operand(&self, visit: &mut impl FnMut(&Union)) {
        // A trait object keeps the recursion from growing the type.
        fn inner(union: &Union, visit: &mut dyn FnMut(&Union)) {
            for operation in &union.operations {
                let operands = match operation {
                    Operation::All(operands) => operands.iter().collect::<Vec<_>>(),
                    Operation::Except(base, subtracted) => vec![&**base, &**subtracted],
                };
                for operand in operands {
                    visit(operand);
                    inner(operand, visit);
                }
            }
        }
        inner(self, visit);
    }
}

fn numbered(document: &Document) -> Result<Plan, LanguageError> {
    let relations: usize = document.types.iter().map(|kind| kind.relations.len()).sum();
    if relations > MOST || document.types.len() > MOST {
        let message = format!("a model holds at most {MOST} types and {MOST} relations");
        return Err(LanguageError::syntax(message, crate::language::Span::default()));
    }
    if let Some(kind) = document.types.iter().find(|kind| kind.relations.len() > MOST_OF_TYPE) {
        let message = format!("a type holds at most {MOST_OF_TYPE} relations");
        return Err(LanguageError::syntax(message, kind.name.span));
    }
    let mut plan = Plan::default();
    for (kind, source) in document.types.iter().enumerate() {
        let mut by_name = FxHashMap::default();
        let mut pairs = Vec::new();
        for relation in &source.relations {
            let pair = plan.pairs.len() as Pair;
            by_name.insert(relation.name.text.clone(), pair);
            pairs.push(pair);
            plan.pairs.push(PairPlan {
                name: relation.name.text.clone(),
                kind: kind as Kind,
                admits: Vec::new(),
                union: Union::default(),
                pure: false,
                reaches: PairSet::default(),
                parents: Vec::new(),
                owners: Vec::new(),
                includers: Vec::new(),
                nested_in: Vec::new(),
            });
        }
        plan.by_name.insert(source.name.text.clone(), kind as Kind);
        plan.kinds.push(KindPlan { name: source.name.text.clone(), by_name, pairs });
    }
    Ok(plan)
}

fn admitted(plan: &Plan, entry: &Restriction) -> (Class, Option<smol_str::SmolStr>) {
    let kind = plan.kind(&entry.kind.text).unwrap_or_default();
    let class = match &entry.form {
        Form::Object => plan.objects_of(kind),
        Form::Wildcard => plan.everybody_of(kind),
        Form::Userset(relation) => {
            plan.holders_of(plan.pair(kind, &relation.text).unwrap_or_default())
        }
    };
    (class, entry.condition.as_ref().map(|condition| condition.text.clone()))
}

struct Flattening<'a> {
    plan: &'a Plan,
    sources: &'a [&'a Relation],
}

impl Flattening<'_> {
    fn pair(&self, pair: Pair) -> Union {
        let mut union = Union { includes: vec![pair], ..Union::default() };
        self.add(&mut union, pair, &self.sources[usize::from(pair)].rewrite);
        union
    }

    fn operand(&self, pair: Pair, rewrite: &Rewrite) -> Union {
        let mut union = Union::default();
        self.add(&mut union, pair, rewrite);
        union
    }

    /// Adds one way of holding relation `pair` to the union.
    fn add(&self, union: &mut Union, pair: Pair, rewrite: &Rewrite) {
        match rewrite {
            Rewrite::Direct => self.add_direct(union, pair),
            Rewrite::Computed(name) => self.add_computed(union, pair, name),
            Rewrite::From { relation, tupleset, .. } => {
                self.add_from(union, pair, relation, tupleset);
            }
            Rewrite::Any(operands) => {
                operands.iter().for_each(|operand| self.add(union, pair, operand));
            }
            Rewrite::All(operands) => {
                let operands = operands.iter().map(|operand| self.operand(pair, operand));
                union.operations.push(Operation::All(operands.collect()));
            }
            Rewrite::Except(base, subtracted) => union.operations.push(Operation::Except(
                Box::new(self.operand(pair, base)),
                Box::new(self.operand(pair, subtracted)),
            )),
        }
    }

    fn add_direct(&self, union: &mut Union, pair: Pair) {
        if union.direct.contains(&pair) {
            return;
        }
        union.direct.push(pair);
        for (class, _) in &self.plan.at(pair).admits {
            if let super::ClassOf::Holders(target) = self.plan.class(*class) {
                union.add_hop(Hop { row: pair, class: *class, target, from: false, by: pair });
            }
        }
    }

    fn add_computed(&self, union: &mut Union, pair: Pair, name: &Name) {
        let kind = self.plan.at(pair).kind;
        let Some(other) = self.plan.pair(kind, &name.text) else { return };
        if union.includes.contains(&other) || union.nested.contains(&other) {
            return;
        }
        let source = &self.sources[usize::from(other)].rewrite;
        if is_union(source) {
            union.includes.push(other);
            self.add(union, other, source);
        } else {
            union.nested.push(other);
        }
    }

    fn add_from(&self, union: &mut Union, pair: Pair, relation: &Name, tupleset: &Name) {
        let kind = self.plan.at(pair).kind;
        let Some(row) = self.plan.pair(kind, &tupleset.text) else { return };
        for (class, _) in &self.plan.at(row).admits {
            if let super::ClassOf::Objects(parent) = self.plan.class(*class)
                && let Some(target) = self.plan.pair(parent, &relation.text)
            {
                union.add_hop(Hop { row, class: *class, target, from: true, by: pair });
            }
        }
    }
}

impl Union {
    fn add_hop(&mut self, hop: Hop) {
        let same = |other: &Hop| Hop { by: hop.by, ..*other } == hop;
        if !self.hops.iter().any(same) {
            self.hops.push(hop);
        }
    }
}

/// Whether the rewrite holds no intersection or exclusion at this relation itself.
fn is_union(rewrite: &Rewrite) -> bool {
    match rewrite {
        Rewrite::Direct | Rewrite::Computed(_) | Rewrite::From { .. } => true,
        Rewrite::Any(operands) => operands.iter().all(is_union),
        Rewrite::All(_) | Rewrite::Except(..) => false,
    }
}
