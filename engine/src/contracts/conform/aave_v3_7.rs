//! Aave v3.7: fixed point, interest, rates.

use super::input::{Input, Outcome, unknown_operation};
use crate::contracts::lending::math::interest::{compounded_interest, linear_interest};
use crate::contracts::lending::math::{RateStrategy, Round, Usage, fixed, interest_rates, mul_div};
use crate::vm::native::Revert;
use ruint::aliases::U256;
use serde_json::json;

pub(super) fn operate(input: Input<'_>) -> Outcome {
    let name = input.text("op")?;
    match name {
        "interest_rates" => return rates(input),
        "linear_interest" | "compounded_interest" => {
            let grow: fn(U256, U256) -> Result<U256, Revert> = match name {
                "linear_interest" => linear_interest,
                _ => compounded_interest,
            };
            return value(grow(input.integer("rate")?, input.integer("seconds")?)?);
        }
        "wad_to_ray" => return value(fixed::wad_to_ray(input.integer("a")?)?),
        _ => {}
    }
    let (base, rounding) = split_rounding(name);
    if base == "ray_to_wad" {
        let round = rounding.unwrap_or(Round::HalfUp);
        return value(fixed::ray_to_wad(input.integer("a")?, round));
    }
    if base == "mul_div" {
        let (a, b, c) = (
            input.integer("a")?,
            input.integer("b")?,
            input.integer("c")?,
        );
        return value(mul_div(a, b, c, rounding.unwrap_or(Round::Floor))?);
    }
    let apply: fn(U256, U256, Round) -> Result<U256, Revert> = match base {
        "wad_mul" => fixed::wad_mul,
        "wad_div" => fixed::wad_div,
        "ray_mul" => fixed::ray_mul,
        "ray_div" => fixed::ray_div,
        "percent_mul" => fixed::percent_mul,
        "percent_div" => fixed::percent_div,
        _ => return Err(unknown_operation(name)),
    };
    let round = rounding.unwrap_or(Round::HalfUp);
    value(apply(input.integer("a")?, input.integer("b")?, round)?)
}

/// An operation's name without its rounding, and the rounding.
fn split_rounding(name: &str) -> (&str, Option<Round>) {
    if let Some(base) = name.strip_suffix("_floor") {
        (base, Some(Round::Floor))
    } else if let Some(base) = name.strip_suffix("_ceil") {
        (base, Some(Round::Ceil))
    } else {
        (name, None)
    }
}

fn value(number: U256) -> Outcome {
    Ok(json!({ "value": number.to_string() }))
}

fn rates(input: Input<'_>) -> Outcome {
    let strategy = RateStrategy {
        optimal_usage_bps: input.small("optimal_usage_bps")?,
        base_rate_bps: input.small("base_rate_bps")?,
        slope1_bps: input.small("slope1_bps")?,
        slope2_bps: input.small("slope2_bps")?,
    };
    let usage = Usage {
        unbacked: input.integer("unbacked")?,
        liquidity_added: input.integer("liquidity_added")?,
        liquidity_taken: input.integer("liquidity_taken")?,
        total_debt: input.integer("total_debt")?,
        virtual_balance: input.integer("virtual_balance")?,
        reserve_factor_bps: input.small("reserve_factor_bps")?,
    };
    let rates = interest_rates(&strategy, &usage)?;
    Ok(json!({
        "variable_borrow_rate": rates.variable_borrow.to_string(),
        "liquidity_rate": rates.liquidity.to_string(),
    }))
}
