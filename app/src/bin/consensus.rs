//! The consensus lab: one program for its page and its worker. Whichever script loads it calls one of
//! the first two.

use wasm_bindgen::prelude::wasm_bindgen;

/// In a page: mounts the lab.
#[wasm_bindgen]
pub fn mount() {
    leptos::mount::mount_to_body(app::view::consensus::Shell);
}

/// In a worker: listens to the page.
#[wasm_bindgen]
pub fn serve() {
    app::host::agreement::serve();
}

/// For benchmarks: the agreement protocols' rows, measured here, as JSON. Takes its time.
#[wasm_bindgen]
pub fn bench() -> String {
    app::host::agreement::bench()
}

/// For tests: the digest over so many draws, which is the same natively.
#[wasm_bindgen]
pub fn draws(count: u32) -> String {
    let seed = engine::primitives::Seed::new(1);
    engine::sim::sample::digest(seed, count.into()).to_string()
}

fn main() {}
