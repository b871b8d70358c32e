//! Request for quote: dealers name a price that holds until a moment; the best one is taken.

use crate::intent::order::{Batch, Fill, Order, PairPrice, Side, Solution};
use crate::intent::verify::{Fault, Verifier, Witness};
use std::collections::BTreeSet;

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

/// What makes a dealer's side of a quote an order of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counter {
    /// Its id, above the order's.
    pub id: u64,
    /// The dealer's account.
    pub owner: u32,
    /// A fresh nonce of the dealer's.
    pub nonce: u64,
}

/// A quote that was taken, as the dealer's order (exactly what it quoted, all or nothing, valid as long as
/// the quote holds) and as a solution that fills the two with each other.
pub fn matched(order: &Order, quote: &Quote, counter: Counter) -> (Order, Solution) {
    let other = Order {
        id: counter.id,
        owner: counter.owner,
        nonce: counter.nonce,
        side: Side::Sell,
        give: order.get,
        get: order.give,
        give_amount: quote.get,
        get_amount: quote.give,
        partial: false,
        filled: 0,
        valid: [order.valid[0], quote.expires_s],
        surplus_fee_bps: 0,
    };
    let price = |give, get, numerator, denominator| PairPrice {
        give,
        get,
        numerator,
        denominator,
    };
    let fill = |order, give, get| Fill { order, give, get };
    let solution = Solution {
        solver: quote.dealer.clone(),
        fills: vec![
            fill(order.id, quote.give, quote.get),
            fill(other.id, quote.get, quote.give),
        ],
        swaps: Vec::new(),
        prices: vec![
            price(order.give, order.get, quote.get, quote.give),
            price(order.get, order.give, quote.give, quote.get),
        ],
    };
    (other, solution)
}

/// What became of the quotes for one order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quoted {
    /// Which order.
    pub order: u64,
    /// Its quotes, as they were given.
    pub quotes: Vec<Quote>,
    /// Which of them was taken.
    pub choice: QuoteChoice,
    /// Why what was taken is not settled all the same.
    pub fault: Option<Fault>,
}

impl Quoted {
    /// The quote that was taken and settled.
    pub fn settled(&self) -> Option<&Quote> {
        let taken = self.choice.taken.filter(|_| self.fault.is_none())?;
        self.quotes.get(taken as usize)
    }
}

/// Settles each order of a batch that has quotes with the best of them, in the order of orders, through the
/// verifier; orders that are settled leave the batch. Each quote goes with the id of its order; those for
/// orders that are not there are left out.
pub fn settle_quotes(
    batch: &mut Batch,
    quotes: &[(u64, Quote)],
    witness: &dyn Witness,
) -> Vec<Quoted> {
    // Dealers' accounts and orders are past everybody else's.
    let first = batch.orders.last().map_or(0, |order| order.id + 1);
    let asked: Vec<Order> = batch.orders.clone();
    let mut done = Vec::new();
    for order in asked {
        let own = quotes.iter().filter(|(of, _)| *of == order.id);
        let quotes: Vec<Quote> = own.map(|(_, quote)| quote.clone()).collect();
        if quotes.is_empty() {
            continue;
        }
        let choice = choose(&order, &quotes, batch.now_s);
        let mut fault = None;
        if let Some(quote) = choice.taken.and_then(|place| quotes.get(place as usize)) {
            let counter = Counter {
                id: first + order.id,
                owner: u32::MAX,
                nonce: first + order.id,
            };
            let (other, solution) = matched(&order, quote, counter);
            let alone = Batch {
                orders: vec![order.clone(), other],
                ..batch.clone()
            };
            let mut verifier = Verifier::new(alone, BTreeSet::new());
            fault = verifier.settle(&solution, witness).err();
            if fault.is_none() {
                batch.orders.retain(|other| other.id != order.id);
            }
        }
        done.push(Quoted {
            order: order.id,
            quotes,
            choice,
            fault,
        });
    }
    done
}
