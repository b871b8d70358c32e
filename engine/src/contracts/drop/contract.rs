//! The drop's entry.

use super::storage::{CLAIMS, UNITS};
use crate::contracts::argument::UNKNOWN_METHOD;
use crate::primitives::Address;
use crate::state::{Key, Word};
use crate::vm::native::{Call, Context, Contract, Footprint, Stop};

/// Event: a claim. Arguments: claimer, units, the claim's number (0 in a commutative drop).
pub const CLAIMED: u16 = 1;

/// Method numbers.
pub mod method {
    /// Takes the next units.
    pub const CLAIM: u16 = 1;
}

/// Takes the next units of the drop. Returns the claim's number where the drop is ordered, else zero.
pub const fn claim() -> Call {
    Call {
        method: method::CLAIM,
        args: [0; 4],
    }
}

/// How the claims are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DropKind {
    /// Read and set: every claim conflicts with every other.
    Ordered,
    /// By commutative addition: no claim conflicts.
    Commutative,
}

/// A token drop.
#[derive(Clone, Debug)]
pub struct Drop {
    name: String,
    kind: DropKind,
    units_per_claim: u64,
}

impl Drop {
    /// A drop that gives so many units a claim; `title` is its name for people.
    pub fn new(title: &str, kind: DropKind, units_per_claim: u64) -> Self {
        Self {
            name: format!("drop {title}"),
            kind,
            units_per_claim,
        }
    }

    /// How many units a claim gives.
    pub const fn units_per_claim(&self) -> u64 {
        self.units_per_claim
    }

    fn claim(&self, context: &mut Context<'_>) -> Result<[u128; 2], Stop> {
        let claimer = u64::from(context.caller().0);
        let units = u128::from(self.units_per_claim);
        // Neither sum can overflow: 2^64 claims of 2^64 units would be needed.
        let number = match self.kind {
            DropKind::Ordered => {
                let number = context.get(CLAIMS, 0)?.low().wrapping_add(1);
                context.set(CLAIMS, 0, Word::from_low(number))?;
                number
            }
            DropKind::Commutative => {
                context.add(CLAIMS, 0, Word::from_low(1))?;
                0
            }
        };
        context.add(UNITS, claimer, Word::from_low(units))?;
        context.emit(CLAIMED, [u128::from(claimer), units, number, 0])?;
        Ok([number, 0])
    }
}

impl Contract for Drop {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        match call.method {
            method::CLAIM => self.claim(context),
            _ => Err(UNKNOWN_METHOD.into()),
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, _: &Call) -> bool {
        let claimer = u64::from(footprint.caller().0);
        match self.kind {
            DropKind::Ordered => footprint.write(CLAIMS, 0),
            DropKind::Commutative => footprint.add(CLAIMS, 0),
        }
        footprint.add(UNITS, claimer);
        true
    }

    fn label(&self, key: &Key) -> String {
        let name = &self.name;
        match key.field {
            CLAIMS => format!("{name} · counter of claims"),
            UNITS => format!("{name} · units of {}", Address(key.subject as u32)),
            field => format!("{name} · field {field}"),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn audit(&self, this: Address, store: &crate::state::Store) -> Result<(), String> {
        super::invariants::check(store, this, self.units_per_claim)
    }
}
