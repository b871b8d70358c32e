//! Facts into sentences, in the language of the page.

use crate::i18n::*;
use crate::model::explanation::{Change, Explanation, Party};
use crate::model::look::Look;
use crate::model::{ReplayIndex, format};
use crate::view::execution::answer;
use engine::session::TxKind;
use engine::trace::TaskKind;
use std::fmt::Display;

/// A text of the page with its `{name}`s filled in.
///
/// (The texts' own interpolation makes a type for each text; these are many, and the page is small.)
macro_rules! say {
    ($locale:expr, $key:ident $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::view::execution::wording::fill(
            $crate::i18n::td_string!($locale, execution.$key),
            &[$((stringify!($name), &$value as &dyn std::fmt::Display)),*],
        )
    };
}
pub(crate) use say;

/// Puts values where a text names them in braces. A name that no value has stays as it stands.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let found = after.split_once('}').and_then(|(name, after)| {
            let value = values.iter().find(|(known, _)| *known == name)?;
            Some((value.1.to_string(), after))
        });
        match found {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The few words that stand in pictures, looked up once instead of once a frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// What a lane is called.
    pub lane: String,
    /// What stands where a first pass over the block ends.
    pub first_pass_end: &'static str,
    locale: Locale,
}

impl Words {
    /// The words of a language.
    pub fn new(locale: Locale) -> Self {
        Self {
            lane: td_string!(locale, execution.lane).to_string(),
            first_pass_end: td_string!(locale, execution.first_pass_end),
            locale,
        }
    }

    /// What a kind of transaction is called.
    pub fn kind(&self, kind: TxKind) -> &'static str {
        kind_name(self.locale, kind)
    }
}

/// What a kind of transaction is called.
pub fn kind_name(locale: Locale, kind: TxKind) -> &'static str {
    match kind {
        TxKind::Pay => td_string!(locale, execution.kind_pay),
        TxKind::Transfer => td_string!(locale, execution.kind_transfer),
        TxKind::Swap => td_string!(locale, execution.kind_swap),
        TxKind::AddLiquidity => td_string!(locale, execution.kind_add_liquidity),
        TxKind::RemoveLiquidity => td_string!(locale, execution.kind_remove_liquidity),
        TxKind::Supply => td_string!(locale, execution.kind_supply),
        TxKind::Borrow => td_string!(locale, execution.kind_borrow),
        TxKind::Repay => td_string!(locale, execution.kind_repay),
        TxKind::Liquidate => td_string!(locale, execution.kind_liquidate),
        TxKind::Claim => td_string!(locale, execution.kind_claim),
        TxKind::Touch => td_string!(locale, execution.kind_touch),
        TxKind::Settle => td_string!(locale, execution.kind_settle),
        TxKind::Cross => td_string!(locale, execution.kind_cross),
        TxKind::Call => td_string!(locale, execution.kind_call),
    }
}

/// What a task is, in a word.
pub fn look_name(locale: Locale, look: Look) -> &'static str {
    match look {
        Look::Future => td_string!(locale, execution.look_future),
        Look::Executing => td_string!(locale, execution.look_executing),
        Look::Executed => td_string!(locale, execution.look_executed),
        Look::Committed => td_string!(locale, execution.look_committed),
        Look::Withdrawn => td_string!(locale, execution.look_aborted),
        Look::Waiting => td_string!(locale, execution.look_waiting),
        Look::Validating => td_string!(locale, execution.look_validating),
        Look::Validated => td_string!(locale, execution.look_validated),
        Look::Failed => td_string!(locale, execution.look_failed),
        Look::Superseded => td_string!(locale, execution.look_superseded),
        Look::Recorded => td_string!(locale, execution.look_recorded),
    }
}

/// A transaction as it stands in a sentence: "transaction 412 (swap)".
pub fn party(locale: Locale, party: Party) -> String {
    let number = number(party);
    match party.kind {
        Some(kind) => {
            say!(
                locale,
                party,
                number = number,
                kind = kind_name(locale, kind)
            )
        }
        None => say!(locale, party_plain, number = number),
    }
}

fn number(party: Party) -> String {
    format::whole(u64::from(party.tx.0))
}

/// One plain sentence that says why.
pub fn sentence(locale: Locale, explanation: &Explanation) -> String {
    capitalised(plain_sentence(locale, explanation))
}

fn plain_sentence(locale: Locale, explanation: &Explanation) -> String {
    match explanation {
        Explanation::Aborted {
            victim,
            key,
            read_from,
            change,
            ..
        } => aborted(locale, *victim, key, *read_from, *change),
        Explanation::Turned {
            victim,
            key,
            limit,
            was,
            last,
        } => answer::turned(locale, *victim, key, (*limit, *was), *last),
        Explanation::Blocked { victim, on, key } => say!(
            locale,
            blocked,
            victim = party(locale, *victim),
            key = key.as_str(),
            other = party(locale, *on),
            number = number(*victim),
            other_number = number(*on)
        ),
        Explanation::LockWait {
            victim,
            holder,
            key,
        } => say!(
            locale,
            lock_wait,
            victim = party(locale, *victim),
            key = key.as_str(),
            other = party(locale, *holder),
            number = number(*victim),
            other_number = number(*holder)
        ),
        Explanation::Wounded { victim, by, key } => say!(
            locale,
            wounded,
            victim = party(locale, *victim),
            key = key.as_str(),
            other = party(locale, *by),
            number = number(*victim)
        ),
        Explanation::Lost {
            victim,
            winner,
            key,
        } => say!(
            locale,
            lost,
            victim = party(locale, *victim),
            key = key.as_str(),
            other = party(locale, *winner),
            number = number(*victim)
        ),
        Explanation::Breached { victim, key } => say!(
            locale,
            breached,
            victim = party(locale, *victim),
            key = key.as_str(),
            number = number(*victim)
        ),
        Explanation::Executed {
            party: who,
            run,
            ticks,
            reads,
            writes,
            withdrawn,
        } => {
            let run = run.0 + 1;
            let who = party(locale, *who);
            let ticks = format::whole(*ticks);
            match withdrawn {
                None => say!(
                    locale,
                    executed,
                    run = run,
                    party = who,
                    ticks = ticks,
                    reads = *reads,
                    writes = *writes
                ),
                Some(tick) => say!(
                    locale,
                    executed_withdrawn,
                    run = run,
                    party = who,
                    ticks = ticks,
                    reads = *reads,
                    writes = *writes,
                    withdrawn = format::whole(tick.0)
                ),
            }
        }
        Explanation::Valid {
            party: who,
            run,
            reads,
            has_compared,
        } => {
            let (run, party) = (run.0 + 1, party(locale, *who));
            match has_compared {
                true => say!(
                    locale,
                    valid_compared,
                    run = run,
                    party = party,
                    reads = *reads
                ),
                false => say!(locale, valid, run = run, party = party, reads = *reads),
            }
        }
        Explanation::Superseded { party: who, kind } => {
            let who = party(locale, *who);
            match kind {
                TaskKind::Execute => say!(locale, superseded_run, party = who),
                TaskKind::Validate => say!(locale, superseded_validation, party = who),
            }
        }
        Explanation::Committed {
            party: who,
            tick,
            runs,
        } => {
            let (who, tick) = (party(locale, *who), format::whole(tick.0));
            if *runs <= 1 {
                say!(locale, committed_once, party = who, tick = tick)
            } else {
                say!(
                    locale,
                    committed_more,
                    party = who,
                    tick = tick,
                    runs = *runs
                )
            }
        }
        Explanation::Started {
            party: who,
            run,
            kind,
            lane,
        } => {
            let (who, run) = (party(locale, *who), run.0 + 1);
            match kind {
                TaskKind::Execute => {
                    say!(locale, started_run, lane = *lane, run = run, party = who)
                }
                TaskKind::Validate => {
                    say!(
                        locale,
                        started_validation,
                        lane = *lane,
                        run = run,
                        party = who
                    )
                }
            }
        }
    }
}

fn aborted(
    locale: Locale,
    victim: Party,
    key: &str,
    read_from: Option<Party>,
    change: Change,
) -> String {
    let source = match read_from {
        None => td_string!(locale, execution.read_from_state).to_string(),
        Some(writer) => {
            say!(locale, read_from_party, writer = party(locale, writer))
        }
    };
    let (victim, number_of) = (party(locale, victim), number(victim));
    match change {
        Change::Overtaken(other) => say!(
            locale,
            aborted_overtaken,
            victim = victim,
            key = key,
            source = source,
            other = party(locale, other),
            number = number_of
        ),
        Change::Rewritten(other) => say!(
            locale,
            aborted_rewritten,
            victim = victim,
            key = key,
            other = party(locale, other),
            other_number = number(other),
            number = number_of
        ),
        Change::Expected(other) => say!(
            locale,
            aborted_expected,
            victim = victim,
            key = key,
            source = source,
            other = party(locale, other),
            number = number_of
        ),
        Change::Retracted(other) => say!(
            locale,
            aborted_retracted,
            victim = victim,
            key = key,
            other = party(locale, other),
            other_number = number(other),
            number = number_of
        ),
        Change::Unknown => say!(
            locale,
            aborted_unknown,
            victim = victim,
            key = key,
            source = source,
            number = number_of
        ),
    }
}

/// What a step is, for those who listen instead of look.
pub fn announcement(locale: Locale, index: &ReplayIndex, step: u32) -> String {
    let what = match index.explain_step(step) {
        Some(explanation) => sentence(locale, &explanation),
        None => td_string!(locale, execution.before_start).to_string(),
    };
    say!(
        locale,
        announce,
        step = format::whole(u64::from(step)),
        last = format::whole(u64::from(index.timeline.len())),
        tick = format::whole(index.timeline.tick(step).0),
        what = what
    )
}

fn capitalised(sentence: String) -> String {
    let mut characters = sentence.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use engine::primitives::{Incarnation, TxIndex};
    use std::sync::Arc;

    fn swap(number: u32) -> Party {
        Party {
            tx: TxIndex(number),
            kind: Some(TxKind::Swap),
        }
    }

    #[test]
    fn an_abort_says_who_which_key_and_which_versions() {
        let explanation = Explanation::Aborted {
            victim: swap(412),
            run: Incarnation(0),
            key: "pool ETH/USDC · reserves".to_owned(),
            read_from: Some(swap(390)),
            change: Change::Overtaken(Party {
                tx: TxIndex(401),
                kind: None,
            }),
        };
        assert_eq!(
            sentence(Locale::en, &explanation),
            "Transaction 412 (swap) read pool ETH/USDC · reserves as transaction 390 (swap) left it, but \
             transaction 401 wrote it before 412 was validated, so 412 ran again."
        );
    }

    #[test]
    fn values_are_never_read_as_text_to_fill() {
        assert_eq!(
            fill("{a} and {b}, {c} {", &[("a", &"{b}"), ("b", &2)]),
            "{b} and 2, {c} {"
        );
    }

    #[test]
    fn every_step_can_be_spoken() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(200, 8, 3)));
        for step in 0..=index.timeline.len() {
            let spoken = announcement(Locale::en, &index, step);
            assert!(spoken.ends_with('.') && !spoken.contains('{'), "{spoken}");
        }
    }
}
