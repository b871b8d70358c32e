//! Floor 9: joins agreement and execution. Pending transactions become proposals, proposals are agreed
//! on, every honest replica executes what it decides, and a transaction is final when a quorum has.
//!
//! Vocabulary: a *transaction number* is its place in the order of arrival; a *body* is the list of
//! numbers that a payload stands for; a *lineage* is a sequence of bodies, by a digest of it; *pipelined*
//! means that agreement on the next block begins before the last one is executed;
//! to *censor* is to propose what waits but for one account's.
//! Invariants: every lineage is executed once for real, however many replicas have it, and each replica's
//! root is that of its own lineage, so a fork shows in roots; a transaction is executed once in a lineage.
//! Time is the simulation's; execution takes what the stepped crew's virtual ticks come to.
//! Absent on purpose: fees and their market, and gossip of transactions (everybody knows them on
//! arrival).
//! Start at [`pipeline::run`]; [`committees`] lets the committees of shards really agree; markets with people
//! and strategies on them are [`exchange`].

pub mod committees;
pub mod exchange;
pub mod ledger;
pub mod mempool;
pub mod pipeline;
pub mod report;

pub use committees::Committees;
pub use ledger::{Ground, Ledger};
pub use mempool::Mempool;
pub use pipeline::{Settings, run};
pub use report::{Bottleneck, Censored, Stages, WorldReport};
