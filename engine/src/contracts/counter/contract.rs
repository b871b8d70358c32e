//! The counter's entry.

use crate::contracts::argument::UNKNOWN_METHOD;
use crate::contracts::code;
use crate::primitives::Address;
use crate::state::{Key, Word};
use crate::vm::native::{Call, Context, Contract, Deployed, Footprint, Revert, Share, Stop};
use serde::{Deserialize, Serialize};

/// How often a subject was touched, in the low half; one entry a subject.
const TOUCHES: u32 = 0;
/// Slots that exchanges read and never change; one entry a number.
const SETTINGS: u32 = 1;
/// The first of the fields that exchanges change; one entry a subject in each.
const HOLDINGS: u32 = 2;

/// Most slots that one exchange reads or changes.
const EXCHANGE_MAX: u128 = 64;

/// Method numbers.
pub mod method {
    /// Changes a subject's slot.
    pub const TOUCH: u16 = 1;
    /// Changes slots of two subjects and reads others.
    pub const EXCHANGE: u16 = 2;
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

/// Reads and replaces `writes` slots, the first one of `from`, the next one of `to`, and so on in turns,
/// and reads as many slots that nobody changes as make `reads` in all. Returns zero.
pub const fn exchange(from: Address, to: Address, reads: u32, writes: u32) -> Call {
    Call {
        method: method::EXCHANGE,
        args: [from.0 as u128, to.0 as u128, reads as u128, writes as u128],
    }
}

/// The slots that an exchange changes, by field and subject, and those that it only reads.
fn exchanged(call: &Call) -> Option<impl Iterator<Item = (u32, u64, bool)>> {
    let [from, to, reads, writes] = call.args;
    if writes > reads || reads > EXCHANGE_MAX {
        return None;
    }
    let subjects = [u64::try_from(from).ok()?, u64::try_from(to).ok()?];
    let (reads, writes) = (reads as u32, writes as u32);
    let changed =
        (0..writes).map(move |number| (HOLDINGS + number / 2, subjects[number as usize % 2], true));
    let kept = (writes..reads).map(|number| (SETTINGS, u64::from(number), false));
    Some(changed.chain(kept))
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
        match call.method {
            method::TOUCH => {}
            method::EXCHANGE => {
                for (field, subject, is_changed) in exchanged(call).ok_or(Revert("BAD_SHAPE"))? {
                    let before = context.get(field, subject)?.low();
                    if is_changed {
                        context.set(field, subject, Word::from_low(before.wrapping_add(1)))?;
                    }
                }
                return Ok([0; 2]);
            }
            _ => return Err(UNKNOWN_METHOD.into()),
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

    fn share(&self, field: u32) -> Share {
        match field {
            TOUCHES => Share::Entry,
            SETTINGS => Share::Contract,
            _ => Share::Subject,
        }
    }

    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        if call.method == method::EXCHANGE {
            for (field, subject, is_changed) in exchanged(call).into_iter().flatten() {
                match is_changed {
                    true => footprint.write(field, subject),
                    false => footprint.read(field, subject),
                }
            }
        } else if let Ok(subject) = u64::try_from(call.args[0]) {
            match call.args[1] {
                0 => footprint.write(TOUCHES, subject),
                _ => footprint.add(TOUCHES, subject),
            }
        }
        true
    }

    fn deployed(&self) -> Deployed {
        Deployed::on(code::COUNTER, self)
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
