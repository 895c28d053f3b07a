//! Damaged texts: reading them ends, and the grammar and the reader of the tree agree on which are
//! whole.

use super::{descent, grammar, lexer};

const WHOLE: &[&str] = &[
    "model\n  schema 1.1\ntype user\ntype doc\n  relations\n\
     \u{20}   define a: [user, user:*, doc#a with c, user with $expression]\n\
     \u{20}   define b: (a or b from d) and (a but not (a and b))\n\
     \u{20}   define d: [doc]\n\ncondition c(x: int, y: list<string>) {\n\
     \u{20} x < 5 && \"a}\" in y\n}\n",
    "module core\n\ntype user\n\nextend type doc\n  relations\n\
     \u{20}   define model: [ user , doc ]  or   type\n",
    "\r# a\rmodel\r  schema 1.1\r# b\rtype user\r",
    "# comment\nmodel\n  schema 1.2 # so\ntype a.b/c\n  relations\n\
     \u{20}   # more\n    define x-y: [a.b/c]\n",
];

const PIECES: &[&str] = &[
    " ",
    "\n",
    "\n  ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "#",
    "*",
    "define ",
    "type ",
    "relations",
    " or ",
    " and ",
    " but not ",
    " from ",
    " with ",
    "$expression",
    "condition ",
    "model",
    "extend ",
    "\"",
    "'",
    "\\",
    "é",
    "\u{0}",
    "\r",
    "\t",
    "int",
    "list<",
    ">",
    "1.1",
    "user",
    "//",
    "\"\"\"",
];

#[test]
fn grammar_and_tree_agree_on_damaged_texts() {
    const ROUNDS: usize = 3_000;
    let mut state = 11_u64;
    let mut roll = |sides: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % sides
    };
    let mut whole = 0;
    for round in 0..ROUNDS {
        let mut text: Vec<char> = WHOLE[roll(WHOLE.len())].chars().collect();
        for _ in 0..roll(4) {
            let at = roll(text.len() + 1);
            match roll(3) {
                0 => {
                    text.splice(at..at, PIECES[roll(PIECES.len())].chars());
                }
                1 => {
                    let end = (at + 1 + roll(6)).min(text.len());
                    text.drain(at.min(end)..end);
                }
                _ => {
                    let end = (at + 1 + roll(40)).min(text.len());
                    let copy: Vec<char> = text[at.min(end)..end].to_vec();
                    text.splice(at..at, copy);
                }
            }
        }
        let text: String = text.into_iter().collect();
        let cleaned = lexer::without_comments(&text);
        let (tokens, faults) = lexer::tokens(&cleaned, 0);
        let broken = grammar::faults(&tokens);
        if faults.is_empty() && broken.is_empty() {
            whole += 1;
            let tree = descent::document(&cleaned, &tokens);
            assert!(tree.is_ok(), "round {round}: {tree:?}\n{cleaned}");
        }
        for fault in broken {
            assert!(!fault.message.is_empty());
        }
    }
    assert!(whole > 100, "{whole}");
}
