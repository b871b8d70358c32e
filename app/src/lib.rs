//! Interleave's pages and workers: six wasm programs from one library.
//!
//! [`bridge`] is what they say to each other. Workers are `host`; everything else is a page. The labs
//! of consensus, shards and strategies are one program each for both; the shard lab has a worker on real
//! threads besides.
//! The page never runs the engine and never blocks.

pub mod bridge;
#[cfg(feature = "ui")]
pub mod draw;
#[cfg(any(feature = "host", feature = "pool", feature = "ui"))]
pub mod host;
#[cfg(feature = "ui")]
pub mod link;
#[cfg(feature = "ui")]
pub mod model;
#[cfg(feature = "ui")]
pub mod store;
// The component macro writes items that are more public than their modules.
#[cfg(feature = "ui")]
#[allow(unreachable_pub)]
pub mod view;
// The component macro writes items that are more public than their modules.
#[cfg(feature = "ui")]
#[allow(unreachable_pub)]
pub mod widget;

// Written by `build.rs` from `locales/`.
#[cfg(feature = "ui")]
#[allow(missing_docs, unreachable_pub, clippy::all)]
mod text {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}
/// The page's texts: keys checked by the compiler, one namespace for each part of the page.
#[cfg(feature = "ui")]
pub use text::i18n;
