//! The language in its forms: text, JSON, modules.

use guildhall_authz::{Fault, Model};

use crate::world::world;

#[test]
fn text_and_json_say_the_same() {
    let mut compared = 0;
    for world in (1..400).filter_map(world) {
        let json = world.model.to_json();
        let again = Model::from_json(&json.to_string()).unwrap();
        assert_eq!(again.to_json(), json, "{}", world.text);
        let text = world.model.to_text().unwrap();
        let third = Model::parse(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        assert_eq!(third.to_json(), json, "{text}");
        assert!(again.to_text().is_ok(), "{json:#}");
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn json_has_the_published_form() {
    let text = "\
model
  schema 1.1

type user

type group
  relations
    define member: [user, user:* with recent, group#member]
    define parent: [group]
    define reader: (member or reader from parent) but not blocked
    define blocked: [user]

condition recent(age: int, tags: list<string>) {
  age < 5 && \"x\" in tags
}
";
    let model = Model::parse(text).unwrap();
    let json = model.to_json();
    let group = &json["type_definitions"][1];
    assert_eq!(json["schema_version"], "1.1");
    let reader = &group["relations"]["reader"]["difference"];
    assert_eq!(reader["base"]["union"]["child"][0]["computedUserset"]["relation"], "member");
    assert_eq!(
        reader["base"]["union"]["child"][1]["tupleToUserset"]["tupleset"]["relation"],
        "parent"
    );
    let named = &group["metadata"]["relations"]["member"]["directly_related_user_types"];
    assert_eq!(named[1]["condition"], "recent");
    assert!(named[1]["wildcard"].is_object());
    assert_eq!(named[2]["relation"], "member");
    let tags = &json["conditions"]["recent"]["parameters"]["tags"];
    assert_eq!(tags["type_name"], "TYPE_NAME_LIST");
    assert_eq!(tags["generic_types"][0]["type_name"], "TYPE_NAME_STRING");
    // Relations come back in the order of JSON objects, which is by name.
    let again = Model::from_json(&json.to_string()).unwrap();
    assert_eq!(again.to_json(), json);
    assert_eq!(model.source(), Some(text));
    assert_eq!(again.source(), None);
}

#[test]
fn json_that_is_no_model_is_refused() {
    for text in [
        "",
        "[]",
        "{}",
        concat!(
            r#"{"schema_version":"1.1","type_definitions":[{"type":"a","#,
            r#""relations":{"r":{"magic":{}}}}]}"#,
        ),
        concat!(
            r#"{"schema_version":"1.1","type_definitions":[{"type":"a","#,
            r#""relations":{"r":{"union":{"child":[]}}}}]}"#,
        ),
        concat!(
            r#"{"schema_version":"1.1","type_definitions":[{"type":"a","#,
            r#""relations":{"r":{"computedUserset":{"relation":"x"}}}}]}"#,
        ),
        r#"{"schema_version":"9","type_definitions":[]}"#,
        r#"{"type_definitions":[]}"#,
        concat!(
            r#"{"schema_version":"1.1","type_definitions":[{"type":"a","relations":{"r":"#,
            r#"{"this":{}}},"metadata":{"relations":{"r":{"directly_related_user_types":"#,
            r#"[{"type":"a","condition":"c"}]}}}}],"conditions":{"c":{"name":"d","#,
            r#""expression":"true"}}}"#,
        ),
    ] {
        assert!(Model::from_json(text).is_err(), "{text}");
    }
}

const CORE: &str =
    "module core\n\ntype user\n\ntype team\n  relations\n    define member: [user]\n";

#[test]
fn modules_are_joined() {
    let wiki = "module wiki\nextend type team\n  relations\n    define reader: member\n\
                type page\n  relations\n    define owner: [team#member]\n";
    let model = Model::from_modules("1.2", &[("core.fga", CORE), ("wiki.fga", wiki)]).unwrap();
    assert_eq!(model.types().collect::<Vec<_>>(), ["user", "team", "page"]);
    assert_eq!(model.relations("team").collect::<Vec<_>>(), ["member", "reader"]);
    let files = |name: &str| match name {
        "model/fga.mod" => Ok("schema: '1.2'\ncontents:\n  - core.fga\n  - wiki.fga\n".to_owned()),
        "model/core.fga" => Ok(CORE.to_owned()),
        "model/wiki.fga" => Ok(wiki.to_owned()),
        other => Err(std::io::Error::other(other.to_owned())),
    };
    let loaded = Model::load("model/fga.mod", &files).unwrap();
    assert_eq!(loaded.to_json(), model.to_json());
}

#[test]
fn faults_of_modules_name_their_file() {
    let wrong = "module wrong\nextend type team\n  relations\n    define member: [user]\n\
                 extend type nothing\n  relations\n    define x: [user]\ntype user\n";
    let faults =
        Model::from_modules("1.2", &[("core.fga", CORE), ("wrong.fga", wrong)]).unwrap_err();
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "wrong.fga:8:6: duplicate type definition user",
            "wrong.fga:4:12: relation member already exists on type team",
            "wrong.fga:5:13: extended type nothing does not exist",
        ]
    );
    let missing = "module wiki\ntype page\n  relations\n    define owner: reader\n";
    let faults =
        Model::from_modules("1.2", &[("core.fga", CORE), ("wiki.fga", missing)]).unwrap_err();
    assert_eq!(
        (faults[0].file.as_str(), faults[0].error.fault),
        ("wiki.fga", Fault::MissingDefinition)
    );
}

#[test]
fn comments_stand_anywhere_and_stay_in_the_source() {
    let text = "# who\nmodel\n  schema 1.1 # version\n# people\ntype user\ntype doc # papers\n  \
        relations\n\
                \x20   # readers\n    define reader: [user] # direct\n";
    let model = Model::parse(text).unwrap();
    assert_eq!(model.source(), Some(text));
    assert!(model.defines("doc", "reader"));
}

#[test]
fn conditions_are_compiled_with_the_model() {
    let model = |expression: &str| {
        Model::parse(&format!(
            "model\n  schema 1.1\ntype user\ntype doc\n  relations\n    define reader: [user with \
                c]\n\
             condition c(x: int) {{\n  {expression}\n}}\n"
        ))
    };
    assert!(model("x < 5 && x > 1").is_ok());
    let faults = model("x <").unwrap_err();
    assert_eq!((faults[0].fault, faults[0].span.line), (Fault::InvalidCondition, 6));
}

/// Texts that once broke something, or could: none may do more than fail.
#[test]
fn odd_texts_end_in_errors() {
    let deep =
        format!("model\n  schema 1.1\ntype a\n  relations\n    define b: {}b\n", "(".repeat(5_000));
    let closed = format!(
        "model\n  schema 1.1\ntype user\ntype a\n  relations\n    define c: [user]\n    define b: \
            {}c{}\n",
        "(".repeat(60),
        ")".repeat(60)
    );
    for text in [
        deep.as_str(),
        "",
        "\n",
        "model",
        "#",
        "condition condition (",
        "type 'x",
        "\"",
        "é",
        "\r\r",
        "module\u{0}",
    ] {
        assert!(Model::parse(text).is_err(), "{text:.40}");
    }
    let _ = Model::parse(&closed);
}

const COMMENTED: &str = "\
# What this is.

# By whom.
model
  schema 1.1 # the usual one

# People.
type user # all of them

# Groups,
# too.

type group
  relations
    # Whoever was added.
    define member: [user, group#member] # nested
    # Not yet used.

    # But soon.
    define owner: [user with recent]
    # define guest: [user:*]

type lone
  # nothing yet

# Only fresh ones.
condition recent(age: int) {
  # In hours.
  age < 5 # fewer than five

  && age >= 0
} # so far

# The end.
";

#[test]
fn comments_are_kept() {
    let model = Model::parse(COMMENTED).unwrap();
    assert_eq!(model.to_text().unwrap(), COMMENTED);
    let json = model.to_json();
    let expression = json["conditions"]["recent"]["expression"].as_str().unwrap();
    assert!(!expression.contains('#'), "{expression}");
}

#[test]
fn comments_in_the_middle_move_and_then_stay() {
    let text = "\
# head
model # a
  # b
  schema 1.1
  # c
type user
  # d
type doc # e
  # f
  relations # g
    # h
    define viewer: [user, # i
      user:*] # j
# k
    define editor: [user]
# l
condition c( # m
  x: int) { # n
  x > 1 }
";
    let model =
        Model::parse(&text.replace("define editor: [user]", "define editor: [user with c]"));
    let model = model.unwrap();
    let written = model.to_text().unwrap();
    for letter in 'a'..='n' {
        assert!(written.contains(&format!("# {letter}\n")), "{letter} is lost:\n{written}");
    }
    let again = Model::parse(&written).unwrap();
    assert_eq!(again.to_text().unwrap(), written);
    assert_eq!(again.to_json(), model.to_json());
}

#[test]
fn comments_of_modules_come_along() {
    let wiki = "# The wiki.\nmodule wiki\n\n# Of teams.\nextend type team # more\n  relations\n\
                \x20   # Readers.\n    define reader: member\n    # end\n";
    let model = Model::from_modules("1.2", &[("core.fga", CORE), ("wiki.fga", wiki)]).unwrap();
    let text = model.to_text().unwrap();
    for comment in ["# The wiki.", "# Of teams.", "# more", "# Readers.", "# end"] {
        assert!(text.contains(comment), "{comment} is lost:\n{text}");
    }
    assert_eq!(Model::parse(&text).unwrap().to_text().unwrap(), text);
}

/// The comment lines of a text, and those at the ends of lines.
fn comments(text: &str) -> Vec<String> {
    let comment = |line: &str| {
        let line = line.trim();
        let own = line.starts_with('#').then(|| line.to_owned());
        own.or_else(|| line.split_once(" #").map(|(_, rest)| format!("#{rest}")))
    };
    let mut found: Vec<String> = text.lines().filter_map(comment).collect();
    found.sort();
    found
}

#[test]
fn the_charter_is_written_with_all_its_comments() {
    let text = include_str!("../../../app/charter.fga");
    let model = Model::parse(text).unwrap();
    let written = model.to_text().unwrap();
    assert_eq!(comments(&written), comments(text));
    let again = Model::parse(&written).unwrap();
    assert_eq!(again.to_text().unwrap(), written);
    assert_eq!(again.to_json(), model.to_json());
}
