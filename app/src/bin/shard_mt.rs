//! The shard lab's worker on real threads, for what runs beside the picture: started when that is first asked for.

use wasm_bindgen::prelude::*;

/// Starts the pool and listens to the page. Called once, by the script that loads the module.
///
/// # Errors
/// In words, if the browser starts no threads.
#[wasm_bindgen]
pub async fn serve(threads: u32) -> Result<(), JsError> {
    let served = app::host::shard::serve_on(threads).await;
    served.map_err(|reason| JsError::new(&reason))
}

// Runs on every thread of the pool as well and must do nothing.
fn main() {}
