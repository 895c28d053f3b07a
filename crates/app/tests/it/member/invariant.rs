//! What holds at every moment, whoever does what at the same time: one owner, seats never
//! exceeded, an invitation used once, and no membership without its row or row without it.

use std::collections::BTreeSet;

use guildhall_app::{
    Settings,
    invitation::{AcceptInvitation, RejectInvitation, WithdrawInvitation},
    member::{ChangeMemberRole, ListMembers, RemoveMember},
    organization::{GetOrganization, LeaveOrganization, TransferOwnership},
};
use guildhall_model::{
    InvitableRole::{self, Admin, Member, Restricted},
    OrganizationId, OrganizationRole,
};
use guildhall_store::{ScopeId, Stmt, relationship};

use crate::people::{Somebody, inviting, listing};
use crate::world::{World, worlds, worlds_with};

const SEATS: u32 = 6;

/// Checks everything that always has to hold.
async fn check(world: &World, organization: OrganizationId) {
    static MEMBERS: Stmt =
        Stmt::new("test.members", "select user_id from member where scope = $1 order by user_id");
    let mut tx = world.database().await.read().await.expect("the database opens");
    let scope = ScopeId::from(organization);
    let rows = tx.fetch_all(&MEMBERS, &[(&scope).into()]).await.expect("members are read");
    let facts = relationship::of_scope(&mut tx.scope(&scope)).await.expect("facts are read");
    let now = guildhall_model::Clock::now(&world.clock);
    let (_, standing) =
        guildhall_store::invitation::count(&mut tx.scope(&scope), now).await.expect("counted");
    tx.commit().await.expect("reading ends");
    let rows: Vec<String> =
        rows.iter().map(|row| row.text("user_id").unwrap().to_owned()).collect();
    let roles = OrganizationRole::ALL.map(|role| role.as_str());
    let mut held: Vec<_> = facts
        .iter()
        .filter(|fact| {
            fact.object_kind == "organization" && roles.contains(&fact.relation.as_str())
        })
        .map(|fact| fact.subject_id.clone())
        .collect();
    held.sort();
    assert_eq!(held, rows, "one relationship for each row on {}", world.engine);
    let owners = facts.iter().filter(|fact| fact.relation == "owner").count();
    assert_eq!(owners, 1, "exactly one owner on {}", world.engine);
    assert!(rows.len() as u64 + standing <= u64::from(SEATS), "seats on {}", world.engine);
    let invited: BTreeSet<_> = facts
        .iter()
        .filter(|fact| fact.object_kind == "invitation")
        .map(|fact| fact.object_id.clone())
        .collect();
    assert_eq!(invited.len() as u64, standing, "settled invitations have no relationships");
}

fn pick<T: Copy>(world: &World, from: &[T]) -> T {
    from[(world.entropy.next() % from.len() as u64) as usize]
}

async fn step(world: &World, organization: OrganizationId, people: &[Somebody]) {
    let all: Vec<usize> = (0..people.len()).collect();
    let (by, about) = (&people[pick(world, &all)], &people[pick(world, &all)]);
    let role: InvitableRole = pick(world, &[Admin, Member, Restricted]);
    let call = &by.call;
    match world.entropy.next() % 8 {
        0 | 1 => drop(world.end(call, inviting(organization, about.email.as_str(), role)).await),
        2 | 3 => {
            for offer in world.waiting(by).await {
                let invitation = offer.id;
                drop(world.end(call, AcceptInvitation { organization, invitation }).await);
            }
        }
        4 => drop(world.end(call, RemoveMember { organization, user: about.id }).await),
        5 => {
            let user = about.id;
            drop(world.end(call, ChangeMemberRole { organization, user, role }).await);
        }
        6 => drop(world.end(call, LeaveOrganization { organization }).await),
        _ => {
            for offer in world.waiting(about).await {
                let invitation = offer.id;
                if world.entropy.next().is_multiple_of(2) {
                    drop(world.end(call, WithdrawInvitation { organization, invitation }).await);
                } else {
                    let call = &about.call;
                    drop(world.end(call, RejectInvitation { organization, invitation }).await);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h41_security_12_19_30_31_random_sequences_keep_the_invariants() {
    let settings = Settings {
        default_seats: Some(SEATS),
        invitations_per_recipient: 1_000,
        ..Settings::default()
    };
    for world in worlds_with(settings).await {
        let mut people = Vec::new();
        for n in 0..8 {
            people.push(world.person(&format!("p{n}@example.org")).await);
        }
        let organization = world.organization(&people[0]).await;
        for n in 0..120 {
            step(&world, organization, &people).await;
            if n % 4 == 0 {
                check(&world, organization).await;
            }
        }
        check(&world, organization).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h41_security_19_30_the_same_at_the_same_time_keeps_the_invariants() {
    let settings = Settings {
        default_seats: Some(SEATS),
        invitations_per_recipient: 1_000,
        ..Settings::default()
    };
    for world in worlds_with(settings).await {
        let mut people = Vec::new();
        for n in 0..8 {
            people.push(world.person(&format!("p{n}@example.org")).await);
        }
        let organization = world.organization(&people[0]).await;
        for _ in 0..10 {
            let steps = (0..6).map(|_| step(&world, organization, &people));
            futures_join(steps.collect()).await;
            check(&world, organization).await;
        }
    }
}

/// Polls all to their ends, interleaved.
async fn futures_join<F: Future<Output = ()>>(steps: Vec<F>) {
    let mut steps: Vec<_> = steps.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        steps.retain_mut(|step| step.as_mut().poll(cx).is_pending());
        if steps.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_30_32_transfer_leave_and_remove_at_once_never_leave_an_organization_ownerless() {
    for world in worlds().await {
        let alice = world.person_with_password("alice@example.org").await;
        let organization = world.organization(&alice).await;
        let bob = world.member(&alice, organization, "bob@example.org", Admin).await;
        let carol = world.member(&alice, organization, "carol@example.org", Admin).await;
        let proof = world.proof(&alice).await;
        let spawn_transfer = |to| {
            let (app, call, proof) = (world.app.clone(), alice.call.clone(), proof.clone());
            tokio::spawn(async move {
                app.execute(&call, TransferOwnership { organization, to, proof }).await.is_ok()
            })
        };
        let transfers = [spawn_transfer(bob.id), spawn_transfer(carol.id)];
        let leave = |who: &Somebody| {
            let (app, call) = (world.app.clone(), who.call.clone());
            tokio::spawn(async move {
                app.execute(&call, LeaveOrganization { organization }).await.is_ok()
            })
        };
        let leaves = [leave(&alice), leave(&bob), leave(&carol)];
        let remove = |by: &Somebody, user| {
            let (app, call) = (world.app.clone(), by.call.clone());
            tokio::spawn(async move {
                app.execute(&call, RemoveMember { organization, user }).await.is_ok()
            })
        };
        let removes = [remove(&bob, carol.id), remove(&carol, bob.id), remove(&bob, alice.id)];
        for task in transfers.into_iter().chain(leaves).chain(removes) {
            task.await.expect("nothing panics");
        }
        let root = world.person("root@example.org").await;
        world.done(&root.call, crate::people::Appoint(root.id)).await;
        let seen = world.answer(&root.call, GetOrganization { organization }).await;
        let owners = world
            .answer(&root.call, ListMembers { ..listing(organization, "") })
            .await
            .rows
            .into_iter()
            .filter(|row| row.own_role == OrganizationRole::Owner)
            .count();
        assert_eq!(owners, 1, "{} with {:?} left", world.engine, seen.people);
    }
}
