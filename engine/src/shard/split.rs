//! A shard splits: the NEAR rule (NEP-568, resharding V3).
//!
//! After a block of its, every other account goes at once to a further shard, with its units and locks. What
//! has been told to the shard and waits there (NEAR: delayed receipts) is copied to both, and each executes
//! what is about accounts of its own and drops the rest; what it holds back for others (NEAR: buffered
//! receipts) stays with the first, which keeps the shard's number. Receipts that are still on their way are
//! told to whoever has the account when they arrive. Transactions that one block could have done whole, and
//! whose accounts are apart now, are begun again.
//!
//! A committee that leads a transaction in two phases, or votes in it, goes on answering for it; what is to
//! be done to an account is executed where the account is.

use super::chain::{Chain, Entry};
use super::deal::{Deal, Work};
use super::layout::{BROKERS, broker, empty};
use super::settings::SHARDS_MAX;
use super::simulation::{Delivery, Simulation};
use super::transfer::{Outcome, Place, Protocol};
use crate::contracts::crossing::{Step, divide};
use crate::contracts::token;
use crate::primitives::{Address, Amount, Micros};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A split that waits for the block that its shard is agreeing on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    parent: u16,
    child: u16,
    since: Micros,
}

/// What splits came to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Splits {
    /// How many there were.
    pub count: u64,
    /// Accounts that went to the new shards.
    pub accounts: u64,
    /// Slots of state written there: what a split costs.
    pub slots: u64,
    /// Entries that waited and were copied to both shards.
    pub copied: u64,
    /// Copies that a shard dropped, as they were the other one's: as many as were copied, once all are seen.
    pub dropped: u64,
    /// Transactions begun again because their accounts were parted.
    pub begun_again: u64,
}

impl Simulation {
    /// A shard is to split. The further one is there at once and empty.
    pub(super) fn split(&mut self, parent: u16) {
        let child = self.layout.assignment.shards;
        if child == SHARDS_MAX {
            return;
        }
        self.layout.assignment.shards += 1;
        let mut chain = Chain::new(child, empty(&self.layout), &self.layout, false);
        if self.watched.is_some() {
            chain.keep();
        }
        self.meter.update(&chain);
        self.chains.push(chain);
        self.splitting.push(Due {
            parent,
            child,
            since: self.now,
        });
        self.try_split();
    }

    /// Whether a shard proposes nothing because it is about to split, or to be split off.
    pub(super) fn is_splitting(&self, shard: u16) -> bool {
        let mut due = self.splitting.iter();
        due.any(|due| due.parent == shard || due.child == shard)
    }

    /// Splits those that are to and are not agreeing on a block, in the order in which they were told to.
    pub(super) fn try_split(&mut self) {
        let mut at = 0;
        while at < self.splitting.len() {
            let due = self.splitting[at];
            let earlier = self.splitting[..at].iter();
            let is_first = earlier
                .flat_map(|due| [due.parent, due.child])
                .all(|shard| shard != due.parent && shard != due.child);
            let is_idle = |shard: u16| self.chains[usize::from(shard)].pending.is_none();
            let is_stalled = self.stalled[usize::from(due.parent)] > self.now;
            if is_first && is_idle(due.parent) && is_idle(due.child) && !is_stalled {
                self.splitting.remove(at);
                self.hand_over(due);
                self.call_up(due.parent);
                self.call_up(due.child);
            } else {
                at += 1;
            }
        }
    }

    fn hand_over(&mut self, due: Due) {
        let Due { parent, child, .. } = due;
        // What is left of an earlier split is sorted out first.
        self.drop_copies(parent);
        self.drop_copies(child);
        let residents = self.residents(parent);
        // Who is moving already goes where it is to go.
        let settled = residents
            .into_iter()
            .filter(|a| !self.moving.contains_key(a));
        let going: BTreeSet<u32> = settled.skip(1).step_by(2).collect();
        for account in &going {
            self.layout.assignment.of[*account as usize] = child;
            self.counts.moving.push(self.now.since(due.since).0);
        }
        self.counts.moved += going.len() as u64;
        self.counts.splits.count += 1;
        self.counts.splits.accounts += going.len() as u64;
        self.divide_state(parent, child, &going);
        let places = [parent, child].map(usize::from);
        let [first, second] = places.map(|place| &self.chains[place]);
        self.meter.update_all([first, second]);
        let moves = |subject: u32| has(&going, Address(subject));
        let locks: Vec<_> = self
            .locks
            .range((parent, 0)..=(parent, u32::MAX))
            .filter(|((_, subject), _)| moves(*subject))
            .map(|((_, subject), lock)| (*subject, *lock))
            .collect();
        for (subject, lock) in locks {
            self.locks.remove(&(parent, subject));
            self.locks.insert((child, subject), lock);
        }
        self.redirect(parent, child, &going);
        self.split_off.insert(child, going);
        let parted = self.take_parted(parent);
        self.copy_queue(parent, child);
        self.begin_again_apart(&parted);
    }

    fn divide_state(&mut self, parent: u16, child: u16, going: &BTreeSet<u32>) {
        let accounts: Vec<Address> = going
            .iter()
            .map(|number| Address::account(*number))
            .collect();
        let (before, after) = self.chains.split_at_mut(usize::from(child));
        let (Some(from), Some(to)) = (before.get_mut(usize::from(parent)), after.first_mut())
        else {
            return;
        };
        let tokens = &self.layout.tokens;
        let contract = (self.layout.crossing, tokens.as_slice());
        let mut slots = divide(contract, &accounts, &mut from.store, &mut to.store);
        // Brokers serve on both shards from now on, each with half of what they had here.
        if self.settings.endowment.brokers > 0 {
            let all = (0..BROKERS).flat_map(|number| tokens.iter().map(move |t| (number, *t)));
            for (number, token) in all {
                let held = from.store.word(&token::balance_key(token, broker(number)));
                let half = Amount(held.low() / 2);
                if half.0 > 0 {
                    let (from, to) = (&mut from.store, &mut to.store);
                    token::move_balance(from, to, token, broker(number), half);
                    slots += 1;
                }
            }
        }
        from.divided(&self.layout);
        to.divided(&self.layout);
        self.counts.splits.slots += slots;
    }

    /// Open transactions learn where their accounts have gone. In a chain of receipts, and in what one block
    /// does, nobody but the account's shard has anything to remember, so that shard answers from now on.
    fn redirect(&mut self, parent: u16, child: u16, going: &BTreeSet<u32>) {
        let is_receipts = is_chain_of_receipts(self.settings.protocol);
        let retarget = |deal: &mut Deal| {
            let is_all = is_receipts || deal.alone().is_some();
            let mut is_told = false;
            for leg in deal.legs.iter_mut().filter(|leg| leg.at == parent) {
                let account = leg.step.account();
                if account.is_some_and(|account| has(going, account)) {
                    leg.at = child;
                    if is_all && leg.shard == parent {
                        leg.shard = child;
                        is_told = true;
                    }
                }
            }
            is_told
        };
        for (ticket, open) in &mut self.open {
            if retarget(&mut open.deal)
                && let Some(memory) = self.memories.get(&(Place::Shard(parent), *ticket)).copied()
            {
                self.memories.insert((Place::Shard(child), *ticket), memory);
                if open.deal.legs_on(parent).next().is_none() {
                    self.memories.remove(&(Place::Shard(parent), *ticket));
                }
            }
        }
        for deal in &mut self.recent {
            retarget(deal);
        }
    }

    /// What one block was to do whole and cannot any more waits no longer.
    fn take_parted(&mut self, parent: u16) -> Vec<Entry> {
        let queue = std::mem::take(&mut self.chains[usize::from(parent)].queue);
        let is_parted = |entry: &Entry| {
            let deal = self.open.get(&entry.ticket).map(|open| &open.deal);
            entry.work == Work::Alone && deal.is_some_and(Deal::is_cross)
        };
        let (parted, rest): (Vec<Entry>, Vec<Entry>) = queue.into_iter().partition(is_parted);
        self.chains[usize::from(parent)].queue = rest.into();
        parted
    }

    fn begin_again_apart(&mut self, parted: &[Entry]) {
        for entry in parted {
            let Some(open) = self.open.remove(&entry.ticket) else {
                continue;
            };
            self.counts.splits.begun_again += 1;
            self.let_go(&open.deal);
            let why = Outcome::Aborted("SPLIT");
            self.recorder.end(open.row, self.now, why, true);
            self.ask(open.deal.wish, open.deal.asked);
            // One that is to move may have waited for this.
            for account in open.deal.wish.accounts() {
                self.try_move(account);
            }
        }
    }

    /// What waits at the parent waits at both.
    fn copy_queue(&mut self, parent: u16, child: u16) {
        let place = usize::from(parent);
        for entry in &mut self.chains[place].queue {
            entry.copied = Some([parent, child]);
        }
        let copies = self.chains[place].queue.clone();
        self.counts.splits.copied += copies.len() as u64;
        self.chains[usize::from(child)].queue.extend(copies);
    }

    /// A shard drops the copies that are not its own. The second of the two has those about accounts that went
    /// to it, the first all others: about accounts that stayed or are arriving, pools, brokers.
    pub(super) fn drop_copies(&mut self, shard: u16) {
        let is_receipts = is_chain_of_receipts(self.settings.protocol);
        let split_off = &self.split_off;
        let has_account = |entry: &Entry, second: u16| {
            let about = match entry.work {
                Work::Pay { from, to, .. } => [from, to],
                Work::Alone | Work::Step { .. } => [entry.subject; 2],
            };
            // Whoever went then, even if it has moved on since: both shards must come to the same answer.
            let gone = split_off.get(&second);
            gone.is_some_and(|gone| about.iter().any(|of| has(gone, *of)))
        };
        let queue = &mut self.chains[usize::from(shard)].queue;
        let before = queue.len();
        queue.retain_mut(|entry| {
            let Some([first, second]) = entry.copied else {
                return true;
            };
            let owner = if has_account(entry, second) {
                second
            } else {
                first
            };
            entry.copied = None;
            if is_receipts {
                entry.place = owner;
            }
            owner == shard
        });
        self.counts.splits.dropped += (before - queue.len()) as u64;
    }

    /// A receipt that was sent before a split goes to whoever has the account now.
    pub(super) fn forward(&self, delivery: &mut Delivery) {
        let Place::Shard(_) = delivery.to else { return };
        if !is_chain_of_receipts(self.settings.protocol) {
            return;
        }
        let ticket = delivery.ticket;
        let open = self.open.get(&ticket).map(|open| &open.deal);
        let known = open.or_else(|| self.recent.iter().find(|deal| deal.ticket == ticket));
        // What comes to nothing is told to where something was taken.
        let debit = |deal: &Deal| {
            let is_debit = |leg: &super::deal::Leg| matches!(leg.step, Step::Debit { .. });
            deal.legs.iter().position(is_debit)
        };
        let leg = known.and_then(|deal| {
            let number = if delivery.note.is_well {
                Some(usize::from(delivery.note.leg))
            } else {
                debit(deal)
            };
            deal.legs.get(number?)
        });
        if let Some(leg) = leg {
            delivery.to = Place::Shard(leg.shard);
        }
    }
}

fn has(accounts: &BTreeSet<u32>, one: Address) -> bool {
    !one.is_contract() && accounts.contains(&one.number())
}

const fn is_chain_of_receipts(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Relay | Protocol::Receipts)
}
