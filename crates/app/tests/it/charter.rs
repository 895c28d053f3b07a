//! The charter parses, and every type in it can answer whether it may be seen.

use guildhall_app::charter;

#[test]
fn every_type_that_is_a_target_says_who_sees_it() {
    let charter = charter();
    for kind in ["user", "system", "organization", "invitation"] {
        assert!(charter.relations(kind).any(|name| name == "can_see"), "{kind} has no can_see");
    }
}
