//! Cedar: one policy over entities that know their parents and who reads them.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

use crate::{Move, Peer, Question, World};

const POLICY: &str = r#"
permit (principal, action == Action::"read", resource)
when {
  principal in resource.project.readers
  || principal in resource.project.workspace.readers
  || principal in resource.project.workspace.organization.admins
};
"#;

pub(crate) struct Engine {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    action: EntityUid,
    users: Vec<EntityUid>,
    resources: Vec<EntityUid>,
}

fn uid(kind: &str, at: usize) -> EntityUid {
    named(kind, &format!("{kind}_{at}"))
}

fn named(kind: &str, id: &str) -> EntityUid {
    let kind: EntityTypeName = kind.parse().expect("a type");
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

fn one(of: EntityUid) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(of)
}

fn set(of: Vec<EntityUid>) -> RestrictedExpression {
    RestrictedExpression::new_set(of.into_iter().map(one))
}

fn entity(
    of: EntityUid,
    attributes: Vec<(&str, RestrictedExpression)>,
    parents: Vec<EntityUid>,
) -> Entity {
    let attributes: HashMap<String, RestrictedExpression> =
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let parents: HashSet<EntityUid> = parents.into_iter().collect();
    Entity::new(of, attributes, parents).expect("an entity")
}

impl Engine {
    pub(crate) fn new(world: &World) -> Self {
        let mut entities = Vec::new();
        let mut outer: HashMap<usize, usize> = world.nested().collect();
        let mut groups = HashSet::new();
        for (user, group) in world.users() {
            entities.push(entity(uid("User", user), vec![], vec![uid("Group", group)]));
            if groups.insert(group) {
                let parents = outer.remove(&group).map(|outer| uid("Group", outer));
                entities.push(entity(uid("Group", group), vec![], parents.into_iter().collect()));
            }
        }
        for (user, organization) in world.admins() {
            let admins = vec![("admins", set(vec![uid("User", user)]))];
            entities.push(entity(uid("Organization", organization), admins, vec![]));
        }
        for (workspace, organization, group) in world.workspaces() {
            let attributes = vec![
                ("organization", one(uid("Organization", organization))),
                ("readers", set(vec![uid("Group", group)])),
            ];
            entities.push(entity(uid("Workspace", workspace), attributes, vec![]));
        }
        for (project, workspace, group) in world.projects() {
            let attributes = vec![
                ("workspace", one(uid("Workspace", workspace))),
                ("readers", set(vec![uid("Group", group)])),
            ];
            entities.push(entity(uid("Project", project), attributes, vec![]));
        }
        for (resource, project) in world.resources() {
            let attributes = vec![("project", one(uid("Project", project)))];
            entities.push(entity(uid("Resource", resource), attributes, vec![]));
        }
        Self {
            authorizer: Authorizer::new(),
            policies: POLICY.parse().expect("a policy"),
            entities: Entities::from_entities(entities, None).expect("entities"),
            action: named("Action", "read"),
            users: world.users().map(|(user, _)| uid("User", user)).collect(),
            resources: world.resources().map(|(at, _)| uid("Resource", at)).collect(),
        }
    }
}

impl Peer for Engine {
    /// In place; readers beside it would need a copy of all entities.
    fn apply(&mut self, Move { user, to, .. }: Move) {
        let moved = entity(uid("User", user), vec![], vec![uid("Group", to)]);
        let entities = std::mem::take(&mut self.entities);
        self.entities = entities.upsert_entities([moved], None).expect("upserted");
    }

    fn check(&self, question: Question) -> bool {
        let user = self.users[question.user].clone();
        let resource = self.resources[question.resource].clone();
        let request = Request::new(user, self.action.clone(), resource, Context::empty(), None);
        let request = request.expect("a request");
        let answer = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        assert_eq!(answer.diagnostics().errors().count(), 0);
        answer.decision() == Decision::Allow
    }
}
