//! Search through mere unions: from the object down and from the asker up at once, until they meet.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::{Evaluation, Truth};
use crate::error::EvaluationError;
use crate::index::{Edge, ObjectId};
use crate::plan::{Class, Hop, Pair, Union};

/// Edges a side looks at in its first turn; doubled with each turn.
const FIRST_TURN: u32 = 4;
/// Most edges of one turn.
const LONGEST_TURN: u32 = 4_096;

/// An object and a relation, and over how many hops it was found.
#[derive(Clone, Copy)]
struct Node {
    object: ObjectId,
    /// The relation, or where `class` is given, the relation whose tuples name the subject
    /// `object`.
    pair: Pair,
    class: Option<Class>,
    hops: u32,
}

/// One direction of the search.
#[derive(Default)]
struct Side {
    queue: Vec<Node>,
    head: usize,
    /// Where in the edges of the first node in the queue to go on.
    edge_list: usize,
    from: ObjectId,
    seen: FxHashMap<u64, u32>,
    /// Something was left out because it lies too deep.
    cut: bool,
}

#[derive(Default)]
struct Scratch {
    down: Side,
    up: Side,
}

thread_local! {
    static POOL: RefCell<Vec<Scratch>> = const { RefCell::new(Vec::new()) };
}

impl Evaluation<'_> {
    /// Whether the asker is named by the union's tuples or reached through its pure hops.
    pub(super) fn reach(&self, object: ObjectId, union: &Union, depth: u32) -> Truth {
        if depth >= self.limits.depth {
            return self.too_deep();
        }
        let named = self.named(object, &union.direct);
        if named.is_true() || union.hops.is_empty() {
            return named;
        }
        let mut scratch = POOL.with_borrow_mut(Vec::pop).unwrap_or_default();
        let mut search = Search {
            evaluation: self,
            object,
            union,
            left: self.limits.depth - depth,
            lenient: false,
            error: None,
        };
        let mut found = search.run(&mut scratch);
        if matches!(found, Truth::False)
            && let Some(error) = search.error.take()
        {
            // Would the answer be different if the tuples counted whose conditions failed?
            search.lenient = true;
            found = match search.run(&mut scratch) {
                Truth::True => Truth::Unsure(Box::new(error)),
                other => other,
            };
        }
        scratch.shrink();
        POOL.with_borrow_mut(|pool| pool.push(scratch));
        named.or(found)
    }
}

/// One run of the search.
struct Search<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    object: ObjectId,
    union: &'e Union,
    /// Fewer hops than this are allowed.
    left: u32,
    /// Tuples whose conditions end in an error count.
    lenient: bool,
    error: Option<EvaluationError>,
}

/// How a turn ended.
enum Turn {
    Found,
    Going,
    Done,
}

impl Search<'_, '_> {
    fn run(&mut self, scratch: &mut Scratch) -> Truth {
        let Scratch { down, up } = scratch;
        down.clear();
        up.clear();
        down.queue.push(Node { object: self.object, pair: 0, class: None, hops: 0 });
        match self.start_up(up, down) {
            Ok(true) => return Truth::True,
            Ok(false) => {}
            Err(error) => return Truth::Unsure(Box::new(error)),
        }
        let mut turn = FIRST_TURN;
        let (mut down_done, mut up_done) = (false, false);
        while !(down_done && up_done) {
            for going_up in [false, true] {
                let done = if going_up { &mut up_done } else { &mut down_done };
                if *done {
                    continue;
                }
                let step =
                    if going_up { self.up(up, down, turn) } else { self.down(down, up, turn) };
                match step {
                    Ok(Turn::Found) => return Truth::True,
                    Ok(Turn::Going) => {}
                    Ok(Turn::Done) => *done = true,
                    Err(error) => return Truth::Unsure(Box::new(error)),
                }
            }
            // A side that saw everything, and nothing too deep, is proof enough.
            if (down_done && !down.cut) || (up_done && !up.cut) {
                return Truth::False;
            }
            turn = (turn * 2).min(LONGEST_TURN);
        }
        self.evaluation.too_deep()
    }

    /// Whether an edge counts; an error counts as `lenient` says and is remembered.
    #[inline]
    fn counts(&mut self, edge: Edge, conditional: bool) -> bool {
        if !conditional {
            return true;
        }
        self.evaluation.counts(edge, true).unwrap_or_else(|error| {
            self.error = Some(error);
            self.lenient
        })
    }

    fn down(
        &mut self,
        side: &mut Side,
        other: &mut Side,
        turn: u32,
    ) -> Result<Turn, EvaluationError> {
        let mut budget = turn;
        while let Some(node) = side.queue.get(side.head).copied() {
            let start = side.head == 0;
            let plan = self.evaluation.plan;
            let union = self.union;
            let hops = if start { &union.hops } else { &plan.at(node.pair).union.hops };
            while let Some(hop) = hops.get(side.edge_list).copied() {
                let edges =
                    self.evaluation.index.subjects(node.object, hop.row, hop.class, side.from);
                for (next, conditional) in edges {
                    if budget == 0 {
                        side.from = next;
                        return Ok(Turn::Going);
                    }
                    budget -= 1;
                    self.evaluation.spend()?;
                    let edge =
                        Edge { object: node.object, row: hop.row, class: hop.class, subject: next };
                    if self.counts(edge, conditional)
                        && self.found_down(next, hop, node.hops + 1, side, other)
                    {
                        return Ok(Turn::Found);
                    }
                }
                side.from = 0;
                side.edge_list += 1;
            }
            side.edge_list = 0;
            side.head += 1;
        }
        Ok(Turn::Done)
    }

    /// Takes in a node from above; true where the asker holds it.
    fn found_down(
        &mut self,
        object: ObjectId,
        hop: Hop,
        hops: u32,
        side: &mut Side,
        other: &mut Side,
    ) -> bool {
        if hops >= self.left {
            side.cut = true;
            return false;
        }
        let key = key(object, hop.target);
        if side.seen.contains_key(&key) {
            return false;
        }
        side.seen.insert(key, hops);
        let union = &self.evaluation.plan.at(hop.target).union;
        if self.evaluation.is_asker(object, &union.includes) {
            return true;
        }
        match self.evaluation.named(object, &union.direct) {
            Truth::True => return true,
            Truth::Unsure(error) => {
                self.error = Some(*error);
                if self.lenient {
                    return true;
                }
            }
            _ => {}
        }
        if let Some(up) = other.seen.get(&key) {
            if hops + up < self.left {
                return true;
            }
            side.cut = true;
        }
        side.queue.push(Node { object, pair: hop.target, class: None, hops });
        false
    }

    /// Notes where the asker is named, to be looked at in turns.
    fn start_up(&mut self, side: &mut Side, other: &mut Side) -> Result<bool, EvaluationError> {
        let asker = self.evaluation.asker;
        let named = [Some((asker.class, asker.id)), self.evaluation.everybody()];
        for (class, object) in named.into_iter().flatten() {
            for row in self.evaluation.plan.named_in(class) {
                if self.union.below.contains(*row) {
                    side.queue.push(Node { object, pair: *row, class: Some(class), hops: 0 });
                }
            }
        }
        let Some(pair) = asker.holders else { return Ok(false) };
        if self.found_up(asker.id, pair, 0, side, other) {
            return Ok(true);
        }
        for (owner, certain) in &self.evaluation.plan.at(pair).includers {
            if *certain && self.found_up(asker.id, *owner, 0, side, other) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn up(
        &mut self,
        side: &mut Side,
        other: &mut Side,
        turn: u32,
    ) -> Result<Turn, EvaluationError> {
        let mut budget = turn;
        while let Some(node) = side.queue.get(side.head).copied() {
            let plan = self.evaluation.plan;
            let parents = if node.class.is_some() { 1 } else { plan.at(node.pair).parents.len() };
            while side.edge_list < parents {
                let (class, row) = match node.class {
                    Some(class) => (class, node.pair),
                    None => {
                        let parent = plan.at(node.pair).parents[side.edge_list];
                        if !parent.certain || !self.union.below.contains(parent.owner) {
                            side.edge_list += 1;
                            continue;
                        }
                        (parent.class, parent.row)
                    }
                };
                for (next, conditional) in
                    self.evaluation.index.objects(node.object, class, row, side.from)
                {
                    if budget == 0 {
                        side.from = next;
                        return Ok(Turn::Going);
                    }
                    budget -= 1;
                    self.evaluation.spend()?;
                    let edge = Edge { object: next, row, class, subject: node.object };
                    if !self.counts(edge, conditional) {
                        continue;
                    }
                    let found = match node.class {
                        None => {
                            let owner = plan.at(node.pair).parents[side.edge_list].owner;
                            self.found_up(next, owner, node.hops + 1, side, other)
                        }
                        Some(_) => plan.at(row).owners.iter().any(|(owner, certain)| {
                            *certain && self.found_up(next, *owner, 0, side, other)
                        }),
                    };
                    if found {
                        return Ok(Turn::Found);
                    }
                }
                side.from = 0;
                side.edge_list += 1;
            }
            side.edge_list = 0;
            side.head += 1;
        }
        Ok(Turn::Done)
    }

    /// Takes in a node the asker holds; true where it is one that the union leads to.
    fn found_up(
        &mut self,
        object: ObjectId,
        pair: Pair,
        hops: u32,
        side: &mut Side,
        other: &mut Side,
    ) -> bool {
        if !self.union.below.contains(pair) {
            return false;
        }
        // One hop more leads from the union to this node.
        if hops + 1 >= self.left {
            side.cut = true;
            return false;
        }
        let key = key(object, pair);
        if side.seen.contains_key(&key) {
            return false;
        }
        side.seen.insert(key, hops);
        for hop in self.union.hops.iter().filter(|hop| hop.target == pair) {
            let edge =
                Edge { object: self.object, row: hop.row, class: hop.class, subject: object };
            if let Some(conditional) = self.evaluation.index.find(edge)
                && self.counts(edge, conditional)
            {
                return true;
            }
        }
        if let Some(down) = other.seen.get(&key) {
            if hops + down < self.left {
                return true;
            }
            side.cut = true;
        }
        side.queue.push(Node { object, pair, class: None, hops });
        false
    }
}

impl Side {
    fn clear(&mut self) {
        self.queue.clear();
        self.seen.clear();
        (self.head, self.edge_list, self.from, self.cut) = (0, 0, 0, false);
    }
}

impl Scratch {
    /// Gives back the memory of an unusually large search, which would make each later one slow to
    /// clear.
    fn shrink(&mut self) {
        for side in [&mut self.down, &mut self.up] {
            if side.seen.capacity() > 1 << 12 {
                *side = Side::default();
            }
        }
    }
}

#[inline]
fn key(object: ObjectId, pair: Pair) -> u64 {
    (u64::from(object) << 16) | u64::from(pair)
}
