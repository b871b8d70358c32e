//! Keepers and positions: what holds whatever the numbers are.

use super::position::{boost, compound_interval_s, repay};
use super::{Crew, Keeper, KeeperEvent};
use crate::primitives::{Decimal, Seed};
use proptest::prelude::*;

#[test]
fn keepers_compete_pay_and_run_out() {
    let keeper = |funds| Keeper {
        funds,
        absent_permille: 0,
        late_blocks: 0,
    };
    let mut crew = Crew::new(
        vec![keeper(1_000), keeper(350), keeper(50)],
        100,
        500,
        &Seed::new(1),
    );
    let mut taken = [0; 3];
    let mut nobody = 0;
    for intent in 0..30 {
        match crew.take(intent) {
            KeeperEvent::Taken { keeper, late, .. } => {
                taken[keeper as usize] += 1;
                assert_eq!(late, 0);
            }
            KeeperEvent::Nobody { broke, .. } => {
                nobody += 1;
                assert_eq!(broke, [0, 1, 2]);
            }
        }
    }
    assert!(
        taken[0] > 0 && taken[1] > 0 && taken[2] == 0 && nobody > 0,
        "{taken:?} {nobody}"
    );
    let left: u128 = crew.keepers().iter().map(|keeper| keeper.funds).sum();
    assert!(crew.keepers().iter().all(|keeper| keeper.funds < 100) && left < 300);
    let lazy = Keeper {
        funds: 1_000,
        absent_permille: 1_000,
        late_blocks: 0,
    };
    assert_eq!(
        Crew::new(vec![lazy], 1, 0, &Seed::new(1)).take(7),
        KeeperEvent::Nobody {
            intent: 7,
            broke: vec![]
        }
    );
}

#[test]
fn the_interval_of_compounding_is_where_a_year_costs_least() {
    let (fee, principal, rate) = (
        Decimal::whole(2),
        Decimal::whole(10_000),
        Decimal::bps(1_000),
    );
    let best = compound_interval_s(fee, principal, rate).expect("both");
    let cost = |seconds: u64| {
        let years = seconds as f64 / 31_536_000.0;
        10_000.0 * 0.01 * years / 2.0 + 2.0 / years
    };
    assert!(
        cost(best) <= cost(best * 11 / 10) && cost(best) <= cost(best * 9 / 10),
        "{best}"
    );
    assert_eq!(compound_interval_s(fee, Decimal::ZERO, rate), None);
}

proptest! {
    /// At a constant price neither a repayment makes a boost necessary nor a boost a repayment.
    #[test]
    fn boost_and_repay_never_take_turns(collateral in 100i64..10_000_000, debt_permille in 100i64..960, low in 110i64..200, width in 10i64..150, fee_bps in 0i64..300) {
        let (low, high) = (Decimal::bps(low * 100), Decimal::bps((low + width) * 100));
        let target = Decimal((low.0 + high.0) / 2);
        let fee = Decimal::bps(fee_bps);
        let mut collateral = Decimal::whole(collateral);
        let mut debt = Decimal(collateral.0 / 1_000 * debt_permille);
        let mut acts = Vec::new();
        for _ in 0..20 {
            let ratio = collateral.over(debt).unwrap_or(Decimal::MAX);
            if ratio < low {
                let Some(sold) = repay(collateral, debt, target, fee) else { break };
                collateral = collateral.minus(sold);
                debt = debt.minus(sold.times(Decimal::ONE.minus(fee)));
                acts.push("repay");
            } else if ratio > high {
                let Some(lent) = boost(collateral, debt, target, fee) else { break };
                debt = debt.plus(lent);
                collateral = collateral.plus(lent.times(Decimal::ONE.minus(fee)));
                acts.push("boost");
            } else {
                break;
            }
        }
        prop_assert!(acts.len() <= 1, "{:?}", acts);
        if acts.len() == 1 {
            let ratio = collateral.over(debt).unwrap_or(Decimal::MAX);
            prop_assert!(low <= ratio && ratio <= high, "{} not in {}..{}", ratio, low, high);
        }
    }
}
