//! Choosing a way by looking as far ahead as needed: first without regard to who called the rule,
//! then with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::token::{Kind, Token};
use super::{Edge, Network, Role, StateId};

/// Most situations that are followed at once.
const MOST: usize = 20_000;

/// Why no way is chosen.
pub(super) enum Dead {
    /// At this token no way goes on.
    At(usize),
    /// Too many ways at once.
    Crowded,
}

/// A stack of states to come back to: 0 is the empty one.
type Stack = usize;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Situation {
    state: StateId,
    way: usize,
    stack: Stack,
    /// Has left the rule in which the choice stands.
    outside: bool,
}

#[derive(Default)]
struct Stacks {
    cells: Vec<(StateId, Stack)>,
    known: HashMap<(StateId, Stack), Stack>,
}

impl Stacks {
    fn push(&mut self, back: StateId, below: Stack) -> Stack {
        let cells = &mut self.cells;
        *self.known.entry((back, below)).or_insert_with(|| {
            cells.push((back, below));
            cells.len()
        })
    }

    fn pop(&self, stack: Stack) -> Option<(StateId, Stack)> {
        self.cells.get(stack.checked_sub(1)?).copied()
    }
}

/// The way to take at a choice, counted from 1. `callers` are the states the present rules go back
/// to, outermost first.
pub(super) fn predict(
    network: &Network,
    tokens: &[Token<'_>],
    start: usize,
    choice: StateId,
    callers: &[StateId],
) -> Result<usize, Dead> {
    let mut prediction = Prediction { network, stacks: Stacks::default(), full: false };
    match prediction.run(tokens, start, choice, 0)? {
        Some(way) => Ok(way),
        None => {
            prediction.full = true;
            let mut stack = 0;
            for back in callers {
                stack = prediction.stacks.push(*back, stack);
            }
            let way = prediction.run(tokens, start, choice, stack)?;
            Ok(way.unwrap_or(1))
        }
    }
}

struct Prediction<'a> {
    network: &'a Network,
    stacks: Stacks,
    /// With regard to the callers.
    full: bool,
}

impl Prediction<'_> {
    /// `None`: the ways cannot be told apart without the callers.
    fn run(
        &mut self,
        tokens: &[Token<'_>],
        start: usize,
        choice: StateId,
        stack: Stack,
    ) -> Result<Option<usize>, Dead> {
        let mut now = BTreeSet::new();
        let ways = self.network.states[choice].edges.clone();
        for (number, edge) in ways.into_iter().enumerate() {
            if let Edge::Free(state) = edge {
                let first = Situation { state, way: number + 1, stack, outside: false };
                self.close(first, false, &mut now)?;
            }
        }
        let mut at = start;
        loop {
            let kind = tokens[at].kind;
            let reached = self.step(&now, kind)?;
            if reached.is_empty() {
                return self.finished(&now).map(Some).ok_or(Dead::At(at));
            }
            let first = reached.iter().next().map_or(1, |situation| situation.way);
            if reached.iter().all(|situation| situation.way == first) {
                return Ok(Some(first));
            }
            if self.full {
                if let Some(way) = self.single(&reached) {
                    return Ok(Some(way));
                }
            } else if self.conflict(&reached) {
                return Ok(None);
            }
            now = reached;
            at = (at + 1).min(tokens.len() - 1);
        }
    }

    /// The first way that has left the rule of the choice without a fault.
    fn finished(&self, now: &BTreeSet<Situation>) -> Option<usize> {
        let done = |situation: &&Situation| {
            let stop = self.network.states[situation.state].role == Role::Stop;
            situation.outside || (stop && situation.stack == 0)
        };
        now.iter().filter(done).map(|situation| situation.way).min()
    }

    fn step(&mut self, now: &BTreeSet<Situation>, kind: Kind) -> Result<BTreeSet<Situation>, Dead> {
        let mut reached = BTreeSet::new();
        for situation in now {
            let state = &self.network.states[situation.state];
            if state.role == Role::Stop {
                if kind == Kind::End {
                    reached.insert(*situation);
                }
                continue;
            }
            for edge in &state.edges {
                if let Edge::On(kinds, to) = edge
                    && kinds.contains(kind)
                {
                    let next = Situation { state: *to, ..*situation };
                    self.close(next, kind == Kind::End, &mut reached)?;
                }
            }
        }
        if kind == Kind::End {
            let network = self.network;
            let stopped = |at: &Situation| network.states[at.state].role == Role::Stop;
            reached.retain(stopped);
        }
        Ok(reached)
    }

    /// Follows everything that needs no token.
    fn close(
        &mut self,
        first: Situation,
        at_end: bool,
        found: &mut BTreeSet<Situation>,
    ) -> Result<(), Dead> {
        let network = self.network;
        let mut open = vec![first];
        let mut seen = BTreeSet::new();
        while let Some(situation) = open.pop() {
            if !seen.insert(situation) {
                continue;
            }
            if seen.len() + found.len() > MOST {
                return Err(Dead::Crowded);
            }
            let state = &network.states[situation.state];
            if state.role == Role::Stop {
                match self.stacks.pop(situation.stack) {
                    Some((back, stack)) => {
                        open.push(Situation { state: back, stack, ..situation });
                    }
                    None if self.full || network.returns[state.rule].is_empty() => {
                        found.insert(situation);
                    }
                    None => open.extend(network.returns[state.rule].iter().map(|back| Situation {
                        state: *back,
                        outside: true,
                        ..situation
                    })),
                }
                continue;
            }
            let mut waits = false;
            for edge in &state.edges {
                match edge {
                    Edge::Free(to) => open.push(Situation { state: *to, ..situation }),
                    Edge::On(kinds, to) => {
                        waits = true;
                        if at_end && kinds.contains(Kind::End) {
                            open.push(Situation { state: *to, ..situation });
                        }
                    }
                    Edge::Call { rule, back } => {
                        let stack = self.stacks.push(*back, situation.stack);
                        let state = network.rules[*rule].start;
                        open.push(Situation { state, stack, ..situation });
                    }
                }
            }
            if waits {
                found.insert(situation);
            }
        }
        Ok(())
    }

    /// The ways that share a state and its stacks; an empty stack stands for any.
    fn shared(&self, situations: &BTreeSet<Situation>) -> Vec<BTreeSet<usize>> {
        let mut stacks: BTreeMap<(StateId, usize), BTreeSet<Stack>> = BTreeMap::new();
        for situation in situations {
            stacks.entry((situation.state, situation.way)).or_default().insert(situation.stack);
        }
        let mut ways: BTreeMap<(StateId, BTreeSet<Stack>), BTreeSet<usize>> = BTreeMap::new();
        for ((state, way), mut stacks) in stacks {
            if !self.full && stacks.contains(&0) {
                stacks = BTreeSet::from([0]);
            }
            ways.entry((state, stacks)).or_default().insert(way);
        }
        ways.into_values().collect()
    }

    /// Whether looking further could not tell the ways apart.
    fn conflict(&self, situations: &BTreeSet<Situation>) -> bool {
        let stop = |situation: &Situation| self.network.states[situation.state].role == Role::Stop;
        if situations.iter().all(stop) {
            return true;
        }
        let mut by_state: BTreeMap<StateId, BTreeSet<usize>> = BTreeMap::new();
        for situation in situations {
            by_state.entry(situation.state).or_default().insert(situation.way);
        }
        let alone = by_state.values().any(|ways| ways.len() == 1);
        !alone && self.shared(situations).iter().any(|ways| ways.len() > 1)
    }

    /// The one way that is first wherever ways share a situation.
    fn single(&self, situations: &BTreeSet<Situation>) -> Option<usize> {
        let shared = self.shared(situations);
        let mut firsts = shared.iter().filter_map(|ways| ways.first().copied());
        let first = firsts.next()?;
        firsts.all(|other| other == first).then_some(first)
    }
}
