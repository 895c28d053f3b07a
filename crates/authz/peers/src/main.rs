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
fn timed(questions: &[Question], mut check: impl FnMut(Question) -> bool) -> (Vec<bool>, f64) {
    let started = Instant::now();
    let answers: Vec<bool> = questions.iter().map(|question| check(*question)).collect();
    (answers, started.elapsed().as_nanos() as f64 / questions.len() as f64)
}

fn main() {
    let world = World;
    let questions = questions(2_000);
    let own = own::Engine::new(&world);
    // Once to warm up, and often enough that the clock is fine enough.
    let many: Vec<Question> = questions.iter().copied().cycle().take(200_000).collect();
    timed(&many, |question| own.check(question));
    let (_, nanoseconds) = timed(&many, |question| own.check(question));
    let (answers, _) = timed(&questions, |question| own.check(question));
    let allowed = answers.iter().filter(|allowed| **allowed).count();
    println!("{} questions, {allowed} allowed", questions.len());
    println!("guildhall-authz {:>10.2} µs", nanoseconds / 1e3);
    let told = |name: &str, (theirs, per): (Vec<bool>, f64)| {
        let different = theirs.iter().zip(&answers).filter(|(one, other)| one != other).count();
        assert_eq!(different, 0, "{name} answers differently");
        println!("{name:<15} {:>10.2} µs, {:.0} times as long", per / 1e3, per / nanoseconds);
    };
    let cedar = cedar_peer::Engine::new(&world);
    timed(&questions, |question| cedar.check(question));
    told("cedar-policy", timed(&questions, |question| cedar.check(question)));
    let casbin = casbin_peer::Engine::new(&world);
    told("casbin", timed(&questions, |question| casbin.check(question)));
}
