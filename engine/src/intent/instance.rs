//! A batch out of a file: tokens, orders and constant-product pools, as published instances have them.
//!
//! `{"tokens": [{"id", "decimals", "external_price"}], "orders": [{"id", "kind", "sell_token", "buy_token",
//! "sell_amount", "buy_amount", "partially_fillable"}], "pools": [{"kind": "ConstantProduct", "fee",
//! "reserves": {token: amount}}]}`, amounts in raw units as decimal strings. Pools of other kinds are
//! counted and left out; fees of orders are left out. Of our own, and not of published instances: `"now"` in
//! seconds, and `"quotes": [{"order": its place, "dealer", "sell_amount", "buy_amount", "inventory",
//! "expires"}]`, a dealer's firm answers to an order, which sells so much to it and buys so much of it.

use super::auction::Quote;
use super::order::{Batch, Order, PoolState, Side, Token};
use crate::primitives::Decimal;
use serde_json::Value;
use thiserror::Error;

/// Longest file, in bytes.
pub const INSTANCE_MAX: usize = 1 << 22;
/// Most orders, and most pools.
const PARTS_MAX: usize = 10_000;

/// The power of ten of raw units that prices are for, if they fit.
const UNIT_POWER: u32 = 18;

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// The batch.
    pub batch: Batch,
    /// The tokens' names, by place.
    pub tokens: Vec<String>,
    /// Pools of kinds that are not here.
    pub left_out: u32,
    /// Dealers' answers, each with the id of the order that it is for.
    pub quotes: Vec<(u64, Quote)>,
}

/// Why a file holds no batch.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{path}: {message}")]
pub struct NoInstance {
    /// Where.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

fn wrong(path: &str, message: &str) -> NoInstance {
    NoInstance {
        path: path.to_owned(),
        message: message.to_owned(),
    }
}

/// Reads a file.
///
/// # Errors
/// [`NoInstance`] with the first place that is wrong.
pub fn parse(text: &str) -> Result<Instance, NoInstance> {
    if text.len() > INSTANCE_MAX {
        return Err(wrong("", "longer than 4 MiB"));
    }
    let file: Value = serde_json::from_str(text).map_err(|error| wrong("", &error.to_string()))?;
    let list = |name: &str| match file.get(name).and_then(Value::as_array) {
        Some(list) if list.len() <= PARTS_MAX => Ok(list),
        Some(_) => Err(wrong(name, "too many")),
        None => Err(wrong(name, "expected a list")),
    };
    let mut found = Instance {
        batch: Batch {
            price_unit: 1_000_000_000_000_000_000,
            ..Batch::default()
        },
        tokens: Vec::new(),
        left_out: 0,
        quotes: Vec::new(),
    };
    if let Some(now) = file.get("now") {
        let seconds = now.as_u64();
        found.batch.now_s = seconds.ok_or_else(|| wrong("now", "expected whole seconds"))?;
    }
    let mut prices = Vec::new();
    for (number, token) in list("tokens")?.iter().enumerate() {
        let path = format!("tokens[{number}]");
        found.tokens.push(text_of(token, "id", &path)?.to_owned());
        let decimals = whole(token, "decimals", &path)?;
        if decimals > 36 {
            return Err(wrong(&path, "decimals are 0 to 36"));
        }
        // What has no price counts nothing.
        let price = token
            .get("external_price")
            .and_then(Value::as_str)
            .unwrap_or("0");
        prices.push(price);
    }
    let (power, scaled_prices) = unit_of(&prices)
        .ok_or_else(|| wrong("tokens", "their external prices do not fit one another"))?;
    found.batch.price_unit = 10u128.pow(power);
    found.batch.prices = scaled_prices;
    for (number, order) in list("orders")?.iter().enumerate() {
        let path = format!("orders[{number}]");
        let token = |name| {
            let id = text_of(order, name, &path)?;
            let at = found.tokens.iter().position(|token| token == id);
            at.map(|at| Token(at as u32))
                .ok_or_else(|| wrong(&path, "a token that is not listed"))
        };
        let (give, get) = (token("sell_token")?, token("buy_token")?);
        let order = Order {
            id: number as u64,
            owner: number as u32,
            nonce: number as u64,
            side: match text_of(order, "kind", &path)? {
                "sell" => Side::Sell,
                "buy" => Side::Buy,
                _ => return Err(wrong(&path, "kind is sell or buy")),
            },
            give,
            get,
            give_amount: whole(order, "sell_amount", &path)?,
            get_amount: whole(order, "buy_amount", &path)?,
            partial: order
                .get("partially_fillable")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            filled: 0,
            valid: [0, u64::MAX],
            surplus_fee_bps: 0,
        };
        if give == get || order.give_amount == 0 || order.get_amount == 0 {
            return Err(wrong(
                &path,
                "two different tokens and amounts above 0 are needed",
            ));
        }
        found.batch.orders.push(order);
    }
    for (number, pool) in list("pools")?.iter().enumerate() {
        let path = format!("pools[{number}]");
        if text_of(pool, "kind", &path)? != "ConstantProduct" {
            found.left_out += 1;
            continue;
        }
        let fee = Decimal::parse(text_of(pool, "fee", &path)?)
            .filter(|fee| fee.0 >= 0 && *fee < Decimal::ONE);
        let fee = fee.ok_or_else(|| wrong(&path, "fee is a part of one"))?;
        let reserves = pool.get("reserves").and_then(Value::as_object);
        let reserves = reserves.filter(|reserves| reserves.len() == 2);
        let reserves = reserves.ok_or_else(|| wrong(&path, "two reserves are needed"))?;
        let mut state = PoolState {
            tokens: [Token(0); 2],
            reserves: [0; 2],
            fee_bps: (fee.0 / 10_000) as u32,
        };
        for (side, (name, amount)) in reserves.iter().enumerate() {
            let at = found.tokens.iter().position(|token| token == name);
            let at = at.ok_or_else(|| wrong(&path, "a token that is not listed"))?;
            state.tokens[side] = Token(at as u32);
            let amount = amount.as_str().and_then(|digits| digits.parse().ok());
            state.reserves[side] =
                amount.ok_or_else(|| wrong(&path, "a reserve is no whole number"))?;
        }
        found.batch.pools.push(state);
    }
    if file.get("quotes").is_some() {
        found.quotes = quotes(list("quotes")?, found.batch.orders.len())?;
    }
    Ok(found)
}

fn quotes(list: &[Value], orders: usize) -> Result<Vec<(u64, Quote)>, NoInstance> {
    let mut found = Vec::new();
    for (number, quote) in list.iter().enumerate() {
        let path = format!("quotes[{number}]");
        let count = |name: &str| {
            let number = quote.get(name).and_then(Value::as_u64);
            number.ok_or_else(|| wrong(&format!("{path}.{name}"), "expected a whole number"))
        };
        let order = count("order")?;
        if order >= orders as u64 {
            return Err(wrong(&format!("{path}.order"), "there is no such order"));
        }
        let firm = Quote {
            dealer: text_of(quote, "dealer", &path)?.to_owned(),
            give: whole(quote, "sell_amount", &path)?,
            get: whole(quote, "buy_amount", &path)?,
            expires_s: count("expires")?,
            inventory: whole(quote, "inventory", &path)?,
        };
        if firm.give == 0 || firm.get == 0 {
            return Err(wrong(&path, "amounts above 0 are needed"));
        }
        found.push((order, firm));
    }
    Ok(found)
}

/// The largest power of ten, up to 10^18, of which so many raw units have a worth of at most 128 bits in
/// every token, with those worths; a price is the worth of one raw unit in the native currency's. `None`
/// where a text is no number, or not even one raw unit's worth fits.
fn unit_of(prices: &[&str]) -> Option<(u32, Vec<u128>)> {
    (0..=UNIT_POWER).rev().find_map(|power| {
        let each = prices.iter().map(|price| scaled(price, u128::from(power)));
        Some((power, each.collect::<Option<Vec<_>>>()?))
    })
}

/// A number such as `4.12e-06` times a power of ten, rounded down; at most 128 bits.
fn scaled(text: &str, power: u128) -> Option<u128> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let is_plain =
        !digits.is_empty() && digits.len() <= 38 && digits.bytes().all(|b| b.is_ascii_digit());
    let number: u128 = if is_plain {
        digits.parse().ok()?
    } else {
        return None;
    };
    let exponent: i64 = exponent
        .parse()
        .ok()
        .filter(|e| (-1_000..=1_000).contains(e))?;
    let shift = i64::try_from(power).ok()? + exponent - fraction.len() as i64;
    let factor = 10u128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?);
    match (shift >= 0, factor) {
        (true, Some(factor)) => number.checked_mul(factor),
        (true, None) => (number == 0).then_some(0),
        (false, Some(factor)) => Some(number / factor),
        (false, None) => Some(0),
    }
}

fn text_of<'v>(value: &'v Value, name: &str, path: &str) -> Result<&'v str, NoInstance> {
    value
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| wrong(&format!("{path}.{name}"), "expected a text"))
}

fn whole(value: &Value, name: &str, path: &str) -> Result<u128, NoInstance> {
    let digits = text_of(value, name, path)?;
    digits.parse().map_err(|_| {
        wrong(
            &format!("{path}.{name}"),
            "expected a whole number of at most 128 bits",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_of_tokens_with_few_decimals_fit() {
        // 13.8 native units for 10^8 raw ones: a price of 1.38 · 10^11 for each.
        let text = r#"{"tokens":[{"id":"WBTC","decimals":"8","external_price":"138003957677.49826"},{"id":"A","decimals":"18","external_price":"4.1e-06"}],"orders":[],"pools":[]}"#;
        let batch = parse(text).expect("sound").batch;
        assert_eq!(
            batch.worth(Token(0), 100_000_000),
            Some(13_800_395_767_749_826_000)
        );
        assert_eq!(batch.worth(Token(1), 1_000_000_000_000), Some(4_100_000));
        let large = text.replace("138003957677.49826", "1.38e30");
        let batch = parse(&large).expect("sound").batch;
        assert_eq!(batch.price_unit, 100_000_000);
        assert_eq!(batch.worth(Token(0), 5), Some(69 * 10u128.pow(29)));
    }

    #[test]
    fn quotes_are_read_or_say_where_they_are_wrong() {
        let text = r#"{"now": 9, "tokens":[{"id":"A","decimals":"18"},{"id":"B","decimals":"6"}],
            "orders":[{"kind":"sell","sell_token":"A","buy_token":"B","sell_amount":"10","buy_amount":"20"}],
            "pools":[], "quotes": [{"order": 0, "dealer": "d", "sell_amount": "10", "buy_amount": "21", "inventory": "30", "expires": 12}]}"#;
        let found = parse(text).expect("sound");
        assert_eq!(found.batch.now_s, 9);
        let (order, quote) = &found.quotes[0];
        assert_eq!((*order, quote.give, quote.get), (0, 10, 21));
        assert_eq!((quote.inventory, quote.expires_s), (30, 12));
        for (from, to, path) in [
            ("\"now\": 9", "\"now\": -1", "now"),
            ("\"order\": 0", "\"order\": 1", "quotes[0].order"),
            ("\"21\"", "21", "quotes[0].buy_amount"),
            ("\"21\"", "\"0\"", "quotes[0]"),
            ("12}", "\"x\"}", "quotes[0].expires"),
            ("\"dealer\"", "\"broker\"", "quotes[0].dealer"),
        ] {
            let error = parse(&text.replacen(from, to, 1)).expect_err(from);
            assert_eq!(error.path, path, "{error}");
        }
    }

    #[test]
    fn a_file_is_a_batch_or_says_where_it_is_wrong() {
        let text = r#"{"tokens":[{"id":"A","decimals":"18","external_price":"2.5"},{"id":"B","decimals":"6","external_price":null}],
            "orders":[{"kind":"sell","sell_token":"A","buy_token":"B","sell_amount":"10","buy_amount":"20"}],
            "pools":[{"kind":"Stable"},{"kind":"ConstantProduct","fee":"0.003","reserves":{"A":"100","B":"200"}}]}"#;
        let found = parse(text).expect("sound");
        assert_eq!(found.batch.worth(Token(0), 10), Some(25));
        assert_eq!((found.left_out, found.batch.pools[0].fee_bps), (1, 30));
        for (from, to, path) in [
            (r#""B":"200""#, r#""C":"200""#, "pools[1]"),
            (r#""10""#, r#""x""#, "orders[0].sell_amount"),
            (r#""2.5""#, r#""two""#, "tokens"),
            (r#""2.5""#, r#""1e40""#, "tokens"),
            ("\"decimals\":\"6\"", "\"decimals\":\"60\"", "tokens[1]"),
            ("\"kind\":\"sell\"", "\"kind\":\"swap\"", "orders[0]"),
            ("{\"tokens\"", "[", ""),
        ] {
            let error = parse(&text.replacen(from, to, 1)).expect_err(from);
            assert_eq!(error.path, path, "{error}");
        }
    }
}
