//! Walking a text along the grammar: faults are reported, repaired where one token is enough, else
//! skipped.

use super::super::lexer::shown;
use super::super::token::{Kind, Token};
use super::super::{LanguageError, Span};
use super::predict::{Dead, predict};
use super::{Code, Edge, Kinds, MAIN, Network, Role, RuleId, StateId};

/// Deepest nesting of rules; bounds the stack.
const DEEPEST: usize = 1_000;
/// Most faults that are reported.
const MOST: usize = 100;

/// Every fault of the tokens.
pub(super) fn faults(network: &Network, tokens: &[Token<'_>]) -> Vec<LanguageError> {
    let mut walk = Walk {
        network,
        tokens,
        at: 0,
        callers: Vec::new(),
        faults: Vec::new(),
        repairing: false,
        last: None,
        given_up: false,
    };
    walk.rule(MAIN);
    walk.faults
}

/// The rule cannot go on.
enum Stop {
    /// The present token is not among these.
    Unexpected(Kinds),
    /// None of the ways fits up to this token.
    Dead(usize),
}

struct Walk<'a> {
    network: &'a Network,
    tokens: &'a [Token<'a>],
    at: usize,
    /// Where the rules that are under way were called.
    callers: Vec<StateId>,
    faults: Vec<LanguageError>,
    /// After a fault and before the next token that fits; further faults are its consequence.
    repairing: bool,
    /// Where the last skip began, and in which states.
    last: Option<(usize, Vec<StateId>)>,
    given_up: bool,
}

impl Walk<'_> {
    fn kind(&self, ahead: usize) -> Kind {
        self.tokens.get(self.at + ahead).map_or(Kind::End, |token| token.kind)
    }

    fn consume(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn fits(&mut self) {
        self.repairing = false;
        self.last = None;
    }

    fn back(&self, caller: StateId) -> StateId {
        match self.network.states[caller].edges.first() {
            Some(Edge::Call { back, .. }) => *back,
            _ => caller,
        }
    }

    /// The tokens expected in a state, those after the present rules included.
    fn expected(&self, state: StateId) -> Kinds {
        let mut following = self.network.next(state);
        let mut expected = following.without_nothing();
        for caller in self.callers.iter().rev() {
            if !following.nothing() {
                return expected;
            }
            following = self.network.next(self.back(*caller));
            expected = expected.with(following.without_nothing());
        }
        if following.nothing() { expected.with(Kinds::of(Kind::End)) } else { expected }
    }

    /// The tokens at which a caller could go on.
    fn resumable(&self) -> Kinds {
        let following = self.callers.iter().map(|caller| self.network.next(self.back(*caller)));
        following.fold(Kinds::default(), Kinds::with).without_nothing()
    }

    fn report(&mut self, message: String, token: usize) {
        if self.repairing {
            return;
        }
        self.repairing = true;
        if self.faults.len() < MOST {
            self.faults.push(LanguageError::syntax(message, Span::of(&self.tokens[token])));
        } else {
            self.given_up = true;
        }
    }

    fn rule(&mut self, rule: RuleId) {
        let network = self.network;
        if self.callers.len() > DEEPEST {
            self.report("too deeply nested".to_owned(), self.at);
            self.given_up = true;
        }
        let mut state = network.rules[rule].start;
        let Err(stop) = self.codes(&network.rules[rule].code, &mut state) else { return };
        match stop {
            Stop::Unexpected(expected) => {
                let text = shown(self.tokens[self.at].text);
                self.report(format!("mismatched input '{text}' expecting {expected}"), self.at);
            }
            Stop::Dead(until) => {
                let text: String =
                    self.tokens[self.at..=until].iter().map(|token| shown(token.text)).collect();
                self.report(format!("no viable alternative at input '{text}'"), until);
            }
        }
        self.skip(state);
    }

    /// Goes on to a token at which a caller can go on.
    fn skip(&mut self, state: StateId) {
        let (at, mut states) = self.last.take().unwrap_or((self.at, Vec::new()));
        if at == self.at && states.contains(&state) {
            // The same fault in the same place: without progress it would come again for ever.
            self.consume();
        }
        states.push(state);
        self.last = Some((self.at, states));
        self.skip_until(self.resumable());
    }

    fn skip_until(&mut self, kinds: Kinds) {
        while self.kind(0) != Kind::End && !kinds.contains(self.kind(0)) {
            self.consume();
        }
    }

    fn codes(&mut self, codes: &[Code], state: &mut StateId) -> Result<(), Stop> {
        for code in codes {
            if self.given_up {
                return Ok(());
            }
            self.code(code, state)?;
        }
        Ok(())
    }

    fn code(&mut self, code: &Code, state: &mut StateId) -> Result<(), Stop> {
        match code {
            Code::Match(at, kinds) => {
                *state = *at;
                self.take(*at, *kinds)
            }
            Code::Call(at, rule) => {
                *state = *at;
                self.callers.push(*at);
                self.rule(*rule);
                self.callers.pop();
                Ok(())
            }
            Code::Choice { at, ways, looks } => {
                *state = *at;
                self.sync(*at)?;
                let way = self.choose(*at, looks.as_deref())?;
                match ways.get(way.wrapping_sub(1)) {
                    Some(way) => self.codes(way, state),
                    None => Err(Stop::Dead(self.at)),
                }
            }
            Code::Optional { at, body, looks } => {
                *state = *at;
                self.sync(*at)?;
                if self.enters(*at, looks.as_deref())? { self.codes(body, state) } else { Ok(()) }
            }
            Code::Many { at, again, body, looks } => {
                *state = *at;
                self.sync(*at)?;
                while !self.given_up && self.enters(*at, looks.as_deref())? {
                    self.codes(body, state)?;
                    *state = *again;
                    self.sync(*again)?;
                }
                Ok(())
            }
            Code::Some { at, again, body, looks } => {
                *state = *at;
                self.sync(*at)?;
                loop {
                    self.codes(body, state)?;
                    *state = *again;
                    self.sync(*again)?;
                    if self.given_up || !self.enters(*again, looks.as_deref())? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Whether the first way is taken: into a loop or an optional part.
    fn enters(&mut self, at: StateId, looks: Option<&[Kinds]>) -> Result<bool, Stop> {
        match looks {
            Some(looks) => Ok(looks[0].contains(self.kind(0))),
            None => Ok(self.choose(at, None)? == 1),
        }
    }

    fn choose(&mut self, at: StateId, looks: Option<&[Kinds]>) -> Result<usize, Stop> {
        if let Some(looks) = looks {
            let way = looks.iter().position(|look| look.contains(self.kind(0)));
            return Ok(way.map_or(0, |way| way + 1));
        }
        let callers: Vec<StateId> = self.callers.iter().map(|caller| self.back(*caller)).collect();
        match predict(self.network, self.tokens, self.at, at, &callers) {
            Ok(way) => Ok(way),
            Err(Dead::At(until)) => Err(Stop::Dead(until)),
            Err(Dead::Crowded) => {
                self.report("too many nested parentheses".to_owned(), self.at);
                self.given_up = true;
                Ok(0)
            }
        }
    }

    /// Before a choice or a further turn: makes sure that the present token can go on.
    fn sync(&mut self, state: StateId) -> Result<(), Stop> {
        if self.repairing {
            return Ok(());
        }
        let next = self.network.next(state);
        if next.nothing() || next.contains(self.kind(0)) {
            return Ok(());
        }
        match self.network.states[state].role {
            Role::Choice => {
                if self.drop_one(state) {
                    return Ok(());
                }
                Err(Stop::Unexpected(self.expected(state)))
            }
            Role::Again => {
                let expected = self.expected(state);
                self.unwanted(expected);
                self.skip_until(expected.with(self.resumable()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn unwanted(&mut self, expected: Kinds) {
        let text = shown(self.tokens[self.at].text);
        self.report(format!("extraneous input '{text}' expecting {expected}"), self.at);
    }

    /// Leaves one token out where the one after it fits.
    fn drop_one(&mut self, state: StateId) -> bool {
        let expected = self.expected(state);
        if !expected.contains(self.kind(1)) {
            return false;
        }
        self.unwanted(expected);
        self.consume();
        self.fits();
        true
    }

    fn take(&mut self, state: StateId, kinds: Kinds) -> Result<(), Stop> {
        if kinds.contains(self.kind(0)) || self.drop_one(state) {
            self.fits();
            self.consume();
            return Ok(());
        }
        // Would the token fit if the expected one stood before it?
        let after = match self.network.states[state].edges.first() {
            Some(Edge::On(_, after)) => *after,
            _ => state,
        };
        if self.expected(after).contains(self.kind(0)) {
            let text = shown(self.tokens[self.at].text);
            let expected = self.expected(state);
            self.report(format!("missing {expected} at '{text}'"), self.at);
            return Ok(());
        }
        Err(Stop::Unexpected(self.expected(state)))
    }
}
