//! Documents: what is read, what is refused, what becomes of it.

use super::link::{ConsensusLink, decode, encode};
use super::*;
use crate::consensus::trial;
use crate::primitives::Micros;

fn paths(text: &str) -> Vec<String> {
    let problems = parse(text).expect_err("problems");
    assert!(problems.iter().all(|problem| !problem.hint.is_empty()));
    problems.into_iter().map(|problem| problem.path).collect()
}

#[test]
fn bad_input_is_refused_with_path_and_hint_all_at_once() {
    assert_eq!(
        paths(r#"{"nodes": "four", "colour": 1, "network": {"regions": 5, "delay": 3}}"#),
        [
            "version",
            "colour",
            "network.delay",
            "network.regions",
            "nodes"
        ]
    );
    assert_eq!(paths(r#"{"version": 1, "nodes": 0}"#), ["nodes"]);
    assert_eq!(paths(r#"{"version": 1, "faults": 2}"#), ["faults"]);
    assert_eq!(paths(r#"{"version": 1, "quorum": 5}"#), ["quorum"]);
    assert_eq!(paths(r#"{"version": 1, "byzantine": 4}"#), ["byzantine"]);
    assert_eq!(
        paths(r#"{"version": 1, "protocol": "paxos"}"#),
        ["protocol"]
    );
    assert_eq!(paths(r#"{"version": 1, "flaw": "none"}"#), ["flaw"]);
    assert_eq!(
        paths(
            r#"{"version": 1, "byzantine": 1, "adversary": "selfish_mine", "acts": [
                {"at_us": 0, "do": {"lie": {"node": 1, "how": "double_spend"}}}
            ]}"#
        ),
        ["adversary", "acts[0].do.lie.how"]
    );
    assert_eq!(
        paths(
            r#"{"version": 1, "byzantine": 1, "adversary": "long_range", "acts": [
                {"at_us": 0, "do": {"withdraw": {"node": 1}}},
                {"at_us": 0, "do": {"trust": {"node": 9}}}
            ]}"#
        ),
        [
            "acts[0].do.withdraw",
            "acts[1].do.trust",
            "adversary",
            "acts[1]"
        ]
    );
    assert_eq!(
        paths(r#"{"version": 1, "knobs": {"at_once": 0, "x": 1}}"#),
        ["knobs.at_once", "knobs.x"]
    );
    assert_eq!(
        paths(r#"{"version": 1, "network": {"regions": "moon"}}"#),
        ["network.regions"]
    );
    assert_eq!(
        paths(r#"{"version": 1, "moved": {"eu-west-1": [0, 0]}}"#),
        ["moved.eu-west-1"]
    );
    assert_eq!(
        paths(
            r#"{"version": 1, "network": {"regions": "cloud"},
                "moved": {"eu-west-1": [0, -500001], "mars": [1, 1], "us-east-1": [500000, 1]}}"#
        ),
        ["moved.eu-west-1", "moved.mars"]
    );
    assert_eq!(
        paths(
            r#"{"version": 1, "network": {"regions": "cloud", "placed": ["eu-west-1", "mars"]}}"#
        ),
        ["network.placed[1]"]
    );
    assert_eq!(
        paths(
            r#"{"version": 1, "acts": [
                {"at_us": 0, "do": {"partition": {"groups": [[0, 1], [1, 2]]}}},
                {"at_us": 0, "do": {"crash": {"node": 4}}},
                {"at_us": 0, "do": {"drop": {"kind": "vote", "from": null, "to": null, "count": 1}}}
            ]}"#
        ),
        [
            "acts[2].do.drop.kind",
            "acts[0].do.partition.groups",
            "acts[1]"
        ]
    );
    assert_eq!(
        paths(
            r#"{"version": 1, "acts": [{"at_us": 0, "do": "heal"}, {"at_us": 0, "do": "sing"}]}"#
        ),
        ["acts[1]"]
    );
    assert_eq!(paths("{"), [""]);
}

#[test]
fn what_is_printed_is_read_again_and_a_link_holds_all_of_it() {
    let mut scenario = parse(
        r#"{"version": 1, "name": "cut", "nodes": 7, "seed": 9, "decisions": 3,
            "network": {"regions": "cloud", "jitter_ppm": 22000},
            "acts": [{"at_us": 5, "do": {"partition": {"groups": [[0, 1]]}}},
                     {"at_us": 900, "do": "heal"}]}"#,
    )
    .unwrap();
    assert_eq!(parse(&print(&scenario)), Ok(scenario.clone()));
    scenario
        .acts
        .push(document_act(Micros(77), Deed::Crash { node: 2 }));
    let link = ConsensusLink {
        scenario,
        moment: Some(Micros(123_456)),
    };
    let text = encode(&link);
    assert!(text.starts_with("#2.") && text.len() < 200, "{text}");
    assert_eq!(decode(&text), Ok(link));
    // Every cut is noticed.
    for end in 0..text.len() {
        assert!(decode(&text[..end]).is_err());
    }
}

#[test]
fn a_published_link_opens_for_ever() {
    let link = decode(PUBLISHED).unwrap();
    let expected = ConsensusScenario {
        byzantine: 2,
        ..ConsensusScenario::default()
    };
    assert_eq!(link.scenario, expected);
    assert_eq!(encode(&link), PUBLISHED);
}

/// Four nodes, two of which lie.
const PUBLISHED: &str = "#2.AgEAAARwYmZ0BAAAAgAB0A_IAQAAAACgjQYAAAAAAMgBAAAAAAAAAAAAAIDd2wEAoJZFtQ";

#[test]
fn two_liars_of_four_fork_and_one_does_not() {
    for (byzantine, is_safe) in [(0, true), (1, true), (2, false), (3, true)] {
        let scenario = ConsensusScenario {
            byzantine,
            ..ConsensusScenario::default()
        };
        let (entry, settings) = build(&scenario).unwrap();
        let report = trial::run(entry, &settings);
        assert_eq!(report.verdict.is_safe(), is_safe, "{byzantine}");
        assert!(byzantine > 1 || report.verdict.is_done());
    }
}

#[test]
fn a_document_with_moved_regions_has_a_link_of_its_own_and_others_keep_theirs() {
    let mut scenario = preset::named("ten-regions").expect("a preset").scenario();
    let still = encode(&ConsensusLink {
        scenario: scenario.clone(),
        moment: None,
    });
    scenario.moved.insert("sa-east-1".to_owned(), [-90_000, 1]);
    let link = ConsensusLink {
        scenario,
        moment: Some(Micros(7)),
    };
    let text = encode(&link);
    assert_eq!(decode(&text), Ok(link.clone()));
    assert_ne!(text, still);
    // What a program before this one wrote for a document without them.
    let mut bytes = vec![2];
    let mut without = link.clone();
    without.scenario.moved.clear();
    let mut packed = postcard::to_allocvec(&without.scenario).expect("a document");
    assert_eq!(packed.pop(), Some(0), "the empty map at the end");
    bytes.extend(packed);
    bytes.extend(postcard::to_allocvec(&without.moment).expect("a moment"));
    let old = crate::scenario::link::sealed::seal(2, bytes);
    assert_eq!(encode(&without), old);
    assert_eq!(decode(&old), Ok(without));
}
