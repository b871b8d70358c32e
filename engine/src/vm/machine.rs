//! The seam between what runs transactions and what schedules them.

use super::{Accesses, Effects, Foresight, Halt, Region};
use crate::primitives::hash::BuildMix;
use crate::state::{Additive, ReadView, Storage};
use std::hash::{BuildHasher, Hash};

/// Runs one transaction against a view of the state.
///
/// The executor knows nothing else about contracts; native contracts and bytecode differ only here.
pub trait Vm: Sync {
    /// Names a slot of the state.
    type Key: Ord + Hash + Clone + Send + Sync;
    /// A slot's value.
    type Value: Clone + Eq + Additive + Send + Sync;
    /// A transaction.
    type Tx: Sync;
    /// What a transaction leaves besides its writes: its receipt.
    type Output: Clone + Eq + Default + Send + Sync;

    /// Runs `tx`, leaving its writes, gas and output in `effects`. It arrives with no writes and no
    /// gas; its output is some earlier run's, whose memory may be reused and which must be overwritten
    /// whole. So a run allocates nothing once warm.
    ///
    /// # Errors
    /// A [`Halt`]; the contents of `effects` then mean nothing.
    fn run(
        &self,
        tx: &Self::Tx,
        view: &mut impl ReadView<Self::Key, Self::Value>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt>;

    /// Says what `tx` may touch, from its arguments and from the state `before` the block, without
    /// running it. False if that cannot be said; `into` then means nothing. What is said may be wrong:
    /// whoever relies on it checks every access, so that a mistake costs time and never a result.
    fn declare(
        &self,
        tx: &Self::Tx,
        before: &impl Storage<Self::Key, Self::Value>,
        into: &mut dyn Accesses<Self::Key>,
    ) -> bool {
        let _ = (tx, before, into);
        false
    }

    /// The region that a slot belongs to; a slot of its own unless the machine knows better. Fewer regions a
    /// transaction make a quicker plan, more of them less waiting. Must be the same for as long as the
    /// machine is.
    fn region(&self, key: &Self::Key) -> Region {
        let spread = BuildMix::default().hash_one(key);
        Region {
            number: spread as u32,
            sums: spread >> 32 & 1 == 1,
        }
    }

    /// Names slots that `tx` most likely looks at and that are far away in memory: those of its sender and
    /// of whom it names, not those that everybody uses. Whoever runs many transactions looks there
    /// beforehand, for several at once, instead of waiting for memory at each. What is named or left out
    /// costs time and never a result.
    fn near(&self, tx: &Self::Tx, look: &mut impl FnMut(&Self::Key)) {
        let _ = (tx, look);
    }

    /// Tells what `tx` will leave in the slots that it declared as [`super::Intent::Foreseen`], if all goes
    /// as its sender hopes: the ordered kernel of a transaction, whose shell then runs beside others'.
    /// What it tells is checked against what the run leaves, so that a mistake costs time and never a
    /// result.
    fn foresee(&self, tx: &Self::Tx, slots: &mut impl Foresight<Self::Key, Self::Value>) {
        let _ = (tx, slots);
    }
}
