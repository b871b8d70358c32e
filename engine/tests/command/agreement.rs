//! Agreement protocols, and the whole from arrival to finality.

use super::{Scratch, json, ok, refused};

#[test]
fn consensus_counts_messages_and_hops_and_gives_a_verdict() {
    let report = json(&[
        "consensus",
        "--protocol",
        "pbft",
        "--nodes",
        "7",
        "--delay-ms",
        "50",
        "--decisions",
        "2",
        "--json",
    ]);
    assert_eq!(report["messages"]["prepare"], 72);
    assert_eq!(report["messages_total"], 168);
    assert_eq!(
        report["messages_total"],
        report["expected"]["messages_total"]
    );
    assert_eq!((&report["hops"], &report["quorum"]), (&3.into(), &5.into()));
    assert_eq!(report["latency_us"]["p50"], 150_000);
    assert_eq!(report["verdict"]["safety"], "held");
    let fork = json(&["consensus", "--nodes", "4", "--byzantine", "2", "--json"]);
    assert_eq!(fork["verdict"]["safety"], "broken");
    assert_eq!(
        fork["verdict"]["conflict"]["both"],
        serde_json::json!([0, 1])
    );
}

#[test]
fn consensus_takes_faults_from_a_file_and_gives_the_run_as_a_link() {
    let faults = Scratch::new(
        "faults.json",
        r#"[{"at_us": 0, "do": {"lie": {"node": 0, "how": "silent_leader"}}}]"#,
    );
    let arguments = ["consensus", "--nodes", "4", "--fault", faults.path()];
    let report = json(&[&arguments[..], &["--json"]].concat());
    assert_eq!(report["messages"]["view_change"], 12);
    let link = ok(&[&arguments[..], &["--link"]].concat());
    let again = json(&["consensus", "--document", link.trim(), "--json"]);
    assert_eq!(again, report);
    let document = ok(&["consensus", "--document", link.trim(), "--print"]);
    assert!(document.contains("silent_leader"));
}

#[test]
fn consensus_refuses_bad_input_with_path_and_hint() {
    for (arguments, path) in [
        (vec!["--nodes", "0"], "nodes: 0 is out of range"),
        (vec!["--nodes", "4", "--faults", "2"], "faults: 2 of 4"),
        (
            vec!["--nodes", "4", "--byzantine", "4"],
            "byzantine: 4 of 4",
        ),
        (
            vec!["--nodes", "4", "--quorum", "9"],
            "quorum: 9 is out of range",
        ),
        (
            vec!["--regions", "eu-west-1,atlantis"],
            "network.placed[1]: no region",
        ),
        (vec!["--delay-ms", "ten"], "network.delay_us"),
        (vec!["--protocol", "paxos"], "protocol: no protocol"),
    ] {
        let errors = refused(&[&["consensus"], &arguments[..]].concat());
        assert!(errors.contains(path), "{arguments:?}: {errors}");
        assert!(errors.contains('('), "no hint: {errors}");
    }
    let cut = Scratch::new(
        "cut.json",
        r#"[{"at_us": 0, "do": {"partition": {"groups": [[0, 1], [1, 2]]}}}]"#,
    );
    let errors = refused(&["consensus", "--fault", cut.path()]);
    assert!(
        errors.contains("acts[0].do.partition.groups: node 1 is named twice"),
        "{errors}"
    );
}

#[test]
fn trials_of_a_protocol_are_run_by_seed() {
    let line = ok(&[
        "consensus",
        "--protocol",
        "pbft",
        "--trials",
        "20",
        "--harm",
        "lost",
    ]);
    assert!(line.contains("20 trials from seed 0 on are well"), "{line}");
    // Where deciding is a matter of chance, what is not well is counted, and the first of it named.
    let line = ok(&["consensus", "--protocol", "snowman", "--trials", "4"]);
    let counted = "snowman decides by chance: 3 of 4 trials from seed 0 on are well";
    assert!(
        line.contains(counted) && line.contains("--trial 2"),
        "{line}"
    );
    assert!(
        json(&["protocols", "--json"])[0]["source"]
            .as_str()
            .is_some()
    );
}

#[test]
fn the_whole_runs_from_arrival_to_finality() {
    let whole = |more: &[&str]| {
        let usual = [
            "world",
            "preset:payments",
            "--decisions",
            "4",
            "--block",
            "100",
            "--json",
        ];
        json(&[&usual[..], more].concat())
    };
    let report = whole(&["--rate", "100"]);
    assert_eq!(report["bottleneck"], "load");
    assert_eq!(
        (&report["blocks"], &report["roots_differing"]),
        (&4.into(), &0.into())
    );
    let flood = whole(&["--rate", "20000"]);
    assert_eq!(flood["bottleneck"], "ordering");
    // The first block takes the one that has arrived, three more are full.
    assert_eq!(flood["transactions"], 301);
    let errors = refused(&["world", "preset:payments", "--rate", "0", "--nodes", "0"]);
    assert!(
        errors.contains("world.rate_per_second") && errors.contains("nodes: 0"),
        "{errors}"
    );
}
