//! Strategies, auctions and shards.

use super::{Scratch, json, ok, refused};

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
