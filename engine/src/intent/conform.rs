//! Published vectors of auctions: winner selection and Dutch decay.

use crate::contracts::conform::{
    Error, Input, Outcome, Refusal, Report, play_by, unknown_operation,
};
use crate::intent::auction::{
    Curve, linear_decay, priority_input, priority_output, reference_score, select,
};
use crate::intent::order::{Batch, Fill, Order, Side, Solution, Token};
use crate::vm::native::Revert;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The protocols that can be played here.
pub const PROTOCOLS: [&str; 2] = ["cow_winner_selection", "dutch_decay"];

/// Plays every case of a vector file of an auction and says which agree.
///
/// # Errors
/// [`Error`], where the text is not a vector file or its protocol is not here.
pub fn play(json: &str) -> Result<Report, Error> {
    play_by(json, &PROTOCOLS, |protocol| match protocol {
        "cow_winner_selection" => Some(winner_selection),
        "dutch_decay" => Some(dutch_decay),
        _ => None,
    })
}

fn shape(problem: &str) -> Refusal {
    Refusal::Shape(problem.to_owned())
}

/// Fields of an object, in the order of their names.
fn fields<'a>(input: Input<'a>, name: &str) -> Result<&'a Map<String, Value>, Refusal> {
    input
        .0
        .get(name)
        .and_then(Value::as_object)
        .ok_or_else(|| shape("an object is missing"))
}

fn winner_selection(input: Input<'_>) -> Outcome {
    match input.text("op")? {
        "select" => {}
        other => return Err(unknown_operation(other)),
    }
    let prices = fields(input, "prices")?;
    let tokens: BTreeMap<&str, Token> = prices
        .keys()
        .enumerate()
        .map(|(at, name)| (name.as_str(), Token(at as u32)))
        .collect();
    let mut batch = Batch {
        price_unit: input.amount("price_unit")?,
        ..Batch::default()
    };
    for name in prices.keys() {
        batch.prices.push(Input(&input.0["prices"]).amount(name)?);
    }
    for (id, order) in fields(input, "orders")? {
        let order = Input(order);
        let token = |name| {
            tokens
                .get(order.text(name)?)
                .copied()
                .ok_or_else(|| shape("no price"))
        };
        let id = id.parse().map_err(|_| shape("an order's number"))?;
        batch.orders.push(Order {
            id,
            owner: 0,
            nonce: id,
            side: if order.text("side")? == "sell" {
                Side::Sell
            } else {
                Side::Buy
            },
            give: token("sell_token")?,
            get: token("buy_token")?,
            give_amount: order.amount("sell_amount")?,
            get_amount: order.amount("buy_amount")?,
            partial: false,
            filled: 0,
            valid: [0, u64::MAX],
            surplus_fee_bps: if order.has("surplus_fee_bps") {
                order.small("surplus_fee_bps")?
            } else {
                0
            },
        });
    }
    batch.orders.sort_by_key(|order| order.id);
    let mut solutions = Vec::new();
    let mut ids = Vec::new();
    for solution in input.list("solutions")? {
        ids.push(solution.text("id")?.to_owned());
        let mut fills = Vec::new();
        for (order, trade) in fields(solution, "trades")? {
            fills.push(Fill {
                order: order.parse().map_err(|_| shape("an order's number"))?,
                give: Input(trade).amount("sell_amount")?,
                get: Input(trade).amount("buy_amount")?,
            });
        }
        solutions.push(Solution {
            solver: solution.text("solver")?.to_owned(),
            fills,
            ..Solution::default()
        });
    }
    let most = input.small("max_winners")?;
    let found = select(&batch, &solutions, most);
    let name = |place: &u32| ids[*place as usize].clone();
    let mut fair: Vec<_> = found.fair.iter().map(name).collect();
    fair.sort_unstable();
    let mut references = Map::new();
    for place in &found.winners {
        let solver = &solutions[*place as usize].solver;
        let reference = reference_score(&found, solver, most);
        references.insert(solver.clone(), json!(reference.to_string()));
    }
    let scores: Map<String, Value> = found
        .bids
        .iter()
        .map(|bid| (name(&bid.place), json!(bid.score.to_string())))
        .collect();
    Ok(json!({
        "fair": fair,
        "winners": found.winners.iter().map(name).collect::<Vec<_>>(),
        "reference_scores": references,
        "scores": scores,
    }))
}

fn dutch_decay(input: Input<'_>) -> Outcome {
    let moment = |name: &str| -> Result<u64, Refusal> {
        Ok(u64::try_from(input.amount(name)?).map_err(|_| Revert("OVERFLOW"))?)
    };
    let amount = match input.text("op")? {
        "linear_decay" => linear_decay(
            input.amount("start")?,
            input.amount("end")?,
            moment("t0")?,
            moment("t1")?,
            moment("t")?,
        )
        .map_err(|_| Revert("DECAY"))?,
        "curve_decay" => Curve {
            start: input.amount("start")?,
            points: points(input)?,
            start_block: moment("start_block")?,
            is_input: input.flag("is_input"),
            bound: input.amount("bound")?,
        }
        .at(moment("block")?)
        .map_err(|_| Revert("DECAY"))?,
        "priority_input" => {
            let amount = input.amount("amount")?;
            priority_input(
                amount,
                input.amount("mps_per_wei")?,
                input.amount("priority_fee")?,
            )
        }
        "priority_output" => {
            let amount = input.amount("amount")?;
            priority_output(
                amount,
                input.amount("mps_per_wei")?,
                input.amount("priority_fee")?,
            )
            .ok_or(Revert("OVERFLOW"))?
        }
        other => return Err(unknown_operation(other)),
    };
    Ok(json!({ "amount": amount.to_string() }))
}

fn points(input: Input<'_>) -> Result<Vec<(u32, i128)>, Refusal> {
    let list = input
        .0
        .get("points")
        .and_then(Value::as_array)
        .ok_or_else(|| shape("no points"))?;
    let point = |value: &Value| {
        let offset = value.get(0)?.as_str()?.parse().ok()?;
        Some((offset, value.get(1)?.as_str()?.parse().ok()?))
    };
    let points = list
        .iter()
        .map(|value| point(value).ok_or_else(|| shape("a point")));
    points.collect()
}
