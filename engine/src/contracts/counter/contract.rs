//! The counter's entry.

use crate::contracts::argument::UNKNOWN_METHOD;
use crate::primitives::Address;
use crate::state::{Key, Word};
use crate::vm::native::{Call, Context, Contract, Footprint, Revert, Stop};

/// How often a subject was touched, in the low half; one entry a subject.
const TOUCHES: u32 = 0;

/// Method numbers.
pub mod method {
    /// Changes a subject's slot.
    pub const TOUCH: u16 = 1;
}

/// How a touch changes its slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TouchMode {
    /// Read and set: conflicts with every other touch of the subject.
    Ordered,
    /// Added to without reading: conflicts with ordered touches only.
    Commutative,
}

/// Touches a subject. Returns how often it was touched before where the mode is ordered, else zero.
pub const fn touch(subject: u64, mode: TouchMode) -> Call {
    Call {
        method: method::TOUCH,
        args: [subject as u128, mode as u128, 0, 0],
    }
}

/// The slot of a subject.
pub const fn touches_key(counter: Address, subject: u64) -> Key {
    Key {
        owner: counter,
        field: TOUCHES,
        subject,
    }
}

/// Counts touches, one slot a subject.
#[derive(Clone, Debug)]
pub struct Counter {
    name: String,
}

impl Counter {
    /// A counter with this name for people.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }
}

impl Contract for Counter {
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop> {
        if call.method != method::TOUCH {
            return Err(UNKNOWN_METHOD.into());
        }
        let subject = u64::try_from(call.args[0]).map_err(|_| Revert("BAD_SUBJECT"))?;
        match call.args[1] {
            0 => {
                let before = context.get(TOUCHES, subject)?.low();
                context.set(TOUCHES, subject, Word::from_low(before.wrapping_add(1)))?;
                Ok([before, 0])
            }
            1 => {
                context.add(TOUCHES, subject, Word::from_low(1))?;
                Ok([0; 2])
            }
            _ => Err(Revert("BAD_MODE").into()),
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        if let Ok(subject) = u64::try_from(call.args[0]) {
            match call.args[1] {
                0 => footprint.write(TOUCHES, subject),
                _ => footprint.add(TOUCHES, subject),
            }
        }
        true
    }

    fn label(&self, key: &Key) -> String {
        match key.field {
            TOUCHES => format!("{} · slot of {}", self.name, key.subject),
            field => format!("{} · field {field}", self.name),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn audit(&self, _: Address, _: &crate::state::Store) -> Result<(), String> {
        Ok(())
    }
}
