use super::*;
use serde_json::json;

fn file(protocol: &str, cases: serde_json::Value) -> String {
    json!({ "protocol": protocol, "version": "test", "cases": cases }).to_string()
}

fn outcome_of(protocol: &str, case: serde_json::Value) -> Option<String> {
    let report = play(&file(protocol, json!([case]))).unwrap();
    assert_eq!(report.cases.len(), 1);
    report.cases[0].disagreement.clone()
}

#[test]
fn a_protocol_that_is_not_here_is_named() {
    let error = play(&file("comet_rates", json!([]))).unwrap_err();
    assert!(matches!(&error, Error::UnknownProtocol { protocol, .. } if protocol == "comet_rates"));
    assert!(error.to_string().contains("comet_rates"));
}

#[test]
fn what_is_no_vector_file_is_refused() {
    assert!(matches!(play("{"), Err(Error::Json(_))));
    assert!(matches!(play("{}"), Err(Error::Shape(_))));
    assert!(matches!(
        play(r#"{"protocol": "uniswap_v2"}"#),
        Err(Error::Shape(_))
    ));
    let long = " ".repeat(JSON_MAX + 1);
    assert!(matches!(play(&long), Err(Error::TooLong(_))));
}

#[test]
fn cases_that_cannot_be_played_fail_by_name() {
    let case = json!({ "name": "x", "input": { "op": "fly" }, "expect": { "height": "1" } });
    assert!(outcome_of("uniswap_v2", case).unwrap().contains("fly"));
    let case = json!({ "name": "x", "input": { "op": "quote" }, "expect": { "amount_b": "1" } });
    assert!(outcome_of("uniswap_v2", case).unwrap().contains("amount_a"));
    let case = json!({ "name": "x", "input": { "op": "quote" } });
    assert!(outcome_of("uniswap_v2", case).is_some());
}

fn quote_case(expect: serde_json::Value) -> serde_json::Value {
    let input = json!({
        "op": "quote", "amount_a": "1", "reserve_a": "100", "reserve_b": "200",
    });
    json!({ "name": "quote", "input": input, "expect": expect })
}

#[test]
fn a_wrong_number_and_a_wrong_refusal_are_noticed() {
    assert_eq!(
        outcome_of("uniswap_v2", quote_case(json!({ "amount_b": "2" }))),
        None
    );
    let wrong = outcome_of("uniswap_v2", quote_case(json!({ "amount_b": "3" })));
    assert_eq!(wrong.unwrap(), ".amount_b: \"2\", expected \"3\"");
    let wrong = outcome_of("uniswap_v2", quote_case(json!({ "revert": "ANY" })));
    assert!(wrong.unwrap().contains("accepted"));
    let missing = outcome_of("uniswap_v2", quote_case(json!({ "amount_c": "2" })));
    assert!(missing.unwrap().contains("no output"));

    let mut refused = quote_case(json!({ "revert": "INSUFFICIENT_AMOUNT" }));
    refused["input"]["amount_a"] = json!("0");
    assert_eq!(outcome_of("uniswap_v2", refused.clone()), None);
    refused["expect"] = json!({ "revert": "INSUFFICIENT_LIQUIDITY" });
    assert!(outcome_of("uniswap_v2", refused.clone()).is_some());
    refused["expect"] = json!({ "revert": "a label of the authors" });
    assert_eq!(outcome_of("uniswap_v2", refused.clone()), None);
    refused["expect"] = json!({ "amount_b": "0" });
    assert!(outcome_of("uniswap_v2", refused).is_some());
}

#[test]
fn tolerances_bound_the_distance() {
    let case = |tolerance: serde_json::Value, expect: &str| {
        let mut case = quote_case(json!({ "amount_b": expect }));
        case["input"]["amount_a"] = json!("500");
        case["tolerance"] = tolerance;
        outcome_of("uniswap_v2", case).is_none()
    };
    // The quote is 1000.
    assert!(case(json!({ "abs": "5" }), "1005"));
    assert!(!case(json!({ "abs": "5" }), "1006"));
    assert!(case(json!({ "abs": "0.5" }), "1000.5"));
    assert!(!case(json!({ "abs": "0.5" }), "999.4"));
    assert!(!case(json!({ "abs": "5" }), "-1000"));
    assert!(case(json!({ "rel": "0.003" }), "1003"));
    assert!(!case(json!({ "rel": "0.003" }), "1004"));
    assert!(case(
        json!({ "units": { "unit": "100", "steps": "1" } }),
        "1199"
    ));
    assert!(!case(
        json!({ "units": { "unit": "100", "steps": "1" } }),
        "1200"
    ));
}

#[test]
fn published_sequences_and_spells_run_through_the_pair() {
    let steps = json!([
        { "do": "mint", "amount0": "1000000000000000000000", "amount1": "1000000000000000000000" },
        { "do": "swap", "amount0_in": "0", "amount1_in": "1000000000000000000",
          "amount0_out": "996006981039903216", "amount1_out": "0" },
        { "do": "burn", "liquidity": "999999999999999999000" },
    ]);
    let case = |fee_on: bool, expect: serde_json::Value| {
        let input = json!({ "op": "sequence", "fee_on": fee_on, "steps": steps });
        json!({ "name": "fee", "input": input, "expect": expect })
    };
    // Uniswap/v2-core UniswapV2Pair.spec.ts, feeTo:on and feeTo:off.
    let on = json!({ "total_supply": "249750499252388", "fee_liquidity": "249750499251388" });
    assert_eq!(outcome_of("uniswap_v2", case(true, on)), None);
    let off = json!({ "total_supply": "1000", "fee_liquidity": "0" });
    assert_eq!(outcome_of("uniswap_v2", case(false, off)), None);

    let spells = json!([
        { "reserve0": "3000000000000000000", "reserve1": "3000000000000000000", "seconds": "10" },
        { "reserve0": "6000000000000000000", "reserve1": "2000000000000000000", "seconds": "10" },
    ]);
    let expect = json!({
        // 10 × 2^112 and then 10 × floor(2^112 ÷ 3), 10 × 3 × 2^112.
        "price0_cumulative": "69230624780464368380406617722934610",
        "price1_cumulative": "207691874341393105141219853168803840",
    });
    let input = json!({ "op": "cumulative", "spells": spells });
    let case = json!({ "name": "spells", "input": input, "expect": expect });
    assert_eq!(outcome_of("uniswap_v2", case), None);
}
