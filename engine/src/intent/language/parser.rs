//! The parser's hands: looking at a token, taking it, saying what was expected instead.
//!
//! Whatever is asked for and not there is noted. At a mistake the notes are the message; at the cursor
//! they are the completion.

use super::ERRORS_MAX;
use super::ast::{Seconds, Symbol};
use super::error::LanguageError;
use super::lexer::{Kind, Token};
use crate::primitives::Decimal;

/// Deepest nesting of brackets and braces.
pub(super) const DEPTH_MAX: u32 = 8;

/// The error has been noted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Failed;

pub(super) type Parsed<T> = Result<T, Failed>;

/// Something that could stand at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    /// This word.
    Word(&'static str),
    /// This sign.
    Sign(&'static str),
    /// Some number, asset…, by an example.
    Example(&'static str, &'static str),
}

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    pub(super) errors: Vec<LanguageError>,
    pub(super) expected: Vec<Expected>,
    depth: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            tokens,
            at: 0,
            errors: Vec::new(),
            expected: Vec::new(),
            depth: 0,
        }
    }

    fn token(&self) -> &'a Token {
        // The last token is the end, and is never passed.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub(super) fn kind(&self) -> &'a Kind {
        &self.token().kind
    }

    pub(super) fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
            self.expected.clear();
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        *self.kind() == Kind::End
    }

    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= ERRORS_MAX
    }

    fn note(&mut self, expected: Expected) {
        if !self.expected.contains(&expected) {
            self.expected.push(expected);
        }
    }

    /// Takes this word if it is next.
    pub(super) fn word(&mut self, word: &'static str) -> bool {
        let is_next = matches!(self.kind(), Kind::Word(next) if next == word);
        if is_next {
            self.advance();
        } else {
            self.note(Expected::Word(word));
        }
        is_next
    }

    /// Takes this sign if it is next.
    pub(super) fn sign(&mut self, sign: &'static str) -> bool {
        let is_next = matches!(self.kind(), Kind::Sign(next) if *next == sign);
        if is_next {
            self.advance();
        } else {
            self.note(Expected::Sign(sign));
        }
        is_next
    }

    /// Whether this sign is next, without expecting it.
    pub(super) fn sees(&self, sign: &str) -> bool {
        matches!(self.kind(), Kind::Sign(next) if *next == sign)
    }

    pub(super) fn need_word(&mut self, word: &'static str, hint: &str) -> Parsed<()> {
        if self.word(word) {
            Ok(())
        } else {
            Err(self.fail(hint))
        }
    }

    pub(super) fn need_sign(&mut self, sign: &'static str, hint: &str) -> Parsed<()> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.fail(hint))
        }
    }

    /// Takes what `read` finds in the next token.
    pub(super) fn take<T>(
        &mut self,
        what: Expected,
        hint: &str,
        read: impl Fn(&'a Kind) -> Option<T>,
    ) -> Parsed<T> {
        match read(self.kind()) {
            Some(value) => {
                self.advance();
                Ok(value)
            }
            None => {
                self.note(what);
                Err(self.fail(hint))
            }
        }
    }

    pub(super) fn symbol(&mut self) -> Parsed<Symbol> {
        let what = Expected::Example("an asset", "ETH");
        self.take(
            what,
            "assets are written in capitals: ETH, USDC",
            |kind| match kind {
                Kind::Symbol(name) if is_symbol(name) => Some(Symbol(name.clone())),
                _ => None,
            },
        )
    }

    pub(super) fn number(&mut self) -> Parsed<Decimal> {
        self.take(
            Expected::Example("a number", "100"),
            "write a number such as 100 or 0.25",
            |kind| match kind {
                Kind::Number(value) => Some(*value),
                _ => None,
            },
        )
    }

    pub(super) fn percent(&mut self) -> Parsed<Decimal> {
        let what = Expected::Example("a percentage", "0.5%");
        self.take(what, "write a percentage such as 0.5%", |kind| match kind {
            Kind::Percent(value) => Some(*value),
            _ => None,
        })
    }

    pub(super) fn times(&mut self) -> Parsed<Decimal> {
        self.take(
            Expected::Example("a multiple", "5x"),
            "write a multiple such as 5x",
            |kind| match kind {
                Kind::Times(value) => Some(*value),
                _ => None,
            },
        )
    }

    pub(super) fn span(&mut self) -> Parsed<Seconds> {
        let what = Expected::Example("a time", "1h");
        self.take(
            what,
            "write a time such as 30m, 1h or 1d12h",
            |kind| match kind {
                Kind::Span(value) => Some(*value),
                _ => None,
            },
        )
    }

    /// A whole number in a range.
    pub(super) fn count(&mut self, low: u64, high: u64) -> Parsed<u64> {
        let hint = format!("write a whole number from {low} to {high}");
        let one = Decimal::ONE.0;
        self.take(
            Expected::Example("a whole number", "10"),
            &hint,
            |kind| match kind {
                Kind::Number(Decimal(value)) if value % one == 0 => u64::try_from(value / one)
                    .ok()
                    .filter(|value| (low..=high).contains(value)),
                _ => None,
            },
        )
    }

    /// Goes one bracket or brace deeper.
    pub(super) fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_MAX {
            let message = format!("nested more than {DEPTH_MAX} deep");
            return Err(self.refuse(message, "split it into several strategies"));
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    /// Notes an error at the next token: what was expected there.
    pub(super) fn fail(&mut self, hint: &str) -> Failed {
        let found = match self.kind() {
            Kind::End => "the end of the text".to_owned(),
            _ => {
                let span = self.token().span;
                let piece = self.text.get(span.start as usize..span.end as usize);
                format!("{:?}", piece.unwrap_or_default())
            }
        };
        let list: Vec<_> = self.expected.iter().map(|e| describe(*e)).collect();
        let message = format!("found {found}, expected {}", list.join(" or "));
        match self.meant() {
            Some(word) => self.refuse(message, &format!("did you mean {word:?}?")),
            None => self.refuse(message, hint),
        }
    }

    /// Notes an error at the next token.
    pub(super) fn refuse(&mut self, message: String, hint: &str) -> Failed {
        if !self.is_full() {
            let span = self.token().span;
            let error = LanguageError::at(self.text, span, message, hint.to_owned());
            self.errors.push(error);
        }
        Failed
    }

    /// Notes what a check finds about what was just read, at its last token.
    pub(super) fn report(&mut self, check: impl FnOnce(&mut dyn FnMut(String, &str))) {
        let mut found = Vec::new();
        check(&mut |message, hint| found.push((message, hint.to_owned())));
        let span = self.tokens[self.at.saturating_sub(1)].span;
        for (message, hint) in found {
            if !self.is_full() {
                let error = LanguageError::at(self.text, span, message, hint);
                self.errors.push(error);
            }
        }
    }

    /// The expected word that the next one is a slip of.
    fn meant(&self) -> Option<&'static str> {
        let Kind::Word(found) = self.kind() else {
            return None;
        };
        let words = self.expected.iter().filter_map(|expected| match expected {
            Expected::Word(word) => Some(*word),
            _ => None,
        });
        words
            .map(|word| (distance(found, word), word))
            .filter(|(distance, word)| *distance <= 2 && *distance < word.len())
            .min()
            .map(|(_, word)| word)
    }

    /// Passes over tokens up to one of these signs at this depth, the end of a block, or the end.
    pub(super) fn skip_to(&mut self, signs: &[&str]) {
        let mut open = 0u32;
        while !self.is_at_end() {
            if let Kind::Sign(sign) = self.kind() {
                match *sign {
                    sign if open == 0 && (signs.contains(&sign) || sign == ";" || sign == "}") => {
                        return;
                    }
                    "(" | "{" => open += 1,
                    ")" | "}" => open = open.saturating_sub(1),
                    _ => {}
                }
            }
            self.advance();
        }
    }
}

/// Whether this can name an asset.
pub(super) fn is_symbol(name: &str) -> bool {
    name.len() <= 12
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn describe(expected: Expected) -> String {
    match expected {
        Expected::Word(word) | Expected::Sign(word) => format!("\"{word}\""),
        Expected::Example(what, example) => format!("{what} ({example})"),
    }
}

/// Edit distance (Levenshtein), of words of at most 24 bytes; far for longer ones.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 24 || b.len() > 24 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
