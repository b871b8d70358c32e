//! The `interleave` command as people run it: answers, errors and exit codes.

mod agreement;
mod labs;

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
