//! Documents of blocks that other labs recorded.

use super::build::{Site, World};
use super::format::{Execution, Scenario, Scheduler, Workload};
use super::link::address;
use super::problem::NAME_BYTES_MAX;
use super::workload::{Generator, Source};
use crate::contracts::recorded::{PACKED_MAX, Recorded};
use crate::primitives::Address;
use crate::trace::intent::StepLanes;
use crate::vm::native::NativeVm;

/// A lab that shows blocks on lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A step of the strategies lab.
    Strategies,
    /// A block of this shard.
    Shard(u16),
}

/// The document of a block that a lab shows on its lanes, for a document of that name there; `None` if the
/// block is empty, or too large for a link ([`PACKED_MAX`]). Its seed is the step.
pub fn document(lanes: &StepLanes, origin: Origin, name: &str) -> Option<Scenario> {
    if lanes.block.is_empty() || lanes.block.len() > PACKED_MAX {
        return None;
    }
    let step = lanes.step;
    let (place, scheduler) = match origin {
        Origin::Strategies => (format!("step {step}"), Scheduler::BlockStm2),
        Origin::Shard(shard) => (format!("shard {shard}, block {step}"), Scheduler::BlockStm),
    };
    let room = NAME_BYTES_MAX.saturating_sub(place.len() + ", ".len());
    let name = &name[..name.floor_char_boundary(room)];
    let whole = Scenario::default();
    Some(Scenario {
        name: format!("{name}, {place}"),
        seed: step.into(),
        workload: Workload {
            recorded: address::encode(&lanes.block),
            ..whole.workload
        },
        execution: Execution {
            scheduler,
            lanes: lanes.lanes,
            ..whole.execution
        },
        ..Scenario::default()
    })
}

/// The recorded block of a workload, if there is one.
///
/// # Errors
/// What is wrong with it, in words that follow "the block".
pub fn read(workload: &Workload) -> Result<Option<Recorded>, &'static str> {
    if workload.recorded.is_empty() {
        return Ok(None);
    }
    let bytes = address::decode(&workload.recorded).map_err(|_| "is no base64url")?;
    Recorded::unpack(&bytes).map(Some)
}

/// The world of a document with a recorded block.
pub(super) fn world(scenario: &Scenario) -> Option<World> {
    let recorded = read(&scenario.workload).ok()??;
    let vm = NativeVm {
        registry: recorded.registry()?,
        timestamp: recorded.seconds,
    };
    let nowhere = Address::default();
    let site = Site {
        // Nobody is drawn from it; who sends is recorded.
        accounts: 1,
        tokens: Vec::new(),
        pools: Vec::new(),
        market: nowhere,
        drop: nowhere,
        counter: nowhere,
        borrowers: 0,
    };
    Some(World {
        vm,
        genesis: recorded.state(),
        generator: Generator::new(scenario, site, Source::Recorded(recorded)),
    })
}
