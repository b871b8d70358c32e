//! Orders that ask for quotes: dealers answer, the best firm answer is taken, and it is settled as two fills
//! of one sheet, beside the batch auction.
//!
//! Each dealer quotes the feed's price less (or plus) its spread, and a part that is drawn for each order and
//! step, for all that remains, if it trades so much at once. What is taken passes the same verifier as a
//! solver's answer, and the contract checks it again.

use super::account::DEALER;
use super::auction::order_of;
use super::ground::{exchange, raw};
use super::order::{Follow, Open, Terms};
use super::run::{Exchange, Trouble};
use crate::intent::auction::{Counter, Quote, QuoteChoice, choose, matched};
use crate::intent::order::{Batch, Order, Side};
use crate::intent::verify::Verifier;
use crate::primitives::amount::mul_div;
use crate::primitives::{Decimal, Rounding};
use crate::trace::intent::What;

/// Parts of one in which spreads are reckoned.
const BPS: u128 = 10_000;

impl Exchange {
    /// Asks for every order that wants quotes, in the order of their numbers, and settles what is taken.
    pub(super) fn request_quotes(&mut self) -> Result<(), Trouble> {
        let mut asking: Vec<u64> = self
            .open
            .iter()
            .filter(|o| o.quoted)
            .map(|o| o.id)
            .collect();
        asking.sort_unstable();
        for id in asking {
            // A settlement before it may have ended it.
            if let Some(at) = self.open.iter().position(|open| open.id == id) {
                self.request(at)?;
            }
        }
        Ok(())
    }

    fn request(&mut self, at: usize) -> Result<(), Trouble> {
        let order = order_of(&self.open[at], &self.sight());
        let batch = Batch {
            orders: vec![order.clone()],
            ..self.batch()
        };
        let evidence = self.evidence(&batch);
        if !evidence.is_ready(&order) {
            return Ok(());
        }
        let quotes = self.answers(&order);
        let choice = choose(&order, &quotes, self.now_s());
        let number = self.auctions;
        self.auctions += 1;
        self.tell_quotes(number, &order, &quotes, &choice);
        self.open[at].is_told = true;
        let Some(quote) = choice.taken.map(|place| &quotes[place as usize]) else {
            return Ok(());
        };
        self.take(number, &order, quote, batch)
    }

    /// What the dealers say, in their order in the settings.
    fn answers(&self, order: &Order) -> Vec<Quote> {
        let sight = self.sight();
        let (give, get) = (order.give.0 as usize, order.get.0 as usize);
        let remaining = order.remaining();
        let seed = self.settings.seed.fork("quotes").fork_index(order.id);
        let mut stream = seed.fork_index(self.now_s()).stream();
        let mut answer = |dealer: &super::DealerSettings| {
            let drawn = stream.below(u64::from(dealer.wobble_bps) + 1);
            let spread = u128::from(dealer.spread_bps) + u128::from(drawn);
            let less = BPS.saturating_sub(spread);
            let times = |amount, by, rounding| mul_div(amount, by, BPS, rounding);
            let (gives, gets) = match order.side {
                Side::Sell => {
                    let fair = exchange(remaining, sight.price(give), sight.price(get));
                    (remaining, times(fair, less, Rounding::Down)?)
                }
                Side::Buy => {
                    let fair = exchange(remaining, sight.price(get), sight.price(give));
                    (times(fair, BPS + spread, Rounding::Up)?, remaining)
                }
            };
            let most = exchange(raw(dealer.worth), Decimal::ONE, sight.price(get));
            Some(Quote {
                dealer: dealer.name.clone(),
                give: gives,
                get: gets,
                expires_s: self.now_s(),
                inventory: most.min(self.ground.balance(get, DEALER)),
            })
        };
        let dealers = self.settings.dealers.iter();
        dealers.filter_map(&mut answer).collect()
    }

    fn tell_quotes(&mut self, number: u32, order: &Order, quotes: &[Quote], choice: &QuoteChoice) {
        let open = self.open.iter().find(|open| open.id == order.id);
        let (intent, is_told) = open.map_or((None, true), |open| (open.intent, open.is_told));
        // An order that is asked for again and again says once why nobody's answer will do.
        if !self.keeps || choice.taken.is_none() && is_told {
            return;
        }
        for (place, quote) in quotes.iter().enumerate() {
            let refused = choice.refused.iter().find(|(of, _)| *of as usize == place);
            self.note(What::Bid {
                auction: number,
                solver: quote.dealer.clone(),
                score: self.surplus(order, quote).to_string(),
                orders: vec![order.id],
                route: Vec::new(),
                verdict: refused.map_or("taken", |(_, why)| why).to_owned(),
            });
        }
        if quotes.is_empty() {
            self.note(What::Refused {
                intent,
                reason: "there is no dealer that could quote".to_owned(),
            });
        }
    }

    /// Worth of what a quote is better than the order's limit, in the quote currency; 0 below it.
    fn surplus(&self, order: &Order, quote: &Quote) -> u128 {
        let sight = self.sight();
        match order.side {
            Side::Sell => {
                let least = order.least_got(quote.give).unwrap_or(u128::MAX);
                sight.worth(order.get.0 as usize, quote.get.saturating_sub(least))
            }
            Side::Buy => {
                let most = order.most_given(quote.get).unwrap_or_default();
                sight.worth(order.give.0 as usize, most.saturating_sub(quote.give))
            }
        }
    }

    /// Settles an order with a dealer's quote.
    fn take(
        &mut self,
        number: u32,
        order: &Order,
        quote: &Quote,
        mut batch: Batch,
    ) -> Result<(), Trouble> {
        let counter = self.next_order();
        let (other, solution) = matched(
            order,
            quote,
            Counter {
                id: counter,
                owner: DEALER.number(),
                nonce: counter,
            },
        );
        self.open.push(Open {
            id: counter,
            intent: None,
            account: DEALER,
            side: Side::Sell,
            give: other.give.0 as usize,
            get: other.get.0 as usize,
            amount: quote.get,
            filled: 0,
            terms: Terms::default(),
            partial: false,
            nonce: counter,
            since_s: self.now_s(),
            until_s: self.now_s(),
            follow: Follow::Nothing,
            rung: None,
            placed: None,
            is_told: true,
            quoted: false,
        });
        batch.orders.push(other);
        let evidence = self.evidence(&batch);
        let mut verifier = Verifier::new(batch.clone(), std::mem::take(&mut self.used));
        let verdict = verifier.settle(&solution, &evidence);
        self.used.clone_from(verifier.used());
        match verdict {
            Ok(_) => {
                self.place(&batch)?;
                self.settle(number, &solution, &batch)?;
            }
            Err(fault) => self.note(What::Refused {
                intent: self.intent_of(order.id),
                reason: format!("{}'s quote is not settled: {fault}", quote.dealer),
            }),
        }
        // A quote is for this moment only; what was filled is gone already.
        if let Some(at) = self.open.iter().position(|open| open.id == counter) {
            let open = self.open.remove(at);
            self.undo(&open)?;
        }
        Ok(())
    }
}
