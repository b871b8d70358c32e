//! Compound v2's rates (2020).

use super::input::{Input, Outcome, unknown_operation};
use crate::contracts::lending::math::fixed::OVERFLOW;
use crate::contracts::lending::math::jump::{BLOCKS_PER_YEAR, JumpModel, utilisation_rate};
use ruint::aliases::U256;
use serde_json::json;

pub(super) fn operate(input: Input<'_>) -> Outcome {
    match input.text("op")? {
        "kink_rates" => kink_rates(input),
        other => Err(unknown_operation(other)),
    }
}

fn kink_rates(input: Input<'_>) -> Outcome {
    let model = JumpModel::new(
        input.integer("base_rate_year")?,
        input.integer("multiplier_year")?,
        input.integer("jump_multiplier_year")?,
        input.integer("kink")?,
    );
    let cash = input.integer("cash")?;
    let borrows = input.integer("borrows")?;
    let reserves = input.integer("reserves")?;
    let reserve_factor = if input.has("reserve_factor") {
        input.integer("reserve_factor")?
    } else {
        U256::ZERO
    };
    let borrow = model.borrow_rate(cash, borrows, reserves)?;
    let supply = model.supply_rate(cash, borrows, reserves, reserve_factor)?;
    let year = |rate: U256| rate.checked_mul(BLOCKS_PER_YEAR).ok_or(OVERFLOW);
    Ok(json!({
        "utilisation": utilisation_rate(cash, borrows, reserves)?.to_string(),
        "borrow_rate": borrow.to_string(),
        "borrow_rate_year": year(borrow)?.to_string(),
        "supply_rate": supply.to_string(),
        "supply_rate_year": year(supply)?.to_string(),
    }))
}
