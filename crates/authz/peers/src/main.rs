//! The engine beside Cedar and Casbin: the same organizations, the same questions, the same
//! answers, and what one check costs in each.
//!
//! `cargo run --release --manifest-path crates/authz/peers/Cargo.toml`

mod casbin_peer;
mod cedar_peer;
mod own;

use std::time::Instant;

/// How many organizations there are, and how much is in each.
const ORGANIZATIONS: usize = 10;
const USERS: usize = 100;
const GROUPS: usize = 10;
const WORKSPACES: usize = 5;
const PROJECTS: usize = 5;
const RESOURCES: usize = 20;

/// May the user read the resource?
#[derive(Clone, Copy)]
pub(crate) struct Question {
    user: usize,
    resource: usize,
}

/// The user leaves a group and joins another of the same organization.
#[derive(Clone, Copy)]
pub(crate) struct Move {
    pub(crate) user: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// What all three are told. Everything is numbered through over all organizations.
///
/// Each user is in one group of their organization, and the first group of an organization holds
/// the second. One group reads each workspace, and another each project; the first user of an
/// organization administers it.
pub(crate) struct World;

impl World {
    pub(crate) fn users(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..ORGANIZATIONS * USERS).map(|user| {
            let organization = user / USERS;
            (user, organization * GROUPS + user % GROUPS)
        })
    }

    /// Groups inside of groups: the inner and the outer.
    pub(crate) fn nested(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..ORGANIZATIONS).map(|organization| (organization * GROUPS + 1, organization * GROUPS))
    }

    pub(crate) fn admins(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..ORGANIZATIONS).map(|organization| (organization * USERS, organization))
    }

    /// Workspaces, their organization, and the group that reads them.
    pub(crate) fn workspaces(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..ORGANIZATIONS * WORKSPACES).map(|workspace| {
            let organization = workspace / WORKSPACES;
            (workspace, organization, organization * GROUPS + workspace % WORKSPACES)
        })
    }

    /// Projects, their workspace, and the group that reads them.
    pub(crate) fn projects(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..ORGANIZATIONS * WORKSPACES * PROJECTS).map(|project| {
            let workspace = project / PROJECTS;
            let organization = workspace / WORKSPACES;
            (project, workspace, organization * GROUPS + (project + 3) % GROUPS)
        })
    }

    /// Resources and their project.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (usize, usize)> {
        let all = ORGANIZATIONS * WORKSPACES * PROJECTS * RESOURCES;
        (0..all).map(|resource| (resource, resource / RESOURCES))
    }
}

/// Questions from a fixed sequence, most of them within one organization.
fn questions(count: usize) -> Vec<Question> {
    let each = WORKSPACES * PROJECTS * RESOURCES;
    let mut state = 7_u64;
    let mut roll = |sides: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    let one = |_| {
        let organization = roll(ORGANIZATIONS);
        let other = if roll(10) == 0 { roll(ORGANIZATIONS) } else { organization };
        let user = if roll(10) == 0 { 0 } else { roll(USERS) };
        Question { user: organization * USERS + user, resource: other * each + roll(each) }
    };
    (0..count).map(one).collect()
}

/// The answers, and nanoseconds for each.
fn timed<T>(asked: &[T], check: impl FnMut(&T) -> bool) -> (Vec<bool>, f64) {
    let started = Instant::now();
    let answers: Vec<bool> = asked.iter().map(check).collect();
    (answers, started.elapsed().as_nanos() as f64 / asked.len() as f64)
}

/// Users who move to the next group and back, one after the other.
fn moves(questions: &[Question]) -> Vec<(Move, Question)> {
    let there_and_back = |question: &Question| {
        let (organization, group) = (question.user / USERS, question.user % GROUPS);
        let (from, to) = (group, (group + 1) % GROUPS);
        let (from, to) = (organization * GROUPS + from, organization * GROUPS + to);
        let user = question.user;
        [(Move { user, from, to }, *question), (Move { user, from: to, to: from }, *question)]
    };
    questions.iter().flat_map(there_and_back).collect()
}

/// What is compared.
trait Peer {
    fn check(&self, question: Question) -> bool;
    fn apply(&mut self, change: Move);
}

/// The answers to all questions, and after each change; and nanoseconds for each, every question
/// asked so many times.
struct Measured {
    answers: Vec<bool>,
    check: f64,
    change: f64,
}

fn measure(
    peer: &mut impl Peer,
    questions: &[Question],
    moves: &[(Move, Question)],
    times: usize,
) -> Measured {
    let many: Vec<Question> =
        questions.iter().copied().cycle().take(questions.len() * times).collect();
    timed(&many, |question| peer.check(*question));
    let (_, check) = timed(&many, |question| peer.check(*question));
    let (mut answers, _) = timed(questions, |question| peer.check(*question));
    let (after, change) = timed(moves, |(change, question)| {
        peer.apply(*change);
        peer.check(*question)
    });
    answers.extend(after);
    Measured { answers, check, change }
}

fn main() {
    let world = World;
    let questions = questions(2_000);
    let moves = moves(&questions[..50]);
    let own = measure(&mut own::Engine::new(&world), &questions, &moves, 100);
    let allowed = own.answers[..questions.len()].iter().filter(|allowed| **allowed).count();
    println!("{} questions, {allowed} allowed", questions.len());
    println!("{:<16} {:>12} {:>26}", "", "a check", "a change and a check");
    let told = |name: &str, one: Measured| {
        assert_eq!(one.answers, own.answers, "{name} answers differently");
        println!(
            "{name:<16} {:>9.2} µs {:>4.0} × {:>16.2} µs {:>5.0} ×",
            one.check / 1e3,
            one.check / own.check,
            one.change / 1e3,
            one.change / own.change
        );
    };
    let cedar = measure(&mut cedar_peer::Engine::new(&world), &questions, &moves, 10);
    let casbin = measure(&mut casbin_peer::Engine::new(&world), &questions, &moves, 1);
    println!("{:<16} {:>9.2} µs {:>25.2} µs", "guildhall-authz", own.check / 1e3, own.change / 1e3);
    told("cedar-policy", cedar);
    told("casbin", casbin);
}
