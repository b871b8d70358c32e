//! Faults befall, epochs end, accounts move.

use super::act::ActKind;
use super::deal::{Deal, Wish, Work};
use super::placement::{Graph, propagation};
use super::settings::SHARDS_MAX;
use super::simulation::{CLIENTS, Event, REFERENCE, Simulation};
use crate::contracts::crossing::{Phase, Step};
use crate::primitives::Micros;
use crate::sim::agenda::Rank;
use crate::trace::shard::Fault as Row;

/// An account that is to move.
#[derive(Clone, Debug)]
pub(super) struct Moving {
    pub to: u16,
    /// Where it goes on to once it is there, if somebody has said so on the way.
    pub then: Option<u16>,
    /// Whether it has begun to; before that, its open transactions have to end.
    pub is_begun: bool,
    /// What waits until it has.
    pub waiting: Vec<(Wish, Micros)>,
    pub since: Micros,
}

impl Simulation {
    /// A fault begins.
    pub(super) fn act(&mut self, number: usize) {
        let act = self.settings.acts[number].clone();
        let name = act.kind.name();
        let (mut shards, mut until) = (Vec::new(), self.now);
        match act.kind {
            ActKind::Stall { shard, until: end } => {
                (shards, until) = (vec![shard], end);
                self.stalled[usize::from(shard)] = end;
                self.wake_at(end, u32::from(shard));
            }
            ActKind::Partition { groups, until: end } => {
                until = end;
                shards = groups.iter().flatten().copied().collect();
                let mut of = vec![0; usize::from(SHARDS_MAX)];
                for (number, group) in groups.iter().enumerate() {
                    for shard in group {
                        of[usize::from(*shard)] = number as u16 + 1;
                    }
                }
                self.parted = (of, end);
            }
            ActKind::Vanish { until: end } => (self.vanished, until) = (end, end),
            ActKind::Halt { until: end } => {
                (self.halted, until) = (end, end);
                self.wake_at(end, REFERENCE);
            }
            ActKind::Replay { shard, count } => {
                shards = vec![shard];
                let heard = self.heard[usize::from(shard)].iter().rev();
                let again: Vec<_> = heard.take(count as usize).cloned().collect();
                self.counts.replayed += again.len() as u64;
                for delivery in again {
                    self.deliver(delivery);
                }
            }
            ActKind::Reorganise { shard, depth } => {
                shards = vec![shard];
                self.reorganise(shard, depth.into());
            }
            ActKind::Split { shard } => {
                shards = vec![shard];
                self.split(shard);
            }
            ActKind::Merge { shard, into } => {
                shards = vec![shard, into];
                let all = self.residents(shard);
                self.move_all(all.into_iter().map(|account| (account, into)));
            }
            ActKind::Move { account, to } => shards = self.move_by_hand(account, to),
        }
        self.recorder.fault(Row {
            at: self.now,
            until,
            what: name.to_owned(),
            shards,
        });
    }

    fn wake_at(&mut self, at: Micros, node: u32) {
        if at != Micros::NEVER {
            self.schedule(at, Rank::Timer, node, Event::Wake);
        }
    }

    /// A shard's last blocks are undone. What whoever is behind it had sent to other shards is left out of
    /// the new ones; the rest is built in again.
    fn reorganise(&mut self, shard: u16, depth: usize) {
        let place = usize::from(shard);
        let undone = self.chains[place].undo(depth, &self.layout);
        self.recorder.undo(shard, undone.len());
        let undone: Vec<_> = undone.into_iter().flatten().collect();
        self.counts.reorganised += undone.len() as u64;
        let is_sent = |work: &Work| {
            matches!(
                work,
                Work::Step {
                    phase: Phase::Now,
                    step: Step::Debit { .. } | Step::Trade { .. } | Step::Empty { .. },
                    ..
                }
            )
        };
        for (entry, result) in undone.into_iter().rev() {
            if let (
                Work::Step {
                    phase,
                    step,
                    amount,
                    ..
                },
                Ok(value),
            ) = (entry.work, result)
            {
                self.move_units(entry.ticket, (phase, step), (amount, value), -1);
            }
            // What was done alone has ended: it is in the new blocks and ends no second time.
            if !is_sent(&entry.work) {
                self.chains[place].queue.push_front(entry);
            } else {
                self.counts.left_out += 1;
            }
        }
        self.meter.update(&self.chains[place]);
        // Receipts that were waiting for confirmations are of blocks that are no more.
        let height = self.chains[place].height() + self.settings.confirmations as usize;
        let waiting = &mut self.unconfirmed[place];
        let before = waiting.len();
        waiting.retain(|(needed, _)| *needed <= height);
        let gone = before - waiting.len();
        self.counts.receipts_refused += gone as u64;
        self.call_up(shard);
    }

    pub(super) fn residents(&self, shard: u16) -> Vec<u32> {
        let homes = self.layout.assignment.of.iter().enumerate();
        homes
            .filter(|(_, home)| **home == shard)
            .map(|(account, _)| account as u32)
            .collect()
    }

    /// An epoch ends: accounts move to where most of their traffic is.
    pub(super) fn epoch(&mut self) {
        let Some(epochs) = self.settings.epochs else {
            return;
        };
        self.counts.epochs += 1;
        let pairs = std::mem::take(&mut self.traffic);
        let accounts = self.layout.assignment.of.len() as u32;
        if let Ok(graph) = Graph::of_transactions(accounts, &pairs) {
            let settings = propagation::Settings {
                penalty: epochs.penalty,
                ..propagation::Settings::default()
            };
            let better = propagation::propagate(&graph, &self.layout.assignment, settings);
            // Those with the most traffic first: they are worth most.
            let mut moves: Vec<(u64, u32, u16)> = better
                .of
                .iter()
                .zip(&self.layout.assignment.of)
                .enumerate()
                .filter(|(_, (to, from))| to != from)
                .map(|(account, (to, _))| (graph.loads()[account], account as u32, *to))
                .collect();
            moves.sort_unstable_by_key(|(load, account, _)| (std::cmp::Reverse(*load), *account));
            moves.truncate(epochs.moves as usize);
            self.move_all(moves.into_iter().map(|(_, account, to)| (account, to)));
        }
        let next = self.now.after(epochs.length.max(Micros(1)));
        if !self.open.is_empty() || self.agenda.len() > 1 {
            self.schedule(next, Rank::Timer, CLIENTS, Event::Epoch);
        }
    }

    fn move_all(&mut self, moves: impl Iterator<Item = (u32, u16)>) {
        let moves: Vec<(u32, u16)> = moves.collect();
        for (account, to) in moves {
            if self.moving.contains_key(&account) {
                continue;
            }
            let moving = Moving {
                to,
                then: None,
                is_begun: false,
                waiting: Vec::new(),
                since: self.now,
            };
            self.moving.insert(account, moving);
            self.try_move(account);
        }
    }

    /// Somebody moves an account. One that is there already stays. Of one that is moving, the newer word
    /// counts: at once as long as it has not begun, else as soon as it has arrived. Gives the shards that it
    /// goes from and to.
    fn move_by_hand(&mut self, account: u32, to: u16) -> Vec<u16> {
        let home = self.layout.assignment.of.get(account as usize).copied();
        let Some(home) = home.filter(|_| usize::from(to) < self.chains.len()) else {
            return Vec::new();
        };
        match self.moving.get_mut(&account) {
            None if home == to => return vec![to],
            None => self.move_all(std::iter::once((account, to))),
            Some(moving) if moving.is_begun => moving.then = Some(to),
            Some(moving) if home != to => moving.to = to,
            Some(_) => {
                // It stays, and what waited for it to be gone is asked for where it is.
                let moving = self.moving.remove(&account);
                for (wish, asked) in moving.into_iter().flat_map(|moving| moving.waiting) {
                    self.ask(wish, asked);
                }
            }
        }
        vec![home, to]
    }

    /// Begins to move an account if it is to and nothing of its is open any more.
    pub(super) fn try_move(&mut self, account: u32) {
        let is_busy = self.busy.contains_key(&account);
        let Some(moving) = self.moving.get_mut(&account) else {
            return;
        };
        if is_busy || moving.is_begun {
            return;
        }
        moving.is_begun = true;
        let to = moving.to;
        let ticket = self.ticket();
        let deal = Deal::new(ticket, Wish::Move { account, to }, self.now, &self.layout);
        self.begin(deal);
    }

    /// An account has moved: what waited for it is asked for where it is now.
    pub(super) fn moved(&mut self, account: u32, to: u16) {
        if let Some(home) = self.layout.assignment.of.get_mut(account as usize) {
            *home = to;
        }
        let Some(moving) = self.moving.remove(&account) else {
            return;
        };
        self.counts.moved += 1;
        self.counts.moving.push(self.now.since(moving.since).0);
        if let Some(next) = moving.then.filter(|next| *next != to) {
            let further = Moving {
                to: next,
                then: None,
                is_begun: false,
                waiting: moving.waiting,
                since: self.now,
            };
            self.moving.insert(account, further);
            return self.try_move(account);
        }
        for (wish, asked) in moving.waiting {
            self.ask(wish, asked);
        }
    }
}
