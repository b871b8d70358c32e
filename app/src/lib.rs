//! Interleave's page and worker: two wasm programs from one library.
//!
//! [`bridge`] is what they say to each other. The worker is [`host`]; everything else is the page.
//! The page never runs the engine and never blocks.

pub mod bridge;
#[cfg(feature = "ui")]
pub mod draw;
#[cfg(feature = "host")]
pub mod host;
#[cfg(feature = "ui")]
pub mod link;
#[cfg(feature = "ui")]
pub mod model;
#[cfg(feature = "ui")]
pub mod store;
#[cfg(feature = "ui")]
pub mod view;
#[cfg(feature = "ui")]
pub mod widget;

#[cfg(feature = "ui")]
#[allow(missing_docs, unreachable_pub, clippy::all)]
mod text {
    leptos_i18n::load_locales!();
}
/// The page's texts: keys checked by the compiler, one namespace for each part of the page.
#[cfg(feature = "ui")]
pub use text::i18n;
