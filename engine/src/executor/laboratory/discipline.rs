//! Which discipline, and the entry to all of them.

use super::access_list::AccessList;
use super::bloom_frames::Frames;
use super::declared::Declared;
use super::dependency_graph::{self, Hints};
use super::preassigned;
use super::precedence::{Precedence, Rules};
use super::priority_graph;
use super::reservation::Reservation;
use super::two_phase_locking::TwoPhase;
use super::workbench::{Counted, Workbench};
use crate::executor::Executor;
use crate::executor::clockwork::{Clockwork, Recorder, Script};
use crate::executor::crew::stepped::{StepSettings, Stepped};
use crate::executor::optimistic::KeyId;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::{AccessKind, Origin};
use crate::vm::{Fault, Vm};
use std::sync::PoisonError;

/// One of the laboratory's schedulers; [`super::descriptor::DESCRIPTORS`] says what each promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Discipline {
    /// Declared locks with a priority graph (Solana).
    PriorityGraph,
    /// Versions assigned before execution (BOHM, Sui).
    Preassigned,
    /// Batches with deterministic reservations (Aria).
    Reservation,
    /// Bloom-filter frames (FAFO).
    BloomFrames,
    /// Optimistic along dependencies that came with the block (Polygon, grevm).
    DependencyGraph,
    /// Replay along a block-level access list (EIP-7928).
    AccessList,
    /// Strict two-phase locking with wound-wait.
    TwoPhaseLocking,
}

impl Discipline {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::PriorityGraph,
        Self::Preassigned,
        Self::Reservation,
        Self::BloomFrames,
        Self::DependencyGraph,
        Self::AccessList,
        Self::TwoPhaseLocking,
    ];

    /// Its name in documents and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PriorityGraph => "priority_graph",
            Self::Preassigned => "preassigned",
            Self::Reservation => "reservation",
            Self::BloomFrames => "bloom_frames",
            Self::DependencyGraph => "dependency_graph",
            Self::AccessList => "access_list",
            Self::TwoPhaseLocking => "two_phase_locking",
        }
    }
}

/// What else a run may be given, for proofs.
#[derive(Default)]
pub(super) struct Conditions<'a> {
    /// Dispatch delays in place of the seed's.
    pub(super) script: Option<&'a mut Script>,
    /// Which hints reach the dependency graph; all of them if nothing is said.
    pub(super) is_hint_kept: Option<&'a dyn Fn(TxIndex, KeyId) -> bool>,
}

impl<M: Vm> Executor<M> {
    /// Executes a block in virtual time as a discipline of the laboratory does. If that one does not keep
    /// the block's order, the recording tells the order whose serial result this is; outputs stay in
    /// block order, and the critical path is that of the order committed.
    ///
    /// # Errors
    /// A [`Fault`]; the storage is then as before.
    pub fn laboratory<S: Storage<M::Key, M::Value>>(
        &mut self,
        discipline: Discipline,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        settings: &StepSettings,
    ) -> Result<Stepped<M::Key>, Fault> {
        let conditions = Conditions::default();
        self.laboratory_under(conditions, discipline, vm, storage, txs, settings)
    }

    /// The same under given conditions.
    pub(super) fn laboratory_under<S: Storage<M::Key, M::Value>>(
        &mut self,
        mut conditions: Conditions<'_>,
        discipline: Discipline,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        settings: &StepSettings,
    ) -> Result<Stepped<M::Key>, Fault> {
        let mut stepped = self.with_room(txs, settings.lanes.max(1), |executor| {
            let run = executor.block_run(vm, &*storage, txs);
            let bench = Workbench::new(run, settings);
            executor.put_to_work(discipline, bench, &mut conditions)
        })?;
        let count = txs.len();
        self.settle(storage, count);
        let order = stepped.recording.order.clone();
        for access in &mut stepped.recording.accesses {
            if let AccessKind::Read(Origin::Version { tx, .. }) = &mut access.kind {
                *tx = order.get(tx.as_usize()).copied().unwrap_or(*tx);
            }
        }
        for tx in &mut stepped.critical_path.chain {
            *tx = order.get(tx.as_usize()).copied().unwrap_or(*tx);
        }
        self.make_room(count);
        for (place, record) in self.records[..count].iter_mut().enumerate() {
            let tx = order.get(place).map_or(place, |tx| tx.as_usize());
            let record = record.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut self.outputs[tx], &mut record.output);
            self.gas[tx] = record.gas;
        }
        Ok(stepped)
    }

    fn put_to_work<S: Storage<M::Key, M::Value>>(
        &self,
        discipline: Discipline,
        bench: Workbench<'_, M, S>,
        conditions: &mut Conditions<'_>,
    ) -> Result<Stepped<M::Key>, Fault> {
        let script = conditions.script.as_deref_mut();
        let (count, capacity) = (bench.count(), self.versions.capacity());
        let terms = (bench.run.storage, bench.settings);
        match discipline {
            Discipline::PriorityGraph | Discipline::Preassigned => {
                let declared = Declared::gather(&bench.run)?;
                let graph = match discipline {
                    Discipline::PriorityGraph => priority_graph::graph(&declared, count, capacity),
                    _ => preassigned::graph(&declared, count, capacity),
                };
                let rules = Rules {
                    graph,
                    declared: Some(declared),
                    checks_all: false,
                };
                self.watch(terms, Precedence::new(bench, rules), script)
            }
            Discipline::DependencyGraph => {
                let mut hints = Hints::learn(&bench.run)?;
                if let Some(is_kept) = conditions.is_hint_kept {
                    hints.retain(is_kept);
                }
                let graph = dependency_graph::graph(&hints, count, capacity);
                let rules = Rules {
                    graph,
                    declared: None,
                    checks_all: true,
                };
                self.watch(terms, Precedence::new(bench, rules), script)
            }
            Discipline::Reservation => self.watch(terms, Reservation::new(bench), script),
            Discipline::BloomFrames => {
                let declared = Declared::gather(&bench.run)?;
                self.watch(terms, Frames::new(bench, declared), script)
            }
            Discipline::AccessList => self.watch(terms, AccessList::new(bench), script),
            Discipline::TwoPhaseLocking => self.watch(terms, TwoPhase::new(bench), script),
        }
    }

    /// Lets the clockwork drive a discipline to the end of its block.
    fn watch<S: Storage<M::Key, M::Value>>(
        &self,
        (storage, settings): (&S, &StepSettings),
        mut protocol: impl Counted,
        script: Option<&mut Script>,
    ) -> Result<Stepped<M::Key>, Fault> {
        let lanes = settings.lanes.max(1);
        let capacity = self.versions.capacity();
        let count = protocol.stats().transactions as usize;
        let recorder = Recorder::new(lanes, count, capacity, settings.is_recorded);
        let mut clockwork = Clockwork::new(lanes, settings.dispatch(script), recorder);
        clockwork.drive(&mut protocol)?;
        let stats = protocol.stats();
        Ok(self.stepped_report(storage, stats, clockwork))
    }
}
