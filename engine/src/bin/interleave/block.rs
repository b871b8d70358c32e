//! Blocks of other labs as links of the execution lab.

use crate::failure::Failure;
use crate::strategy::trouble;
use engine::scenario::link::encode;
use engine::scenario::recorded::{Origin, document};
use engine::scenario::strategy::StrategyScenario;
use engine::session::strategy::StrategyRun;
use engine::trace::intent::StepLanes;

/// The link of a block that is shown on lanes, if there is one that is small enough.
pub(crate) fn link(lanes: &StepLanes, origin: Origin, name: &str) -> Option<String> {
    document(lanes, origin, name).map(|found| encode(&found, None))
}

/// Prints the link of a step's block.
pub(crate) fn print(scenario: StrategyScenario, step: u32, lanes: u32) -> Result<(), Failure> {
    let name = scenario.name.clone();
    let mut run = StrategyRun::open(scenario, false)?;
    if step >= run.steps()[1] {
        return Err(Failure::Input(
            format!("there is no step {step}"),
            format!("choose 0 to {}", run.steps()[1].saturating_sub(1)),
        ));
    }
    run.advance(step).map_err(trouble)?;
    let lanes = run.advance_on_lanes(lanes).map_err(trouble)?;
    let found = lanes.and_then(|lanes| link(&lanes, Origin::Strategies, &name));
    let found = found.ok_or_else(|| {
        Failure::Input(
            format!("step {step} has no transaction, or too many for a link"),
            "choose another step".to_owned(),
        )
    })?;
    println!("{found}");
    Ok(())
}
