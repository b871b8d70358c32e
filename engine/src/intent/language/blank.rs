//! What of a text can be filled in: numbers, spans of time, symbols, comparisons and names, each with its place.
//!
//! A form shows the text as a sentence with these as its fields, so form and text are the same thing: whoever
//! fills one in replaces its piece of the text.

use super::error::Span;
use super::lexer::{Kind, lex};
use serde::{Deserialize, Serialize};

/// What a blank takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlankKind {
    /// A number.
    Number,
    /// A number, with `%` after it.
    Percent,
    /// A number, with `x` after it.
    Times,
    /// A span of time: `1d12h`.
    Span,
    /// A token's symbol.
    Symbol,
    /// `<`, `<=`, `>` or `>=`.
    Comparison,
    /// A strategy's name, without its quotation marks.
    Name,
}

/// A piece of a text that can be filled in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Blank {
    /// Where what is filled in stands: for a percentage without its sign, for a name without its marks.
    pub span: Span,
    /// What it takes.
    pub kind: BlankKind,
}

/// The signs of [`BlankKind::Comparison`].
pub const COMPARISONS: [&str; 4] = ["<", "<=", ">", ">="];

/// All blanks of a text, in order, as far as it can be read.
pub fn blanks(text: &str) -> Vec<Blank> {
    let (tokens, _) = lex(text);
    let blank = |token: super::lexer::Token| {
        let Span { start, end } = token.span;
        let (kind, start, end) = match token.kind {
            Kind::Number(_) => (BlankKind::Number, start, end),
            Kind::Percent(_) => (BlankKind::Percent, start, end - 1),
            Kind::Times(_) => (BlankKind::Times, start, end - 1),
            Kind::Span(_) => (BlankKind::Span, start, end),
            Kind::Symbol(_) => (BlankKind::Symbol, start, end),
            Kind::Quoted(_) => (BlankKind::Name, start + 1, end - 1),
            Kind::Sign(sign) if COMPARISONS.contains(&sign) => (BlankKind::Comparison, start, end),
            Kind::Sign(_) | Kind::Word(_) | Kind::End => return None,
        };
        let span = Span { start, end };
        let is_sound = start <= end && text.get(start as usize..end as usize).is_some();
        is_sound.then_some(Blank { span, kind })
    };
    tokens.into_iter().filter_map(blank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::language::format;
    use crate::intent::language::parse;
    use crate::intent::language::samples;
    use crate::primitives::Seed;

    fn piece(text: &str, blank: &Blank) -> String {
        text[blank.span.start as usize..blank.span.end as usize].to_owned()
    }

    #[test]
    fn a_sentence_has_its_blanks_in_order() {
        let text = "\"Patient\": every 1h while volatility(ETH, 24h) <= 80%: buy 100 USDC of ETH, stop after 30 fills";
        let found: Vec<_> = blanks(text)
            .iter()
            .map(|blank| (blank.kind, piece(text, blank)))
            .collect();
        let expected = [
            (BlankKind::Name, "Patient"),
            (BlankKind::Span, "1h"),
            (BlankKind::Symbol, "ETH"),
            (BlankKind::Span, "24h"),
            (BlankKind::Comparison, "<="),
            (BlankKind::Percent, "80"),
            (BlankKind::Number, "100"),
            (BlankKind::Symbol, "USDC"),
            (BlankKind::Symbol, "ETH"),
            (BlankKind::Number, "30"),
        ];
        let expected = expected.map(|(kind, text)| (kind, text.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn filling_a_blank_in_with_what_it_holds_changes_nothing_and_numbers_can_be_replaced() {
        for seed in 0..300 {
            let text = format(&samples::document(&mut Seed::new(seed).stream()));
            let before = parse(&text);
            for blank in blanks(&text) {
                let (start, end) = (blank.span.start as usize, blank.span.end as usize);
                let with = |filling: &str| format!("{}{filling}{}", &text[..start], &text[end..]);
                let held = piece(&text, &blank);
                assert_eq!(parse(&with(&held)), before);
                let other = match blank.kind {
                    BlankKind::Name => "Another name",
                    BlankKind::Symbol => "OTHER",
                    _ => continue,
                };
                if held != other {
                    assert_ne!(parse(&with(other)), before, "{text}");
                }
            }
        }
    }

    #[test]
    fn hostile_texts_have_only_blanks_that_are_pieces_of_them() {
        for text in [
            "\"",
            "%",
            "é\"ü",
            "1%%",
            "\"é",
            "9999999999999999x",
            "<\u{0}>",
        ] {
            for blank in blanks(text) {
                assert!(
                    text.get(blank.span.start as usize..blank.span.end as usize)
                        .is_some()
                );
            }
        }
    }
}
