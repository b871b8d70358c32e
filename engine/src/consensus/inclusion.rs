//! Whether a client gets through whom a leader leaves out (*censorship*).
//!
//! There is one such client. It has one transaction at a time waiting, known to all nodes as soon as it is
//! sent; when an honest node has decided it, the client sends the next. Everybody proposes it but those
//! who censor ([`super::Behaviour::Censor`]). Where leaders take turns, it waits for one who does not; where
//! one leader stays for as long as it proposes anything at all (PBFT, whose backups' timers run for progress
//! and not for a client here), it waits for ever.

use super::block::BlockId;
use crate::primitives::Micros;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most payloads and blocks of which it is remembered that they hold the transaction: a run with more of them
/// open at once would have to hold thousands of undecided blocks.
const HELD_MAX: usize = 4_096;

/// How a client fares whom somebody censors.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Inclusion {
    /// Who has left it out, or was told to.
    pub censors: Vec<u32>,
    /// How many of its transactions are decided.
    pub included: u64,
    /// How many proposals left its waiting transaction out.
    pub left_out: u64,
    /// The longest that one waited until an honest node had decided it, in microseconds.
    pub longest_us: u64,
    /// The one that waits now.
    pub waiting: Waiting,
}

/// A transaction that waits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// When it was sent.
    pub since: Micros,
    /// For how long it has waited, in microseconds.
    pub waited_us: u64,
    /// How many proposals have left it out.
    pub left_out: u64,
    /// How many heights have been decided without it.
    pub passed_by: u64,
}

/// The client, and who is against it.
#[derive(Clone, Default, Debug)]
pub(super) struct Client {
    /// Who censors now, and who ever has.
    censors: BTreeSet<u32>,
    ever: BTreeSet<u32>,
    /// Its transaction's number, from 0: so many are decided.
    number: u64,
    waiting: Waiting,
    /// The height up to which decisions have been looked at.
    height: u64,
    left_out: u64,
    longest_us: u64,
    /// By tag: payloads that hold a transaction of its, and which.
    payloads: BTreeMap<u64, u64>,
    /// Likewise, by block.
    blocks: BTreeMap<BlockId, u64>,
}

impl Client {
    /// A node leaves the client out from now on, or no longer.
    pub(super) fn set(&mut self, node: u32, censors: bool) {
        if censors {
            self.censors.insert(node);
            self.ever.insert(node);
        } else {
            self.censors.remove(&node);
        }
    }

    /// Whether a node leaves the client out.
    pub(super) fn is_censored_by(&self, node: u32) -> bool {
        self.censors.contains(&node)
    }

    /// A node has been given a payload to propose.
    pub(super) fn offer(&mut self, node: u32, tag: u64) {
        if self.is_censored_by(node) {
            self.left_out += 1;
            self.waiting.left_out += 1;
            return;
        }
        self.payloads.insert(tag, self.number);
        if self.payloads.len() > HELD_MAX {
            self.payloads.pop_first();
        }
    }

    /// A block has been proposed with this payload.
    pub(super) fn propose(&mut self, block: BlockId, tag: u64) {
        if let Some(number) = self.payloads.get(&tag) {
            self.blocks.insert(block, *number);
            if self.blocks.len() > HELD_MAX {
                self.blocks.pop_first();
            }
        }
    }

    /// An honest node has decided a block.
    pub(super) fn decide(&mut self, at: Micros, height: u64, block: BlockId) {
        if self.blocks.get(&block) == Some(&self.number) {
            self.longest_us = self.longest_us.max(at.since(self.waiting.since).0);
            self.number += 1;
            self.waiting = Waiting {
                since: at,
                ..Waiting::default()
            };
            let number = self.number;
            self.payloads.retain(|_, held| *held >= number);
            self.blocks.retain(|_, held| *held >= number);
        } else if height > self.height {
            self.waiting.passed_by += 1;
        }
        self.height = self.height.max(height);
    }

    /// How it fares; `None` if nobody has ever been against it.
    pub(super) fn report(&self, now: Micros) -> Option<Inclusion> {
        (!self.ever.is_empty()).then(|| Inclusion {
            censors: self.ever.iter().copied().collect(),
            included: self.number,
            left_out: self.left_out,
            longest_us: self.longest_us,
            waiting: Waiting {
                waited_us: now.since(self.waiting.since).0,
                ..self.waiting
            },
        })
    }
}

impl Inclusion {
    /// Whether the transaction that waits now is being held back: a censor has left it out, and heights have
    /// been decided without it.
    pub fn is_held_back(&self) -> bool {
        self.waiting.left_out > 0 && self.waiting.passed_by > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::registry::{PROTOCOLS, named};
    use crate::consensus::{Behaviour, Settings, trial};
    use crate::sim::{Act, ActKind};

    /// So many decisions with node 0 as a censor.
    fn censored(protocol: &str, decisions: u64) -> Inclusion {
        let entry = named(protocol).unwrap();
        let mut settings = Settings::of(entry.descriptor, 4.max(entry.descriptor.divisor + 1));
        settings.config.decisions = decisions;
        let order = Behaviour::Censor as u8;
        settings.acts = vec![Act {
            at: Micros(0),
            kind: ActKind::Order { node: 0, order },
        }];
        let verdict = trial::run(entry, &settings).verdict;
        assert!(
            verdict.is_safe() && verdict.is_done(),
            "{protocol}: {verdict}"
        );
        verdict.inclusion.unwrap()
    }

    #[test]
    fn leaders_in_turn_end_censorship_and_one_that_stays_does_not() {
        for entry in PROTOCOLS {
            let name = entry.descriptor.name;
            let found = censored(name, 30);
            assert_eq!(found.censors, [0], "{name}");
            if name == "pbft" {
                // Thirty blocks in time, none with the client's transaction: it has waited all along.
                assert_eq!((found.included, found.left_out), (0, 30));
                assert_eq!(found.waiting.since, Micros(0));
                assert_eq!(found.waiting.passed_by, 30);
                assert!(found.is_held_back());
            } else {
                assert!(found.included > 0, "{name}: {found:?}");
            }
        }
        // Tendermint's proposer changes with every height: two blocks at most, one of which is the censor's.
        let found = censored("tendermint", 30);
        assert!(found.left_out >= 7, "{found:?}");
        assert_eq!(found.longest_us, 600_000);
    }

    #[test]
    fn a_stable_leader_that_censors_loses_its_power_with_its_place() {
        let entry = named("pbft").unwrap();
        let mut settings = Settings::of(entry.descriptor, 4);
        settings.config.decisions = 30;
        let order = Behaviour::Censor as u8;
        let act = |at, kind| Act {
            at: Micros(at),
            kind,
        };
        settings.acts = vec![
            act(0, ActKind::Order { node: 0, order }),
            act(3_050_000, ActKind::Crash { node: 0 }),
        ];
        let inclusion = trial::run(entry, &settings).verdict.inclusion.unwrap();
        // Ten blocks of the censor, then a timeout, a view change, and the next primary's first block.
        assert!(inclusion.included > 10, "{inclusion:?}");
        assert!(inclusion.longest_us > 5_000_000, "{inclusion:?}");
        assert!(!inclusion.is_held_back());
    }

    #[test]
    fn a_transaction_counts_once_and_the_next_one_waits_from_then_on() {
        let mut client = Client::default();
        client.offer(0, 10);
        client.propose(BlockId(1), 10);
        assert_eq!(client.report(Micros(5)), None);
        client.set(3, true);
        client.offer(3, 11);
        client.propose(BlockId(2), 11);
        client.decide(Micros(7), 1, BlockId(2));
        client.decide(Micros(8), 1, BlockId(2));
        let report = client.report(Micros(9)).unwrap();
        assert_eq!((report.included, report.left_out), (0, 1));
        assert_eq!(report.waiting.passed_by, 1);
        assert!(report.is_held_back());
        // Another leader proposed it; two blocks hold it, and it is decided once.
        client.offer(1, 12);
        client.propose(BlockId(3), 12);
        client.decide(Micros(20), 2, BlockId(1));
        client.decide(Micros(30), 3, BlockId(3));
        let report = client.report(Micros(35)).unwrap();
        assert_eq!((report.included, report.longest_us), (1, 20));
        assert_eq!(report.waiting.waited_us, 15);
        assert_eq!((report.waiting.left_out, report.waiting.passed_by), (0, 1));
        // Who repents proposes it again, and is still named.
        client.set(3, false);
        client.offer(3, 13);
        client.propose(BlockId(4), 13);
        client.decide(Micros(40), 4, BlockId(4));
        let report = client.report(Micros(40)).unwrap();
        assert_eq!((report.included, report.censors.as_slice()), (2, &[3][..]));
    }
}
