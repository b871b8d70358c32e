//! One block executed by one crew, as it happened in virtual time.

use crate::primitives::{Digest, Incarnation, LaneIndex, Limit, Tick, TxIndex};
use serde::{Deserialize, Serialize};

/// A block's execution: everything that a viewer draws.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// How many lanes worked.
    pub lanes: u32,
    /// How many transactions the block has.
    pub transactions: u32,
    /// When the last one was committed.
    pub end: Tick,
    /// Every execution and validation, by start, then lane.
    pub tasks: Vec<Task>,
    /// What the tasks read and wrote; each task names its range.
    pub accesses: Vec<Access>,
    /// What comparisons compared with. They are few, so that an access need not have room for a limit.
    pub limits: Vec<Limit>,
    /// When each transaction was committed, by index; never falls, unless an order is given.
    pub commits: Vec<Tick>,
    /// The order in which the transactions were committed, if it need not be the block's: the result is
    /// that of executing them one after the other in this order. Empty for the block's own order.
    pub order: Vec<TxIndex>,
    /// When a first pass over the block, that recorded what the second one needs, had ended; 0 if there
    /// was none.
    pub first_pass: Tick,
}

/// One stretch of work of one lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// When it began. Reads see the versions of this moment.
    pub start: Tick,
    /// When it ended. Writes and verdicts take effect at this moment.
    pub end: Tick,
    /// Which lane did it.
    pub lane: LaneIndex,
    /// Which transaction.
    pub tx: TxIndex,
    /// Which run of the transaction it is, or validates.
    pub incarnation: Incarnation,
    /// Execution or validation.
    pub kind: TaskKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Its first access in [`Recording::accesses`].
    pub access_first: u32,
    /// How many accesses it made; validations have none of their own.
    pub access_count: u32,
}

/// What a lane does with a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum TaskKind {
    /// Runs it.
    Execute,
    /// Checks that what it read still holds.
    Validate,
}

/// How a task ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// The run ended and its writes were published.
    Executed,
    /// The run met a slot that an earlier transaction is expected to write, and waits for it.
    Blocked {
        /// The transaction it waits for.
        on: TxIndex,
        /// The slot, as an index into the names of the report.
        key: u32,
    },
    /// The reads still hold.
    Valid,
    /// A read no longer holds: the writes are withdrawn and the transaction runs again.
    Aborted {
        /// The first slot whose value changed, as an index into the names of the report.
        key: u32,
        /// What the run had read.
        read: Origin,
        /// What stands there now.
        found: Origin,
    },
    /// The verdict came too late: somebody else had already withdrawn this run.
    Superseded,
    /// The run needs a lock that an earlier transaction holds, and waits for it with the locks it has.
    LockWait {
        /// The holder.
        holder: TxIndex,
        /// The slot, as an index into the names of the report.
        key: u32,
    },
    /// An earlier transaction needed a lock that this run held, and took it: the transaction runs again.
    Wounded {
        /// Who took it.
        by: TxIndex,
        /// The slot, as an index into the names of the report.
        key: u32,
    },
    /// Another transaction of the batch had reserved the slot first: the transaction runs again in the
    /// next batch.
    Lost {
        /// Who had reserved it.
        winner: TxIndex,
        /// The slot, as an index into the names of the report.
        key: u32,
    },
    /// The run touched a slot that its transaction had not declared: nothing of it stands, and the
    /// transaction runs again where that cannot hurt.
    Breached {
        /// The first such slot, as an index into the names of the report.
        key: u32,
    },
}

/// Where a read value came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Origin {
    /// The state before the block.
    Storage,
    /// A transaction of the block: the newest version below the reader.
    Version {
        /// The writer.
        tx: TxIndex,
        /// Which run of the writer.
        incarnation: Incarnation,
    },
    /// A mark left by a withdrawn run: its transaction is expected to write here again.
    Estimate {
        /// The expected writer.
        tx: TxIndex,
    },
}

/// One slot read or written by a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Access {
    /// The slot, as an index into the names of the report.
    pub key: u32,
    /// Read, replaced, added to or compared.
    pub kind: AccessKind,
}

/// What was done to a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AccessKind {
    /// Read from there.
    Read(Origin),
    /// Replaced.
    Set,
    /// Added to, without reading.
    Add,
    /// Compared with a limit, without being told the value: only a change that turns the answer concerns
    /// the run.
    Compare {
        /// Where the value came from.
        from: Origin,
        /// What it was compared with, by its place in [`Recording::limits`]; what the run itself had added to
        /// the slot counted in.
        limit: u32,
        /// The answer.
        holds: bool,
    },
}

// A block of 10,000 transactions makes some 100,000 of them, and on virtual lanes writing them down is much of
// what it takes.
const _: () = assert!(size_of::<Access>() <= 24);

/// What stands for a comparison where a digest is taken.
const COMPARE: u32 = 3;

impl Recording {
    /// What a task read and wrote.
    pub fn accesses_of(&self, task: &Task) -> &[Access] {
        let first = task.access_first as usize;
        self.accesses
            .get(first..first + task.access_count as usize)
            .unwrap_or_default()
    }

    /// The limit that a comparison names.
    pub fn limit(&self, limit: u32) -> Option<Limit> {
        self.limits.get(limit as usize).copied()
    }

    /// The digest of the whole recording: equal digests mean equal runs, tick by tick.
    pub fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = Vec::with_capacity(64);
        let mut put = |value: &dyn erased::Plain| {
            buffer.clear();
            value.put(&mut buffer);
            hasher.update(&buffer);
        };
        put(&(self.lanes, self.transactions, self.end));
        self.tasks.iter().for_each(|task| put(task));
        for access in &self.accesses {
            // What it was compared with, and not where that is kept.
            match access.kind {
                AccessKind::Compare { from, limit, holds }
                    if let Some(limit) = self.limit(limit) =>
                {
                    put(&(access.key, COMPARE, from, limit, holds));
                }
                _ => put(access),
            }
        }
        self.commits.iter().for_each(|tick| put(tick));
        // Only where there is something to say, so that the digests of other recordings stay.
        if !self.order.is_empty() || self.first_pass != Tick::default() {
            put(&self.first_pass);
            self.order.iter().for_each(|tx| put(tx));
        }
        Digest(*hasher.finalize().as_bytes())
    }
}

/// The stored form that digests are taken over: postcard, which writes no `usize` and no padding.
mod erased {
    use serde::Serialize;

    pub(super) trait Plain {
        fn put(&self, into: &mut Vec<u8>);
    }

    impl<T: Serialize> Plain for T {
        fn put(&self, into: &mut Vec<u8>) {
            // Writing to memory cannot fail; an empty record would change the digest and be seen.
            if let Ok(bytes) = postcard::to_extend(self, std::mem::take(into)) {
                *into = bytes;
            }
        }
    }
}
