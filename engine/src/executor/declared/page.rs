//! What some transactions in a row declare.

use crate::state::Storage;
use crate::vm::{Accesses, Intent, Region, Vm};
use std::ops::Range;

/// How many regions are told apart; more share one. A false conflict costs time and never a result.
pub(super) const REGIONS: usize = 1 << 17;

/// One region that a transaction may touch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Claim {
    /// Which of [`REGIONS`].
    pub(super) region: u32,
    pub(super) role: Role,
}

/// What a transaction may do with a region, and what that asks of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Reads in it: after the change before, and before the next.
    Read,
    /// Reads, changes and adds in it: after all before and before all after it.
    Write,
    /// Adds in it where all do nothing else: at any time; the sums are drawn at the end.
    Add,
    /// Finds in it what was foreseen, and leaves what was foreseen: at any time.
    Foreseen,
}

impl Role {
    const fn of(intent: Intent, region: Region, foresees: bool) -> Self {
        match intent {
            Intent::Read => Self::Read,
            Intent::Add if region.sums => Self::Add,
            Intent::Foreseen if foresees => Self::Foreseen,
            Intent::Add | Intent::Foreseen | Intent::Write => Self::Write,
        }
    }

    /// What both together need.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Foreseen, _) | (_, Self::Foreseen) => Self::Foreseen,
            _ if self == other => self,
            _ => Self::Write,
        }
    }
}

/// Which of the regions that are told apart this is.
pub(super) const fn number(region: Region) -> u32 {
    region.number & (REGIONS as u32 - 1)
}

/// The declarations of some transactions in a row; on cache lines of its own, since lanes fill pages side by
/// side.
#[repr(align(128))]
#[derive(Debug)]
pub(super) struct Page<K> {
    /// For each transaction, and one more than there are: where what it declared begins.
    first: Vec<First>,
    pub(super) claims: Vec<Claim>,
    /// The slots that each transaction expects to be foreseen.
    pub(super) foreseen: Vec<K>,
}

/// Where a transaction's claims and its foreseen slots begin, and how many accesses all before it declared.
#[derive(Clone, Copy, Default, Debug)]
struct First {
    claim: u32,
    foreseen: u32,
    accesses: u32,
}

impl<K> Default for Page<K> {
    fn default() -> Self {
        Self {
            first: vec![First::default()],
            claims: Vec::new(),
            foreseen: Vec::new(),
        }
    }
}

impl<K: Clone + PartialEq> Page<K> {
    /// Asks the transactions in turn, up to the first that cannot say what it touches.
    pub(super) fn declare<M: Vm<Key = K>>(
        &mut self,
        vm: &M,
        storage: &impl Storage<K, M::Value>,
        txs: &[M::Tx],
        foresees: bool,
    ) {
        self.first.clear();
        self.claims.clear();
        self.foreseen.clear();
        let mut listener = Listener {
            vm,
            foresees,
            first: First::default(),
            accesses: 0,
            claims: &mut self.claims,
            foreseen: &mut self.foreseen,
        };
        self.first.push(listener.first);
        for tx in txs {
            if !vm.declare(tx, storage, &mut listener) {
                break;
            }
            listener.first = First {
                claim: listener.claims.len() as u32,
                foreseen: listener.foreseen.len() as u32,
                accesses: listener.accesses,
            };
            self.first.push(listener.first);
        }
    }
}

/// Takes in what one transaction after the other says, by regions.
struct Listener<'a, M: Vm> {
    vm: &'a M,
    foresees: bool,
    /// Where the transaction's own begin.
    first: First,
    accesses: u32,
    claims: &'a mut Vec<Claim>,
    foreseen: &'a mut Vec<M::Key>,
}

impl<M: Vm> Accesses<M::Key> for Listener<'_, M> {
    fn push(&mut self, key: M::Key, intent: Intent) {
        self.accesses += 1;
        let region = self.vm.region(&key);
        let role = Role::of(intent, region, self.foresees);
        let region = number(region);
        let claims = self.claims[self.first.claim as usize..].iter_mut();
        // Mostly one of the last.
        match claims.rev().find(|claim| claim.region == region) {
            Some(claim) if claim.role == role => {}
            Some(claim) => claim.role = claim.role.and(role),
            None => self.claims.push(Claim { region, role }),
        }
        if role == Role::Foreseen {
            self.foresee(key);
        }
    }
}

impl<M: Vm> Listener<'_, M> {
    fn foresee(&mut self, key: M::Key) {
        if !self.foreseen[self.first.foreseen as usize..].contains(&key) {
            self.foreseen.push(key);
        }
    }
}

impl<K> Page<K> {
    /// How many transactions it has.
    pub(super) fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Where a transaction's claims are.
    pub(super) fn claims(&self, tx: usize) -> Range<usize> {
        self.first[tx].claim as usize..self.first[tx + 1].claim as usize
    }

    /// The slots that a transaction expects to be foreseen.
    pub(super) fn foreseen(&self, tx: usize) -> &[K] {
        &self.foreseen[self.first[tx].foreseen as usize..self.first[tx + 1].foreseen as usize]
    }

    /// How many accesses a transaction declared: how long it is likely to take.
    pub(super) fn weight(&self, tx: usize) -> u32 {
        self.first[tx + 1].accesses - self.first[tx].accesses
    }
}
