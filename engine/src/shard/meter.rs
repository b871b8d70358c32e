//! Whether units are created or lost: what circulates on all shards and what is on its way, at every moment.
//!
//! What circulates is read from the shards' states; what is on its way is counted from what contracts
//! answered, transaction by transaction. The two are kept apart, so that their sum says something. Less than
//! nothing cannot be on its way: a transaction that gave more than it took has created the difference, unless
//! it takes and gives in any order once that is decided.

use super::chain::Chain;
use super::deal::Ticket;
use std::collections::BTreeMap;

/// What one transaction has on its way, by token.
#[derive(Clone, Default, Debug)]
struct Way {
    units: Vec<i128>,
    may_owe: bool,
}

impl Way {
    fn counted(&self, token: usize) -> i128 {
        let units = self.units.get(token).copied().unwrap_or(0);
        if self.may_owe { units } else { units.max(0) }
    }
}

/// Counts of units, by token.
#[derive(Clone, Debug)]
pub struct Meter {
    /// What circulated at the start.
    initial: Vec<i128>,
    /// What circulates on each shard.
    circulating: Vec<Vec<i128>>,
    in_flight: Vec<i128>,
    /// What each transaction has on its way, and whether that may be less than nothing.
    ways: BTreeMap<Ticket, Way>,
    worst: Vec<i128>,
    narrow: Vec<i64>,
    checks: u64,
    off: u64,
}

impl Meter {
    /// At the start.
    pub fn new(chains: &[Chain], tokens: usize) -> Self {
        let circulating: Vec<Vec<i128>> = chains
            .iter()
            .map(|chain| chain.circulating.clone())
            .collect();
        let mut meter = Self {
            initial: vec![0; tokens],
            circulating,
            in_flight: vec![0; tokens],
            ways: BTreeMap::new(),
            worst: vec![0; tokens],
            narrow: vec![0; tokens],
            checks: 0,
            off: 0,
        };
        meter.initial = meter.sums();
        meter
    }

    fn sums(&self) -> Vec<i128> {
        let mut sums = vec![0; self.in_flight.len()];
        for shard in &self.circulating {
            for (sum, units) in sums.iter_mut().zip(shard) {
                *sum += units;
            }
        }
        sums
    }

    /// A transaction has taken units from a shard's accounts (positive) or given some. One that `may_owe` may
    /// give before it takes.
    pub fn send(&mut self, ticket: Ticket, may_owe: bool, token: u8, units: i128) {
        self.change(ticket, may_owe, |way| {
            let place = usize::from(token);
            if way.units.len() <= place {
                way.units.resize(place + 1, 0);
            }
            way.units[place] += units;
        });
    }

    /// A transaction has ended: what it owes now it owes for ever.
    pub fn end(&mut self, ticket: Ticket) {
        if self.ways.contains_key(&ticket) {
            self.change(ticket, false, |_| {});
        }
    }

    fn change(&mut self, ticket: Ticket, may_owe: bool, how: impl FnOnce(&mut Way)) {
        let way = self.ways.entry(ticket).or_default();
        let tokens = 0..self.in_flight.len();
        for token in tokens.clone() {
            self.in_flight[token] -= way.counted(token);
        }
        way.may_owe = may_owe;
        how(way);
        for token in tokens {
            self.in_flight[token] += way.counted(token);
        }
        if way.units.iter().all(|units| *units == 0) {
            self.ways.remove(&ticket);
        }
        self.narrow = self.in_flight.iter().map(|units| narrow(*units)).collect();
    }

    /// A shard's state has changed.
    pub fn update(&mut self, chain: &Chain) {
        self.update_all([chain]);
    }

    /// Several shards' states have changed at once.
    pub fn update_all<'a>(&mut self, chains: impl IntoIterator<Item = &'a Chain>) {
        for chain in chains {
            let place = usize::from(chain.shard);
            if self.circulating.len() <= place {
                self.circulating.resize(place + 1, Vec::new());
            }
            self.circulating[place].clone_from(&chain.circulating);
        }
        self.checks += 1;
        let drift = self.exact();
        self.off += u64::from(drift.iter().any(|units| *units != 0));
        for (worst, units) in self.worst.iter_mut().zip(drift) {
            if units.abs() > worst.abs() {
                *worst = units;
            }
        }
    }

    fn exact(&self) -> Vec<i128> {
        let sums = self.sums();
        let rows = sums.iter().zip(&self.in_flight).zip(&self.initial);
        rows.map(|((sum, way), initial)| sum + way - initial)
            .collect()
    }

    /// Units on their way.
    pub fn in_flight(&self) -> &[i64] {
        &self.narrow
    }

    /// Units that were created (positive) or lost.
    pub fn drift(&self) -> Vec<i64> {
        self.exact().into_iter().map(narrow).collect()
    }

    /// The largest drift that there was.
    pub fn worst(&self) -> Vec<i64> {
        self.worst.iter().map(|units| narrow(*units)).collect()
    }

    /// How often the sum was looked at, and how often it was off.
    pub const fn checks(&self) -> (u64, u64) {
        (self.checks, self.off)
    }
}

fn narrow(units: i128) -> i64 {
    i64::try_from(units).unwrap_or(if units < 0 { i64::MIN } else { i64::MAX })
}
