//! Casbin: roles of users, roles of objects, and a policy for each group and what it reads.

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};

use crate::{Move, Peer, Question, World};

const MODEL: &str = "
[request_definition]
r = sub, obj
[policy_definition]
p = sub, obj
[role_definition]
g = _, _
g2 = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && g2(r.obj, p.obj)
";

pub(crate) struct Engine {
    enforcer: Enforcer,
    runtime: tokio::runtime::Runtime,
}

fn named(kind: &str, at: usize) -> String {
    format!("{kind}_{at}")
}

impl Engine {
    pub(crate) fn new(world: &World) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Self { enforcer: runtime.block_on(enforcer(world)), runtime }
    }
}

impl Peer for Engine {
    fn apply(&mut self, Move { user, from, to }: Move) {
        let role = |group| vec![named("user", user), named("group", group)];
        let enforcer = &mut self.enforcer;
        self.runtime.block_on(async {
            enforcer.remove_grouping_policy(role(from)).await.expect("removed");
            enforcer.add_grouping_policy(role(to)).await.expect("added");
        });
    }

    fn check(&self, question: Question) -> bool {
        let (user, resource) = (named("user", question.user), named("resource", question.resource));
        self.enforcer.enforce((user, resource)).expect("an answer")
    }
}

async fn enforcer(world: &World) -> Enforcer {
    let model = DefaultModel::from_str(MODEL).await.expect("a model");
    let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await.expect("an enforcer");
    let (mut policies, mut subjects, mut objects) = (Vec::new(), Vec::new(), Vec::new());
    for (user, group) in world.users() {
        subjects.push(vec![named("user", user), named("group", group)]);
    }
    for (inner, outer) in world.nested() {
        subjects.push(vec![named("group", inner), named("group", outer)]);
    }
    for (user, organization) in world.admins() {
        policies.push(vec![named("user", user), named("organization", organization)]);
    }
    for (workspace, organization, group) in world.workspaces() {
        objects.push(vec![named("workspace", workspace), named("organization", organization)]);
        policies.push(vec![named("group", group), named("workspace", workspace)]);
    }
    for (project, workspace, group) in world.projects() {
        objects.push(vec![named("project", project), named("workspace", workspace)]);
        policies.push(vec![named("group", group), named("project", project)]);
    }
    for (resource, project) in world.resources() {
        objects.push(vec![named("resource", resource), named("project", project)]);
    }
    enforcer.add_policies(policies).await.expect("policies");
    enforcer.add_named_grouping_policies("g", subjects).await.expect("roles of users");
    enforcer.add_named_grouping_policies("g2", objects).await.expect("roles of objects");
    enforcer
}
