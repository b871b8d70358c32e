//! A moment of a run, for somebody who looks at it from near. Looking changes nothing.
//!
//! Whoever wants to look runs the document once more, watched, up to the moment: keeping every block's lanes
//! and every account's figures for all moments would be most of a recording, for moments that nobody looks at.

use super::chain::{self, Before, Entry};
use super::deal::{LEGS_MAX, Wish, Work};
use super::layout::broker;
use super::simulation::Simulation;
use crate::contracts::crossing::{Phase, Step, receipt_key};
use crate::contracts::recorded::Recorded;
use crate::executor::Executor;
use crate::primitives::{Address, Micros};
use crate::state::{Commitment, Storage, Store, Word};
use crate::trace::intent::{StepLanes, StepTransaction};
use crate::trace::look::{BlockEntry, BlockLook, Glance, Leaving, Look, Receipt, Resident};
use crate::vm::Fault;
use std::collections::BTreeMap;

/// Accounts of each shard that are shown.
const RESIDENTS_MAX: usize = 4;

/// A shard's state after a block, with what proves its slots.
struct After {
    shard: u16,
    number: u32,
    store: Store,
    commitment: Commitment,
}

impl Simulation {
    /// Keeps from now on what [`Simulation::look`] shows.
    pub fn watch(&mut self) {
        self.watched = Some(vec![0; self.layout.assignment.of.len()]);
        self.chains.iter_mut().for_each(chain::Chain::keep);
    }

    /// Lets happen what is due up to a moment, at most so many events of it; `true` if that was all.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn advance_to(&mut self, at: Micros, events_max: u64) -> Result<bool, Fault> {
        for _ in 0..events_max {
            let is_due = self.agenda.next_at().is_some_and(|next| next <= at);
            if !is_due || !self.step()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Counts who is named by what is asked for, if somebody looks.
    pub(super) fn note_asked(&mut self, wish: &Wish) {
        let Some(asked) = &mut self.watched else {
            return;
        };
        for account in wish.accounts() {
            if let Some(count) = asked.get_mut(account as usize) {
                *count += 1;
            }
        }
    }

    /// The present moment, its block on so many lanes.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn look(&self, glance: Glance, lanes: u32) -> Result<Look, Fault> {
        let block = glance.shard.map(|shard| self.block(shard, lanes));
        let (block, after) = block.transpose()?.flatten().unzip();
        let receipts = glance
            .ticket
            .map(|ticket| self.receipts(ticket, after.as_ref()));
        Ok(Look {
            glance,
            busiest: self.busiest(),
            account: glance.account.and_then(|account| self.resident(account)),
            block,
            receipts: receipts.unwrap_or_default(),
        })
    }

    fn resident(&self, account: u32) -> Option<Resident> {
        let shard = *self.layout.assignment.of.get(account as usize)?;
        let asked = self.watched.as_ref()?.get(account as usize)?;
        let leaving = self.moving.get(&account).map(|moving| Leaving {
            to: moving.then.unwrap_or(moving.to),
            since: moving.since,
            is_begun: moving.is_begun,
            waiting: moving.waiting.len() as u32,
        });
        Some(Resident {
            account,
            shard,
            asked: *asked,
            open: self.busy.get(&account).copied().unwrap_or_default(),
            leaving,
        })
    }

    fn busiest(&self) -> Vec<Vec<Resident>> {
        let mut by_shard = vec![Vec::new(); self.chains.len()];
        let asked = self.watched.iter().flatten();
        for ((account, home), asked) in self.layout.assignment.of.iter().enumerate().zip(asked) {
            if let Some(own) = by_shard.get_mut(usize::from(*home)) {
                own.push((std::cmp::Reverse(*asked), account as u32));
            }
        }
        let first = |mut own: Vec<(std::cmp::Reverse<u32>, u32)>| {
            own.sort_unstable();
            let first = own.into_iter().take(RESIDENTS_MAX);
            first
                .filter_map(|(_, account)| self.resident(account))
                .collect()
        };
        by_shard.into_iter().map(first).collect()
    }

    /// The block that a shard is agreeing on, or else its last one: executed once more, on lanes and in order.
    fn block(&self, shard: u16, lanes: u32) -> Result<Option<(BlockLook, After)>, Fault> {
        let Some(chain) = self.chains.get(usize::from(shard)) else {
            return Ok(None);
        };
        let Some((before, is_executed)) = chain.last() else {
            return Ok(None);
        };
        let Before {
            number,
            span: [proposed, agreed],
            store,
            entries,
            ..
        } = before;
        let crossing = self.layout.crossing;
        let mut nonces = BTreeMap::new();
        let transactions = chain::transactions(&entries, crossing, &store, &mut nonces);
        let transactions: Vec<_> = transactions.collect();
        let recorded = Recorded::take(&self.vm, &store, &transactions)?.pack();
        let (mut after, mut in_order) = (store.clone(), store);
        Executor::default().serial(&self.vm, &mut in_order, &transactions)?;
        let mut executor = Executor::default();
        let settings = chain::steps(lanes.max(1), &self.settings.seed, shard, number);
        let run = executor.stepped(&self.vm, &mut after, &transactions, &settings)?;
        let commitment = chain::commit(&after);
        let root = commitment.root();
        let is_of_run = !is_executed || chain.roots.get(number) == Some(&root);
        let outputs = executor.outputs().iter().map(chain::result);
        let entries: Vec<_> = entries.iter().zip(outputs).collect();
        let lanes = StepLanes {
            step: number as u32,
            lanes: settings.lanes,
            transactions: entries
                .iter()
                .map(|(entry, output)| StepTransaction {
                    sender: self.subject_name(entry.subject),
                    contract: name(&entry.work).0.to_owned(),
                    succeeded: output.is_ok(),
                })
                .collect(),
            keys: run
                .keys
                .iter()
                .map(|key| self.vm.registry.label(key))
                .collect(),
            ticks: run.recording.end.0,
            ticks_in_order: run.critical_path.total_ticks,
            ticks_at_least: run.critical_path.ticks,
            executions: run.stats.executions as u32,
            is_same: is_of_run && after.sorted() == in_order.sorted(),
            tasks: run.recording.tasks,
            block: recorded,
        };
        let entries = entries
            .into_iter()
            .map(|(entry, output)| told(entry, output));
        let look = BlockLook {
            shard,
            number: number as u32,
            proposed,
            agreed,
            talk: self.agreement.talk(shard, proposed),
            entries: entries.collect(),
            lanes,
            root,
        };
        let after = After {
            shard,
            number: number as u32,
            store: after,
            commitment,
        };
        Ok(Some((look, after)))
    }

    /// Who or what an entry is about.
    fn subject_name(&self, subject: Address) -> String {
        if let Some(contract) = self.vm.registry.get(subject) {
            return contract.name().to_owned();
        }
        match subject.number().checked_sub(broker(0).number()) {
            Some(number) => format!("broker {number}"),
            None => format!("account {}", subject.number()),
        }
    }

    /// What a transaction has sent out on any shard, each with a proof: on the shard that is looked at under
    /// the root of its block, elsewhere under the last one.
    fn receipts(&self, ticket: u64, after: Option<&After>) -> Vec<Receipt> {
        let steps = 0..=LEGS_MAX as u8;
        let of_step = |step: u8| {
            self.chains.iter().find_map(|chain| {
                let seen = after.filter(|after| after.shard == chain.shard);
                let key = receipt_key(self.layout.crossing, ticket, step);
                let store = seen.map_or(&chain.store, |after| &after.store);
                // A shard that splits copies what it remembers: the first one that knows is enough.
                let word = store.get(&key).filter(|word| !word.is_zero())?;
                let (root, proof, number) = match seen {
                    Some(after) => (
                        after.commitment.root(),
                        after.commitment.prove(&key),
                        after.number,
                    ),
                    None => (
                        chain.root(),
                        chain.prove(&key),
                        chain.roots.len() as u32 - 1,
                    ),
                };
                let units = u64::try_from(word.low()).unwrap_or(u64::MAX);
                Some(Receipt {
                    shard: chain.shard,
                    number,
                    step,
                    units,
                    slot: self.vm.registry.label(&key),
                    root,
                    beside: proof.entries.len() as u32,
                    holds: proof.verify(&root, &key, Some(Word::from_low(units.into()))),
                    siblings: proof.siblings,
                })
            })
        };
        steps.filter_map(of_step).collect()
    }
}

/// What an entry does, and in which phase, by the names of [`BlockEntry`].
const fn name(work: &Work) -> (&'static str, &'static str) {
    let Work::Step { phase, step, .. } = work else {
        let is_whole = matches!(work, Work::Alone);
        return (if is_whole { "whole" } else { "pay" }, "now");
    };
    let what = match step {
        Step::Debit { .. } => "debit",
        Step::Credit { .. } => "credit",
        Step::Trade { .. } => "trade",
        Step::Check { .. } => "check",
        Step::Empty { .. } => "empty",
    };
    let phase = match phase {
        Phase::Now => "now",
        Phase::Prepare => "prepare",
        Phase::Commit => "commit",
        Phase::Abort => "abort",
        Phase::Refund => "refund",
    };
    (what, phase)
}

fn told(entry: &Entry, output: Result<u64, &'static str>) -> BlockEntry {
    let (what, phase) = name(&entry.work);
    BlockEntry {
        ticket: entry.ticket,
        what: what.to_owned(),
        phase: phase.to_owned(),
        amount: match entry.work {
            Work::Alone => 0,
            Work::Pay { amount, .. } | Work::Step { amount, .. } => amount,
        },
        reason: output.err().unwrap_or_default().to_owned(),
    }
}
