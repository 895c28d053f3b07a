//! How deeply an expression may be nested: reading and evaluating one needs the more stack the
//! deeper it is, and it may come from anybody who may add a tuple.

use crate::language::string_literal;

/// The deepest nesting: a bracket counts [`BRACKET`], an operator within a chain one.
const DEEPEST: usize = 64;
const BRACKET: usize = 4;

/// What any thread has stack enough to read.
const SHALLOW: usize = 4 * BRACKET;

/// Whether the expression needs a stack of its own to be read.
///
/// Refuses one that is nested too deeply; also one with a quote that is never closed, after which
/// nobody can tell brackets from text.
pub(super) fn is_deep(source: &str) -> Result<bool, String> {
    // Of each open bracket: how long the chain of operators is that it stands in.
    let mut open: Vec<usize> = Vec::new();
    let (mut chain, mut deepest, mut at) = (0, 0, 0);
    while let Some(next) = source[at..].chars().next() {
        let rest = &source[at..];
        if let Some(length) = string_literal(rest) {
            at += length;
            continue;
        }
        at += match next {
            '"' | '\'' => return Err("a quote is not closed".to_owned()),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(next) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => next.len_utf8(),
        };
        match next {
            '(' | '[' | '{' => {
                open.push(chain);
                chain += BRACKET;
            }
            ')' | ']' | '}' => chain = open.pop().map_or(0, |before| before + 1),
            // What stands side by side does not make each other deeper.
            ',' | '&' | '|' => chain = open.last().map_or(0, |before| before + BRACKET),
            _ if next.is_whitespace() || is_word(next) => {}
            _ => chain += 1,
        }
        deepest = deepest.max(chain);
        if deepest > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
    }
    Ok(deepest > SHALLOW)
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::is_deep;
    use crate::conditions::Condition;

    fn compile(expression: &str) -> Result<Condition, String> {
        let context = serde_json::json!({ "expression": expression });
        Condition::of_tuple(context.as_object().unwrap())
    }

    /// With a quarter of the stack of a server's thread; what is not optimized needs far more.
    #[test]
    fn expressions_as_deep_as_allowed_can_be_read_and_evaluated() {
        let stack = if cfg!(debug_assertions) { 16 << 20 } else { 512 << 10 };
        let thread = std::thread::Builder::new().stack_size(stack);
        thread.spawn(deep_expressions).unwrap().join().unwrap();
    }

    fn deep_expressions() {
        let nested = |open: &str, close: &str, depth: usize| {
            format!("{}x{} == 'a'", open.repeat(depth), close.repeat(depth))
        };
        for (shape, within, beyond) in [
            (&(|n| nested("(", ")", n)) as &dyn Fn(usize) -> String, 14, 100_000),
            (&|n| nested("[", "]", n), 14, 100_000),
            (&|n| format!("x{} == 'a'", " + x".repeat(n)), 60, 100_000),
            (&|n| format!("x == 'a'{}", " == true".repeat(n)), 30, 100_000),
            (&|n| format!("{}true", "x == 'a' ? true : ".repeat(n)), 14, 100_000),
            (&|n| format!("x{} == 'a'", ".y".repeat(n)), 60, 100_000),
            (&|n| format!("x{} == 'a'", "[0]".repeat(n)), 55, 100_000),
        ] {
            let condition = compile(&shape(within)).unwrap();
            let given = serde_json::json!({ "x": "b" });
            let _ = condition.holds(&serde_json::Map::new(), given.as_object());
            assert_eq!(compile(&shape(beyond)).unwrap_err(), "it is nested too deeply");
        }
        // Many side by side are no depth.
        compile(&vec!["x == 'a'"; 1000].join(" || ")).unwrap();
        compile(&format!("x in [{}]", vec!["'a'"; 1000].join(", "))).unwrap();
    }

    #[test]
    fn text_is_no_bracket() {
        let texts = [
            r#""\"((((((((((((((((((((""#,
            r#"'(((((((((((((((((((('"#,
            r#"r'\((((((((((((((((((((('"#,
            "'''\n\"(((((((((((((((((((('''",
        ];
        for text in texts {
            is_deep(&format!("x == {text} // (((((((((((((((((((((((")).unwrap();
            // Closed brackets within a text close none.
            let level = format!("(bar{} == x || ", text.replace('(', ")"));
            assert!(is_deep(&level.repeat(50)).is_err(), "{level}");
        }
        for text in ["x == 'a", "x == \"a\n\"", "'"] {
            assert_eq!(is_deep(text).unwrap_err(), "a quote is not closed", "{text}");
        }
    }
}
