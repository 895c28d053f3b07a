//! Clusters: versions compare by number, states say what may be done, credits add up.

use std::time::Duration;

use guildhall_model::{ClusterMove, ClusterState, Credits, Version};
use proptest::{collection, prop_assert_eq, proptest};

fn version(text: &str) -> Version {
    text.parse().expect("a version")
}

#[test]
fn h64_versions_compare_by_number() {
    assert!(version("2.10.0") > version("2.6.0"));
    assert!(version("2.5.9") < version("2.6.0"));
    assert_eq!(version("2.6"), version("2.6.0"));
    for (text, administered) in
        [("2.6.0", true), ("2.10.0", true), ("10.0", true), ("2.5.9", false), ("2.5.10.1", false)]
    {
        assert_eq!(version(text).is_administered(), administered, "{text}");
    }
}

#[test]
fn only_numbers_with_dots_are_versions() {
    for text in ["", "3", "2.", ".2", "2..6", "2.6.0-rc1", "v2.6", "1.2.3.4.5", "2.-6", "2.１"] {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
    assert_eq!(version(" 2.6.0 ").to_string(), "2.6.0");
}

#[test]
fn h72_each_state_says_which_moves_it_allows() {
    let table: Vec<_> = ClusterState::ALL
        .iter()
        .map(|state| {
            let moves = ClusterMove::ALL.iter().filter(|wanted| state.allows(**wanted));
            format!("{state}: {}", moves.map(ClusterMove::as_str).collect::<Vec<_>>().join(" "))
        })
        .collect();
    let expected = [
        "pending: terminate",
        "starting: terminate",
        "running: stop upgrade terminate",
        "stopping: ",
        "stopped: start upgrade terminate",
        "updating: ",
        "terminating: ",
        "terminated: ",
        "error: start stop terminate",
    ];
    assert_eq!(table, expected);
}

#[test]
fn credits_read_as_they_are_written() {
    for text in ["0", "12.5", "-0.000001", "1000000000", "7.000001"] {
        assert_eq!(text.parse::<Credits>().map(|credits| credits.to_string()), Ok(text.to_owned()));
    }
    for text in ["", "1.", ".5", "1e3", "1.0000001", "--1", "9999999999999999999", "1,5"] {
        assert!(text.parse::<Credits>().is_err(), "{text}");
    }
    assert_eq!(Credits::from_millionths(-1_239_999).rounded(), "-1.23");
}

proptest! {
    #[test]
    fn parts_of_a_run_add_up_to_the_whole(
        rate in 1u32..100_000,
        mut cuts in collection::vec(0u64..400 * 86_400 * 1_000_000, 1..50),
    ) {
        cuts.sort_unstable();
        let at = |micros: u64| Credits::new(rate).hourly(Duration::from_micros(micros));
        let parts: Credits = cuts.windows(2).map(|pair| at(pair[1]) - at(pair[0])).sum();
        prop_assert_eq!(parts, at(cuts[cuts.len() - 1]) - at(cuts[0]));
    }
}
