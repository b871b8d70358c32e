use super::ast::*;
use super::samples;
use super::*;
use crate::primitives::{Decimal, Seed};
use proptest::prelude::*;

const SPIRIT: &str = "every 1h while volatility(ETH, 24h) < 80%: buy 100 USDC of ETH, at most 0.5% from oracle, stop after 30 fills";

#[test]
fn the_example_of_the_spirit_is_read_and_printed_as_it_stands() {
    let document = parse(SPIRIT).expect("the example");
    let rule = &document.strategies[0].rule;
    assert_eq!(rule.start, Start::Every(Seconds(3_600)));
    assert_eq!(rule.limits.from_oracle, Some(Decimal::bps(50)));
    assert_eq!(rule.limits.fills, Some(30));
    assert_eq!(format(&document).trim_end(), SPIRIT);
}

#[test]
fn a_bracket_is_one_of_two_armed_by_a_fill() {
    let text = "once: buy 1000 USDC of ETH then {
  once: one of {
    when price(ETH) >= 2500: sell all ETH for USDC;
    when price(ETH, twap 30m) <= 1800 for 10m or drop(ETH) > 8%: sell all ETH for USDC
  }
}";
    // `for` ends a condition, so an `or` after it has no place.
    let errors = parse(text).expect_err("an option before the condition's end");
    assert_eq!((errors[0].line, errors[0].column), (4, 47), "{errors:?}");
    let text = text.replace(" for 10m or drop(ETH) > 8%", " or drop(ETH) > 8% for 10m");
    let document = parse(&text).expect("a bracket");
    assert_eq!(format(&document).trim_end(), text);
    let Plan::OneOf(sides) = &document.strategies[0].rule.then[0].plan else {
        panic!("no one of");
    };
    assert_eq!(sides.len(), 2);
}

/// Text, then (line, column, a piece of the message, a piece of the hint) of each mistake.
type Case = (
    &'static str,
    &'static [(u32, u32, &'static str, &'static str)],
);

const MISTAKES: &[Case] = &[
    ("", &[(1, 1, "expected", "every 1h")]),
    (
        "evry 1h: buy 1 USDC of ETH",
        &[(1, 1, "\"evry\"", "did you mean \"every\"")],
    ),
    (
        "every 1h buy 1 USDC of ETH",
        &[(1, 10, "expected \"while\" or \":\"", "colon")],
    ),
    (
        "every 1hour: buy 1 USDC of ETH,\n at most 5 from oracle, stop after x fills;\nwhen price(eth) < 5: sell 1 ETH for ETH",
        &[
            (1, 7, "\"1hour\" is no number", "1d12h"),
            (1, 12, "expected a time", "1h"),
            (2, 10, "\"5\", expected a percentage", "0.5%"),
            (2, 36, "\"x\", expected a whole number", "1000000"),
            (3, 12, "\"eth\", expected an asset", "capitals"),
            (3, 37, "ETH for itself", "two different"),
        ],
    ),
    (
        "once: rebalance to 60% ETH + 50% USDC within 5%",
        &[(1, 46, "add up to 110%", "100%")],
    ),
    (
        "once: buy 1 USDC of ETH, at most 100% from oracle",
        &[(1, 44, "100% is no limit", "less than 100%")],
    ),
    (
        "once: buy 1 USDC of ETH, partial, partial",
        &[(1, 35, "found \"partial\"", "once")],
    ),
    (
        "when volatility(ETH, 1d) < 80: buy 1 USDC of ETH",
        &[(1, 28, "expected \"-\" or a percentage", "0.5%")],
    ),
    (
        "when not news(hack, 4) within 0s: buy 1 USDC of ETH",
        &[(1, 31, "no time at all", "1s")],
    ),
    (
        "once: buy 1 USDC of ETH }",
        &[(1, 25, "\"}\"", "semicolons")],
    ),
    (
        "once: one of { once: buy 1 USDC of ETH }",
        &[(1, 40, "one of 1", "2 to 8")],
    ),
    (
        "\"a: b",
        &[
            (1, 1, "never closed", "one line"),
            (1, 6, "the end of the text", "every 1h"),
        ],
    ),
    (
        "once: buy 1 USDC of ETH; é",
        &[(1, 26, "means nothing", "take it out")],
    ),
];

#[test]
fn every_mistake_has_its_place_and_a_way_out() {
    for (text, expected) in MISTAKES {
        let errors = parse(text).expect_err(text);
        let found: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors.len(), expected.len(), "{text}: {found:#?}");
        for (error, (line, column, message, hint)) in errors.iter().zip(*expected) {
            assert_eq!(
                (error.line, error.column),
                (*line, *column),
                "{text}: {error}"
            );
            assert!(error.message.contains(message), "{text}: {error}");
            assert!(error.hint.contains(hint), "{text}: {error}");
        }
    }
}

fn offered(text: &str) -> Vec<String> {
    let cursor = text.find('|').expect("a cursor");
    complete(&text.replace('|', ""), cursor, &["ETH", "USDC"])
        .items
        .into_iter()
        .map(|item| item.text)
        .collect()
}

#[test]
fn completion_offers_what_the_grammar_has() {
    assert_eq!(offered("|"), ["every", "when", "once", "at", "cron"]);
    assert_eq!(offered("ev| 1h"), ["every"]);
    assert_eq!(offered("every 1h |"), ["while", ":"]);
    assert_eq!(offered("when price(|"), ["ETH", "USDC"]);
    assert_eq!(offered("when price(U|"), ["USDC"]);
    assert_eq!(offered("when fun|"), ["funding"]);
    assert_eq!(offered("when funding(E|"), ["ETH"]);
    assert_eq!(offered("once: buy 100 |"), ["ETH", "USDC"]);
    assert_eq!(offered("once: buy 100 USDC |"), ["with", "of"]);
    assert_eq!(offered("when volatility(ETH, 1d) < |"), ["-", "0.5%"]);
    assert!(offered("once: buy 100 USDC of ETH, |").contains(&"stop".to_owned()));
    assert!(offered("# a note |").is_empty());
    assert!(offered("\"a name |").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_formatted_is_read_back(seed: u64) {
        let document = samples::document(&mut Seed::new(seed).stream());
        prop_assert_eq!(check(&document), vec![]);
        let text = format(&document);
        let read = parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&document), "{}", text);
        prop_assert_eq!(format(&read.expect("equal")), text);
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), cursor in 0usize..400) {
        let text = String::from_utf8_lossy(&bytes);
        take(&text, cursor)?;
    }

    #[test]
    fn pieces_of_the_language_in_any_order_are_read_or_refused(picks in proptest::collection::vec((0usize..PIECES.len(), any::<bool>()), 0..120), cursor in 0usize..800) {
        let text: String = picks
            .iter()
            .map(|(pick, space)| format!("{}{}", PIECES[*pick], if *space { " " } else { "" }))
            .collect();
        take(&text, cursor)?;
    }

    #[test]
    fn a_text_with_a_hole_is_read_or_refused(seed: u64, hole in 0usize..2_000, length in 1usize..20) {
        let text = format(&samples::document(&mut Seed::new(seed).stream()));
        let kept: String = text
            .chars()
            .enumerate()
            .filter(|(at, _)| !(hole..hole + length).contains(at))
            .map(|(_, c)| c)
            .collect();
        take(&kept, hole)?;
    }
}

/// Whatever it is: sound documents come back, mistakes are in the text and bounded.
fn take(text: &str, cursor: usize) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(document) => {
            prop_assert_eq!(check(&document), vec![], "{}", text);
            prop_assert_eq!(parse(&format(&document)), Ok(document));
        }
        Err(errors) => {
            prop_assert!(!errors.is_empty() && errors.len() <= ERRORS_MAX);
            for error in errors {
                prop_assert!(
                    error.span.end as usize <= text.len() && error.span.start <= error.span.end
                );
            }
        }
    }
    let completion = complete(text, cursor, &["ETH"]);
    prop_assert!(completion.from as usize <= text.len());
    Ok(())
}

const PIECES: [&str; 60] = [
    "every",
    "when",
    "once",
    "at",
    "cron",
    "\"30 8 *\"",
    "1h",
    "30m",
    ":",
    ";",
    ",",
    "buy",
    "sell",
    "100",
    "0.5%",
    "USDC",
    "ETH",
    "of",
    "for",
    "with",
    "grid",
    "rebalance",
    "to",
    "+",
    "within",
    "boost",
    "against",
    "price",
    "(",
    ")",
    "<",
    "<=",
    "..",
    "in",
    "outside",
    "and",
    "or",
    "not",
    "news",
    "hack",
    "volatility",
    "drop",
    "{",
    "}",
    "one",
    "then",
    "while",
    "stop",
    "after",
    "fills",
    "most",
    "from",
    "oracle",
    "limit",
    "via",
    "dutch",
    "over",
    "5x",
    "-",
    "\n",
];

#[test]
fn nesting_and_length_are_bounded() {
    let deep = format!(
        "when {}price(ETH) < 1{}: buy 1 USDC of ETH",
        "(".repeat(5_000),
        ")".repeat(5_000)
    );
    let errors = parse(&deep).expect_err("too deep");
    assert!(errors[0].message.contains("nested"), "{errors:?}");
    let nots = format!(
        "when {} price(ETH) < 1: buy 1 USDC of ETH",
        "not ".repeat(4_000)
    );
    assert!(parse(&nots).is_err());
    let long = "# \n".repeat(TEXT_MAX);
    assert!(
        parse(&long).expect_err("too long")[0]
            .message
            .contains("bytes")
    );
    let many = "@".repeat(5_000);
    assert_eq!(parse(&many).expect_err("no tokens").len(), ERRORS_MAX);
}

#[test]
fn a_form_hears_of_every_problem() {
    let mut document = parse("once: buy 1 USDC of ETH").expect("sound");
    document.strategies[0].name = Some("\"".to_owned());
    document.strategies[0].rule.plan = Plan::OneOf(Vec::new());
    document.strategies[0].rule.condition = Some(Condition::All(Vec::new()));
    let paths: Vec<_> = check(&document)
        .into_iter()
        .map(|finding| finding.path)
        .collect();
    assert_eq!(
        paths,
        [
            "strategies[0].name",
            "strategies[0].rule.condition",
            "strategies[0].rule.plan"
        ]
    );
}
