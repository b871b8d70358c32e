//! Reading plans.
//!
//! ```text
//! buy 100 USDC of ETH [in 10 parts every 5m [jitter 30s]]    buy 1 ETH with USDC    sell 50% ETH for USDC
//! grid ETH with USDC from 1800 to 2200 in 10 steps of 100 [even]
//! rebalance to 60% ETH + 40% USDC within 5%
//! boost ETH against USDC to 220% within 2%                   repay ETH against USDC to 220% within 2%
//! compound USDC [above 5x cost]      lend USDC for 0.5% more      one of { rule; rule }
//! ```

use super::ast::{Chunks, Grid, Leverage, Plan, Quantity, Trade};
use super::check;
use super::lexer::Kind;
use super::parser::{Expected, Parsed, Parser};

impl Parser<'_> {
    pub(super) fn plan(&mut self) -> Parsed<Plan> {
        let plan = self.any_plan()?;
        self.report(|report| check::of_plan(&plan, report));
        Ok(plan)
    }

    fn any_plan(&mut self) -> Parsed<Plan> {
        if self.word("buy") {
            let trade = self.buy()?;
            return self.chunked(trade);
        }
        if self.word("sell") {
            let amount = self.quantity()?;
            self.word("of");
            let give = self.symbol()?;
            self.need_word("for", "say what it is sold for: sell 1 ETH for USDC")?;
            let get = self.symbol()?;
            return self.chunked(Trade::Sell { amount, give, get });
        }
        if self.word("grid") {
            return self.grid();
        }
        if self.word("rebalance") {
            return self.rebalance();
        }
        if self.word("boost") {
            return self.leverage().map(Plan::Boost);
        }
        if self.word("repay") {
            return self.leverage().map(Plan::Repay);
        }
        if self.word("compound") {
            let asset = self.symbol()?;
            let mut gain_over_cost = None;
            if self.word("above") {
                gain_over_cost = Some(self.times()?);
                self.need_word("cost", "write compound USDC above 5x cost")?;
            }
            return Ok(Plan::Compound {
                asset,
                gain_over_cost,
            });
        }
        if self.word("lend") {
            let asset = self.symbol()?;
            self.need_word(
                "for",
                "say by how much the rate must be better: for 0.5% more",
            )?;
            let better_by = self.percent()?;
            self.need_word("more", "write lend USDC for 0.5% more")?;
            return Ok(Plan::Lend { asset, better_by });
        }
        if self.word("one") {
            self.need_word("of", "write one of { when …: …; when …: … }")?;
            return self.block().map(Plan::OneOf);
        }
        Err(self.fail("say what is to be done, such as buy 100 USDC of ETH"))
    }

    fn quantity(&mut self) -> Parsed<Quantity> {
        if self.word("all") {
            return Ok(Quantity::All);
        }
        let what = Expected::Example("an amount", "100");
        self.take(what, "write 100, 50% or all", |kind| match kind {
            Kind::Number(value) => Some(Quantity::Exact(*value)),
            Kind::Percent(value) => Some(Quantity::Share(*value)),
            _ => None,
        })
    }

    fn buy(&mut self) -> Parsed<Trade> {
        let amount = self.quantity()?;
        let first = self.symbol()?;
        if let Quantity::Exact(amount) = amount
            && self.word("with")
        {
            let give = self.symbol()?;
            return Ok(Trade::Buy {
                amount,
                get: first,
                give,
            });
        }
        self.need_word("of", "write buy 100 USDC of ETH, or buy 1 ETH with USDC")?;
        let get = self.symbol()?;
        Ok(Trade::Spend {
            amount,
            give: first,
            get,
        })
    }

    fn chunked(&mut self, trade: Trade) -> Parsed<Plan> {
        let mut chunks = None;
        if self.word("in") {
            let parts = self.count(2, 1_000)? as u32;
            self.need_word("parts", "write in 10 parts every 5m")?;
            self.need_word("every", "say how far apart they are: every 5m")?;
            let gap = self.span()?;
            let jitter = if self.word("jitter") {
                Some(self.span()?)
            } else {
                None
            };
            chunks = Some(Chunks { parts, gap, jitter });
        }
        Ok(Plan::Trade { trade, chunks })
    }

    fn grid(&mut self) -> Parsed<Plan> {
        let hint = "write grid ETH with USDC from 1800 to 2200 in 10 steps of 100";
        let base = self.symbol()?;
        self.need_word("with", hint)?;
        let quote = self.symbol()?;
        self.need_word("from", hint)?;
        let low = self.number()?;
        self.need_word("to", hint)?;
        let high = self.number()?;
        self.need_word("in", hint)?;
        let levels = self.count(1, 200)? as u32;
        self.need_word("steps", hint)?;
        self.need_word("of", hint)?;
        let lot = self.number()?;
        let even = self.word("even");
        Ok(Plan::Grid(Grid {
            base,
            quote,
            low,
            high,
            levels,
            lot,
            even,
        }))
    }

    fn rebalance(&mut self) -> Parsed<Plan> {
        self.need_word("to", "write rebalance to 60% ETH + 40% USDC within 5%")?;
        let mut weights = Vec::new();
        loop {
            let weight = self.percent()?;
            let asset = self.symbol()?;
            weights.push((asset, weight));
            if weights.len() >= check::WEIGHTS_MAX || !self.sign("+") {
                break;
            }
        }
        self.need_word("within", "say how far off a part may be: within 5%")?;
        let band = self.percent()?;
        Ok(Plan::Rebalance { weights, band })
    }

    fn leverage(&mut self) -> Parsed<Leverage> {
        let hint = "write boost ETH against USDC to 220% within 2%";
        let collateral = self.symbol()?;
        self.need_word("against", hint)?;
        let debt = self.symbol()?;
        self.need_word("to", hint)?;
        let ratio = self.percent()?;
        self.need_word("within", hint)?;
        let band = self.percent()?;
        Ok(Leverage {
            collateral,
            debt,
            ratio,
            band,
        })
    }
}
