//! What the HotStuff family shares: blocks that extend each other, views that are entered together, and
//! the two shapes that its protocols have.
//!
//! Vocabulary: a *link* is a block with the certificate of its parent (its *justify*); the *tree* holds the
//! links, of which one branch gets decided; the *pacemaker* brings replicas into one view, with *timeouts*
//! to all of which a quorum's makes a *timeout certificate*; a *segment* is a piece of the chain for who
//! has missed it.
//! Shapes: [`pipeline`], where each view brings one block and its votes go to the next leader (chained
//! HotStuff, Jolteon), and [`phases`], where one leader takes a block through several rounds of votes
//! (basic HotStuff, HotStuff-2). What tells protocols of one shape apart is a [`pipeline::Rules`] or a
//! [`phases::Rules`] in the protocol's own folder.
//! Invariants: a link enters the tree after its parent; heights are decided in order, each with all its
//! ancestors; views only grow, and a view is entered with proof: a certificate or a quorum's timeouts.
//! The papers leave the pacemaker open, but for Jolteon. Here all of them have Jolteon's: a timeout goes to
//! all with the sender's highest certificate, f+1 of them make others join, a quorum opens the next view.
//! Absent on purpose: dummy blocks for views without one (two blocks follow each other directly if their
//! views do), and other pacemakers, linear ones among them.
//! Start at [`tree::Tree`] and [`pacemaker::Pacemaker`].

pub mod message;
pub mod pacemaker;
pub mod phases;
pub mod phases_message;
mod phases_view;
pub mod pipeline;
pub mod pipeline_message;
mod pipeline_view;
pub mod tree;
