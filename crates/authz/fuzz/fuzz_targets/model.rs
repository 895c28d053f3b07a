//! Any text as a model, any text as JSON: reading ends, and what was read can be written and read
//! again.
//!
//! `cargo +nightly fuzz run model -- -max_total_time=600` in `crates/authz`.

#![no_main]

use guildhall_authz::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(model) = Model::parse(text)
        && let Ok(written) = model.to_text()
    {
        let again = Model::parse(&written).expect("what was written can be read");
        assert_eq!(again.to_json(), model.to_json());
        assert_eq!(again.to_text().as_ref(), Ok(&written), "the written form is stable");
    }
    if let Ok(model) = Model::from_json(text) {
        let again = Model::from_json(&model.to_json().to_string()).expect("reads again");
        assert_eq!(again.to_json(), model.to_json());
    }
});
