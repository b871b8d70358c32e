//! Zyzzyva: Kotla, Alvisi, Dahlin, Clement and Wong, SOSP 2007 (in comments, § alone is that paper), with the
//! view change that it was published with as a flaw and a repaired one in its place.
//!
//! Vocabulary: a height is the paper's *sequence number*; a block is a request in its place, and its name folds
//! in its parent's, so that it stands for the *history* h. Replicas execute what the primary orders at once,
//! *speculatively*, and answer the *client*, which alone learns whether a request is *complete*.
//! ```text
//!             order-req           n equal spec-responses: complete (3 hops)
//!   request ────────────▶ executed ─────────────────────────────────────────▶ complete
//!                                  q of them: commit ──▶ q local-commits: complete (5 hops)
//!             view change: histories roll back to the one that is chosen, and are answered for anew
//! ```
//! The client: each node has one beside its replica, and they take turns, the last node's first. What it
//! sends to the replica on its own node is a message to oneself, all else is counted apart as a client's. A
//! run is done when every honest node's client has its answers, and decisions are what clients complete and
//! what stable checkpoints cover; `engine/decisions/0016-a-client-decides.md` has the reasons.
//! Invariants (repaired): a replica answers in one view for one history, which only grows; whoever takes part
//! in a view holds a certificate of that view for the history that it began with; so in a view change the
//! newest view's certificates cover all that any older view completed, and f+1 reports beyond them all that
//! the newest one completed with n answers. `history` has the rule, and the published one beside it.
//! Where the paper leaves room: a client that asks for an executed request a third time makes replicas doubt
//! their primary; requests name the newest view that their client has heard of; a checkpoint takes two rounds
//! of all to all, since a commit certificate that one replica holds is not final yet.
//! Absent on purpose: read-only requests, MAC vectors, replies by digest, a primary that leaves a client out.
//! Start at [`replica::Zyzzyva`], then `history`.

mod chain;
mod checkpoint;
mod client;
mod form;
mod history;
pub mod message;
mod normal;
pub mod replica;
#[cfg(test)]
mod script;
mod sync;
#[cfg(test)]
mod tests;
mod view_change;

pub use form::DESCRIPTOR;
pub use message::ZyzzyvaMessage;
pub use replica::Zyzzyva;
