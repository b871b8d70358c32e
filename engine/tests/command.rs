//! The `interleave` command as people run it: answers, errors and exit codes.

use serde_json::Value;
use std::process::{Command, Output};

fn interleave(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_interleave"))
        .args(arguments)
        .output()
        .expect("the command starts")
}

fn ok(arguments: &[&str]) -> String {
    let output = interleave(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&ok(arguments)).expect("one JSON value")
}

fn refused(arguments: &[&str]) -> String {
    let output = interleave(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// A file of this test's own, removed at its end.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("interleave-{}-{name}", std::process::id()));
        std::fs::write(&path, text).expect("a scratch file");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("text")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_three_crews_end_on_the_same_state() {
    let run = |crew: &[&str]| {
        json(
            &[
                &["run", "preset:liquidity", "--blocks", "2", "--json"],
                crew,
            ]
            .concat(),
        )
    };
    let stepped = run(&["--crew", "stepped", "--lanes", "16"]);
    let serial = run(&["--crew", "serial"]);
    let threaded = run(&["--crew", "threaded", "--lanes", "2"]);
    for field in ["state_root", "transactions", "reverted"] {
        assert_eq!(stepped[field], serial[field], "{field}");
        assert_eq!(stepped[field], threaded[field], "{field}");
    }
    assert_eq!(stepped["transactions"], 4_000);
    assert!(stepped["speedup"].as_f64() > Some(1.0));
    // Which of the two is larger is the machine's business, and on a busy one chance.
    for field in ["tps", "tps_without_root"] {
        assert!(threaded[field].as_f64() > Some(0.0), "{field}");
    }
    assert_eq!(threaded["equals_serial"], true);
    let fields = "transactions reverted executions aborts validations wall_seconds tps \
        tps_without_root ticks speedup critical_path state_root trace_digest";
    for field in fields.split_whitespace() {
        for figures in [&stepped, &serial, &threaded] {
            assert!(figures.get(field).is_some(), "{field}");
        }
    }
}

#[test]
fn every_scheduler_is_listed_and_runs() {
    let list = json(&["schedulers", "--json"]);
    let list = list.as_array().expect("a list");
    assert!(list.len() >= 9, "{} schedulers", list.len());
    let plain = ok(&["schedulers"]);
    let serial = json(&["run", "preset:liquidity", "--scheduler", "serial", "--json"]);
    for entry in list {
        let name = entry["name"].as_str().expect("a name");
        assert!(plain.contains(name), "{name}");
        let run = json(&["run", "preset:liquidity", "--scheduler", name, "--json"]);
        assert_eq!(run["scheduler"], *name);
        assert_eq!(
            run["keeps_block_order"], entry["keeps_block_order"],
            "{name}"
        );
        if entry["keeps_block_order"] == true {
            assert_eq!(run["state_root"], serial["state_root"], "{name}");
        }
        if entry["can_abort"] == false && run["breaches"] == 0 {
            assert_eq!(run["aborts"], 0, "{name}");
        }
    }
    let unknown = refused(&["run", "preset:default", "--scheduler", "fastest"]);
    assert!(
        unknown.contains("there are: serial, block_stm"),
        "{unknown}"
    );
    let threads = [
        "run",
        "preset:default",
        "--scheduler",
        "serial",
        "--crew",
        "threaded",
    ];
    assert!(refused(&threads).contains("--crew stepped"));
}

#[test]
fn a_seed_decides_the_run() {
    let run = |seed: &str| json(&["run", "preset:whale", "--seed", seed, "--json"]);
    let (first, again, other) = (run("5"), run("5"), run("6"));
    assert_eq!(first["trace_digest"], again["trace_digest"]);
    assert_ne!(first["trace_digest"], other["trace_digest"]);
}

#[test]
fn a_scenario_goes_to_a_link_and_back() {
    let document = ok(&["open", &ok(&["link", "preset:one-pool"])]);
    let file = Scratch::new("scenario.json", &document.replace("2000", "300"));
    let link = ok(&["link", file.path(), "--step", "7", "--tx", "3"]);
    assert!(link.starts_with("#1."));
    let opened: Value = serde_json::from_str(&ok(&["open", &link])).expect("JSON");
    assert_eq!(opened["workload"]["transactions"], 300);
    let run = |source: &str| json(&["run", source, "--json"])["trace_digest"].clone();
    assert_eq!(run(file.path()), run(link.trim()));
    assert!(ok(&["check", &link]).contains("no problems"));
}

#[test]
fn documents_of_every_lab_are_checked_linked_and_opened() {
    let labs = [
        ("preset:whale", "#1.", "--step", "opens at step 7"),
        ("preset:partition-heals", "#2.", "--at", "opens at 7 micros"),
        (
            "preset:reshard-under-load",
            "#3.",
            "--at",
            "opens at 7 micros",
        ),
        ("preset:dca-calm", "#4.", "--step", "opens at step 7"),
    ];
    for (preset, front, option, opens_at) in labs {
        let link = ok(&["link", preset]);
        assert!(link.starts_with(front), "{preset}: {link}");
        let document = ok(&["open", &link]);
        let file = Scratch::new("any.json", &document);
        // A file, its link and what the link holds are one and the same.
        assert_eq!(ok(&["link", file.path()]), link, "{preset}");
        for named in [preset, file.path(), link.trim()] {
            assert!(ok(&["check", named]).contains("no problems"), "{named}");
            assert_eq!(ok(&["check", named, "--json"]), "[]\n", "{named}");
        }
        let moment = ok(&["link", preset, option, "7"]);
        let output = interleave(&["open", moment.trim()]);
        assert_eq!(output.stdout, document.as_bytes(), "{preset}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(opens_at), "{preset}: {told}");
        let other = if option == "--at" { "--step" } else { "--at" };
        let told = refused(&["link", preset, other, "7"]);
        assert!(told.contains(option), "{preset}: {told}");
        // What is wrong is said in the words of the document's own lab, with its place.
        let broken = document.replacen("\"seed\": ", "\"seed\": \"x\", \"y\": ", 1);
        let file = Scratch::new("broken.json", &broken);
        let told = refused(&["check", file.path()]);
        assert!(
            told.contains("seed") && told.contains("y"),
            "{preset}: {told}"
        );
        let output = interleave(&["check", file.path(), "--json"]);
        let problems: Value = serde_json::from_slice(&output.stdout).expect("a list");
        let places = problems.as_array().expect("a list").iter();
        assert!(
            places
                .map(|problem| &problem["path"])
                .any(|path| path == "y"),
            "{preset}"
        );
    }
    for cut in ["#3.AwD", "#4.BA", "#3."] {
        assert!(refused(&["open", cut]).contains("error: link"), "{cut}");
    }
    assert!(refused(&["open", "#9.AAAA"]).contains("version 9"));
    assert!(refused(&["check", "preset:nothing"]).contains("dca-calm"));
}

#[test]
fn a_trace_is_written_for_viewers() {
    let file = Scratch::new("trace.json", "");
    ok(&["run", "preset:lending-rush", "--trace", file.path()]);
    let text = std::fs::read_to_string(file.path()).expect("the trace");
    let trace: Value = serde_json::from_str(&text).expect("JSON");
    assert!(trace["traceEvents"].as_array().expect("events").len() > 4_000);
}

#[test]
fn bad_input_says_where_and_what_to_do() {
    let broken = Scratch::new(
        "broken.json",
        r#"{"version": 1, "workload": {"acounts": 5}}"#,
    );
    let error = refused(&["run", broken.path()]);
    assert!(error.contains("workload.acounts: unknown field (did you mean \"accounts\"?)"));
    let problems = interleave(&["check", broken.path(), "--json"]);
    assert_eq!(problems.status.code(), Some(2));
    let list: Value = serde_json::from_slice(&problems.stdout).expect("JSON");
    assert_eq!(list[0]["path"], "workload.acounts");

    assert!(refused(&["run", "preset:nothing"]).contains("there are: default, "));
    assert!(refused(&["run", "no-such-file.json"]).contains("is no file, no preset and no link"));
    assert!(refused(&["open", "#1.AQBWr"]).contains("copy the link again"));
    assert!(refused(&["run", "preset:default", "--lanes", "0"]).contains("execution.lanes"));
    let trace = refused(&["run", "preset:default", "--crew", "serial", "--trace", "x"]);
    assert!(trace.contains("--crew stepped"));
    assert!(refused(&["run"]).contains("Usage"));
    assert!(refused(&["conform", "no-such-file.json"]).contains("no-such-file.json"));
}

#[test]
fn a_sweep_is_told_as_text_json_and_csv() {
    let file = Scratch::new(
        "sweep.json",
        r#"{"version": 1, "workload": {"transactions": 200, "accounts": 300, "mix": {"pay": 1}}}"#,
    );
    let arguments = |more: &[&'static str]| [&["sweep", file.path()], more].concat();
    let distance = ["--axis", "distance", "--values", "16,1,4"];
    let modelled = json(&arguments(&[&distance[..], &["--json"]].concat()));
    let points = modelled["points"].as_array().expect("points");
    let values: Vec<_> = points.iter().map(|point| point["value"].as_u64()).collect();
    assert_eq!(values, [Some(1), Some(4), Some(16)]);
    assert!(points[2]["speedup"].as_f64() > points[0]["speedup"].as_f64());
    assert_eq!(modelled["published"][0]["points"][0][1], 0.95);
    assert_eq!(
        modelled,
        json(&arguments(&[&distance[..], &["--json"]].concat()))
    );

    let hot = arguments(&["--axis", "hot", "--values", "500", "--measured", "--csv"]);
    let text = ok(&hot);
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[0].starts_with("kind,who,axis,unit,value,speedup"));
    assert!(rows[1].starts_with("measured,quickest,hot,"), "{text}");
    assert!(rows[2].starts_with("published,"), "{text}");

    let plain = ok(&arguments(&["--axis", "lanes", "--values", "2"]));
    assert!(plain.contains("2 lanes ×1.") && plain.contains("published: Block-STM"));

    let pools = refused(&arguments(&["--axis", "pools"]));
    assert!(pools.contains("workload.mix: nothing in the mix uses a pool (give swap a share)"));
    let lanes = refused(&arguments(&["--axis", "lanes", "--values", "0"]));
    assert!(lanes.contains("execution.lanes"));
    let far = refused(&arguments(&["--axis", "distance", "--values", "151"]));
    assert!(far.contains("more than half of 300 accounts"));
    assert!(refused(&arguments(&["--axis", "lanes", "--threads", "2"])).contains("--measured"));
}

#[test]
fn presets_are_listed() {
    assert!(ok(&["presets"]).lines().count() >= 10);
    let list = json(&["presets", "--json"]);
    assert_eq!(list[0]["name"], "default");
}

#[test]
fn vector_files_are_played_and_unknown_protocols_named() {
    let rates = r#"{"protocol": "compound_v2_rates", "version": "2020", "cases": []}"#;
    let empty = Scratch::new("empty.json", rates);
    let report = json(&["conform", empty.path(), "--json"]);
    assert_eq!(report[0]["protocol"], "compound_v2_rates");
    let unknown = Scratch::new("unknown.json", r#"{"protocol": "perpetuals", "cases": []}"#);
    let output = interleave(&["conform", unknown.path()]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("\"perpetuals\" is not implemented"),
        "{errors}"
    );
}

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

#[test]
fn strategies_run_once_and_under_many_seeds() {
    let once = json(&["strategy", "preset:dca-calm", "--days", "3", "--json"]);
    assert_eq!(once["summary"]["steps"], serde_json::json!([73, 73]));
    let digest = once["summary"]["digest"]
        .as_str()
        .expect("hexadecimal digits");
    assert!(
        digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()),
        "{digest}"
    );
    let link = ok(&["strategy", "preset:dca-calm", "--days", "3", "--link"]);
    assert_eq!(
        json(&["strategy", link.trim(), "--json"]),
        once,
        "the link is the run"
    );
    let file = Scratch::new(
        "strategies.json",
        &ok(&["strategy", "preset:dca-calm", "--days", "3", "--print"]),
    );
    assert_eq!(
        json(&["strategy", file.path(), "--json"]),
        once,
        "so is the file"
    );
    let fan = |threads| {
        json(&[
            "strategy",
            file.path(),
            "--fan",
            "8",
            "--threads",
            threads,
            "--json",
        ])
    };
    assert_eq!(fan("1"), fan("3"));
    assert_eq!(fan("1")["seeds"], 8);
    assert!(
        ok(&[
            "strategy",
            file.path(),
            "--fan",
            "4",
            "--against",
            "preset:dca-calm"
        ])
        .contains("better on")
    );
    assert!(ok(&["strategy"]).contains("preset:stop-crash"));
    assert!(refused(&["strategy", "preset:nothing"]).contains("dca-calm"));
    let wrong = Scratch::new("wrong.json", r#"{"version": 1, "days": 0, "people": []}"#);
    let told = refused(&["strategy", wrong.path()]);
    assert!(told.contains("days") && told.contains("people"), "{told}");
}

#[test]
fn a_text_is_watched_as_the_readme_says() {
    let text = Scratch::new(
        "strategy.txt",
        "when drop(ETH) >= 8% for 1h: sell all ETH for USDC, at most 2% from oracle\n",
    );
    let found = json(&[
        "strategy",
        "--text",
        text.path(),
        "--days",
        "30",
        "--seed",
        "7",
        "--json",
    ]);
    assert_eq!(found["report"]["digest"].as_str().map(str::len), Some(64));
    assert!(ok(&["strategy", "--text", text.path(), "--format"]).starts_with("when drop(ETH)"));
}

#[test]
fn sample_batches_are_auctioned() {
    let ring = json(&["auction", "preset:ring", "--json"]);
    assert_eq!(ring["orders"], 3);
    assert_eq!(
        ring["certificates"].as_array().map(Vec::len),
        Some(0),
        "there is no pool to compare with"
    );
    let won = ring["bids"]
        .as_array()
        .expect("bids")
        .iter()
        .any(|bid| bid["solver"] == "ring" && bid["verdict"] == "executed");
    assert!(won, "{ring}");
    assert!(refused(&["auction", "preset:none"]).contains("crossing"));
}

#[test]
fn an_auction_settles_by_request_for_quote_beside_the_batch() {
    let found = json(&["auction", "preset:quotes", "--json"]);
    let quoted = &found["quotes"][0];
    assert_eq!(quoted["taken"], "steady");
    assert_eq!(quoted["get"], "5988000000");
    assert_eq!(quoted["refused"][0]["why"], "it has expired");
    // One order is left for the batch, and a solver fills it.
    assert_eq!(found["orders"], 1);
    let bids = found["bids"].as_array().expect("bids");
    assert!(bids.iter().any(|bid| bid["verdict"] == "executed"));
    let told = ok(&["auction", "preset:quotes"]);
    assert!(told.contains("steady's quote"), "{told}");
    let file = Scratch::new(
        "quotes.json",
        r#"{"tokens": [], "orders": [], "pools": [], "quotes": [{"order": 3}]}"#,
    );
    assert!(refused(&["auction", file.path()]).contains("quotes[0].order"));
}

#[test]
fn a_placement_is_chosen_by_name_and_a_split_is_told() {
    let share = |placement: &str| {
        let document = ok(&["shards", "preset:city", "--print"]);
        let file = Scratch::new("placed.json", &document);
        let run = json(&["shards", file.path(), "--placement", placement, "--json"]);
        run["crossing_ppm"].as_u64().expect("a share")
    };
    assert!(share("allocation") < share("hash"));
    assert!(refused(&["shards", "--placement", "best"]).contains("allocation"));
    let document = ok(&["shards", "--print"]);
    let split = r#""acts": [{"at_us": 1000000, "do": {"split": {"shard": 0}}}]"#;
    let file = Scratch::new("split.json", &document.replace("\"acts\": []", split));
    let run = json(&["shards", file.path(), "--json"]);
    assert_eq!(run["splits"]["count"], 1);
    assert_eq!(run["splits"]["copied"], run["splits"]["dropped"]);
    assert!(ok(&["shards", file.path()]).contains("splits: 1"));
}

#[test]
fn an_account_is_moved_by_hand_and_a_moment_looked_at() {
    let run = json(&[
        "shards",
        "preset:city",
        "--move",
        "7:2@1500",
        "--move",
        "8:3@900",
        "--json",
    ]);
    assert!((1..=2).contains(&run["moved"].as_u64().expect("a count")));
    assert_eq!(run["conservation"]["off"], 0);
    let text = ok(&["shards", "preset:city", "--move", "7:2@1500", "--link"]);
    let told = ok(&["shards", text.trim(), "--print"]);
    assert!(
        told.contains("\"move\"") && told.contains("\"account\": 7"),
        "{told}"
    );
    assert!(refused(&["shards", "--move", "7:2"]).contains("17:2@1500"));
    assert!(refused(&["shards", "--move", "400:2@1"]).contains("below `accounts`"));
    assert!(refused(&["shards", "--move", "1:4@1"]).contains("acts[0].do.move.to"));
    assert!(refused(&["shards", "--look", "2"]).contains("2@1500"));
    let look = json(&["shards", "preset:city", "--look", "1@2500", "--json"]);
    assert_eq!(look["block"]["lanes"]["is_same"], true);
    assert_eq!(look["busiest"].as_array().expect("shards").len(), 4);
    let told = ok(&["shards", "preset:city", "--look", "1@2500"]);
    assert!(told.contains("entries on 4 lanes"));
    let link = look["execution"].as_str().expect("a link");
    assert!(told.contains(link), "{told}");
    let entries = look["block"]["entries"].as_array().expect("entries").len();
    let run = json(&["run", link, "--crew", "stepped", "--json"]);
    assert_eq!(run["transactions"], entries);
}

#[test]
fn a_step_of_strategies_runs_in_the_execution_lab() {
    let link = ok(&[
        "strategy",
        "preset:dca-calm",
        "--block",
        "24",
        "--lanes",
        "3",
    ]);
    let run = |crew: &str| json(&["run", link.trim(), "--crew", crew, "--json"]);
    let (serial, stepped) = (run("serial"), run("stepped"));
    assert_eq!(serial["state_root"], stepped["state_root"]);
    assert_eq!(stepped["lanes"], 3);
    assert!(stepped["transactions"].as_u64().expect("a count") > 2);
    let printed = ok(&["open", link.trim()]);
    assert!(
        printed.contains("\"recorded\": \"") && printed.contains("dca-calm, step 24"),
        "{printed}"
    );
    let none = refused(&["strategy", "preset:dca-calm", "--block", "100000"]);
    assert!(none.contains("choose 0 to"), "{none}");
}
