//! All that a contract can touch.

use super::{Call, Event, Gas, Registry, Revert, Stop, account_key, account_record, schedule};
use crate::primitives::{Address, Amount, Limit};
use crate::state::overlay::{Overlay, Write};
use crate::state::{Additive, Half, Key, ReadView, Word};

/// Most frames on the stack.
pub const DEPTH_MAX: u32 = 32;

/// Most events of one transaction.
pub const EVENTS_MAX: usize = 256;

/// What the running contract sees: its slots, its caller, other contracts, gas.
pub struct Context<'a> {
    pub(super) registry: &'a Registry,
    pub(super) view: &'a mut dyn ReadView<Key, Word>,
    pub(super) overlay: &'a mut Overlay<Key, Word>,
    pub(super) events: Vec<Event>,
    pub(super) gas: Gas,
    pub(super) timestamp: u64,
    pub(super) frame: Frame,
}

/// One call on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) this: Address,
    pub(super) caller: Address,
    pub(super) value: Amount,
    pub(super) depth: u32,
}

impl Context<'_> {
    /// The contract that runs.
    pub const fn this(&self) -> Address {
        self.frame.this
    }

    /// Who called it: an account or another contract.
    pub const fn caller(&self) -> Address {
        self.frame.caller
    }

    /// Native coin that came with the call.
    pub const fn value(&self) -> Amount {
        self.frame.value
    }

    /// The block's time in seconds.
    pub const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// Uses gas for work that is not a slot, a call or an event.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`].
    pub fn charge(&mut self, gas: u64) -> Result<(), Stop> {
        self.gas.charge(gas)
    }

    /// The value of one of this contract's slots, as of this moment in the transaction.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`], or a halt from the view.
    // In place wherever it is called: in Wasm a call hands words over in memory, which takes longer than this.
    #[inline(always)]
    pub fn get(&mut self, field: u32, subject: u64) -> Result<Word, Stop> {
        self.read(&Key {
            owner: self.frame.this,
            field,
            subject,
        })
    }

    /// Replaces the value of one of this contract's slots.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`].
    #[inline(always)]
    pub fn set(&mut self, field: u32, subject: u64, word: Word) -> Result<(), Stop> {
        self.gas.charge(schedule::WRITE)?;
        self.overlay.set(
            Key {
                owner: self.frame.this,
                field,
                subject,
            },
            word,
        );
        Ok(())
    }

    /// Adds to one of this contract's slots without reading it; the halves add on their own, modulo
    /// 2^128. For sums that the contract knows to be in bounds: such writes do not conflict.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`].
    #[inline(always)]
    pub fn add(&mut self, field: u32, subject: u64, delta: Word) -> Result<(), Stop> {
        self.gas.charge(schedule::ADD)?;
        self.overlay.add(
            Key {
                owner: self.frame.this,
                field,
                subject,
            },
            delta,
        );
        Ok(())
    }

    /// Adds to the low half of one of this contract's slots if that leaves it at most `cap`; says whether.
    /// Only the answer is seen of the slot: additions conflict where one of them turns another's answer,
    /// and nowhere else. The slot, the amount and the cap are below 2^127.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`], or a halt from the view.
    pub fn add_up_to(
        &mut self,
        field: u32,
        subject: u64,
        amount: u128,
        cap: u128,
    ) -> Result<bool, Stop> {
        let Some(most) = cap.checked_sub(amount) else {
            return Ok(false);
        };
        self.add_if(field, subject, Limit::AtMost(most), amount)
    }

    /// Takes from the low half of one of this contract's slots if that holds so much; says whether. Only
    /// the answer is seen of the slot, as in [`Context::add_up_to`]. Both are below 2^127.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`], or a halt from the view.
    pub fn take(&mut self, field: u32, subject: u64, amount: u128) -> Result<bool, Stop> {
        self.add_if(
            field,
            subject,
            Limit::AtLeast(amount),
            amount.wrapping_neg(),
        )
    }

    fn add_if(
        &mut self,
        field: u32,
        subject: u64,
        limit: Limit,
        delta: u128,
    ) -> Result<bool, Stop> {
        let key = Key {
            owner: self.frame.this,
            field,
            subject,
        };
        self.gas.charge(schedule::COMPARE + schedule::ADD)?;
        let (bound, delta) = ((Half::Low, limit), Word::from_low(delta));
        Ok(self.overlay.add_if(&mut *self.view, &key, bound, delta)?)
    }

    /// Says that something happened.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`]; a revert past [`EVENTS_MAX`].
    pub fn emit(&mut self, kind: u16, args: [u128; 4]) -> Result<(), Stop> {
        self.gas.charge(schedule::EVENT)?;
        if self.events.len() == EVENTS_MAX {
            return Err(Revert("TOO_MANY_EVENTS").into());
        }
        self.events.push(Event {
            contract: self.frame.this,
            kind,
            args,
        });
        Ok(())
    }

    /// The native balance of an address.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`], or a halt from the view.
    pub fn balance(&mut self, of: Address) -> Result<Amount, Stop> {
        Ok(Amount(self.read(&account_key(of))?.high()))
    }

    /// Pays native coin from this contract.
    ///
    /// # Errors
    /// A revert when the balance does not cover it; [`Stop::OutOfGas`], or a halt from the view.
    pub fn pay(&mut self, to: Address, amount: Amount) -> Result<(), Stop> {
        self.transfer(self.frame.this, to, amount)
    }

    pub(super) fn transfer(
        &mut self,
        from: Address,
        to: Address,
        amount: Amount,
    ) -> Result<(), Stop> {
        if amount.is_zero() {
            return Ok(());
        }
        let record = self.read(&account_key(from))?;
        let left = Amount(record.high())
            .checked_sub(amount)
            .ok_or(Revert("INSUFFICIENT_BALANCE"))?;
        self.gas.charge(schedule::WRITE + schedule::ADD)?;
        self.overlay
            .set(account_key(from), account_record(record.low() as u64, left));
        self.overlay.add(account_key(to), Word::pair(0, amount.0));
        Ok(())
    }

    /// Calls another contract with this one as the caller. When the callee refuses, its writes and
    /// events are undone and the caller gets the revert; it may go on.
    ///
    /// # Errors
    /// The callee's [`Stop`]; a revert when there is no contract at the address, when the stack is
    /// [`DEPTH_MAX`] deep, or when the value is not covered.
    pub fn call(&mut self, to: Address, value: Amount, call: &Call) -> Result<[u128; 2], Stop> {
        self.gas.charge(schedule::CALL)?;
        let registry = self.registry;
        let contract = registry.get(to).ok_or(Revert("NO_CONTRACT"))?;
        if self.frame.depth == DEPTH_MAX {
            return Err(Revert("CALL_DEPTH").into());
        }
        let checkpoint = self.overlay.checkpoint();
        let events = self.events.len();
        let outer = self.frame;
        let inner = Frame {
            this: to,
            caller: outer.this,
            value,
            depth: outer.depth + 1,
        };
        let result = self.transfer(outer.this, to, value).and_then(|()| {
            self.frame = inner;
            contract.call(self, call)
        });
        self.frame = outer;
        if result.is_err() {
            self.overlay.revert(checkpoint);
            self.events.truncate(events);
        }
        result
    }

    #[inline(always)]
    fn read(&mut self, key: &Key) -> Result<Word, Stop> {
        self.gas.charge(schedule::READ)?;
        match self.overlay.get(key).copied() {
            Some(Write::Set(word)) => Ok(word),
            Some(Write::Add(delta)) => Ok(self.view.read(key)?.unwrap_or_default().plus(&delta)),
            None => Ok(self.view.read(key)?.unwrap_or_default()),
        }
    }
}
