//! A failing comparison made small, and written as a test file; files that were kept are run before
//! anything is rolled.

use std::fmt::Write;
use std::path::Path;

use guildhall_authz::{Check, Model, Object, Snapshot, Subject, Tuple, run_tests};

use crate::world::{World, world};

/// One question on a world whose tuples are stored up to `cut`, and given with the question from
/// there on.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) cut: usize,
    pub(crate) question: (Object, String, Subject),
}

/// The smallest case in reach that still fails: no tuple and no relation can be left out.
pub(crate) fn shrink(mut case: Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    assert!(fails(&case), "the failure depends on more than the case");
    loop {
        let smaller = case.smaller().find(|smaller| fails(smaller));
        match smaller {
            Some(smaller) => case = smaller,
            None => return case,
        }
    }
}

impl Case {
    fn smaller(&self) -> impl Iterator<Item = Case> {
        let tuples = (0..self.world.tuples.len()).map(|at| self.without_tuple(at));
        let lines = 0..self.world.text.lines().count();
        tuples.chain(lines.filter_map(|line| self.without_line(line)))
    }

    fn without_tuple(&self, at: usize) -> Case {
        let mut case = self.clone();
        case.world.tuples.remove(at);
        case.cut -= usize::from(at < case.cut);
        case
    }

    /// Without a relation, or whatever else the model does without.
    fn without_line(&self, line: usize) -> Option<Case> {
        let mut case = self.clone();
        let lines = self.world.text.lines().enumerate();
        let kept: Vec<&str> = lines.filter(|(at, _)| *at != line).map(|(_, text)| text).collect();
        case.world.text = kept.join("\n") + "\n";
        case.world.model = Model::parse(&case.world.text).ok()?;
        let model = &case.world.model;
        case.world.relations.retain(|(kind, name), _| model.defines(kind, name));
        let (object, relation, subject) = &self.question;
        let known = |object: &Object, relation: &str| model.defines(&object.kind, relation);
        let admitted = self.world.tuples.iter().map(|tuple| ("test", tuple.clone()));
        let loaded = Snapshot::load(model.clone().into(), admitted, []).ok()?;
        let asked = match subject {
            Subject::Userset(object, relation) => known(object, relation),
            _ => true,
        };
        (loaded.inert() == 0 && known(object, relation) && asked).then_some(case)
    }

    /// The case as a test file that expects `expected`.
    pub(crate) fn file(&self, name: &str, expected: bool) -> String {
        let mut text = format!("tests:\n  - name: {name}\n    stages:\n      - model: |\n");
        for line in self.world.text.lines() {
            let _ = writeln!(text, "          {line}");
        }
        let (stored, contextual) = self.world.tuples.split_at(self.cut);
        let _ = writeln!(text, "        tuples: {}", tuples(stored));
        let (object, relation, subject) = &self.question;
        let asked = Tuple::new(object.clone(), relation.as_str(), subject.clone());
        let parameters = self.world.parameters.iter();
        let parameters: Vec<String> =
            parameters.map(|(name, value)| format!("{name}_p: {value}")).collect();
        let _ = write!(
            text,
            "        checkAssertions:\n          - tuple: {}\n            contextualTuples: {}\n\
             \x20           context: {{{}}}\n            expectation: {expected}\n",
            tuple(&asked),
            tuples(contextual),
            parameters.join(", ")
        );
        text
    }
}

fn tuples(all: &[Tuple]) -> String {
    let all: Vec<String> = all.iter().map(tuple).collect();
    format!("[{}]", all.join(", "))
}

fn tuple(tuple: &Tuple) -> String {
    let condition = tuple.condition.as_ref();
    let condition = condition.map(|held| format!(", condition: {{name: {}}}", held.name));
    format!(
        "{{user: '{}', relation: {}, object: '{}'{}}}",
        tuple.subject,
        tuple.relation,
        tuple.object,
        condition.unwrap_or_default()
    )
}

/// Runs the cases that failed once and were kept.
pub(crate) fn run_kept_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/regressions");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let report = run_tests(&path.display().to_string(), &text, &|_| unreachable!()).unwrap();
        assert!(report.failures.is_empty() && report.passed > 0, "{}: {report}", path.display());
    }
}

/// The shrinker on a fault that is made up: every yes is one.
#[test]
fn a_failure_is_shrunk_to_what_it_needs() {
    let held = |case: &Case| {
        let Case { world, cut, question: (object, relation, subject) } = case;
        let (stored, contextual) = world.tuples.split_at(*cut);
        let stored = stored.iter().map(|tuple| ("test", tuple.clone()));
        let snapshot = Snapshot::load(world.model.clone().into(), stored, []).unwrap();
        let check = Check::new(object, relation, subject).contextual(contextual);
        snapshot.check(&check) == Ok(true)
    };
    let mut shrunk = 0;
    for world in (1..2_000).filter_map(world).take(30) {
        let questions = world.tuples.iter().flat_map(|tuple| {
            let relations = world.relations.keys().filter(|(kind, _)| *kind == tuple.object.kind);
            relations.map(|(_, relation)| (tuple.object.clone(), relation.clone()))
        });
        let subject = world.subjects[0].clone();
        let cut = world.tuples.len() / 2;
        let mut cases = questions.map(|(object, relation)| Case {
            world: world.clone(),
            cut,
            question: (object, relation, subject.clone()),
        });
        let Some(case) = cases.find(held) else { continue };
        let small = shrink(case, &held);
        assert!(small.smaller().all(|smaller| !held(&smaller)));
        assert!(small.world.tuples.len() <= 4, "{}", small.file("large", true));
        for (expected, passed) in [(true, 1), (false, 0)] {
            let text = small.file("made_up", expected);
            let report = run_tests("made_up.yaml", &text, &|_| unreachable!()).unwrap();
            assert_eq!((report.passed, report.failures.len()), (passed, 1 - passed), "{text}");
        }
        shrunk += 1;
    }
    assert!(shrunk > 10, "{shrunk}");
}
