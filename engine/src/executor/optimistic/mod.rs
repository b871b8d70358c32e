//! Block-STM: optimistic parallel execution with a fixed order.
//!
//! After Gelashvili, Spiegelman, Xiang, Danezis, Li, Malkhi, Xia and Zhou, "Block-STM: Scaling Blockchain
//! Execution by Turning Ordering Curse to a Performance Blessing", PPoPP 2023 (arXiv 2203.06871), with the
//! rolling commit by validation waves that later implementations added.
//!
//! - [`versions`]: what every incarnation wrote, by slot and transaction (the paper's multi-version memory).
//! - [`scheduler`]: who runs or validates what next (the paper's collaborative scheduler).
//! - [`lane`]: what one worker does with a task; `view`: what its transaction sees meanwhile.
//!
//! Two differences from the paper, both safe because a transaction is a pure function of the values it
//! reads: a validation accepts a changed version whose *value* is the same, and additions that commute are
//! versions of their own, summed up only for whoever reads them.
//! A comparison (`ReadView::holds`) keeps its answer, and its validation accepts whatever gives the same
//! answer, after the delta writes of RapidLane (arXiv 2405.06117). It waits for nobody: it counts what a
//! withdrawn run wrote as if it stood, and if that run's successor writes something else, all above are
//! validated again.

mod apart;
mod history;
pub mod lane;
pub mod scheduler;
mod status;
pub mod versions;
mod view;

pub use lane::{Begun, BlockRun, Lane, Verdict};
pub use scheduler::{Scheduler, Task};
pub use versions::{KeyId, Versions};
