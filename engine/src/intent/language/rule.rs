//! Reading whole texts and rules.
//!
//! ```text
//! text   := strategy { ";" strategy } [";"]           strategy := [ "NAME" ":" ] rule
//! rule   := start [ "while" condition ] ":" plan { "," limit } [ "then" block ]
//! start  := "once" | "every" time | "at" time | "cron" "MINUTE HOUR WEEKDAY" | "when" condition { option }
//! option := "for" time | "hysteresis" percentage | "fresh" time | "cooldown" time | "on level" | "runs" n
//! block  := "{" rule { ";" rule } [";"] "}"
//! ```

use super::ast::{Cron, Document, Firing, Limits, Rule, Start, Strategy, Trigger, Venue};
use super::check::{self, RULES_MAX, STRATEGIES_MAX};
use super::lexer::Kind;
use super::parser::{Expected, Failed, Parsed, Parser};

impl Parser<'_> {
    /// A whole text; goes on after a mistake.
    pub(super) fn document(&mut self) -> Document {
        let mut strategies = Vec::new();
        while !self.is_full() {
            let strategy = self.strategy();
            let is_sound = strategy.is_ok();
            match strategy {
                Ok(strategy) => strategies.push(strategy),
                Err(Failed) => self.skip_to(&[]),
            }
            // After a mistake nothing more is expected than what was missing.
            let is_parted = (is_sound || self.sees(";")) && self.sign(";");
            if !is_parted && !self.is_at_end() {
                if is_sound {
                    self.fail("strategies are parted by semicolons, limits by commas");
                }
                // A brace that closes nothing must not hold us up.
                self.skip_to(&[]);
                while !self.is_at_end() && !self.sign(";") {
                    self.advance();
                    self.skip_to(&[]);
                }
            }
            if self.is_at_end() {
                break;
            }
            if strategies.len() >= STRATEGIES_MAX {
                let message = format!("more than {STRATEGIES_MAX} strategies");
                self.refuse(message, "take some out");
                break;
            }
        }
        Document { strategies }
    }

    fn strategy(&mut self) -> Parsed<Strategy> {
        let mut name = None;
        if let Kind::Quoted(quoted) = self.kind() {
            self.report(|report| check::of_name(quoted, report));
            self.advance();
            self.need_sign(":", "write a colon after the name")?;
            name = Some(quoted.clone());
        }
        let rule = self.rule()?;
        Ok(Strategy { name, rule })
    }

    /// Rules in braces.
    pub(super) fn block(&mut self) -> Parsed<Vec<Rule>> {
        self.need_sign("{", "rules stand in braces")?;
        self.deeper(|parser| {
            let mut rules = Vec::new();
            loop {
                match parser.rule() {
                    Ok(rule) => rules.push(rule),
                    Err(Failed) => parser.skip_to(&[";"]),
                }
                if parser.is_at_end() && rules.is_empty() {
                    return Err(Failed);
                }
                let goes_on = parser.sign(";");
                if parser.sees("}") || !goes_on || parser.is_full() {
                    break;
                }
                if rules.len() >= RULES_MAX {
                    let message = format!("more than {RULES_MAX} rules in one block");
                    return Err(parser.refuse(message, "take some out"));
                }
            }
            parser.need_sign("}", "close the braces; rules are parted by semicolons")?;
            Ok(rules)
        })
    }

    /// One rule. Goes on after a mistake in its head, plan or limits, and fails at its end.
    fn rule(&mut self) -> Parsed<Rule> {
        let errors = self.errors.len();
        let head = self.head();
        if head.is_err() {
            self.skip_to(&[":"]);
            if !self.sees(":") {
                return Err(Failed);
            }
        }
        self.need_sign(":", "write a colon before what is to be done")?;
        let plan = self.plan();
        if plan.is_err() {
            self.skip_to(&[","]);
            if self.is_at_end() {
                return Err(Failed);
            }
        }
        let mut limits = Limits::default();
        while self.sign(",") {
            if self.limit(&mut limits).is_err() {
                self.skip_to(&[","]);
                if self.is_at_end() {
                    return Err(Failed);
                }
            }
        }
        let then = if self.word("then") {
            self.block()?
        } else {
            Vec::new()
        };
        let (start, condition) = head?;
        let plan = plan?;
        if self.errors.len() > errors {
            return Err(Failed);
        }
        Ok(Rule {
            start,
            condition,
            plan,
            limits,
            then,
        })
    }

    fn head(&mut self) -> Parsed<(Start, Option<super::ast::Condition>)> {
        let start = self.start()?;
        self.report(|report| check::of_start(&start, report));
        let condition = if self.word("while") {
            Some(self.condition()?)
        } else {
            None
        };
        Ok((start, condition))
    }

    fn start(&mut self) -> Parsed<Start> {
        if self.word("every") {
            return Ok(Start::Every(self.span()?));
        }
        if self.word("when") {
            return self.trigger().map(Start::When);
        }
        if self.word("once") {
            return Ok(Start::Once);
        }
        if self.word("at") {
            return Ok(Start::At(self.span()?));
        }
        if self.word("cron") {
            let hint = "write \"30 8 *\": minute, hour and weekday, each a number or *";
            let what = Expected::Example("a calendar", "\"30 8 *\"");
            return self
                .take(what, hint, |kind| match kind {
                    Kind::Quoted(text) => cron(text),
                    _ => None,
                })
                .map(Start::Cron);
        }
        Err(self.fail("say when, such as every 1h or when price(ETH) < 2000"))
    }

    fn trigger(&mut self) -> Parsed<Trigger> {
        let mut trigger = Trigger {
            condition: self.condition()?,
            hold: None,
            hysteresis: None,
            fresh: None,
            cooldown: None,
            firing: Firing::Edge,
            runs: None,
        };
        loop {
            if trigger.hold.is_none() && self.word("for") {
                trigger.hold = Some(self.span()?);
            } else if trigger.hysteresis.is_none() && self.word("hysteresis") {
                trigger.hysteresis = Some(self.percent()?);
            } else if trigger.fresh.is_none() && self.word("fresh") {
                trigger.fresh = Some(self.span()?);
            } else if trigger.cooldown.is_none() && self.word("cooldown") {
                trigger.cooldown = Some(self.span()?);
            } else if trigger.firing == Firing::Edge && self.word("on") {
                self.need_word(
                    "level",
                    "write on level; on the change is what happens anyway",
                )?;
                trigger.firing = Firing::Level;
            } else if trigger.runs.is_none() && self.word("runs") {
                trigger.runs = Some(self.count(1, 1_000_000)? as u32);
            } else {
                return Ok(trigger);
            }
        }
    }

    fn limit(&mut self, limits: &mut Limits) -> Parsed<()> {
        let before = limits.clone();
        if before.price.is_none() && self.word("limit") {
            limits.price = Some(self.number()?);
        } else if before.from_oracle.is_none() && self.word("at") {
            self.need_word("most", "write at most 0.5% from oracle")?;
            limits.from_oracle = Some(self.percent()?);
            self.need_word("from", "write at most 0.5% from oracle")?;
            self.need_word("oracle", "write at most 0.5% from oracle")?;
        } else if before.impact.is_none() && self.word("impact") {
            limits.impact = Some(self.percent()?);
        } else if before.fee.is_none() && self.word("fee") {
            limits.fee = Some(self.number()?);
        } else if before.require.is_none() && self.word("require") {
            limits.require = Some(self.condition()?);
        } else if before.ensure.is_none() && self.word("ensure") {
            limits.ensure = Some(self.condition()?);
        } else if before.budget.is_none() && self.word("budget") {
            limits.budget = Some((self.number()?, self.symbol()?));
        } else if before.fills.is_none() && self.word("stop") {
            self.need_word("after", "write stop after 30 fills")?;
            limits.fills = Some(self.count(1, 1_000_000)? as u32);
            self.need_word("fills", "write stop after 30 fills")?;
        } else if before.starts.is_none() && self.word("starts") {
            self.need_word("after", "write starts after 1d")?;
            limits.starts = Some(self.span()?);
        } else if before.expires.is_none() && self.word("expires") {
            self.need_word("after", "write expires after 30d")?;
            limits.expires = Some(self.span()?);
        } else if !before.partial && self.word("partial") {
            limits.partial = true;
        } else if before.venue.is_none() && self.word("via") {
            limits.venue = Some(self.venue()?);
        } else if before.nonce.is_none() && self.word("nonce") {
            limits.nonce = Some(self.count(0, check::NONCE_MAX)?);
        } else {
            return Err(self.fail("each limit can be said once, such as at most 0.5% from oracle"));
        }
        self.report(|report| check::of_limits(limits, report));
        Ok(())
    }

    fn venue(&mut self) -> Parsed<Venue> {
        for (word, venue) in [
            ("pool", Venue::Pool),
            ("auction", Venue::Auction),
            ("quote", Venue::Quote),
        ] {
            if self.word(word) {
                return Ok(venue);
            }
        }
        self.need_word(
            "dutch",
            "say which way: pool, auction, quote or dutch from 1% over 10m",
        )?;
        self.need_word("from", "write dutch from 1% over 10m")?;
        let premium = self.percent()?;
        self.need_word("over", "write dutch from 1% over 10m")?;
        let over = self.span()?;
        Ok(Venue::Dutch { premium, over })
    }
}

/// `MINUTE HOUR WEEKDAY`.
fn cron(text: &str) -> Option<Cron> {
    let mut fields = text.split_whitespace().map(|field| match field {
        "*" => Some(None),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok().map(Some),
        _ => None,
    });
    let mut next = || fields.next().flatten();
    let cron = Cron {
        minute: next()?,
        hour: next()?,
        weekday: next()?,
    };
    let fits = fields.next().is_none()
        && cron.minute.unwrap_or(0) < 60
        && cron.hour.unwrap_or(0) < 24
        && cron.weekday.unwrap_or(0) < 7;
    fits.then_some(cron)
}
