//! Strategies that are ready to use: texts for an asset at a price, to begin from.

use crate::primitives::Decimal;

/// A strategy that is ready to use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ready {
    /// Its name, in one or two words of the field.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub line: &'static str,
    /// Its text.
    pub text: String,
}

/// All of them, for an asset that costs about `price` of the quote currency. Prices in the texts are that
/// price by a share, with three significant figures.
pub fn ready(asset: &str, quote: &str, price: Decimal) -> Vec<Ready> {
    let at = |percent: i64| three_figures(Decimal(price.0 / 100 * percent));
    let (low, high) = (at(90), at(110));
    let texts = [
        (
            "limit",
            "Buys when the price has come down to yours.",
            format!(
                "\"Limit\": when price({asset}) <= {}: buy 500 {quote} of {asset}, at most 0.5% from oracle",
                at(95)
            ),
        ),
        (
            "stop-loss",
            "Sells everything once the price has fallen to a line.",
            format!(
                "\"Stop-loss\": when price({asset}) <= {}: sell all {asset} for {quote}, at most 3% from oracle",
                at(85)
            ),
        ),
        (
            "take-profit",
            "Sells half when the price has risen to a line.",
            format!(
                "\"Take-profit\": when price({asset}) >= {}: sell 50% {asset} for {quote}, at most 1% from oracle",
                at(115)
            ),
        ),
        (
            "bracket",
            "Two lines, above and below: what fills first cancels the other.",
            format!(
                "\"Bracket\": once: one of {{ when price({asset}) >= {}: sell all {asset} for {quote}; when price({asset}) <= {}: sell all {asset} for {quote} }}",
                at(115),
                at(85)
            ),
        ),
        (
            "trailing stop",
            "Follows the peak upwards and sells so much below it.",
            format!(
                "\"Trailing stop\": when drop({asset}) >= 8% for 1h: sell all {asset} for {quote}, at most 2% from oracle"
            ),
        ),
        (
            "DCA",
            "The same amount every day, whatever the price (dollar-cost averaging).",
            format!("\"DCA\": every 1d: buy 100 {quote} of {asset}, at most 0.5% from oracle"),
        ),
        (
            "TWAP",
            "One large purchase in many small ones, evenly over time (time-weighted average price).",
            format!("\"TWAP\": once: buy 2400 {quote} of {asset} in 24 parts every 1h jitter 5m"),
        ),
        (
            "grid",
            "Buys on every step down and sells on every step up, between two prices.",
            format!(
                "\"Grid\": once: grid {asset} with {quote} from {low} to {high} in 10 steps of 500"
            ),
        ),
        (
            "rebalance",
            "Keeps two halves equal, whenever one is out of its band.",
            format!("\"Rebalance\": every 4h: rebalance to 50% {asset} + 50% {quote} within 2%"),
        ),
        (
            "auto-compound",
            "Adds rewards to what earns them, as often as pays best after costs.",
            format!("\"Auto-compound\": every 6h: compound {asset}"),
        ),
        (
            "boost",
            "Borrows to hold more when the loan is safer than it need be.",
            format!(
                "\"Boost\": when ratio > 240% for 6h cooldown 1d: boost {asset} against {quote} to 200% within 2%"
            ),
        ),
        (
            "liquidation protection",
            "Repays before somebody liquidates the loan.",
            format!(
                "\"Protection\": when health < 1.2 on level cooldown 2h: repay {asset} against {quote} to 190% within 2%"
            ),
        ),
        (
            "best lending rate",
            "Moves idle money to the market that pays more.",
            format!("\"Best rate\": every 1d: lend {quote} for 1% more"),
        ),
        (
            "news stop",
            "Sells a part on bad or good news of some weight.",
            format!(
                "\"On the news\": when news(any, 3) within 2h cooldown 12h: sell 25% {asset} for {quote}, at most 2% from oracle"
            ),
        ),
    ];
    texts
        .into_iter()
        .map(|(name, line, text)| Ready { name, line, text })
        .collect()
}

/// Rounded down to three significant figures, so that a text is easy to read.
fn three_figures(price: Decimal) -> Decimal {
    let mut unit = 1;
    while price.0 / unit >= 1_000 {
        unit *= 10;
    }
    Decimal(price.0 / unit * unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::language::{check, parse};

    #[test]
    fn every_text_is_sound_at_any_price() {
        for price in [1_200, 123_456_789, 200_000_000_000, 6_543_210_000_000] {
            for ready in ready("WBTC", "DAI", Decimal(price)) {
                let document = parse(&ready.text);
                let document =
                    document.unwrap_or_else(|errors| panic!("{}: {errors:?}", ready.text));
                assert_eq!(check(&document), [], "{}", ready.text);
                assert_eq!(document.strategies.len(), 1);
                assert!(document.strategies[0].name.is_some());
            }
        }
    }

    #[test]
    fn prices_have_three_figures() {
        assert_eq!(three_figures(Decimal::whole(2_345)), Decimal::whole(2_340));
        assert_eq!(three_figures(Decimal(12_345)), Decimal(12_300));
        assert_eq!(three_figures(Decimal(7)), Decimal(7));
    }
}
