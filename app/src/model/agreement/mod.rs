//! A run of an agreement protocol as pictures and sentences need it: pure, tested natively.
//!
//! Vocabulary: a *flight* is a message as it is drawn, from the moment at which it left to the moment at
//! which it ended; a *happening* is what a person can stop at (an arrival, a loss, a mark); a *moment* is a
//! time at which something happens; a *knot* is a mark that matters from afar (certificate, decision, new
//! view, fault); a *pick* is what is selected; a *chain* is everything behind a happening along causes.
//! Invariants: nothing here changes a recording; only what lies in the window is looked at; beyond a
//! number of arrows an even share of them is drawn, of every sender and every receiver.
//! Start at [`index::AgreementIndex`].

pub mod cause;
pub mod index;
pub mod layout;
pub mod map;
pub mod pick;
pub mod span;

pub use index::{AgreementIndex, Happening, What};
pub use layout::Rows;
pub use pick::Pick;
