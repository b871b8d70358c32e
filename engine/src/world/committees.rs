//! Committees of shards that really agree: one run of an agreement protocol each.

use crate::consensus::{Ask, BlockId, Decided, Lab, Payload};
use crate::primitives::Micros;
use crate::shard::Agreement;
use crate::trace::consensus::Message;
use crate::trace::look::{Said, Talk};
use std::collections::BTreeMap;

/// Bytes of an entry on the wire.
const ENTRY_BYTES: u32 = 200;

/// Most events that a committee is given for one block; one that needs more is stuck.
const EVENTS_MAX: u64 = 2_000_000;

/// Most messages about one block that are kept for somebody who looks.
const SAID_MAX: u32 = 20_000;

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
    /// What it was asked to agree on, in order: when, and how many entries. With that it can be run again,
    /// for somebody who looks at one block's messages; to keep those of all blocks would be most of a
    /// recording.
    asked: Vec<(Micros, u32)>,
    /// The block in hand, once it is proposed.
    own: Option<BlockId>,
    /// When members have decided on it.
    decided: Vec<(Micros, u32)>,
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
        let seat = self.seats.entry(shard);
        let seat = seat.or_insert_with(|| Seat::new(open(shard)));
        seat.asked.push((at, entries));
        seat.agree(at, entries, self.quorum)
    }

    fn messages(&self) -> u64 {
        let tallies = self.seats.values().map(|seat| seat.lab.tally());
        tallies.map(|tally| tally.sent.iter().sum::<u64>()).sum()
    }

    fn talk(&self, shard: u16, proposed: Micros) -> Option<Talk> {
        let asked = &self.seats.get(&shard)?.asked;
        let last = asked.iter().rposition(|(at, _)| *at == proposed)?;
        let mut seat = Seat::new((self.open)(shard));
        for (at, entries) in &asked[..last] {
            seat.agree(*at, *entries, self.quorum);
        }
        seat.lab.record(SAID_MAX);
        let (at, entries) = asked[last];
        if let Some(agreed) = seat.agree(at, entries, self.quorum) {
            seat.hear_out(agreed);
        }
        seat.talk(proposed, self.quorum as u32)
    }
}

impl Seat {
    fn new(mut lab: Box<dyn Lab>) -> Self {
        lab.serve();
        Self {
            lab,
            asks: Vec::new(),
            blocks: 0,
            asked: Vec::new(),
            own: None,
            decided: Vec::new(),
        }
    }

    fn agree(&mut self, at: Micros, entries: u32, quorum: usize) -> Option<Micros> {
        self.blocks += 1;
        let payload = Payload {
            tag: self.blocks,
            bytes: entries * ENTRY_BYTES,
            transactions: entries,
        };
        self.own = None;
        let mut given: Option<u64> = None;
        for _ in 0..EVENTS_MAX {
            // Whoever asks is answered when all that happens at its moment has happened: who asks because the
            // block is decided waits for the next one, and not for an empty one that would be in its way.
            let now = self.lab.now();
            if self.lab.next_at().is_none_or(|next| next > now) {
                for ask in std::mem::take(&mut self.asks) {
                    self.answer(ask, at, payload, &mut given);
                }
            }
            if !self.lab.step() {
                return None;
            }
            let news = self.lab.take_news();
            self.asks.extend(news.asks);
            for (_, block) in news.proposed {
                if block.payload.tag == payload.tag {
                    self.own = Some(block.id);
                    self.decided.clear();
                }
            }
            for decision in news.decided {
                self.note(decision);
                if Some(decision.block) == self.own && self.decided.len() == quorum {
                    return Some(decision.at.max(at));
                }
            }
        }
        None
    }

    fn note(&mut self, decision: Decided) {
        if Some(decision.block) == self.own {
            self.decided.push((decision.at, decision.node));
        }
    }

    /// Lets happen what else is due at the moment of agreement.
    fn hear_out(&mut self, agreed: Micros) {
        self.lab.advance(agreed);
        for decision in self.lab.take_news().decided {
            self.note(decision);
        }
    }

    /// What was said about the block in hand, as recorded.
    fn talk(self, proposed: Micros, quorum: u32) -> Option<Talk> {
        let report = self.lab.report();
        let recording = self.lab.recording()?;
        let said = |message: &Message| Said {
            from: message.from,
            to: message.to,
            kind: message.kind,
            is_own: self.own.is_some_and(|own| own.0 == message.block),
            sent: message.sent,
            ended: message.ended,
            fate: message.fate,
        };
        Some(Talk {
            protocol: report.protocol,
            members: report.nodes,
            quorum,
            kinds: recording.kinds.clone(),
            said: recording
                .messages
                .iter()
                .filter(|message| message.sent >= proposed)
                .map(said)
                .collect(),
            decided: self.decided,
            full_at: recording.full_at,
        })
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
