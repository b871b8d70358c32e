//! The consensus lab: one program for its page and its worker. Whichever script loads it calls one of
//! these.

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

fn main() {}
