//! The fields of a link: tags, and where their values stand in the document.

use super::{Link, LinkError, LinkMoment, address};
use crate::scenario::format::{DropKind, Mix, Scenario, Scheduler};

/// Tags of version 1. Never given another meaning; new fields get new tags.
mod tag {
    pub(super) const SEED: u8 = 1;
    pub(super) const BLOCKS: u8 = 2;
    pub(super) const NAME: u8 = 3;
    pub(super) const TRANSACTIONS: u8 = 16;
    pub(super) const ACCOUNTS: u8 = 17;
    pub(super) const SKEW: u8 = 18;
    pub(super) const POOLS: u8 = 19;
    pub(super) const WORK_ROUNDS: u8 = 20;
    pub(super) const DROP: u8 = 21;
    pub(super) const TOUCH_SLOTS: u8 = 22;
    /// 0 for none, else the block's number plus one.
    pub(super) const TRAFFIC: u8 = 23;
    /// The hot accesses' share in the low ten bits, the hot accounts' share above.
    pub(super) const HOT: u8 = 24;
    pub(super) const DISTANCE: u8 = 26;
    pub(super) const DROP_CAP: u8 = 27;
    pub(super) const DROP_STOCK: u8 = 28;
    /// The packed block's length; the block follows.
    pub(super) const RECORDED: u8 = 29;
    /// The first of eleven, in the order of [`super::mix_shares`].
    pub(super) const MIX: u8 = 32;
    pub(super) const SCHEDULER: u8 = 48;
    pub(super) const LANES: u8 = 49;
    pub(super) const VALIDATE_READ_TICKS: u8 = 50;
    pub(super) const DISPATCH_TICKS: u8 = 51;
    pub(super) const MOMENT_STEP: u8 = 64;
    pub(super) const MOMENT_TX: u8 = 65;
    pub(super) const MOMENT_LAB: u8 = 66;
}

/// Bits of a share in thousandths.
const HOT_BITS: u32 = 10;

/// The shares in the order of their tags. Appended to, never reordered.
fn mix_shares(mix: &mut Mix) -> [&mut u32; 11] {
    [
        &mut mix.pay,
        &mut mix.transfer,
        &mut mix.swap,
        &mut mix.add_liquidity,
        &mut mix.remove_liquidity,
        &mut mix.supply,
        &mut mix.borrow,
        &mut mix.repay,
        &mut mix.liquidate,
        &mut mix.claim,
        &mut mix.touch,
    ]
}

/// A scheduler's number. Never given to another one.
const fn scheduler_number(scheduler: Scheduler) -> u64 {
    match scheduler {
        Scheduler::Serial => 0,
        Scheduler::BlockStm => 1,
        Scheduler::BlockStm2 => 2,
        Scheduler::PriorityGraph => 3,
        Scheduler::Preassigned => 4,
        Scheduler::Reservation => 5,
        Scheduler::BloomFrames => 6,
        Scheduler::DependencyGraph => 7,
        Scheduler::AccessList => 8,
        Scheduler::TwoPhaseLocking => 9,
    }
}

/// All numbers of a document with their tags, ascending.
fn numbers(scenario: &Scenario) -> Vec<(u8, u64)> {
    let (workload, execution) = (&scenario.workload, &scenario.execution);
    let drop = match workload.drop {
        DropKind::Ordered => 0,
        DropKind::Commutative => 1,
    };
    let scheduler = scheduler_number(execution.scheduler);
    let mut fields = vec![
        (tag::SEED, scenario.seed),
        (tag::BLOCKS, scenario.blocks.into()),
        (tag::TRANSACTIONS, workload.transactions.into()),
        (tag::ACCOUNTS, workload.accounts.into()),
        (tag::SKEW, workload.skew_permille.into()),
        (tag::POOLS, workload.pools.into()),
        (tag::WORK_ROUNDS, workload.work_rounds.into()),
        (tag::DROP, drop),
        (tag::TOUCH_SLOTS, workload.touch_slots.into()),
        (
            tag::TRAFFIC,
            workload
                .traffic
                .map_or(0, |number| number.saturating_add(1)),
        ),
        (
            tag::HOT,
            u64::from(workload.hot_accounts_permille) << HOT_BITS
                // A share beyond its bound stays beyond it.
                | u64::from(workload.hot_permille.min((1 << HOT_BITS) - 1)),
        ),
        (tag::DISTANCE, workload.dependency_distance.into()),
        (tag::DROP_CAP, workload.drop_cap.into()),
        (tag::DROP_STOCK, workload.drop_stock.into()),
    ];
    let mut mix = workload.mix;
    for (index, share) in mix_shares(&mut mix).into_iter().enumerate() {
        fields.push((tag::MIX + index as u8, u64::from(*share)));
    }
    fields.extend([
        (tag::SCHEDULER, scheduler),
        (tag::LANES, execution.lanes.into()),
        (
            tag::VALIDATE_READ_TICKS,
            execution.validate_read_ticks.into(),
        ),
        (tag::DISPATCH_TICKS, execution.dispatch_ticks.into()),
    ]);
    fields
}

/// Writes the fields of `scenario` that differ from those of `base`.
pub(super) fn put_differences(base: &Scenario, scenario: &Scenario, into: &mut Vec<u8>) {
    let texts = texts(base).into_iter().zip(texts(scenario));
    let mut texts = texts.filter(|(before, text)| before != text).peekable();
    for ((tag, before), (_, value)) in numbers(base).into_iter().zip(numbers(scenario)) {
        while let Some((_, (at, text))) = texts.next_if(|(_, (at, _))| *at < tag) {
            put(at, text.len() as u64, into);
            into.extend(text);
        }
        if value != before {
            put(tag, value, into);
        }
    }
}

/// What of a document is no number, with the tags, ascending. None is behind the last number.
fn texts(scenario: &Scenario) -> [(u8, Vec<u8>); 2] {
    let recorded = address::decode(&scenario.workload.recorded);
    [
        (tag::NAME, scenario.name.clone().into_bytes()),
        (tag::RECORDED, recorded.unwrap_or_default()),
    ]
}

/// Writes a moment.
pub(super) fn put_moment(moment: &LinkMoment, into: &mut Vec<u8>) {
    put(tag::MOMENT_STEP, moment.step.into(), into);
    if let Some(tx) = moment.tx {
        put(tag::MOMENT_TX, tx.into(), into);
    }
    if moment.lab != 0 {
        put(tag::MOMENT_LAB, moment.lab.into(), into);
    }
}

fn put(tag: u8, mut value: u64, into: &mut Vec<u8>) {
    into.push(tag);
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

/// Reads all fields to the end. Every field but the texts takes at most eleven bytes and tags ascend, so
/// the work is bounded by the number of tags and the link's length.
pub(super) fn take_all(mut input: Input<'_>, link: &mut Link) -> Result<(), LinkError> {
    let mut before = 0;
    while !input.0.is_empty() {
        let tag = input.byte()?;
        if tag <= before {
            return Err(LinkError::Malformed("its fields are out of order"));
        }
        before = tag;
        let value = input.varint()?;
        let malformed = |_| LinkError::Malformed("its name is not text");
        match tag {
            tag::NAME => {
                let name = String::from_utf8(input.take(value)?.to_vec());
                link.scenario.name = name.map_err(malformed)?;
            }
            tag::RECORDED => {
                link.scenario.workload.recorded = address::encode(input.take(value)?);
            }
            _ => set(link, tag, value)?,
        }
    }
    Ok(())
}

fn set(link: &mut Link, tag: u8, value: u64) -> Result<(), LinkError> {
    let small = u32::try_from(value).map_err(|_| LinkError::Malformed("a number is too large"));
    let scenario = &mut link.scenario;
    let (workload, execution) = (&mut scenario.workload, &mut scenario.execution);
    match tag {
        tag::SEED => scenario.seed = value,
        tag::BLOCKS => scenario.blocks = small?,
        tag::TRANSACTIONS => workload.transactions = small?,
        tag::ACCOUNTS => workload.accounts = small?,
        tag::SKEW => workload.skew_permille = small?,
        tag::POOLS => workload.pools = small?,
        tag::WORK_ROUNDS => workload.work_rounds = small?,
        tag::DROP => {
            workload.drop = match value {
                0 => DropKind::Ordered,
                1 => DropKind::Commutative,
                _ => return Err(LinkError::Malformed("it names an unknown kind of drop")),
            }
        }
        tag::TOUCH_SLOTS => workload.touch_slots = small?,
        tag::TRAFFIC => workload.traffic = value.checked_sub(1),
        tag::HOT => {
            workload.hot_permille = value as u32 & ((1 << HOT_BITS) - 1);
            workload.hot_accounts_permille = u32::try_from(value >> HOT_BITS)
                .map_err(|_| LinkError::Malformed("a number is too large"))?;
        }
        tag::DISTANCE => workload.dependency_distance = small?,
        tag::DROP_CAP => workload.drop_cap = small?,
        tag::DROP_STOCK => workload.drop_stock = small?,
        tag::SCHEDULER => {
            let mut all = Scheduler::ALL.into_iter();
            execution.scheduler = all
                .find(|scheduler| scheduler_number(*scheduler) == value)
                .ok_or(LinkError::Malformed("it names an unknown scheduler"))?;
        }
        tag::LANES => execution.lanes = small?,
        tag::VALIDATE_READ_TICKS => execution.validate_read_ticks = small?,
        tag::DISPATCH_TICKS => execution.dispatch_ticks = small?,
        tag::MOMENT_STEP => {
            link.moment = Some(LinkMoment {
                step: small?,
                ..LinkMoment::default()
            });
        }
        tag::MOMENT_TX | tag::MOMENT_LAB => {
            let moment = link
                .moment
                .as_mut()
                .ok_or(LinkError::Malformed("its moment has no step"))?;
            if tag == tag::MOMENT_TX {
                moment.tx = Some(small?);
            } else {
                moment.lab = u8::try_from(value)
                    .map_err(|_| LinkError::Malformed("a number is too large"))?;
            }
        }
        _ => {
            let index = usize::from(tag.wrapping_sub(tag::MIX));
            match mix_shares(&mut workload.mix).into_iter().nth(index) {
                Some(share) => *share = small?,
                None => return Err(LinkError::UnknownField(tag)),
            }
        }
    }
    Ok(())
}

/// Bytes not read yet.
pub(super) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn byte(&mut self) -> Result<u8, LinkError> {
        let (first, rest) = self.0.split_first().ok_or(LinkError::Cut)?;
        self.0 = rest;
        Ok(*first)
    }

    fn varint(&mut self) -> Result<u64, LinkError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits || (byte == 0 && shift > 0) {
                return Err(LinkError::Malformed("a number is not in its shortest form"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(LinkError::Malformed("a number is too large"))
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], LinkError> {
        let length = usize::try_from(length).map_err(|_| LinkError::Cut)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(LinkError::Cut)?;
        self.0 = rest;
        Ok(taken)
    }
}
