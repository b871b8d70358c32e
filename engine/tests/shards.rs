//! Golden digests of shards: every preset's run has the same one on every machine, whatever number of real
//! threads executes its blocks. `INTERLEAVE_UPDATE=1 cargo test -p engine --test shards` writes the file anew; a
//! change to it is a change to what every published link shows.

use engine::scenario::shard::preset;
use engine::session::shard::Shards;
use std::fmt::Write;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shards.txt");

#[test]
fn presets_give_the_published_digests_on_any_number_of_threads() {
    let mut found = String::from("# preset digest\n");
    for preset in preset::all() {
        let scenario = preset.scenario();
        let run = |threads| {
            let ran = Shards::run(&scenario, 0, threads).expect(preset.name);
            ran.report.digest
        };
        let digest = run(1);
        for threads in [2, 5, 16] {
            assert_eq!(run(threads), digest, "{} on {threads} threads", preset.name);
        }
        writeln!(found, "{} {digest}", preset.name).expect("text takes all");
    }
    if std::env::var_os("INTERLEAVE_UPDATE").is_some() {
        std::fs::write(FILE, &found).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(FILE).expect("the golden file is there");
    assert_eq!(found, golden);
}
