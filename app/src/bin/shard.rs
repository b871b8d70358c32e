//! The shard lab: one program for its page and its worker. Whichever script loads it calls one of the two.

use wasm_bindgen::prelude::wasm_bindgen;

/// In a page: mounts the lab.
#[wasm_bindgen]
pub fn mount() {
    leptos::mount::mount_to_body(app::view::shard::Shell);
}

/// In a worker: listens to the page.
#[wasm_bindgen]
pub fn serve() {
    app::host::shard::serve();
}

/// For tests: the digest of a preset's run, which is the same natively; empty for a name that is none.
#[wasm_bindgen]
pub fn digest(preset: &str) -> String {
    let scenario = engine::scenario::shard::preset::named(preset).map(|preset| preset.scenario());
    let ran =
        scenario.and_then(|scenario| engine::session::shard::Shards::run(&scenario, 0, 1).ok());
    ran.map_or_else(String::new, |ran| ran.report.digest)
}

fn main() {}
