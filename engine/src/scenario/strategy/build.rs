//! From a document to the settings of a run.

use super::check::{check, token};
use super::format::{Plain, StrategyScenario};
use crate::intent::language;
use crate::market::{AssetSettings, MarketSettings, PerpetualSettings, Shock};
use crate::primitives::{Decimal, Seed};
use crate::scenario::Problem;
use crate::world::exchange::{
    CrowdSettings, DealerSettings, ExchangeSettings, KeeperSettings, LenderSettings,
    PersonSettings, PoolSettings,
};
use std::collections::BTreeMap;

/// The settings of a document.
///
/// # Errors
/// All its problems.
pub fn build(scenario: &StrategyScenario) -> Result<ExchangeSettings, Vec<Problem>> {
    let problems = check(scenario);
    if !problems.is_empty() {
        return Err(problems);
    }
    let s = scenario;
    let place = |symbol: &str| token(s, symbol).unwrap_or_default();
    let amounts = |of: &BTreeMap<String, Plain>| {
        let mut list = vec![Decimal::ZERO; s.assets.len() + 1];
        for (symbol, amount) in of {
            list[place(symbol)] = amount.0;
        }
        list
    };
    let pools = s.pools.iter().map(|pool| PoolSettings {
        tokens: [place(&pool.tokens[0]), place(&pool.tokens[1])],
        worth: pool.worth.0,
        fee_bps: pool.fee_bps,
    });
    let lenders = s.lenders.iter().map(|lender| LenderSettings {
        slope_bps: lender.slope_bps,
        worth: lender.worth.0,
        usage_bps: lender.usage_bps,
    });
    let people = s.people.iter().map(|person| PersonSettings {
        name: person.name.clone(),
        purse: amounts(&person.purse),
        supplied: amounts(&person.supplied),
        owed: amounts(&person.owed),
        // A text that was checked.
        document: language::parse(&person.text).unwrap_or_default(),
    });
    Ok(ExchangeSettings {
        market: market(s),
        quote: s.quote.clone(),
        pools: pools.collect(),
        lenders: lenders.collect(),
        reward: Decimal::bps(s.reward_bps.into()),
        crowd: CrowdSettings {
            retail_per_thousand_hours: s.crowd.retail_per_thousand_hours,
            retail_worth: s.crowd.retail_worth.0,
            orders_per_thousand_hours: s.crowd.orders_per_thousand_hours,
            arbitrage: s.crowd.arbitrage,
            liquidity_per_thousand_hours: s.crowd.liquidity_per_thousand_hours,
            borrowers: s.crowd.borrowers,
        },
        people: people.collect(),
        solvers: s.solvers.clone(),
        dealers: s
            .dealers
            .iter()
            .map(|dealer| DealerSettings {
                name: dealer.name.clone(),
                spread_bps: dealer.spread_bps,
                wobble_bps: dealer.wobble_bps,
                worth: dealer.worth.0,
            })
            .collect(),
        keepers: KeeperSettings {
            count: s.keepers.count,
            fee: s.keepers.fee.0,
            funds: s.keepers.funds.0,
            absent_permille: s.keepers.absent_permille,
            late_steps: s.keepers.late_steps,
        },
        seed: Seed::new(s.seed),
    })
}

/// The market's part of a document, which may have problems.
pub(super) fn market(s: &StrategyScenario) -> MarketSettings {
    let step_s = u64::from(s.step_s.max(1));
    let shocks = s.shocks.iter().map(|shock| Shock {
        step: u32::try_from(shock.at_s.div_ceil(step_s)).unwrap_or(u32::MAX),
        asset: shock.asset.as_ref().and_then(|symbol| {
            let at = s.assets.iter().position(|asset| asset.symbol == *symbol);
            at.map(|at| at as u32)
        }),
        change_ppm: shock.change_ppm,
        volatility_ppm: shock.volatility_ppm,
        half_life: (u64::from(shock.half_life_s) / step_s) as u32,
    });
    let perpetuals = s.perpetuals.iter().map(|perpetual| PerpetualSettings {
        // An unknown one is past the last, which the market's check refuses.
        asset: s
            .assets
            .iter()
            .position(|asset| asset.symbol == perpetual.asset)
            .unwrap_or(s.assets.len()) as u32,
        premium_ppm: perpetual.premium_ppm,
        deviation_ppm: perpetual.deviation_ppm,
        half_life_s: perpetual.half_life_s,
        interval_s: perpetual.interval_s,
        interest_ppm: perpetual.interest_ppm,
        clamp_ppm: perpetual.clamp_ppm,
        cap_ppm: perpetual.cap_ppm,
    });
    MarketSettings {
        step_s: s.step_s,
        steps: (u64::from(s.days) * 86_400 / step_s) as u32,
        assets: s
            .assets
            .iter()
            .map(|asset| AssetSettings {
                symbol: asset.symbol.clone(),
                price: asset.price.0,
                law: asset.law.clone(),
            })
            .collect(),
        correlation_ppm: s.correlation_ppm.clone(),
        shocks: shocks.collect(),
        news: s.news.clone(),
        perpetuals: perpetuals.collect(),
    }
}
