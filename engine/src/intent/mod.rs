//! Floor 7: what people want, and who gives it to them.
//!
//! Vocabulary: an *intent* is what a person signs: an *acceptance* set (which trades are fine), a plan, a
//! trigger, guards, a budget, a validity and a nonce; an *order* is the piece of it that is up for a fill
//! now. A *batch* is the orders, pools and prices of one moment; a *solver* proposes *solutions* to it; a
//! *bid* is a solution with its *score*; *winners* are chosen among bids; the *verifier* lets a solution
//! through or says what is wrong with it; a *certificate* says how good a fill is beside a reference route.
//! Invariants: whole numbers only. No solver is trusted with anything: whatever its way of searching, its
//! solution is a list of amounts, checked to the last unit against the orders and the pools as they are
//! when it is executed. Every change of an intent's state is an event.
//! Absent on purpose: floats, clocks, the executor, and when to act (that is `automation`).
//! Start at [`language`] for the words, [`auction`] for who wins, [`verify`] for what is let through.

pub mod auction;
pub mod certificate;
pub mod conform;
pub mod instance;
pub mod language;
pub mod life;
pub mod model;
pub mod order;
pub mod sample;
pub mod solver;
pub mod verify;

pub use certificate::Certificate;
pub use life::{Cause, Edge, Life, State};
pub use model::{Acceptance, Intent};
pub use order::{Batch, Fill, Order, PairPrice, PoolState, Side, Solution, Swap, Token};
pub use verify::{Fault, Verifier, Witness};
