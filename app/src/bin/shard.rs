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

/// For benchmarks: the lab's rows, measured here, as JSON. Takes its time.
#[wasm_bindgen]
pub fn bench() -> String {
    app::host::shard::bench()
}

fn main() {}
