//! Request for quote: dealers name a price that holds until a moment; the best one is taken.

use crate::intent::order::{Order, Side};

/// A dealer's firm answer: it takes `give` and hands out `get`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Who.
    pub dealer: String,
    /// What it takes.
    pub give: u128,
    /// What it hands out.
    pub get: u128,
    /// The last second at which it holds.
    pub expires_s: u64,
    /// What it has to hand out.
    pub inventory: u128,
}

/// Which quote is taken.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct QuoteChoice {
    /// Its place; `None` if none will do.
    pub taken: Option<u32>,
    /// Places of the others with the reason.
    pub refused: Vec<(u32, &'static str)>,
}

/// Takes the best quote for all that remains of an order; of two equal ones the first.
pub fn choose(order: &Order, quotes: &[Quote], now_s: u64) -> QuoteChoice {
    let mut choice = QuoteChoice::default();
    for (place, quote) in quotes.iter().enumerate() {
        let place = place as u32;
        let fixed = match order.side {
            Side::Sell => quote.give,
            Side::Buy => quote.get,
        };
        let reason = if now_s > quote.expires_s {
            Some("it has expired")
        } else if fixed != order.remaining() {
            Some("it is for another amount")
        } else if quote.get > quote.inventory {
            Some("the dealer does not have so much")
        } else if !order.accepts(quote.give, quote.get) {
            Some("it is below the limit")
        } else {
            None
        };
        if let Some(reason) = reason {
            choice.refused.push((place, reason));
            continue;
        }
        let best = choice.taken.and_then(|best| quotes.get(best as usize));
        let is_better = best.is_none_or(|best| match order.side {
            Side::Sell => quote.get > best.get,
            Side::Buy => quote.give < best.give,
        });
        if is_better && let Some(beaten) = choice.taken.replace(place) {
            choice.refused.push((beaten, "another one is better"));
        } else if !is_better {
            choice.refused.push((place, "another one is better"));
        }
    }
    choice.refused.sort_unstable();
    choice
}
