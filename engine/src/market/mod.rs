//! Floor 6: prices, news and arrivals, drawn from a seed or read from a file.
//!
//! Vocabulary: a *law* says how one asset's price moves, an *innovation* is the normal draw behind one
//! step, a *path* is what came out, a *profile* is a set of published statistics that a law keeps to, a
//! *band* is how close, *news* are events with a kind and a severity that move price and volatility, a
//! *shock* is a change that the document scripts.
//! Invariants: the floor that reckons in floats. They go through `libm`, sums run in a fixed order, and what
//! leaves is quantised: prices in eight places, times in whole seconds, counts. So a seed gives the same
//! bytes natively and in every browser. Every asset draws from a stream of its own: adding one changes no
//! other. Imported series are bounded before they are kept, and every complaint names its row.
//! Absent on purpose: real series (only statistics of them are shipped), forecasts, order books, positions
//! in perpetuals: there is a mark and a funding rate, and nobody who pays it.
//! Start at [`Market::generate`].

mod arrival;
#[cfg(test)]
mod arriving;
mod check;
mod correlate;
pub mod draw;
mod generate;
pub mod import;
#[cfg(test)]
mod importing;
mod news;
mod path;
mod perpetual;
pub mod process;
mod settings;
pub mod statistic;
#[cfg(test)]
mod tests;
mod window;

pub use arrival::Hawkes;
pub use check::{ASSETS_MAX, STEPS_MAX, check};
pub use correlate::{Cholesky, NotPositive};
pub use news::{News, NewsKind, NewsSettings};
pub use path::{Market, Path};
pub use perpetual::{Perpetual, PerpetualSettings};
pub use process::{Law, Regime, profile};
pub use settings::{AssetSettings, MarketSettings, Shock};
