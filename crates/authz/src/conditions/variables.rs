//! The variables of an expression: what it takes from outside.

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr};

/// Words of expressions that stand for types.
const TYPES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "dyn",
    "google",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
];

/// The names of the variables, each where it first stands; neither names of types nor names that
/// the expression itself gives to the entries of a list or map.
pub(super) fn variables(expression: &IdedExpr) -> impl Iterator<Item = &str> {
    let mut found = Found::default();
    found.walk(expression);
    found.names.into_iter()
}

#[derive(Default)]
struct Found<'a> {
    names: Vec<&'a str>,
    /// Names of entries, innermost last.
    entries: Vec<&'a str>,
}

impl<'a> Found<'a> {
    fn walk(&mut self, expression: &'a IdedExpr) {
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.name(name),
            Expr::Select(select) => self.walk(&select.operand),
            Expr::Call(call) => call.target.iter().for_each(|target| self.walk(target)),
            Expr::List(list) => list.elements.iter().for_each(|part| self.walk(part)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Struct(built) => built.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Comprehension(over) => {
                self.walk(&over.iter_range);
                let own = [Some(&over.iter_var), over.iter_var2.as_ref(), Some(&over.accu_var)];
                let outside = self.entries.len();
                self.entries.extend(own.into_iter().flatten().map(String::as_str));
                for part in [&over.accu_init, &over.loop_cond, &over.loop_step, &over.result] {
                    self.walk(part);
                }
                self.entries.truncate(outside);
            }
        }
        if let Expr::Call(call) = &expression.expr {
            call.args.iter().for_each(|part| self.walk(part));
        }
    }

    fn entry(&mut self, entry: &'a EntryExpr) {
        match entry {
            EntryExpr::StructField(field) => self.walk(&field.value),
            EntryExpr::MapEntry(entry) => {
                self.walk(&entry.key);
                self.walk(&entry.value);
            }
        }
    }

    fn name(&mut self, name: &'a str) {
        let own = name.starts_with('@') || self.entries.contains(&name) || TYPES.contains(&name);
        if !own && !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_comes_from_outside_is_a_variable() {
        for (source, expected) in [
            ("a == b.c && size(d[e]) > 0 && f.matches(a)", vec!["a", "b", "d", "e", "f"]),
            ("x in [1, y] || {k: v}.size() == 1", vec!["x", "y", "k", "v"]),
            (
                "tags.exists(tag, tag == wanted && tags.all(other, other != tag))",
                vec!["tags", "wanted"],
            ),
            ("tags.map(t, t).filter(t, t > t).exists(t, t == t) && t", vec!["tags", "t"]),
            ("type(x) == int && has(x.y)", vec!["x"]),
            ("x ? y : 1 == 2", vec!["x", "y"]),
            ("true", vec![]),
        ] {
            let program = cel::Program::compile(source).unwrap();
            assert_eq!(
                super::variables(program.expression()).collect::<Vec<_>>(),
                expected,
                "{source}"
            );
        }
    }
}
