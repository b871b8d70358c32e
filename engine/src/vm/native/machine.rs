//! Runs one transaction of native contracts.

use super::context::{DEPTH_MAX, Frame};
use super::footprint::{self, Footprint, Outlook};
use super::{
    Context, FEE_SINK, Gas, Receipt, Registry, Revert, Status, Stop, Transaction, account_key,
    account_record, schedule,
};
use crate::primitives::{Address, Amount, hash::mix};
use crate::state::{Key, ReadView, Storage, Word};
use crate::vm::{Accesses, Effects, Foresight, Halt, Intent, Region, Vm};

/// The native virtual machine: a registry of contracts and the block's time.
#[derive(Debug)]
pub struct NativeVm {
    /// The contracts deployed.
    pub registry: Registry,
    /// The block's time in seconds.
    pub timestamp: u64,
}

impl Vm for NativeVm {
    type Key = Key;
    type Value = Word;
    type Tx = Transaction;
    type Output = Receipt;

    /// Charges the fee, pays, calls, refunds. The fee is one native unit per gas; the whole limit is
    /// taken first and the rest given back, as in Ethereum (yellow paper, section 6.2).
    fn run(
        &self,
        tx: &Transaction,
        view: &mut impl ReadView<Key, Word>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let mut gas = Gas::new(tx.gas_limit);
        let sender = account_key(tx.sender);
        let record = view.read(&sender)?.unwrap_or_default();
        let first_cost = schedule::TRANSACTION + u64::from(tx.work) * schedule::WORK_ROUND;
        let afford = Amount(u128::from(tx.gas_limit)).checked_add(tx.value);
        let refusal = if record.low() != u128::from(tx.nonce) {
            Some(Revert("NONCE"))
        } else if afford.is_none_or(|needed| Amount(record.high()) < needed) {
            Some(Revert("FEE_NOT_COVERED"))
        } else if gas.charge(first_cost).is_err() {
            Some(Revert("GAS_LIMIT_TOO_LOW"))
        } else {
            None
        };
        if let Some(revert) = refusal {
            effects.gas = schedule::TRANSACTION;
            let mut events = std::mem::take(&mut effects.output.events);
            events.clear();
            effects.output = Receipt {
                status: Status::Invalid(revert),
                gas: schedule::TRANSACTION,
                returned: [0; 2],
                events,
            };
            return Ok(());
        }
        std::hint::black_box(work(tx.work, record.limbs()[0]));

        let left = record.high() - u128::from(tx.gas_limit);
        effects
            .overlay
            .set(sender, account_record(tx.nonce + 1, Amount(left)));
        let checkpoint = effects.overlay.checkpoint();
        let mut events = std::mem::take(&mut effects.output.events);
        events.clear();
        let mut context = Context {
            registry: &self.registry,
            view,
            overlay: &mut effects.overlay,
            events,
            gas,
            timestamp: self.timestamp,
            frame: Frame {
                this: tx.sender,
                caller: tx.sender,
                value: Amount::ZERO,
                depth: 0,
            },
        };
        let result = deliver(&mut context, tx);
        let (gas, mut events) = (context.gas, context.events);
        let (status, returned) = match result {
            Ok(returned) => (Status::Success, returned),
            Err(Stop::Halt(halt)) => return Err(halt),
            Err(Stop::Revert(revert)) => (Status::Reverted(revert), [0; 2]),
            Err(Stop::OutOfGas) => (Status::OutOfGas, [0; 2]),
        };
        if status != Status::Success {
            effects.overlay.revert(checkpoint);
            events.clear();
        }
        let used = u128::from(gas.used());
        let unused = u128::from(tx.gas_limit) - used;
        effects.overlay.add(sender, Word::pair(0, unused));
        effects
            .overlay
            .add(account_key(FEE_SINK), Word::pair(0, used));
        effects.gas = gas.used();
        effects.output = Receipt {
            status,
            gas: gas.used(),
            returned,
            events,
        };
        Ok(())
    }

    fn declare(
        &self,
        tx: &Transaction,
        before: &impl Storage<Key, Word>,
        into: &mut dyn Accesses<Key>,
    ) -> bool {
        into.push(account_key(tx.sender), Intent::Write);
        into.push(account_key(FEE_SINK), Intent::Add);
        if self.registry.get(tx.to).is_none() {
            footprint::transfer(into, tx.sender, tx.to, tx.value);
            return true;
        }
        let mut footprint = Footprint {
            registry: &self.registry,
            before,
            into,
            this: tx.sender,
            caller: tx.sender,
            depth_left: DEPTH_MAX,
        };
        footprint.call(tx.to, tx.value, &tx.call)
    }

    fn region(&self, key: &Key) -> Region {
        self.registry.region(key)
    }

    fn near(&self, tx: &Transaction, look: &mut impl FnMut(&Key)) {
        look(&account_key(tx.sender));
        match self.registry.get(tx.to) {
            Some(contract) => contract.near(tx.to, tx.sender, &tx.call, look),
            None => look(&account_key(tx.to)),
        }
    }

    fn foresee(&self, tx: &Transaction, slots: &mut impl Foresight<Key, Word>) {
        if let Some(contract) = self.registry.get(tx.to) {
            let mut outlook = Outlook {
                slots,
                this: tx.to,
                timestamp: self.timestamp,
            };
            contract.foresee(&mut outlook, &tx.call);
        }
    }
}

fn deliver(context: &mut Context<'_>, tx: &Transaction) -> Result<[u128; 2], Stop> {
    let to: Address = tx.to;
    if context.registry.get(to).is_some() {
        context.call(to, tx.value, &tx.call)
    } else {
        context.transfer(tx.sender, to, tx.value).map(|()| [0; 2])
    }
}

/// Synthetic work: one dependent mixing step a round, which no optimiser can shorten.
fn work(rounds: u32, start: u64) -> u64 {
    (0..rounds).fold(start, |x, round| mix(x ^ u64::from(round)))
}
