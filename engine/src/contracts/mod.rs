//! Floor 3: the protocols of the playground, one folder each, exact to the last unit.
//!
//! Vocabulary: a *token* is a fungible balance sheet, a *pool* trades two tokens along a constant
//! product, a *market* lends over collateral, a *drop* hands out units to whoever claims, up to a cap or
//! while its stock lasts, a *settlement* executes what solvers found for orders, a *crossing* is a shard's side
//! of transactions between shards, a *counter* stands for contracts of which only the touched slots are known. Every
//! folder has `contract` (the entry), `call` (typed builders of calls), `storage` (fields and packing),
//! `math` where there is some (pure), `genesis` (state written before the first block) and `invariants`
//! (what always holds).
//! Invariants: whole-number arithmetic only, every division names its rounding, a refusal is a
//! `Revert` with the protocol's published name where it has one. Debits read and set; credits are
//! commutative additions, which cannot overflow because the total supply is checked; where what is shared
//! has a bound, additions within it.
//! Absent on purpose: the executor, block order, scenarios. Start at [`token`], then [`pool`].

mod argument;
pub mod chain;
pub mod code;
pub mod conform;
pub mod counter;
pub mod crossing;
pub mod drop;
pub mod lending;
pub mod pool;
pub mod recorded;
pub mod settlement;
pub mod token;
