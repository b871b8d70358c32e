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
#[cfg(all(feature = "host", not(feature = "pool")))]
pub(super) async fn start(_threads: u32) -> Result<u32, String> {
    Ok(1)
}

/// Does something on a thread of the pool, and not beside the pool as its caller is, who sleeps meanwhile. What that
/// thread shares out it takes back if nobody has begun it; somebody from outside would have to wait until a thread
/// has been woken, has found nothing left to do, and has woken him, which takes as long as a small block.
#[cfg(feature = "pool")]
pub(super) fn within<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

/// The single-threaded build has one thread for everything.
#[cfg(not(feature = "pool"))]
pub(super) fn within<T>(work: impl FnOnce() -> T) -> T {
    work()
}
