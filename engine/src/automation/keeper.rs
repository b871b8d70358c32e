//! Keepers: they carry out what has fired, pay for it, and are late or out of funds.

use crate::primitives::Seed;
use crate::primitives::seed::Stream;
use serde::{Deserialize, Serialize};

/// One keeper.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Keeper {
    /// What it has to pay fees from.
    pub funds: u128,
    /// Chance in a thousand that it misses a block.
    pub absent_permille: u32,
    /// Most blocks that it is late.
    pub late_blocks: u32,
}

/// What happened to a fired intent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeeperEvent {
    /// A keeper takes it, so many blocks late; the others come in vain and lose a part of the fee.
    Taken {
        /// Which intent.
        intent: u64,
        /// Which keeper.
        keeper: u32,
        /// Blocks from the firing to the execution.
        late: u32,
        /// Keepers that came in vain.
        in_vain: Vec<u32>,
    },
    /// Nobody is there.
    Nobody {
        /// Which intent.
        intent: u64,
        /// Keepers that would have come, but cannot pay.
        broke: Vec<u32>,
    },
}

/// All keepers of a run.
#[derive(Clone, Debug)]
pub struct Crew {
    keepers: Vec<Keeper>,
    stream: Stream,
    /// What carrying out costs.
    pub fee: u128,
    /// What coming in vain costs, in thousandths of the fee.
    pub vain_permille: u32,
}

impl Crew {
    /// Keepers whose luck is drawn from a seed.
    pub fn new(keepers: Vec<Keeper>, fee: u128, vain_permille: u32, seed: &Seed) -> Self {
        Self {
            keepers,
            stream: seed.fork("keepers").stream(),
            fee,
            vain_permille: vain_permille.min(1_000),
        }
    }

    /// The keepers as they are.
    pub fn keepers(&self) -> &[Keeper] {
        &self.keepers
    }

    /// Pays the keeper that carried something out.
    pub fn reward(&mut self, keeper: u32, amount: u128) {
        if let Some(keeper) = self.keepers.get_mut(keeper as usize) {
            keeper.funds = keeper.funds.saturating_add(amount);
        }
    }

    /// Who takes a fired intent: the earliest of those who are there and can pay; of two the first by a
    /// draw. Whoever takes it late must find it still fired: the caller looks again.
    pub fn take(&mut self, intent: u64) -> KeeperEvent {
        let vain = self.fee / 1_000 * u128::from(self.vain_permille);
        let mut coming: Vec<(u32, u64, u32)> = Vec::new();
        let mut broke = Vec::new();
        for (number, keeper) in self.keepers.iter().enumerate() {
            // Drawn for all, so that one keeper's purse changes nothing about the others' luck.
            let absent = self.stream.below(1_000) < u64::from(keeper.absent_permille);
            let late = self.stream.below(u64::from(keeper.late_blocks) + 1) as u32;
            let lot = self.stream.next_u64();
            if absent {
                continue;
            }
            if keeper.funds < self.fee {
                broke.push(number as u32);
            } else {
                coming.push((late, lot, number as u32));
            }
        }
        coming.sort_unstable();
        let Some((late, _, keeper)) = coming.first().copied() else {
            return KeeperEvent::Nobody { intent, broke };
        };
        self.keepers[keeper as usize].funds -= self.fee;
        // Only who comes in the same block is in vain; later ones see that it is done.
        let in_vain: Vec<u32> = coming[1..]
            .iter()
            .filter(|(other, ..)| *other == late)
            .map(|(.., n)| *n)
            .collect();
        for other in &in_vain {
            // Below the fee, which they can pay.
            self.keepers[*other as usize].funds -= vain;
        }
        KeeperEvent::Taken {
            intent,
            keeper,
            late,
            in_vain,
        }
    }
}
