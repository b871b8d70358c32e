//! Golden digests: every preset's first block on 1, 2 and 16 lanes, and a contended one under every
//! scheduler, gives the same state, receipts and recording on every machine. `INTERLEAVE_UPDATE=1 cargo test -p engine --test digests` writes the file
//! anew; a change to it is a change to what every published link shows.

use engine::scenario::{Execution, Scheduler, preset};
use engine::session::{Session, Unwatched};
use std::fmt::Write;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/digests.txt");

/// Where schedulers differ: accounts, markets and prices that many use, and calls inside calls.
const CONTENDED: &str = "lending-rush";

fn digests() -> String {
    let mut text = String::from("# preset lanes state_root receipts_digest trace_digest\n");
    for preset in preset::all() {
        let mut session = Session::open(preset.scenario()).expect(preset.name);
        for lanes in [1, 2, 16] {
            let execution = Execution {
                lanes,
                ..session.scenario().execution.clone()
            };
            let replay = session.replay(0, &execution, &Unwatched);
            let summary = replay.expect(preset.name).expect(preset.name).summary;
            writeln!(
                text,
                "{} {lanes} {} {} {}",
                preset.name, summary.state_root, summary.receipts_digest, summary.trace_digest
            )
            .expect("text takes all");
        }
    }
    let mut session = Session::open(preset::named(CONTENDED).expect(CONTENDED).scenario());
    let session = session.as_mut().expect(CONTENDED);
    for scheduler in Scheduler::ALL {
        let execution = Execution {
            scheduler,
            lanes: 16,
            ..session.scenario().execution.clone()
        };
        let replay = session.replay(0, &execution, &Unwatched);
        let summary = replay.expect(CONTENDED).expect(CONTENDED).summary;
        writeln!(
            text,
            "{CONTENDED}/{} 16 {} {} {}",
            scheduler.name(),
            summary.state_root,
            summary.receipts_digest,
            summary.trace_digest
        )
        .expect("text takes all");
    }
    text
}

#[test]
fn presets_give_the_published_digests() {
    let found = digests();
    if std::env::var_os("INTERLEAVE_UPDATE").is_some() {
        std::fs::write(FILE, &found).expect("the golden file can be written");
    }
    let published = std::fs::read_to_string(FILE).expect("the golden file is there");
    for (found, published) in found.lines().zip(published.lines()) {
        assert_eq!(found, published);
    }
    assert_eq!(found.lines().count(), published.lines().count());
}
