//! The engine itself.

use std::sync::Arc;

use guildhall_authz::{Change, Check, Model, Object, Snapshot, Subject, Tuple};

use crate::{Move, Peer, Question, World};

const MODEL: &str = "\
model
  schema 1.1
type user
type group
  relations
    define member: [user, group#member]
type organization
  relations
    define admin: [user]
type workspace
  relations
    define organization: [organization]
    define read: [group#member] or admin from organization
type project
  relations
    define workspace: [workspace]
    define read: [group#member] or read from workspace
type resource
  relations
    define project: [project]
    define read: read from project
";

pub(crate) struct Engine {
    snapshot: Snapshot,
    users: Vec<Subject>,
    resources: Vec<Object>,
}

fn named(kind: &str, at: usize) -> Object {
    Object::new(kind, format!("{kind}_{at}"))
}

fn members(group: usize) -> Subject {
    Subject::userset(named("group", group), "member")
}

impl Engine {
    pub(crate) fn new(world: &World) -> Self {
        let mut tuples = Vec::new();
        for (user, group) in world.users() {
            tuples.push(Tuple::new(named("group", group), "member", named("user", user)));
        }
        for (inner, outer) in world.nested() {
            tuples.push(Tuple::new(named("group", outer), "member", members(inner)));
        }
        for (user, organization) in world.admins() {
            let organization = named("organization", organization);
            tuples.push(Tuple::new(organization, "admin", named("user", user)));
        }
        for (workspace, organization, group) in world.workspaces() {
            let workspace = named("workspace", workspace);
            let organization = named("organization", organization);
            tuples.push(Tuple::new(workspace.clone(), "organization", organization));
            tuples.push(Tuple::new(workspace, "read", members(group)));
        }
        for (project, workspace, group) in world.projects() {
            let project = named("project", project);
            tuples.push(Tuple::new(project.clone(), "workspace", named("workspace", workspace)));
            tuples.push(Tuple::new(project, "read", members(group)));
        }
        for (resource, project) in world.resources() {
            tuples.push(Tuple::new(
                named("resource", resource),
                "project",
                named("project", project),
            ));
        }
        let model = Arc::new(Model::parse(MODEL).expect("a valid model"));
        let tuples = tuples.into_iter().map(|tuple| ("peers", tuple));
        Self {
            snapshot: Snapshot::load(model, tuples, []).expect("loads"),
            users: world.users().map(|(user, _)| named("user", user).into()).collect(),
            resources: world.resources().map(|(at, _)| named("resource", at)).collect(),
        }
    }
}

impl Peer for Engine {
    fn apply(&mut self, Move { user, from, to }: Move) {
        let member = |group| Tuple::new(named("group", group), "member", named("user", user));
        let changes = [Change::Remove(member(from)), Change::Add(member(to))];
        let revision = self.snapshot.revision("peers").unwrap_or(0) + 1;
        self.snapshot = self.snapshot.apply("peers", revision, &changes).expect("applied");
    }

    fn check(&self, question: Question) -> bool {
        let (user, resource) = (&self.users[question.user], &self.resources[question.resource]);
        self.snapshot.check(&Check::new(resource, "read", user)).expect("an answer")
    }
}
