//! "What would fix it?": a block executed again under a change that could take the heat off one slot, on
//! the same seed and lanes, by the stepped crew.
//!
//! Making a write commutative and splitting a slot change the contract, and so what the block leaves
//! behind; declaring what transactions touch changes neither. Nothing here is kept: every run works on a
//! copy of the state.

use super::report::Progress;
use super::{Session, replay};
use crate::executor::Executor;
use crate::executor::crew::stepped::Stepped;
use crate::executor::laboratory::Discipline;
use crate::primitives::Address;
use crate::primitives::hash::mix;
use crate::scenario::{Execution, Scheduler};
use crate::state::overlay::{Overlay, Write};
use crate::state::{Key, ReadView, Storage, Word};
use crate::trace::Recording;
use crate::vm::native::{NativeVm, Receipt, Transaction};
use crate::vm::{Effects, Fault, Halt, Vm};
use serde::{Deserialize, Serialize};

/// A field of a slot's parts: contracts number their fields from 0.
const PART_FIELD: u32 = 1 << 31;

/// A change that could take the heat off a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Remedy {
    /// None: the block as it is, under Block-STM.
    AsItIs,
    /// Every transaction sees the slot as it stood before the block and adds what it would have changed.
    Commutative,
    /// The slot is split into so many parts, each beginning with the slot's value; a sender always uses
    /// the same one.
    Split(u32),
    /// What transactions touch is declared, and versions are assigned beforehand (BOHM).
    Declared,
}

impl Remedy {
    /// Whether it changes the contract, and so the state after the block.
    pub const fn changes_contract(self) -> bool {
        matches!(self, Self::Commutative | Self::Split(_))
    }
}

/// What a block took under a remedy. All modelled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// What was changed.
    pub remedy: Remedy,
    /// Virtual ticks from the block's start to its last commit.
    pub ticks: u64,
    /// Virtual ticks of the same runs one after the other, with nothing between.
    pub ticks_in_order: u64,
    /// Runs that were withdrawn.
    pub aborts: u32,
    /// Runs that met an estimate and had to wait, or waited for a version.
    pub blocked: u32,
    /// Transactions that a contract refused, that ran out of gas or that were not valid.
    pub failed: u32,
    /// The name of the slot that made most transactions wait or run again; none if nobody had to. Often
    /// another one than before: a transaction that meets others in two slots is helped only by both.
    pub hottest: Option<String>,
}

impl Session {
    /// Executes a block as it is, with the writes of the slot of this name made commutative, with the slot
    /// split into `ways` parts (at least 2), and with everything declared; the first three under
    /// Block-STM. Empty if no transaction touches such a slot. `None` when cancelled, which is looked for
    /// between runs.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
    pub fn remedies(
        &mut self,
        block: u32,
        execution: &Execution,
        key: &str,
        ways: u32,
        progress: &dyn Progress,
    ) -> Result<Option<Vec<Trial>>, Fault> {
        let total = block + 4;
        if !self.advance_to(block, total, progress)? {
            return Ok(None);
        }
        let execution = Execution {
            scheduler: Scheduler::BlockStm,
            ..execution.clone()
        };
        let transactions = self.generator.block(block).transactions;
        let mut store = self.chain.store.clone();
        let run = self.step(block, &mut store, &transactions, &execution, true)?;
        let is_meant = |at: &&Key| self.vm.registry.label(at) == key;
        let Some(key) = run.keys.iter().find(is_meant).copied() else {
            progress.report(total, total);
            return Ok(Some(Vec::new()));
        };
        let mut trials = vec![trial(Remedy::AsItIs, &run, &self.executor, &self.vm)];
        let settings = self.step_settings(block, &execution, true);
        let ways = ways.max(2);
        for remedy in [Remedy::Commutative, Remedy::Split(ways), Remedy::Declared] {
            progress.report(block + trials.len() as u32, total);
            if progress.is_cancelled() {
                return Ok(None);
            }
            let mut store = self.chain.store.clone();
            let before = store.get(&key).unwrap_or_default();
            let vm = &self.vm;
            trials.push(match remedy {
                Remedy::AsItIs | Remedy::Declared => {
                    let executor = &mut self.executor;
                    let discipline = Discipline::Preassigned;
                    let run = executor.laboratory(
                        discipline,
                        vm,
                        &mut store,
                        &transactions,
                        &settings,
                    )?;
                    trial(remedy, &run, executor, vm)
                }
                Remedy::Commutative => {
                    let other = Commutative { vm, key, before };
                    let mut executor = Executor::default();
                    let run = executor.stepped(&other, &mut store, &transactions, &settings)?;
                    trial(remedy, &run, &executor, vm)
                }
                Remedy::Split(ways) => {
                    for part in 0..ways {
                        store.set(part_of(key, part), before);
                    }
                    let other = Split { vm, key, ways };
                    let mut executor = Executor::default();
                    let run = executor.stepped(&other, &mut store, &transactions, &settings)?;
                    // A part has the name of the whole.
                    let mut trial = trial(remedy, &run, &executor, vm);
                    let hottest = replay::hot_keys(&run).into_iter().next();
                    if hottest.is_some_and(|hot| run.keys[hot.key as usize].field & PART_FIELD != 0)
                    {
                        trial.hottest = Some(vm.registry.label(&key));
                    }
                    trial
                }
            });
        }
        progress.report(total, total);
        Ok(Some(trials))
    }
}

fn trial<M>(remedy: Remedy, run: &Stepped<Key>, executor: &Executor<M>, vm: &NativeVm) -> Trial
where
    M: Vm<Output = Receipt>,
{
    let recording: &Recording = &run.recording;
    let failed = executor
        .outputs()
        .iter()
        .filter(|receipt| replay::has_failed(receipt));
    let hottest = replay::hot_keys(run).into_iter().next();
    Trial {
        remedy,
        hottest: hottest.map(|hot| vm.registry.label(&run.keys[hot.key as usize])),
        ticks: replay::ticks(recording),
        ticks_in_order: executor.gas().iter().sum(),
        aborts: run.stats.aborts as u32,
        blocked: run.stats.blocked as u32,
        failed: failed.count() as u32,
    }
}

/// Runs what the native machine runs, through a view and with writes of its own.
fn run_within<M>(
    vm: &NativeVm,
    tx: &Transaction,
    view: &mut impl ReadView<Key, Word>,
    effects: &mut Effects<M>,
    rewrite: impl Fn(Key, Write<Word>) -> (Key, Write<Word>),
) -> Result<(), Halt>
where
    M: Vm<Key = Key, Value = Word, Output = Receipt>,
{
    let mut inner = Effects::<NativeVm> {
        overlay: std::mem::take(&mut effects.overlay),
        gas: effects.gas,
        output: std::mem::take(&mut effects.output),
    };
    let result = vm.run(tx, view, &mut inner);
    let mut overlay = Overlay::default();
    for (key, write) in inner.writes() {
        match rewrite(*key, *write) {
            (key, Write::Set(value)) => overlay.set(key, value),
            (key, Write::Add(delta)) => overlay.add(key, delta),
        }
    }
    *effects = Effects {
        overlay,
        gas: inner.gas,
        output: inner.output,
    };
    result
}

/// The native machine with one slot whose writes commute.
struct Commutative<'a> {
    vm: &'a NativeVm,
    key: Key,
    /// What the slot holds before the block.
    before: Word,
}

impl Vm for Commutative<'_> {
    type Key = Key;
    type Value = Word;
    type Tx = Transaction;
    type Output = Receipt;

    fn run(
        &self,
        tx: &Transaction,
        view: &mut impl ReadView<Key, Word>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let mut view = Unseen {
            view,
            key: self.key,
            value: self.before,
        };
        run_within(self.vm, tx, &mut view, effects, |key, write| match write {
            Write::Set(value) if key == self.key => {
                (key, Write::Add(difference(&value, &self.before)))
            }
            _ => (key, write),
        })
    }
}

/// What has to be added to one word to get the other; the halves on their own, as words are added.
fn difference(after: &Word, before: &Word) -> Word {
    Word::pair(
        after.low().wrapping_sub(before.low()),
        after.high().wrapping_sub(before.high()),
    )
}

/// A view that answers for one slot itself, so that no scheduler learns that it was read.
struct Unseen<'a, V> {
    view: &'a mut V,
    key: Key,
    value: Word,
}

impl<V: ReadView<Key, Word>> ReadView<Key, Word> for Unseen<'_, V> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        if *key == self.key {
            return Ok(Some(self.value));
        }
        self.view.read(key)
    }
}

/// The native machine with one slot in parts.
struct Split<'a> {
    vm: &'a NativeVm,
    key: Key,
    ways: u32,
}

impl Split<'_> {
    const fn part(&self, sender: Address) -> Key {
        let part = mix(sender.0 as u64) % self.ways as u64;
        part_of(self.key, part as u32)
    }
}

/// The slot of a part: no contract has such a field.
const fn part_of(key: Key, part: u32) -> Key {
    Key {
        owner: key.owner,
        field: PART_FIELD | key.field,
        subject: mix(key.subject).wrapping_add(part as u64),
    }
}

impl Vm for Split<'_> {
    type Key = Key;
    type Value = Word;
    type Tx = Transaction;
    type Output = Receipt;

    fn run(
        &self,
        tx: &Transaction,
        view: &mut impl ReadView<Key, Word>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let part = self.part(tx.sender);
        let mut view = Renamed {
            view,
            from: self.key,
            to: part,
        };
        run_within(self.vm, tx, &mut view, effects, |key, write| {
            (if key == self.key { part } else { key }, write)
        })
    }
}

/// A view in which one slot stands for another.
struct Renamed<'a, V> {
    view: &'a mut V,
    from: Key,
    to: Key,
}

impl<V: ReadView<Key, Word>> ReadView<Key, Word> for Renamed<'_, V> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        let key = if *key == self.from { &self.to } else { key };
        self.view.read(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::preset;
    use crate::session::Unwatched;

    fn trials(name: &str) -> (Vec<Trial>, crate::session::Replay) {
        let mut scenario = preset::named(name).expect("a preset").scenario();
        scenario.workload.transactions = 300;
        scenario.workload.accounts = 600;
        let execution = scenario.execution.clone();
        let mut session = Session::open(scenario).expect("a sound scenario");
        let replay = session
            .replay(0, &execution, &Unwatched)
            .expect("no fault")
            .expect("nobody cancels");
        let hottest = replay.summary.hot_keys[0].key;
        let name = replay.keys[hottest as usize].clone();
        let trials = session
            .remedies(0, &execution, &name, 4, &Unwatched)
            .expect("no fault")
            .expect("nobody cancels");
        let again = session.replay(0, &execution, &Unwatched);
        assert!(again == Ok(Some(replay.clone())), "a trial left a trace");
        (trials, replay)
    }

    #[test]
    fn the_remedies_of_one_hot_pool() {
        let (trials, replay) = trials("one-pool");
        let remedies: Vec<Remedy> = trials.iter().map(|trial| trial.remedy).collect();
        let expected = [
            Remedy::AsItIs,
            Remedy::Commutative,
            Remedy::Split(4),
            Remedy::Declared,
        ];
        assert_eq!(remedies, expected);
        let name = &replay.keys[replay.summary.hot_keys[0].key as usize];
        let [as_it_is, commutative, split, declared] = &trials[..] else {
            panic!("four trials");
        };
        assert_eq!(as_it_is.ticks, replay.summary.ticks);
        assert_eq!(as_it_is.aborts, replay.summary.aborts);
        assert_eq!(as_it_is.failed, replay.summary.reverted);
        assert_eq!(as_it_is.hottest.as_ref(), Some(name));
        // Swaps also meet in the balances that the pool holds: the heat moves there.
        for moved in [commutative, split] {
            assert!(
                moved
                    .hottest
                    .as_ref()
                    .is_some_and(|hottest| hottest != name)
            );
        }
        assert_eq!(declared.aborts, 0);
        assert_eq!(declared.ticks_in_order, as_it_is.ticks_in_order);
    }

    #[test]
    fn a_commutative_counter_is_what_the_commutative_preset_shows() {
        let (trials, _) = trials("token-drop");
        assert!(trials[0].aborts + trials[0].blocked > 0);
        assert_eq!(trials[1].aborts + trials[1].blocked, 0);
        assert!(trials[1].ticks < trials[2].ticks && trials[2].ticks < trials[0].ticks);
    }

    #[test]
    fn a_slot_that_nobody_touches_has_no_remedies() {
        let mut session = Session::open(crate::scenario::Scenario::default()).expect("sound");
        let execution = Execution::default();
        let trials = session.remedies(0, &execution, "no such slot", 4, &Unwatched);
        assert_eq!(trials, Ok(Some(Vec::new())));
    }

    #[test]
    fn differences_add_up() {
        let (before, after) = (Word::pair(9, 1), Word::pair(4, u128::MAX));
        use crate::state::Additive;
        assert_eq!(before.plus(&difference(&after, &before)), after);
    }
}
