//! The drop's entry.

use super::storage::{CLAIMS, STOCK, UNITS, claims_key, stock_key};
use crate::contracts::argument::UNKNOWN_METHOD;
use crate::contracts::code;
use crate::primitives::Address;
use crate::state::{Key, Word};
use crate::vm::native::{
    Call, Context, Contract, Deployed, Footprint, Outlook, Revert, Share, Stop,
};
use serde::{Deserialize, Serialize};

/// Event: a claim. Arguments: claimer, units, the claim's number (0 unless the drop is ordered).
pub const CLAIMED: u16 = 1;

/// No claim is left: the error of OpenZeppelin's `ERC20Capped` (contracts 5.x).
pub const EXCEEDED_CAP: Revert = Revert("ERC20ExceededCap");
/// Less is left than was asked for: the error of ERC-6093.
pub const INSUFFICIENT_BALANCE: Revert = Revert("ERC20InsufficientBalance");

/// Method numbers.
pub mod method {
    /// Takes the next units.
    pub const CLAIM: u16 = 1;
    /// Takes so many units of what is left.
    pub const DRAW: u16 = 2;
}

/// Takes the next units of the drop. Returns the claim's number where the drop is ordered, else zero.
pub const fn claim() -> Call {
    Call {
        method: method::CLAIM,
        args: [0; 4],
    }
}

/// Takes so many units from what a faucet has left. Returns nothing.
pub const fn draw(units: u64) -> Call {
    Call {
        method: method::DRAW,
        args: [units as u128, 0, 0, 0],
    }
}

/// How the slot is treated that all claims share.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DropKind {
    /// Read and set: every claim conflicts with every other.
    Ordered,
    /// By commutative addition: no claim conflicts, unless it turns out to be one too many.
    Commutative,
}

/// What the drop gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Terms {
    /// So many units a claim, to so many claims at most; `None` for any number.
    PerClaim {
        /// Units of one claim.
        units: u64,
        /// Most claims.
        cap: Option<u64>,
    },
    /// Whatever is asked for, as long as so many units last: a faucet.
    Stock(u64),
}

/// A token drop.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Drop {
    name: String,
    kind: DropKind,
    terms: Terms,
}

impl Drop {
    /// A drop on these terms; `title` is its name for people.
    pub fn new(title: &str, kind: DropKind, terms: Terms) -> Self {
        let what = match terms {
            Terms::PerClaim { .. } => "drop",
            Terms::Stock(_) => "faucet",
        };
        Self {
            name: format!("{what} {title}"),
            kind,
            terms,
        }
    }

    /// What it gives.
    pub const fn terms(&self) -> Terms {
        self.terms
    }

    fn claim(
        &self,
        context: &mut Context<'_>,
        units: u64,
        cap: Option<u64>,
    ) -> Result<[u128; 2], Stop> {
        let claimer = u64::from(context.caller().0);
        // Neither sum can overflow: 2^64 claims of 2^64 units would be needed.
        let number = match (self.kind, cap) {
            (DropKind::Ordered, _) => {
                let number = context.get(CLAIMS, 0)?.low().wrapping_add(1);
                if cap.is_some_and(|cap| number > u128::from(cap)) {
                    return Err(EXCEEDED_CAP.into());
                }
                context.set(CLAIMS, 0, Word::from_low(number))?;
                number
            }
            (DropKind::Commutative, None) => {
                context.add(CLAIMS, 0, Word::from_low(1))?;
                0
            }
            (DropKind::Commutative, Some(cap)) => {
                if !context.add_up_to(CLAIMS, 0, 1, u128::from(cap))? {
                    return Err(EXCEEDED_CAP.into());
                }
                0
            }
        };
        let units = u128::from(units);
        context.add(UNITS, claimer, Word::from_low(units))?;
        context.emit(CLAIMED, [u128::from(claimer), units, number, 0])?;
        Ok([number, 0])
    }

    fn draw(&self, context: &mut Context<'_>, units: u128) -> Result<[u128; 2], Stop> {
        let claimer = u64::from(context.caller().0);
        match self.kind {
            DropKind::Ordered => {
                let left = context.get(STOCK, 0)?.low().checked_sub(units);
                let left = left.ok_or(INSUFFICIENT_BALANCE)?;
                context.set(STOCK, 0, Word::from_low(left))?;
            }
            DropKind::Commutative => {
                if !context.take(STOCK, 0, units)? {
                    return Err(INSUFFICIENT_BALANCE.into());
                }
            }
        }
        // No holder has more than there was at first.
        context.add(UNITS, claimer, Word::from_low(units))?;
        context.emit(CLAIMED, [u128::from(claimer), units, 0, 0])?;
        Ok([0; 2])
    }
}

impl Contract for Drop {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        match (call.method, self.terms) {
            (method::CLAIM, Terms::PerClaim { units, cap }) => self.claim(context, units, cap),
            (method::DRAW, Terms::Stock(_)) => self.draw(context, call.args[0]),
            _ => Err(UNKNOWN_METHOD.into()),
        }
    }

    fn share(&self, field: u32) -> Share {
        match field {
            UNITS => Share::Subject,
            _ => Share::Contract,
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        let claimer = u64::from(footprint.caller().0);
        match (call.method, self.terms) {
            (method::CLAIM, Terms::PerClaim { cap, .. }) => match (self.kind, cap) {
                (DropKind::Commutative, None) => footprint.add(CLAIMS, 0),
                (DropKind::Ordered, _) => footprint.write(CLAIMS, 0),
                // Whoever knows nothing of comparisons has to order them, or to foresee them.
                (DropKind::Commutative, Some(_)) => footprint.foresee(CLAIMS, 0),
            },
            (method::DRAW, Terms::Stock(_)) => match self.kind {
                DropKind::Ordered => footprint.write(STOCK, 0),
                DropKind::Commutative => footprint.foresee(STOCK, 0),
            },
            _ => return true,
        }
        footprint.add(UNITS, claimer);
        true
    }

    fn foresee(&self, outlook: &mut Outlook<'_>, call: &Call) {
        let this = outlook.this();
        let (key, after) = match (call.method, self.terms) {
            (method::CLAIM, Terms::PerClaim { cap: Some(cap), .. }) => {
                let key = claims_key(this);
                let Some(before) = outlook.get(&key) else {
                    return;
                };
                let number = before.low() + 1;
                (key, (number <= u128::from(cap)).then_some(number))
            }
            (method::DRAW, Terms::Stock(_)) => {
                let key = stock_key(this);
                let Some(before) = outlook.get(&key) else {
                    return;
                };
                (key, before.low().checked_sub(call.args[0]))
            }
            _ => return,
        };
        // What is refused leaves the slot as it is.
        if let Some(after) = after {
            outlook.set(&key, Word::from_low(after));
        }
    }

    fn bounded(&self, key: &Key) -> Option<Box<dyn Contract>> {
        let is_shared = key.field == CLAIMS || key.field == STOCK;
        (is_shared && self.kind == DropKind::Ordered).then(|| {
            Box::new(Self {
                kind: DropKind::Commutative,
                ..self.clone()
            }) as _
        })
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::DROP, self)
    }

    fn label(&self, key: &Key) -> String {
        let name = &self.name;
        match key.field {
            CLAIMS => format!("{name} · counter of claims"),
            UNITS => format!("{name} · units of {}", Address(key.subject as u32)),
            STOCK => format!("{name} · units left"),
            field => format!("{name} · field {field}"),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn audit(&self, this: Address, store: &crate::state::Store) -> Result<(), String> {
        super::invariants::check(store, this, self.terms)
    }
}
