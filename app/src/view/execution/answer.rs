//! Sentences about comparisons: what was asked, and how the answer turned.

use crate::i18n::*;
use crate::model::explanation::Party;
use crate::model::format;
use crate::view::execution::wording::{party, say};
use engine::primitives::Limit;

/// A limit as it stands in a sentence: "at most 999".
fn limit_name(locale: Locale, limit: Limit) -> String {
    let number = |number: u128| match u64::try_from(number) {
        Ok(number) => format::whole(number),
        Err(_) => number.to_string(),
    };
    match limit {
        Limit::AtLeast(least) => say!(locale, limit_least, number = number(least)),
        Limit::AtMost(most) => say!(locale, limit_most, number = number(most)),
    }
}

/// Why a run that had compared a slot was withdrawn.
pub(super) fn turned(
    locale: Locale,
    victim: Party,
    key: &str,
    (limit, was): (Limit, bool),
    last: Option<Party>,
) -> String {
    let answer = |holds| match holds {
        true => td_string!(locale, execution.answer_yes),
        false => td_string!(locale, execution.answer_no),
    };
    let source = match last {
        None => td_string!(locale, execution.turned_by_nobody).to_string(),
        Some(last) => say!(locale, turned_up_to, other = party(locale, last)),
    };
    say!(
        locale,
        aborted_turned,
        victim = party(locale, victim),
        key = key,
        limit = limit_name(locale, limit),
        was = answer(was),
        source = source,
        now = answer(!was),
        number = format::whole(u64::from(victim.tx.0))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::primitives::TxIndex;
    use engine::session::TxKind;

    #[test]
    fn a_turned_answer_names_the_question_and_both_answers() {
        let claim = |number| Party {
            tx: TxIndex(number),
            kind: Some(TxKind::Claim),
        };
        let limit = Limit::AtMost(999);
        let key = "drop GEM · counter of claims";
        assert_eq!(
            turned(
                Locale::en,
                claim(1_003),
                key,
                (limit, true),
                Some(claim(1_001))
            ),
            "transaction 1,003 (claim) asked whether drop GEM · counter of claims was at most 999, and was \
             told yes. After transaction 1,001 (claim) the answer is no, so 1,003 ran again; what else \
             happened to the slot does not concern it."
        );
        let limit = Limit::AtLeast(u128::MAX);
        let text = turned(Locale::en, claim(3), "x", (limit, false), None);
        assert!(
            text.contains("at least 340282366920938463463374607431768211455"),
            "{text}"
        );
    }
}
