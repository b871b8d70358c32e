//! Committees of shards that really agree: one run of an agreement protocol each.

use crate::consensus::{Ask, BlockId, Lab, Payload};
use crate::primitives::Micros;
use crate::shard::Agreement;
use std::collections::BTreeMap;

/// Bytes of an entry on the wire.
const ENTRY_BYTES: u32 = 200;

/// Most events that a committee is given for one block; one that needs more is stuck.
const EVENTS_MAX: u64 = 2_000_000;

/// Opens a committee's run, by its number.
pub type Open = Box<dyn Fn(u16) -> Box<dyn Lab>>;

/// One committee a shard, set up when the shard first proposes.
///
/// Committees have nothing to do with each other but through blocks of their shards, so each runs ahead on
/// its own to the moment when its block is decided.
pub struct Committees {
    open: Open,
    quorum: usize,
    seats: BTreeMap<u16, Seat>,
}

struct Seat {
    lab: Box<dyn Lab>,
    /// Questions that wait for something to propose.
    asks: Vec<Ask>,
    blocks: u64,
}

impl Committees {
    /// Committees in which so many must have decided.
    pub fn new(quorum: u32, open: Open) -> Self {
        Self {
            open,
            quorum: quorum as usize,
            seats: BTreeMap::new(),
        }
    }
}

impl Agreement for Committees {
    fn agree(&mut self, shard: u16, at: Micros, entries: u32) -> Option<Micros> {
        let open = &self.open;
        let seat = self.seats.entry(shard).or_insert_with(|| {
            let mut lab = open(shard);
            lab.serve();
            Seat {
                lab,
                asks: Vec::new(),
                blocks: 0,
            }
        });
        seat.agree(at, entries, self.quorum)
    }

    fn messages(&self) -> u64 {
        let tallies = self.seats.values().map(|seat| seat.lab.tally());
        tallies.map(|tally| tally.sent.iter().sum::<u64>()).sum()
    }
}

impl Seat {
    fn agree(&mut self, at: Micros, entries: u32, quorum: usize) -> Option<Micros> {
        self.blocks += 1;
        let payload = Payload {
            tag: self.blocks,
            bytes: entries * ENTRY_BYTES,
            transactions: entries,
        };
        let mut own: Option<BlockId> = None;
        let mut given: Option<u64> = None;
        let mut decided = 0;
        for ask in std::mem::take(&mut self.asks) {
            self.answer(ask, at, payload, &mut given);
        }
        for _ in 0..EVENTS_MAX {
            if !self.lab.step() {
                return None;
            }
            let news = self.lab.take_news();
            for (_, block) in news.proposed {
                if block.payload.tag == payload.tag {
                    own = Some(block.id);
                    decided = 0;
                }
            }
            for decision in news.decided {
                decided += usize::from(Some(decision.block) == own);
                if Some(decision.block) == own && decided == quorum {
                    self.asks.extend(news.asks);
                    return Some(decision.at.max(at));
                }
            }
            for ask in news.asks {
                self.answer(ask, at, payload, &mut given);
            }
        }
        None
    }

    /// Gives the block to the first who asks, and again to whoever asks for its height or one below; others
    /// are given empty ones, which chained protocols need to go on.
    fn answer(&mut self, ask: Ask, at: Micros, payload: Payload, given: &mut Option<u64>) {
        let at = at.max(self.lab.now());
        let is_own = given.is_none_or(|height| ask.height <= height);
        if is_own {
            *given = Some(ask.height);
            self.lab.give(ask, at, payload);
        } else {
            self.lab.give(ask, at, Payload::default());
        }
    }
}
