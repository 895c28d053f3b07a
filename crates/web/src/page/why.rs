//! *Why can they?*: the path of relationships that grants a right, drawn and told.

use askama::Template;
use guildhall_model::isolated;

use super::part::{Moment, Person};
use super::shell::Shell;

/// The look of a node of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A person: the beginning.
    Person,
    /// A group, a team, a custom role, a switch: what lies between.
    Between,
    /// The organization or another object: the end.
    Object,
}

/// One box of the picture.
#[derive(Debug, Clone)]
pub struct PathNode {
    /// Its look.
    pub kind: NodeKind,
    /// Its name: "Maya Okafor", "Platform on-call", "Northwind Labs".
    pub name: String,
    /// What it is: "maya@northwind.example", "group", "organization".
    pub what: String,
}

/// One line of the picture, from a box to the next.
#[derive(Debug, Clone)]
pub struct PathEdge {
    /// What it says: "is a member of", "is an administrator of".
    pub label: String,
    /// Whether this relationship is missing (drawn dashed), in the answer to *why not*.
    pub missing: bool,
}

/// A chain of relationships, drawn from top to bottom. There is one line fewer than boxes.
#[derive(Debug, Clone, Default)]
pub struct PathPicture {
    /// Unique on the page; the start of the picture's element ids.
    pub id: String,
    /// The boxes.
    pub nodes: Vec<PathNode>,
    /// The lines between them.
    pub edges: Vec<PathEdge>,
}

const BOX: usize = 49;
const GAP: usize = 42;
const LONGEST: usize = 40;

/// A box with its place, for the template.
#[derive(Debug)]
pub struct PlacedNode {
    /// The class.
    pub kind: &'static str,
    /// The upper edge.
    pub top: String,
    /// The middle.
    pub middle: usize,
    /// The baseline of the name.
    pub first: usize,
    /// The baseline of the second line.
    pub second: usize,
    /// The name, shortened to fit.
    pub name: String,
    /// The second line, shortened to fit.
    pub what: String,
}

/// A line with its place, for the template.
#[derive(Debug)]
pub struct PlacedEdge {
    /// Whether it is dashed.
    pub missing: bool,
    /// Where it begins.
    pub top: usize,
    /// Where it ends.
    pub bottom: usize,
    /// The baseline of its label.
    pub middle: usize,
    /// What it says.
    pub label: String,
}

impl PathPicture {
    /// A picture that begins with a person.
    pub fn from(id: impl Into<String>, person: &Person) -> Self {
        let node = PathNode {
            kind: NodeKind::Person,
            name: person.label().to_owned(),
            what: person.email.clone(),
        };
        Self { id: id.into(), nodes: vec![node], edges: Vec::new() }
    }

    /// Goes on over a relationship to the next box.
    pub fn then(
        mut self,
        label: impl Into<String>,
        kind: NodeKind,
        name: impl Into<String>,
        what: impl Into<String>,
    ) -> Self {
        self.edges.push(PathEdge { label: label.into(), missing: false });
        self.nodes.push(PathNode { kind, name: name.into(), what: what.into() });
        self
    }

    /// Marks the last relationship as the one that is missing.
    pub fn missing(mut self) -> Self {
        if let Some(edge) = self.edges.last_mut() {
            edge.missing = true;
        }
        self
    }

    /// The height of the drawing; its width is 360.
    pub fn height(&self) -> usize {
        self.nodes.len() * BOX + self.nodes.len().saturating_sub(1) * GAP
    }

    /// The whole chain as one sentence, for those who do not see the picture.
    pub fn title(&self) -> String {
        let mut text = String::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if index > 0 {
                let edge = &self.edges[index - 1];
                let not = if edge.missing { " (missing)" } else { "" };
                text.push_str(&format!(" {}{not} ", edge.label));
            }
            text.push_str(&isolated(&node.name));
        }
        text
    }

    /// The boxes with their places.
    pub fn boxes(&self) -> Vec<PlacedNode> {
        let place = |(index, node): (usize, &PathNode)| {
            let top = index * (BOX + GAP);
            PlacedNode {
                kind: match node.kind {
                    NodeKind::Person => "person",
                    NodeKind::Between => "between",
                    NodeKind::Object => "object",
                },
                top: format!("{top}.5"),
                middle: top + BOX / 2,
                first: top + 21,
                second: top + 38,
                name: shorten(&node.name),
                what: shorten(&node.what),
            }
        };
        self.nodes.iter().enumerate().map(place).collect()
    }

    /// The lines with their places.
    pub fn edges(&self) -> Vec<PlacedEdge> {
        let place = |(index, edge): (usize, &PathEdge)| {
            let top = index * (BOX + GAP) + BOX;
            PlacedEdge {
                missing: edge.missing,
                top,
                bottom: top + GAP,
                middle: top + GAP / 2 + 4,
                label: shorten(&edge.label),
            }
        };
        self.edges.iter().enumerate().map(place).collect()
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

/// One relationship of the chain, for the table under the picture.
#[derive(Debug, Clone, Default)]
pub struct PathStep {
    /// The sentence: "Maya Okafor is an administrator of Northwind Labs".
    pub text: String,
    /// The relationship as it is written: `organization:org_…#admin@user:user_…`.
    pub relationship: String,
    /// Since when; empty words if it follows from the charter and has no beginning.
    pub since: Moment,
}

/// One thing a person may do or not.
#[derive(Debug, Clone, Default)]
pub struct Ability {
    /// In words: "Invite members".
    pub label: String,
    /// Whether they may.
    pub allowed: bool,
    /// In a few words: "as administrator", "the switch is off".
    pub because: String,
    /// The address that shows its path.
    pub url: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// `/o/{org}/members/{user}/why?permission=can_invite`.
#[derive(Debug, Clone, Template)]
#[template(path = "member/why.html")]
pub struct WhyPage {
    /// The frame.
    pub shell: Shell,
    /// Whose rights.
    pub person: Person,
    /// "Why can Maya Okafor invite members?"
    pub title: String,
    /// The answer in one sentence.
    pub answer: String,
    /// Whether the answer is yes.
    pub allowed: bool,
    /// One picture for each way that grants it, the shortest first; with a *no*, what is missing.
    pub pictures: Vec<PathPicture>,
    /// The same as a list.
    pub steps: Vec<PathStep>,
    /// With a *no*: who may grant it, or what would; one sentence each.
    pub remedies: Vec<String>,
    /// Everything they may do here or not, to choose from.
    pub abilities: Vec<Ability>,
    /// The address of the members page.
    pub back: String,
}

#[cfg(test)]
mod tests {
    use super::{NodeKind, PathPicture};
    use crate::page::Person;

    #[test]
    fn a_picture_tells_the_same_in_words() {
        let maya = Person::new("Maya", "maya@northwind.example");
        let picture = PathPicture::from("p", &maya)
            .then("is a member of", NodeKind::Between, "On-call", "group")
            .then("administers", NodeKind::Object, "Northwind", "organization")
            .missing();
        assert_eq!(picture.title(), "Maya is a member of On-call administers (missing) Northwind");
        assert_eq!(picture.height(), 3 * 49 + 2 * 42);
    }
}
