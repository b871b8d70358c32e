//! All watches of a block, without looking at all of them.
//!
//! A watch with a gate sleeps while its gate is shut: its condition is false then, whatever the rest is.
//! Gates lie sorted by their bound, per asset; when a price moves from one value to another only the gates
//! between the two change. A watch that wakes or falls asleep is looked at in that block, and stays awake
//! while it is not ready or something about it has to be followed. So what fires is the same as if every
//! watch had been looked at; `tests` compares the two.

use super::evaluate::View;
use super::watch::{Look, Watch};
use super::why::WhyNot;
use crate::intent::language::ast::{Condition, Metric, Symbol};
use crate::primitives::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Most watches.
pub(super) const WATCHES_MAX: usize = 1_000_000;

/// All armed rules.
#[derive(Clone, Default, Debug)]
pub struct Board {
    watches: Vec<Option<Watch>>,
    awake: BTreeSet<u32>,
    /// Bounds of gates of an asset, with the watches behind them.
    gates: BTreeMap<Symbol, BTreeSet<(Decimal, u32)>>,
    seen: BTreeMap<Symbol, Decimal>,
    /// Last seconds of validity, with the watches that end then.
    expiries: BTreeSet<(u64, u32)>,
    places: BTreeMap<u64, u32>,
    looked_at: u64,
}

impl Board {
    /// Arms a watch; `false` when there are `WATCHES_MAX` already.
    pub fn arm(&mut self, watch: Watch) -> bool {
        if self.watches.len() >= WATCHES_MAX {
            return false;
        }
        let at = self.watches.len() as u32;
        if let Some((asset, bound)) = gate_of(&watch) {
            self.gates.entry(asset).or_default().insert((bound, at));
        }
        if let Some(end) = watch.rule.limits.expires {
            self.expiries.insert((end.0, at));
        }
        self.places.insert(watch.intent, at);
        // Looked at once; then it sleeps if it may.
        self.awake.insert(at);
        self.watches.push(Some(watch));
        true
    }

    /// Takes an intent off; a cancellation comes before the block's triggers.
    pub fn disarm(&mut self, intent: u64) -> bool {
        let at = self.places.get(&intent).copied();
        at.is_some_and(|at| {
            self.remove(at);
            true
        })
    }

    /// Whether an intent is armed.
    pub fn is_armed(&self, intent: u64) -> bool {
        self.places.contains_key(&intent)
    }

    /// An armed intent's watch.
    pub fn watch(&self, intent: u64) -> Option<&Watch> {
        let at = self.places.get(&intent)?;
        self.watches[*at as usize].as_ref()
    }

    /// How many watches have been looked at so far, over all blocks.
    pub const fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// Intents that fire at this block, in the order in which they were armed; those that ended.
    pub fn block(&mut self, view: &dyn View) -> (Vec<u64>, Vec<u64>) {
        self.wake(view);
        let (mut fires, mut ends) = (Vec::new(), Vec::new());
        let (mut sleep, mut over) = (Vec::new(), Vec::new());
        for at in &self.awake {
            let Some(watch) = self.watches[*at as usize].as_mut() else {
                continue;
            };
            self.looked_at += 1;
            match watch.look(view) {
                Look::Fires => fires.push(watch.intent),
                Look::Ends => {
                    ends.push(watch.intent);
                    over.push(*at);
                    continue;
                }
                Look::Waits => {}
            }
            if watch.is_ready
                && watch.since_s.is_none()
                && !watch.keeps_extremes()
                && is_shut(watch, &self.seen)
            {
                sleep.push(*at);
            }
        }
        for at in sleep {
            self.awake.remove(&at);
        }
        for at in over {
            self.remove(at);
        }
        (fires, ends)
    }

    /// Why an armed intent does not fire; `None` if it is not armed.
    pub fn why_not(&self, intent: u64, view: &dyn View) -> Option<WhyNot> {
        let at = self.places.get(&intent)?;
        self.watches[*at as usize]
            .as_ref()
            .map(|watch| watch.why_not(view))
    }

    fn wake(&mut self, view: &dyn View) {
        let over = self.expiries.range(..(view.now_s(), 0)).map(|(_, at)| *at);
        self.awake.extend(over);
        for (asset, gates) in &self.gates {
            let price = Metric::Price(asset.clone(), Default::default());
            let Some(reading) = view.read(0, &price) else {
                continue;
            };
            let now = reading.value;
            match self.seen.insert(asset.clone(), now) {
                Some(before) if before == now => {}
                Some(before) => {
                    let (low, high) = (before.min(now), before.max(now));
                    self.awake
                        .extend(gates.range((low, 0)..=(high, u32::MAX)).map(|(_, at)| *at));
                }
                None => self.awake.extend(gates.iter().map(|(_, at)| *at)),
            }
        }
    }

    fn remove(&mut self, at: u32) {
        let Some(watch) = self.watches[at as usize].take() else {
            return;
        };
        if let Some((asset, bound)) = gate_of(&watch)
            && let Some(gates) = self.gates.get_mut(&asset)
        {
            gates.remove(&(bound, at));
        }
        if let Some(end) = watch.rule.limits.expires {
            self.expiries.remove(&(end.0, at));
        }
        self.places.remove(&watch.intent);
        self.awake.remove(&at);
    }
}

fn gate_of(watch: &Watch) -> Option<(Symbol, Decimal)> {
    // With hysteresis a watch is awake until it is ready again, so the plain bound is enough.
    match watch.gate()? {
        Condition::Compare {
            metric: Metric::Price(asset, _),
            value,
            ..
        } => Some((asset.clone(), *value)),
        _ => None,
    }
}

/// Whether a watch has a gate, and the price as it was seen last keeps it shut.
fn is_shut(watch: &Watch, seen: &BTreeMap<Symbol, Decimal>) -> bool {
    match watch.gate() {
        Some(Condition::Compare {
            metric: Metric::Price(asset, _),
            comparison,
            value,
        }) => seen
            .get(asset)
            .is_some_and(|price| !comparison.holds(*price, *value)),
        _ => false,
    }
}
