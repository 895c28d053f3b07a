//! What an expression takes from outside, and how much work it can be.

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr, operators};

/// The named functions of the expressions of conditions.
const FUNCTIONS: &[&str] = &[
    "bool",
    "bytes",
    "contains",
    "double",
    "duration",
    "dyn",
    "endsWith",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "in_cidr",
    "int",
    "ipaddress",
    "matches",
    "size",
    "startsWith",
    "string",
    "timestamp",
    "type",
    "uint",
];

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

/// What an expression refers to.
#[derive(Default)]
pub(super) struct References<'a> {
    /// The names of the variables, each once, where it first stands; neither names of types nor
    /// names that the expression itself gives to the entries of a list or map.
    pub(super) variables: Vec<&'a str>,
    /// The name of the first function that there is not.
    pub(super) unknown_function: Option<&'a str>,
    /// How deeply walks over lists and maps stand within each other.
    pub(super) loops: u32,
    /// How many entries the lists and maps have that are written in it, all together.
    pub(super) written: usize,
    /// How often lists may be joined.
    pub(super) joins: usize,
    /// Names of entries, innermost last.
    entries: Vec<&'a str>,
    /// The walks around the current place.
    around: u32,
}

/// What the expression refers to.
pub(super) fn references(expression: &IdedExpr) -> References<'_> {
    let mut found = References::default();
    found.walk(expression);
    found
}

impl<'a> References<'a> {
    fn walk(&mut self, expression: &'a IdedExpr) {
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.name(name),
            Expr::Select(select) => self.walk(&select.operand),
            Expr::Call(call) => {
                self.function(&call.func_name);
                self.joins += usize::from(call.func_name == operators::ADD);
                call.target.iter().for_each(|target| self.walk(target));
                call.args.iter().for_each(|part| self.walk(part));
            }
            Expr::List(list) => {
                self.written += list.elements.len();
                list.elements.iter().for_each(|part| self.walk(part));
            }
            Expr::Map(map) => {
                self.written += map.entries.len();
                map.entries.iter().for_each(|entry| self.entry(&entry.expr));
            }
            Expr::Struct(built) => built.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Comprehension(over) => {
                self.walk(&over.iter_range);
                let own = [Some(&over.iter_var), over.iter_var2.as_ref(), Some(&over.accu_var)];
                let outside = self.entries.len();
                self.around += 1;
                self.loops = self.loops.max(self.around);
                self.entries.extend(own.into_iter().flatten().map(String::as_str));
                for part in [&over.accu_init, &over.loop_cond, &over.loop_step, &over.result] {
                    self.walk(part);
                }
                self.entries.truncate(outside);
                self.around -= 1;
            }
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

    fn function(&mut self, name: &'a str) {
        // Operators are functions, too, with names that are no words.
        let word = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if word && !FUNCTIONS.contains(&name) {
            self.unknown_function.get_or_insert(name);
        }
    }

    fn name(&mut self, name: &'a str) {
        let own = name.starts_with('@') || self.entries.contains(&name) || TYPES.contains(&name);
        if !own && !self.variables.contains(&name) {
            self.variables.push(name);
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
            let found = super::references(program.expression());
            assert_eq!(found.variables, expected, "{source}");
            assert_eq!(found.unknown_function, None, "{source}");
        }
    }
}
