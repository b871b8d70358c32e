//! What happened, in plain sentences.

use crate::i18n::*;
use crate::model::format;
use crate::model::strategy::StrategyIndex;
use crate::model::strategy::scale::float;
use engine::automation::{Obstacle, WhyNot};
use engine::primitives::Decimal;
use engine::trace::intent::{Event, What};

/// A text of the strategies lab with its values filled in.
macro_rules! tell {
    ($locale:expr, $key:ident $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::view::execution::wording::fill(
            $crate::i18n::td_string!($locale, strategy.$key),
            &[$((stringify!($name), &$value as &dyn std::fmt::Display)),*],
        )
    };
}
pub(super) use tell;

/// A number of whole tokens, as people write it: 10,182.58, 0.0512.
pub(super) fn amount(value: Decimal) -> String {
    let sign = if value.0 < 0 { "−" } else { "" };
    let raw = value.0.unsigned_abs();
    // Two places from a hundred on, four from one on, all eight below.
    let places: u32 = match raw {
        0 => return "0".to_owned(),
        10_000_000_000.. => 2,
        100_000_000.. => 4,
        _ => 6,
    };
    let unit = 10u64.pow(8 - places);
    let rounded = (raw + unit / 2) / unit;
    let scale = 10u64.pow(places);
    let (whole, part) = (rounded / scale, rounded % scale);
    let part = format!("{part:0width$}", width = places as usize);
    let part = part.trim_end_matches('0');
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{part}", format::whole(whole))
}

/// The same with its sign.
pub(super) fn signed(value: Decimal) -> String {
    let plus = if value.0 > 0 { "+" } else { "" };
    format!("{plus}{}", amount(value))
}

/// A share in per cent: 3.12 %.
pub(super) fn share(part: f64) -> String {
    format!("{}\u{202f}%", format::three_figures(part * 100.0))
}

/// A moment or a span in days, hours and minutes: `12 d 3 h`.
pub(super) fn span(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .take(2)
        .map(|(count, unit)| format!("{count}\u{202f}{unit}"))
        .collect();
    if shown.is_empty() {
        "0\u{202f}s".to_owned()
    } else {
        shown.join(" ")
    }
}

/// A token's symbol.
pub(super) fn token(index: &StrategyIndex, at: u32) -> String {
    let tokens = &index.recording.tokens;
    tokens.get(at as usize).cloned().unwrap_or_default()
}

/// A pool's name.
pub(super) fn pool(index: &StrategyIndex, at: u32) -> String {
    let pools = &index.recording.pools;
    pools.get(at as usize).cloned().unwrap_or_default()
}

/// An intent's name.
pub(super) fn intent(index: &StrategyIndex, number: u64) -> String {
    let life = index.life(number);
    life.map_or_else(|| format!("#{number}"), |life| life.label.clone())
}

/// Somebody's name.
fn person(index: &StrategyIndex, at: u32) -> String {
    let people = &index.recording.people;
    people.get(at as usize).cloned().unwrap_or_default()
}

/// A state of an intent.
pub(super) fn state(locale: Locale, state: &str) -> &'static str {
    match state {
        "Draft" => td_string!(locale, strategy.state_draft),
        "Signed" => td_string!(locale, strategy.state_signed),
        "Armed" => td_string!(locale, strategy.state_armed),
        "Triggered" => td_string!(locale, strategy.state_triggered),
        "Auctioned" => td_string!(locale, strategy.state_auctioned),
        "PartiallyFilled" => td_string!(locale, strategy.state_partially),
        "Filled" => td_string!(locale, strategy.state_filled),
        "Expired" => td_string!(locale, strategy.state_expired),
        "Cancelled" => td_string!(locale, strategy.state_cancelled),
        _ => td_string!(locale, strategy.state_failed),
    }
}

/// Why an intent does not fire now, and how far it is from it.
pub(super) fn why_not(locale: Locale, why: &WhyNot) -> String {
    match why.obstacle {
        Obstacle::None => td_string!(locale, strategy.why_fires).to_owned(),
        Obstacle::NotYetValid(s) => tell!(locale, why_not_yet, span = span(s)),
        Obstacle::Over => td_string!(locale, strategy.why_over).to_owned(),
        Obstacle::NotDue(s) => tell!(locale, why_not_due, span = span(s)),
        Obstacle::Unread => tell!(locale, why_unread, clause = why.clause),
        Obstacle::Holding(s) => tell!(locale, why_holding, span = span(s)),
        Obstacle::Resting(s) => tell!(locale, why_resting, span = span(s)),
        Obstacle::FiredAlready if why.clause.is_empty() => {
            td_string!(locale, strategy.why_fired_once).to_owned()
        }
        Obstacle::FiredAlready => tell!(locale, why_fired, clause = why.clause),
        Obstacle::Clause | Obstacle::Meanwhile => {
            let is_meanwhile = why.obstacle == Obstacle::Meanwhile;
            // Shares are written as people write them in the text.
            let is_share = why.clause.contains('%');
            let number = |value: Decimal| {
                if is_share {
                    share(float(value))
                } else {
                    amount(value)
                }
            };
            let (Some(value), Some(distance)) = (why.value, why.distance) else {
                return match is_meanwhile {
                    true => tell!(locale, why_meanwhile, clause = why.clause),
                    false => tell!(locale, why_clause, clause = why.clause),
                };
            };
            tell!(
                locale,
                why_distance,
                clause = why.clause,
                value = number(value),
                distance = number(Decimal(distance.0.abs()))
            )
        }
    }
}

/// What a verdict on a bid means.
pub(super) fn verdict(locale: Locale, verdict: &str) -> String {
    match verdict {
        "won" => td_string!(locale, strategy.verdict_won).to_owned(),
        "outbid" => td_string!(locale, strategy.verdict_outbid).to_owned(),
        other => other.replace('_', " "),
    }
}

/// What happened, as one sentence.
pub(super) fn happening(locale: Locale, index: &StrategyIndex, event: &Event) -> String {
    let named = |number: &Option<u64>| match number {
        Some(number) => intent(index, *number),
        None => td_string!(locale, strategy.crowd).to_owned(),
    };
    let size = |amount_of: Decimal, at: u32| format!("{} {}", amount(amount_of), token(index, at));
    match &event.what {
        What::News {
            kind,
            severity,
            asset,
        } => tell!(
            locale,
            event_news,
            kind = kind,
            severity = severity,
            asset = asset.map_or_else(
                || td_string!(locale, strategy.all_assets).to_owned(),
                |at| token(index, at + 1)
            )
        ),
        What::Armed {
            person: who, label, ..
        } => {
            tell!(
                locale,
                event_armed,
                person = person(index, *who),
                label = label
            )
        }
        What::State {
            intent: number,
            to,
            cause,
            ..
        } => tell!(
            locale,
            event_state,
            intent = intent(index, *number),
            state = state(locale, to),
            cause = cause
        ),
        What::Fired {
            intent: number,
            price,
        } => tell!(
            locale,
            event_fired,
            intent = intent(index, *number),
            price = amount(*price),
            token = token(index, 1)
        ),
        What::Keeper {
            intent: number,
            keeper,
            late,
            in_vain,
            broke,
        } => {
            let intent = intent(index, *number);
            match keeper {
                None => tell!(locale, event_no_keeper, intent = intent),
                Some(keeper) => tell!(
                    locale,
                    event_keeper,
                    intent = intent,
                    keeper = keeper,
                    late = late,
                    vain = in_vain,
                    broke = broke
                ),
            }
        }
        What::Waits {
            intent: number,
            clause,
            obstacle,
            ..
        } => {
            let what = if clause.is_empty() {
                obstacle.replace('_', " ")
            } else {
                clause.clone()
            };
            tell!(
                locale,
                event_waits,
                intent = intent(index, *number),
                what = what
            )
        }
        What::Order {
            intent,
            give,
            get,
            give_amount,
            get_amount,
            ..
        } => tell!(
            locale,
            event_order,
            who = named(intent),
            give = size(*give_amount, *give),
            get = size(*get_amount, *get)
        ),
        What::Unfilled {
            intent,
            least,
            best,
            ..
        } => tell!(
            locale,
            event_unfilled,
            who = named(intent),
            least = amount(*least),
            best = best.map_or_else(|| "–".to_owned(), amount)
        ),
        What::Bid {
            solver,
            orders,
            verdict: said,
            ..
        } => tell!(
            locale,
            event_bid,
            solver = solver,
            orders = orders.len(),
            verdict = verdict(locale, said)
        ),
        What::Fill {
            intent,
            solver,
            give,
            get,
            gave,
            got,
            ..
        } => tell!(
            locale,
            event_fill,
            who = named(intent),
            gave = size(*gave, *give),
            got = size(*got, *get),
            solver = solver
        ),
        What::Loan {
            intent: number,
            deed,
            token: at,
            amount: of,
            ..
        } => tell!(
            locale,
            event_loan,
            who = intent(index, *number),
            deed = deed,
            amount = size(*of, *at)
        ),
        What::Refused { intent, reason } => {
            tell!(locale, event_refused, who = named(intent), reason = reason)
        }
        What::Liquidated {
            person: who,
            debt,
            collateral,
        } => tell!(
            locale,
            event_liquidated,
            who = who.map_or_else(
                || td_string!(locale, strategy.crowd).to_owned(),
                |who| person(index, who)
            ),
            debt = amount(*debt),
            collateral = amount(*collateral)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_figures_that_matter() {
        for (raw, text) in [
            (0, "0"),
            (1_018_258_028_154, "10,182.58"),
            (-18_258_028_154, "−182.58"),
            (512_345_678, "5.1235"),
            (5_123_456, "0.051235"),
            (200_000_000_000, "2,000"),
        ] {
            assert_eq!(amount(Decimal(raw)), text);
        }
        assert_eq!(signed(Decimal(100_000_000)), "+1");
    }

    #[test]
    fn spans_have_at_most_two_units() {
        assert_eq!(span(0), "0\u{202f}s");
        assert_eq!(span(93_784), "1\u{202f}d 2\u{202f}h");
        assert_eq!(span(3_600), "1\u{202f}h");
        assert_eq!(span(60), "1\u{202f}min");
    }
}
