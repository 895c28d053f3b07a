//! The grammar of the language as data: rules, and the network of states they unfold to.

mod predict;
mod rules;
mod run;

use std::sync::OnceLock;

use super::LanguageError;
use super::token::{Kind, Token};
use rules::{MAIN, rules};

/// Every fault of the text, found with the usual repairs: a token too much, a token too few, a skip
/// ahead.
pub(super) fn faults(tokens: &[Token<'_>]) -> Vec<LanguageError> {
    run::faults(network(), tokens)
}

/// Number of a state.
type StateId = usize;
/// Number of a rule.
type RuleId = usize;

/// A piece of a rule.
enum Part {
    One(Kind),
    /// Any of these.
    OneOf(&'static [Kind]),
    /// Anything but this and the end.
    Not(Kind),
    Rule(RuleId),
    Sequence(Vec<Part>),
    Either(Vec<Part>),
    Optional(Box<Part>),
    Many(Box<Part>),
    Some(Box<Part>),
}

impl Part {
    /// The tokens of a part that is one token.
    fn kinds(&self) -> Option<Kinds> {
        let all = |kinds: &mut dyn Iterator<Item = Kind>| {
            kinds.fold(Kinds::default(), |set, kind| set.with(Kinds::of(kind)))
        };
        match self {
            Part::One(kind) => Some(Kinds::of(*kind)),
            Part::OneOf(kinds) => Some(all(&mut kinds.iter().copied())),
            Part::Not(kind) => {
                let others = |other: &Kind| other != kind && *other != Kind::End;
                Some(all(&mut Kind::ALL.into_iter().filter(others)))
            }
            _ => None,
        }
    }
}

/// A set of token kinds, and whether nothing at all is possible, too.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Kinds(u64);

const NOTHING: u64 = 1 << 63;

impl Kinds {
    fn of(kind: Kind) -> Self {
        Self(1 << (kind as u32))
    }

    fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << (kind as u32)) != 0
    }

    fn nothing(self) -> bool {
        self.0 & NOTHING != 0
    }

    fn without_nothing(self) -> Self {
        Self(self.0 & !NOTHING)
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn disjoint(self, other: Self) -> bool {
        self.0 & other.0 & !NOTHING == 0
    }
}

impl std::fmt::Display for Kinds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let end = self.contains(Kind::End).then_some(Kind::End);
        let others =
            Kind::ALL.into_iter().filter(|kind| *kind != Kind::End && self.contains(*kind));
        let shown: Vec<&str> = end.into_iter().chain(others).map(Kind::shown).collect();
        match shown.as_slice() {
            [one] => f.write_str(one),
            many => write!(f, "{{{}}}", many.join(", ")),
        }
    }
}

/// What leads out of a state.
#[derive(Clone, Copy)]
enum Edge {
    Free(StateId),
    On(Kinds, StateId),
    Call { rule: RuleId, back: StateId },
}

/// What a state is for, as far as repairs care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    /// Before a choice: a wrong token is an error at once.
    Choice,
    /// After a turn of a loop: wrong tokens are skipped.
    Again,
    Stop,
}

struct State {
    role: Role,
    rule: RuleId,
    edges: Vec<Edge>,
}

/// How a rule is walked.
enum Code {
    Match(StateId, Kinds),
    Call(StateId, RuleId),
    /// Exactly one of the ways; `ways` of which the last may be empty.
    Choice {
        at: StateId,
        ways: Vec<Vec<Code>>,
        looks: Option<Vec<Kinds>>,
    },
    Optional {
        at: StateId,
        body: Vec<Code>,
        looks: Option<Vec<Kinds>>,
    },
    Many {
        at: StateId,
        again: StateId,
        body: Vec<Code>,
        looks: Option<Vec<Kinds>>,
    },
    Some {
        at: StateId,
        again: StateId,
        body: Vec<Code>,
        looks: Option<Vec<Kinds>>,
    },
}

struct Rule {
    start: StateId,
    stop: StateId,
    code: Vec<Code>,
}

struct Network {
    states: Vec<State>,
    rules: Vec<Rule>,
    /// By rule: where its calls come back to.
    returns: Vec<Vec<StateId>>,
    /// By state: the tokens that can come next within the rule.
    nexts: Vec<Kinds>,
}

fn network() -> &'static Network {
    static NETWORK: OnceLock<Network> = OnceLock::new();
    NETWORK.get_or_init(|| Network::build(&rules()))
}

impl Network {
    fn build(rules: &[Part]) -> Self {
        let returns = vec![Vec::new(); rules.len()];
        let mut network =
            Network { states: Vec::new(), rules: Vec::new(), returns, nexts: Vec::new() };
        for rule in 0..rules.len() {
            let (start, stop) = (network.state(Role::Plain, rule), network.state(Role::Stop, rule));
            network.rules.push(Rule { start, stop, code: Vec::new() });
        }
        for (rule, part) in rules.iter().enumerate() {
            let (from, to) = (network.rules[rule].start, network.rules[rule].stop);
            let mut code = Vec::new();
            let end = network.part(rule, part, from, &mut code);
            network.free(end, to);
            network.rules[rule].code = code;
        }
        for rule in 0..rules.len() {
            let mut code = std::mem::take(&mut network.rules[rule].code);
            network.look_ahead(&mut code);
            network.rules[rule].code = code;
        }
        network.nexts =
            (0..network.states.len()).map(|state| network.first(state, false)).collect();
        network
    }

    fn state(&mut self, role: Role, rule: RuleId) -> StateId {
        self.states.push(State { role, rule, edges: Vec::new() });
        self.states.len() - 1
    }

    fn free(&mut self, from: StateId, to: StateId) {
        self.states[from].edges.push(Edge::Free(to));
    }

    /// Lays a part from a state on; returns the state after it.
    fn part(&mut self, rule: RuleId, part: &Part, from: StateId, code: &mut Vec<Code>) -> StateId {
        if let Some(kinds) = part.kinds() {
            let (at, after) = (self.state(Role::Plain, rule), self.state(Role::Plain, rule));
            self.free(from, at);
            self.states[at].edges.push(Edge::On(kinds, after));
            code.push(Code::Match(at, kinds));
            return after;
        }
        match part {
            Part::Rule(called) => {
                let (at, back) = (self.state(Role::Plain, rule), self.state(Role::Plain, rule));
                self.free(from, at);
                self.states[at].edges.push(Edge::Call { rule: *called, back });
                self.returns[*called].push(back);
                code.push(Code::Call(at, *called));
                back
            }
            Part::Sequence(parts) => {
                parts.iter().fold(from, |from, part| self.part(rule, part, from, code))
            }
            Part::Either(parts) => {
                let (at, after) = (self.state(Role::Choice, rule), self.state(Role::Plain, rule));
                self.free(from, at);
                let mut ways = Vec::new();
                for part in parts {
                    let (way, end) = self.way(rule, part, at);
                    self.free(end, after);
                    ways.push(way);
                }
                code.push(Code::Choice { at, ways, looks: None });
                after
            }
            Part::Optional(part) => {
                let (at, after) = (self.state(Role::Choice, rule), self.state(Role::Plain, rule));
                self.free(from, at);
                let (body, end) = self.way(rule, part, at);
                self.free(end, after);
                self.free(at, after);
                code.push(Code::Optional { at, body, looks: None });
                after
            }
            Part::Many(part) => {
                let at = self.state(Role::Choice, rule);
                let (again, after) = (self.state(Role::Again, rule), self.state(Role::Plain, rule));
                self.free(from, at);
                let (body, end) = self.way(rule, part, at);
                self.free(end, again);
                self.free(again, at);
                self.free(at, after);
                code.push(Code::Many { at, again, body, looks: None });
                after
            }
            Part::Some(part) => {
                let at = self.state(Role::Choice, rule);
                let (again, after) = (self.state(Role::Again, rule), self.state(Role::Plain, rule));
                self.free(from, at);
                let (body, end) = self.way(rule, part, at);
                self.free(end, again);
                self.free(again, at);
                self.free(again, after);
                code.push(Code::Some { at, again, body, looks: None });
                after
            }
            _ => from,
        }
    }

    fn way(&mut self, rule: RuleId, part: &Part, from: StateId) -> (Vec<Code>, StateId) {
        let start = self.state(Role::Plain, rule);
        self.free(from, start);
        let mut code = Vec::new();
        let end = self.part(rule, part, start, &mut code);
        (code, end)
    }

    /// Notes where one token is enough to decide.
    fn look_ahead(&self, code: &mut [Code]) {
        for code in code {
            let (decision, looks) = match code {
                Code::Match(..) | Code::Call(..) => continue,
                Code::Choice { at, ways, looks } => {
                    ways.iter_mut().for_each(|way| self.look_ahead(way));
                    (*at, looks)
                }
                Code::Optional { at, body, looks } | Code::Many { at, body, looks, .. } => {
                    self.look_ahead(body);
                    (*at, looks)
                }
                Code::Some { again, body, looks, .. } => {
                    self.look_ahead(body);
                    (*again, looks)
                }
            };
            let sets: Vec<Kinds> = self.states[decision]
                .edges
                .iter()
                .map(|edge| match edge {
                    Edge::Free(to) => self.first(*to, true),
                    _ => Kinds::default(),
                })
                .collect();
            let pairs = (0..sets.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
            let disjoint = pairs.into_iter().all(|(a, b)| sets[a].disjoint(sets[b]));
            *looks = disjoint.then_some(sets);
        }
    }

    /// The tokens that can come next within the rule; with `beyond`, also after it, wherever it is
    /// called.
    fn first(&self, from: StateId, beyond: bool) -> Kinds {
        let mut found = Kinds::default();
        let mut seen = vec![false; self.states.len()];
        self.collect(from, beyond, &mut seen, &mut found);
        found
    }

    fn collect(&self, at: StateId, beyond: bool, seen: &mut [bool], found: &mut Kinds) {
        if std::mem::replace(&mut seen[at], true) {
            return;
        }
        let state = &self.states[at];
        if state.role == Role::Stop {
            if beyond {
                for back in &self.returns[state.rule] {
                    self.collect(*back, beyond, seen, found);
                }
            } else {
                found.0 |= NOTHING;
            }
            return;
        }
        for edge in &state.edges {
            match edge {
                Edge::Free(to) => self.collect(*to, beyond, seen, found),
                Edge::On(kinds, _) => *found = found.with(*kinds),
                Edge::Call { rule, back } => {
                    let inner = self.first(self.rules[*rule].start, false);
                    *found = found.with(inner.without_nothing());
                    if inner.nothing() {
                        self.collect(*back, beyond, seen, found);
                    }
                }
            }
        }
    }

    /// The tokens that can come next within the rule.
    fn next(&self, from: StateId) -> Kinds {
        self.nexts[from]
    }
}
