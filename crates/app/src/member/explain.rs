//! Why can they, and why can they not: the path of relationships behind a decision.

use guildhall_authz::{Check, Explanation, Object, Path, Step, Subject, Tuple};
use guildhall_model::{OrganizationId, UserId};
use guildhall_store::member;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::standing;
use crate::{
    Permission, Query, QueryOutcome, Refusal, RefusalKind, Viewing, charter, object, user,
};

/// Why a member may do something in an organization, or why not. Members may ask about
/// themselves, those who may explain about everybody (security 58).
#[derive(Clone, Debug)]
pub struct ExplainMember {
    /// The organization.
    pub organization: OrganizationId,
    /// The member.
    pub user: UserId,
    /// The relation of the charter that is asked about, such as `can_invite`.
    pub permission: String,
}

/// The reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// Whether they may.
    pub allowed: bool,
    /// For a yes: the chain of relationships, from the person to the organization.
    pub path: Vec<Link>,
    /// For a no: single relationships each of which would be enough.
    pub remedies: Vec<Remedy>,
}

/// One step of the chain: a relationship that is stated, or what follows from it by the charter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// The subject, such as `user:user_…`.
    pub subject: String,
    /// The relation that it has.
    pub relation: String,
    /// To what, such as `organization:org_…`.
    pub object: String,
    /// The relationship as it is stated; null for what follows from the charter.
    pub relationship: Option<String>,
}

/// A relationship that would be enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// The relationship, as `object#relation@subject`.
    pub relationship: String,
    /// Its relation.
    pub relation: String,
    /// Its object.
    pub object: String,
    /// Its subject.
    pub subject: String,
}

/// Why there is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainMemberRefusal {
    /// Only those who may explain ask about others.
    #[error("you may ask this about yourself only")]
    Others,
    /// The charter knows no such permission.
    #[error("there is no such permission")]
    NoSuchPermission,
    /// There is no such member.
    #[error("this person is not a member of the organization")]
    NotAMember,
}

impl Refusal for ExplainMemberRefusal {
    const CODES: &'static [&'static str] =
        &["member.explains_others", "member.no_such_permission", "member.not_a_member"];

    fn code(&self) -> &'static str {
        Self::CODES[*self as usize]
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Others => RefusalKind::Forbidden,
            Self::NoSuchPermission => RefusalKind::Invalid,
            Self::NotAMember => RefusalKind::Missing,
        }
    }

    fn fields(&self) -> Vec<(String, String)> {
        match self {
            Self::NoSuchPermission => vec![("permission".into(), self.to_string())],
            Self::Others | Self::NotAMember => Vec::new(),
        }
    }
}

impl Query for ExplainMember {
    const NAME: &'static str = "member.explain";
    const PERMISSION: Permission<OrganizationId> = Permission::named("can_see");
    type Target = OrganizationId;
    type Output = Why;
    type Refusal = ExplainMemberRefusal;

    fn target(&self) -> OrganizationId {
        self.organization
    }

    async fn run(self, cx: &mut Viewing<'_, Self>) -> QueryOutcome<Self> {
        if cx.actor().user() != Some(self.user) && !cx.actor_may("can_explain")? {
            return Err(ExplainMemberRefusal::Others.into());
        }
        let known = |name: &str| name.starts_with("can_") && name == self.permission;
        if !charter().relations("organization").any(known) {
            return Err(ExplainMemberRefusal::NoSuchPermission.into());
        }
        let member = member::get(&mut cx.store(), self.user).await?;
        let standing = standing::of(cx.snapshot(), self.organization, self.user)?;
        if member.is_none() && standing.is_none() {
            return Err(ExplainMemberRefusal::NotAMember.into());
        }
        let this = object("organization", &self.organization.text());
        let subject = user(self.user);
        let check = Check::new(&this, &self.permission, &subject);
        Ok(match cx.snapshot().explain(&check)? {
            Explanation::Allowed(path) => {
                let mut links = Vec::new();
                links_of(&path, &mut links);
                links.reverse();
                Why { allowed: true, path: links, remedies: Vec::new() }
            }
            Explanation::Denied(missing) => {
                let tuples = missing.visible(&|object| sees(cx, object)).tuples.into_iter();
                let tuples = tuples.filter(|tuple| tuple.relation != "owner");
                Why { allowed: false, path: Vec::new(), remedies: tuples.map(remedy).collect() }
            }
        })
    }
}

/// Whether the asker may know of an object (security 58).
fn sees(cx: &Viewing<'_, ExplainMember>, object: &Object) -> bool {
    let asker = cx.actor().subject();
    asker.is_none_or(|asker| {
        cx.snapshot().check(&Check::new(object, "can_see", &asker)).unwrap_or(false)
    })
}

/// The steps from the organization down to the person.
fn links_of(path: &Path, links: &mut Vec<Link>) {
    for step in &path.steps {
        match step {
            Step::Direct { tuple } | Step::Userset { tuple } | Step::Parent { tuple, .. } => {
                links.push(stated(tuple));
            }
            Step::Includes { object, relation, by } => {
                links.push(follows(object, by, relation));
            }
            Step::Except { base, .. } => links_of(base, links),
            Step::All { parts, .. } => parts.iter().for_each(|part| links_of(part, links)),
            Step::Holders { .. } => {}
        }
    }
}

fn stated(tuple: &Tuple) -> Link {
    Link {
        subject: tuple.subject.to_string(),
        relation: tuple.relation.to_string(),
        object: tuple.object.to_string(),
        relationship: Some(tuple.to_string()),
    }
}

fn follows(object: &Object, by: &str, relation: &str) -> Link {
    Link {
        subject: Subject::userset(object.clone(), by).to_string(),
        relation: relation.to_owned(),
        object: object.to_string(),
        relationship: None,
    }
}

fn remedy(tuple: Tuple) -> Remedy {
    Remedy {
        relationship: tuple.to_string(),
        relation: tuple.relation.to_string(),
        object: tuple.object.to_string(),
        subject: tuple.subject.to_string(),
    }
}
