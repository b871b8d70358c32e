//! Markets from outside: settings in, what happened out.

use super::*;
use crate::intent::language::parse;
use crate::market::{AssetSettings, Law, MarketSettings, NewsSettings, PerpetualSettings};
use crate::primitives::{Decimal, Seed};
use crate::trace::intent::{Outcome, Recording, What};

/// A market by the hour in which ETH has these prices, and one person with one text.
mod solvers;

fn settings(text: &str, prices: &[i64]) -> ExchangeSettings {
    ExchangeSettings {
        market: MarketSettings {
            step_s: 3_600,
            steps: prices.len() as u32 - 1,
            assets: vec![AssetSettings {
                symbol: "ETH".to_owned(),
                price: Decimal::whole(prices[0]),
                law: Law::Replay {
                    prices: prices.iter().map(|p| Decimal::whole(*p)).collect(),
                },
            }],
            correlation_ppm: Vec::new(),
            shocks: Vec::new(),
            news: None,
            perpetuals: Vec::new(),
        },
        quote: "USDC".to_owned(),
        pools: vec![PoolSettings {
            tokens: [1, 0],
            worth: Decimal::whole(5_000_000),
            fee_bps: 5,
        }],
        lenders: [(400, 5_000), (400, 5_000)]
            .map(|(slope_bps, usage_bps)| LenderSettings {
                slope_bps,
                worth: Decimal::whole(1_000_000),
                usage_bps,
            })
            .to_vec(),
        reward: Decimal::ZERO,
        crowd: CrowdSettings {
            retail_per_thousand_hours: 2_000,
            retail_worth: Decimal::whole(2_000),
            orders_per_thousand_hours: 500,
            arbitrage: true,
            liquidity_per_thousand_hours: 100,
            borrowers: 4,
        },
        people: vec![PersonSettings {
            name: "you".to_owned(),
            purse: vec![Decimal::whole(10_000), Decimal::whole(5)],
            supplied: Vec::new(),
            owed: Vec::new(),
            document: parse(text).expect(text),
        }],
        solvers: ["direct", "split", "coincidence", "ring"]
            .map(str::to_owned)
            .to_vec(),
        dealers: dealers(),
        keepers: KeeperSettings {
            count: 2,
            fee: Decimal::ONE,
            funds: Decimal::whole(1_000),
            absent_permille: 0,
            late_steps: 0,
        },
        seed: Seed::new(1),
    }
}

/// One who is dear and has much, one who is cheap and has little.
fn dealers() -> Vec<DealerSettings> {
    let dealer = |name: &str, spread_bps, worth| DealerSettings {
        name: name.to_owned(),
        spread_bps,
        wobble_bps: 2,
        worth: Decimal::whole(worth),
    };
    vec![dealer("deep", 40, 1_000_000), dealer("keen", 5, 3_000)]
}

fn run(settings: ExchangeSettings) -> Exchange {
    let mut exchange = Exchange::new(settings, true);
    while exchange.advance().expect("no trouble") {}
    exchange
}

/// The hours and amounts of the person's fills: (hour, token given, gave, got).
fn fills(recording: &Recording) -> Vec<(u32, u32, Decimal, Decimal)> {
    let each = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Fill {
                intent: Some(_),
                give,
                gave,
                got,
                ..
            } => Some((event.step, *give, *gave, *got)),
            _ => None,
        });
    each.collect()
}

fn hours(text: &str, prices: &[i64]) -> Vec<u32> {
    let done = run(settings(text, prices));
    fills(done.recording())
        .iter()
        .map(|(hour, ..)| *hour)
        .collect()
}

fn refusals(recording: &Recording) -> Vec<&str> {
    let each = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Refused {
                intent: Some(_),
                reason,
            } => Some(reason.as_str()),
            _ => None,
        });
    each.collect()
}

fn outcome(exchange: &Exchange) -> &Outcome {
    &exchange.outcomes()[0]
}

#[test]
fn orders_wait_for_their_price_and_stops_sell_into_the_fall() {
    let prices = [2_000, 1_990, 1_900, 1_950, 2_100, 2_200];
    assert_eq!(hours("once: buy 1 ETH with USDC, limit 1910", &prices), [2]);
    assert_eq!(
        hours("when price(ETH) <= 1900: sell 2 ETH for USDC", &prices),
        [2]
    );
    assert_eq!(
        hours("when price(ETH) >= 2100: sell all ETH for USDC", &prices),
        [4]
    );
    // The peak is 2,200; 8 % below it is 2,024.
    let trail = [2_000, 2_200, 2_100, 2_030, 2_020, 2_300];
    assert_eq!(
        hours("when drop(ETH) >= 8%: sell all ETH for USDC", &trail),
        [4]
    );
}

#[test]
fn a_bracket_fills_one_side_and_cancels_the_other() {
    let text = "once: one of { when price(ETH) >= 2100: sell 1 ETH for USDC; when price(ETH) <= 1900: sell 1 ETH for USDC }";
    let done = run(settings(text, &[2_000, 2_050, 2_100, 1_800, 1_800]));
    assert_eq!(fills(done.recording()).len(), 1);
    let states: Vec<_> = done.intents().map(|(_, _, state)| state).collect();
    use crate::intent::State;
    assert_eq!(states[2], State::Cancelled, "{states:?}");
    assert!(
        matches!(states[0], State::Filled | State::Armed | State::Expired),
        "{states:?}"
    );
}

#[test]
fn what_a_fill_arms_begins_after_it() {
    let text = "once: buy 1000 USDC of ETH then { when price(ETH) >= 2000: sell all ETH for USDC }";
    let done = run(settings(text, &[2_000, 2_000, 2_000]));
    let hours: Vec<_> = fills(done.recording())
        .iter()
        .map(|(hour, give, ..)| (*hour, *give))
        .collect();
    assert_eq!(hours, [(0, 0), (1, 1)]);
}

#[test]
fn regular_buys_and_pieces_keep_their_times() {
    let prices = [2_000; 14];
    let dca = "every 4h: buy 100 USDC of ETH, stop after 3 fills";
    assert_eq!(hours(dca, &prices), [0, 4, 8]);
    let twap = "once: sell 3 ETH for USDC in 3 parts every 2h";
    assert_eq!(hours(twap, &prices), [0, 2, 4]);
    let done = run(settings(twap, &prices));
    let sold: i64 = fills(done.recording())
        .iter()
        .map(|(_, _, gave, _)| gave.0)
        .sum();
    assert_eq!(sold, 3 * Decimal::ONE.0);
}

#[test]
fn a_grid_buys_low_and_sells_high() {
    let text = "once: grid ETH with USDC from 1800 to 2200 in 4 steps of 500 even";
    let done = run(settings(text, &[2_000, 1_890, 1_905, 2_010, 1_890, 2_010]));
    let sides: Vec<_> = fills(done.recording())
        .iter()
        .map(|(_, give, ..)| *give)
        .collect();
    assert_eq!(sides, [0, 1, 0, 1], "{:?}", refusals(done.recording()));
    assert!(
        outcome(&done).equity > outcome(&done).held,
        "{:?}",
        outcome(&done)
    );
}

#[test]
fn a_portfolio_is_brought_back_into_its_band() {
    let text = "every 1h: rebalance to 50% ETH + 50% USDC within 5%";
    // 5 ETH and 10,000 USDC are even at 2,000; at 3,000 the parts are 60 % and 40 %.
    let done = run(settings(text, &[2_000, 2_050, 3_000, 3_000]));
    let traded = fills(done.recording());
    assert_eq!(traded.len(), 1);
    assert_eq!((traded[0].0, traded[0].1), (2, 1));
    let position = done.position(0, Decimal::ZERO);
    let eth = position.wallet[1].times(Decimal::whole(3_000)).0;
    assert!(
        eth.abs_diff(position.wallet[0].0) < 200 * Decimal::ONE.0 as u64,
        "{position:?}"
    );
}

fn borrowed(text: &str, prices: &[i64]) -> ExchangeSettings {
    let mut settings = settings(text, prices);
    let you = &mut settings.people[0];
    you.purse = vec![Decimal::whole(100), Decimal::ZERO];
    you.supplied = vec![Decimal::ZERO, Decimal::whole(10)];
    you.owed = vec![Decimal::whole(10_000), Decimal::ZERO];
    settings
}

fn ratio(exchange: &Exchange, price: i64) -> Decimal {
    let position = exchange.position(0, Decimal::ZERO);
    let collateral = position.supplied[1].times(Decimal::whole(price));
    collateral.over(position.owed[0]).expect("a debt")
}

#[test]
fn leverage_is_raised_and_lowered_to_its_aim() {
    let up = "when ratio > 250%: boost ETH against USDC to 200% within 2%";
    let done = run(borrowed(up, &[2_000, 2_600, 2_600, 2_600]));
    let after = ratio(&done, 2_600);
    assert!(
        after > Decimal::bps(19_800) && after < Decimal::bps(20_200),
        "{after}"
    );
    let down = "when ratio < 180%: repay ETH against USDC to 220% within 2%";
    let done = run(borrowed(down, &[2_000, 1_750, 1_750, 1_750]));
    let after = ratio(&done, 1_750);
    assert!(
        after > Decimal::bps(21_800) && after < Decimal::bps(22_200),
        "{after} {:?}",
        refusals(done.recording())
    );
}

#[test]
fn protection_saves_a_loan_that_would_be_liquidated() {
    let prices = [2_000, 1_800, 1_500, 1_300, 1_150, 1_150];
    let nothing = "when price(ETH) < 1: sell all ETH for USDC";
    let bare = run(borrowed(nothing, &prices));
    assert!(outcome(&bare).liquidations > 0);
    let text = "when health < 1.3 on level cooldown 1h: repay ETH against USDC to 200% within 2%";
    let safe = run(borrowed(text, &prices));
    assert_eq!(
        outcome(&safe).liquidations,
        0,
        "{:?}",
        refusals(safe.recording())
    );
    assert!(outcome(&safe).equity > outcome(&bare).equity);
}

#[test]
fn rewards_are_compounded_when_it_pays() {
    let mut settings = borrowed("every 1h: compound ETH", &[2_000; 200]);
    settings.people[0].purse[0] = Decimal::whole(1_000);
    settings.people[0].owed[0] = Decimal::whole(100);
    settings.reward = Decimal::bps(5_000);
    let done = run(settings);
    let supplies = done
        .recording()
        .events
        .iter()
        .filter(|e| matches!(&e.what, What::Loan { deed, .. } if deed == "supply"));
    let steps: Vec<_> = supplies.map(|event| event.step).collect();
    // √(2·1 ÷ (20,000·0.5²)) years are 175 hours.
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert!((170..=180).contains(&steps[0]), "{steps:?}");
}

#[test]
fn idle_money_goes_where_the_rate_is_better() {
    let mut settings = settings("every 6h: lend USDC for 1% more", &[2_000; 20]);
    settings.lenders[1].usage_bps = 7_900;
    settings.people[0].supplied = vec![Decimal::whole(1_000), Decimal::ZERO];
    let done = run(settings);
    let moves = done
        .recording()
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Loan { deed, lender, .. } => Some((event.step, deed.as_str(), *lender)),
            _ => None,
        });
    let moves: Vec<_> = moves.collect();
    assert_eq!(
        moves,
        [(0, "withdraw", 0), (0, "supply", 1)],
        "{:?}",
        refusals(done.recording())
    );
}

#[test]
fn what_must_hold_afterwards_undoes_the_whole_settlement() {
    let prices = [2_000; 4];
    let sells = "once: sell 2 ETH for USDC, ensure balance(ETH) >= 4";
    let done = run(settings(sells, &prices));
    assert!(fills(done.recording()).is_empty());
    let undone = refusals(done.recording())
        .iter()
        .filter(|why| why.contains("undone"))
        .count();
    assert!(undone >= 1, "{:?}", refusals(done.recording()));
    assert_eq!(done.position(0, Decimal::ZERO).wallet[1], Decimal::whole(5));
    assert_eq!(
        hours(
            "once: sell 1 ETH for USDC, ensure balance(ETH) >= 4",
            &prices
        ),
        [0]
    );
}
