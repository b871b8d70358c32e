//! What some transactions in a row declare.

use crate::state::Storage;
use crate::vm::{Declaration, Intent, Region, Vm};
use smallvec::SmallVec;
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

/// The declarations of some transactions in a row.
#[derive(Debug)]
pub(super) struct Page<K> {
    declaration: Declaration<K>,
    /// For each transaction, and one more than there are: where its claims begin, and its foreseen slots.
    first: Vec<(u32, u32)>,
    pub(super) claims: Vec<Claim>,
    /// The slots that each transaction expects to be foreseen.
    pub(super) foreseen: Vec<K>,
    /// How many accesses each declared: how long it is likely to take.
    weights: Vec<u32>,
}

impl<K> Default for Page<K> {
    fn default() -> Self {
        Self {
            declaration: Declaration::listing(),
            first: vec![(0, 0)],
            claims: Vec::new(),
            foreseen: Vec::new(),
            weights: Vec::new(),
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
        self.weights.clear();
        self.first.push((0, 0));
        for tx in txs {
            self.declaration.clear();
            if !vm.declare(tx, storage, &mut self.declaration) {
                break;
            }
            let mut claims: SmallVec<[Claim; 16]> = SmallVec::new();
            let from = self.foreseen.len();
            for (key, intent) in self.declaration.accesses() {
                let region = vm.region(key);
                let role = Role::of(*intent, region, foresees);
                if role == Role::Foreseen && !self.foreseen[from..].contains(key) {
                    self.foreseen.push(key.clone());
                }
                let region = number(region);
                match claims.iter_mut().find(|claim| claim.region == region) {
                    Some(claim) => claim.role = claim.role.and(role),
                    None => claims.push(Claim { region, role }),
                }
            }
            self.claims.extend_from_slice(&claims);
            self.weights.push(self.declaration.accesses().len() as u32);
            self.first
                .push((self.claims.len() as u32, self.foreseen.len() as u32));
        }
    }
}

impl<K> Page<K> {
    /// How many transactions it has.
    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    /// Where a transaction's claims are.
    pub(super) fn claims(&self, tx: usize) -> Range<usize> {
        self.first[tx].0 as usize..self.first[tx + 1].0 as usize
    }

    /// The slots that a transaction expects to be foreseen.
    pub(super) fn foreseen(&self, tx: usize) -> &[K] {
        &self.foreseen[self.first[tx].1 as usize..self.first[tx + 1].1 as usize]
    }

    /// How many accesses a transaction declared.
    pub(super) fn weight(&self, tx: usize) -> u32 {
        self.weights[tx]
    }
}
