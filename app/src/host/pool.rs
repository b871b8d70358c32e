//! The pool of real threads.

/// Starts the pool and answers how many threads run.
///
/// # Errors
/// In words, if the browser refuses to share memory with a thread or to start it.
#[cfg(feature = "pool")]
pub(super) async fn start(threads: u32) -> Result<u32, String> {
    wasm_bindgen_futures::JsFuture::from(wasm_bindgen_rayon::init_thread_pool(threads as usize))
        .await
        .map_err(|error| format!("{error:?}"))?;
    Ok(threads)
}

/// The single-threaded build has nothing to start.
#[cfg(not(feature = "pool"))]
pub(super) async fn start(_threads: u32) -> Result<u32, String> {
    Ok(1)
}
