//! From text to tokens.

use super::ast::Seconds;
use super::error::{LanguageError, Span};
use super::{ERRORS_MAX, TEXT_MAX};
use crate::primitives::Decimal;

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Letters, digits and `_`, beginning with a small letter.
    Word(String),
    /// Beginning with a capital letter.
    Symbol(String),
    /// A number.
    Number(Decimal),
    /// A number with `%`.
    Percent(Decimal),
    /// A number with `x`.
    Times(Decimal),
    /// Numbers with units: `1d12h`.
    Span(Seconds),
    /// In quotation marks.
    Quoted(String),
    /// Punctuation.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// A token and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

const SIGNS: [&str; 14] = [
    "<=", ">=", "..", "<", ">", ":", ",", ";", "(", ")", "{", "}", "+", "-",
];

/// Seconds of each unit, largest first.
pub(super) const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// All tokens, the last of which is the end, and what could not be read.
pub(super) fn lex(text: &str) -> (Vec<Token>, Vec<LanguageError>) {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
        errors: Vec::new(),
    };
    if text.len() > TEXT_MAX {
        let message = format!("the text has {} bytes", text.len());
        let hint = format!("at most {TEXT_MAX} are read; split it");
        lexer.error(0, 0, message, &hint);
        lexer.text = "";
    }
    while lexer.errors.len() < ERRORS_MAX && lexer.step() {}
    lexer.push(lexer.text.len(), Kind::End);
    (lexer.tokens, lexer.errors)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    errors: Vec<LanguageError>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, start: usize, kind: Kind) {
        let span = Span {
            start: start as u32,
            end: self.at.max(start) as u32,
        };
        self.tokens.push(Token { kind, span });
    }

    fn error(&mut self, start: usize, end: usize, message: String, hint: &str) {
        let span = Span {
            start: start as u32,
            end: end as u32,
        };
        let error = LanguageError::at(self.text, span, message, hint.to_owned());
        self.errors.push(error);
    }

    /// Takes characters as long as they are such.
    fn take(&mut self, is_such: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_such(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Reads one token; false at the end.
    fn step(&mut self) -> bool {
        self.take(char::is_whitespace);
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return false;
        };
        match first {
            '#' => {
                self.take(|c| c != '\n');
            }
            '"' => self.quoted(start),
            c if c.is_ascii_digit() => self.number(start),
            c if c.is_ascii_alphabetic() => {
                let word = self
                    .take(|c| c.is_ascii_alphanumeric() || c == '_')
                    .to_owned();
                let kind = if c.is_ascii_uppercase() {
                    Kind::Symbol(word)
                } else {
                    Kind::Word(word)
                };
                self.push(start, kind);
            }
            c => match SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) {
                Some(sign) => {
                    self.at += sign.len();
                    self.push(start, Kind::Sign(sign));
                }
                None => {
                    self.at += c.len_utf8();
                    let message = format!("{c:?} means nothing here");
                    self.error(start, self.at, message, "take it out; notes begin with #");
                }
            },
        }
        true
    }

    fn quoted(&mut self, start: usize) {
        self.at += 1;
        let inside = self.take(|c| c != '"' && c != '\n').to_owned();
        if self.rest().starts_with('"') {
            self.at += 1;
            self.push(start, Kind::Quoted(inside));
        } else {
            let message = "a quotation mark is never closed".to_owned();
            self.error(start, self.at, message, "write \"…\" on one line");
        }
    }

    fn digits(&mut self) -> &'a str {
        let start = self.at;
        self.take(|c| c.is_ascii_digit());
        let rest = self.rest();
        if rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        }
        &self.text[start..self.at]
    }

    fn number(&mut self, start: usize) {
        let digits = self.digits();
        let next = self.rest().chars().next();
        let kind = match next {
            Some('%') => {
                self.at += 1;
                Decimal::parse_percent(digits).map(Kind::Percent)
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let is_times =
                    c == 'x' && !self.rest()[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
                if is_times {
                    self.at += 1;
                    Decimal::parse(digits).map(Kind::Times)
                } else {
                    self.at = start;
                    self.span().map(Kind::Span)
                }
            }
            _ => Decimal::parse(digits).map(Kind::Number),
        };
        match kind {
            Some(kind) => self.push(start, kind),
            None => {
                self.take(|c| c.is_ascii_alphanumeric());
                let found = self.text[start..self.at].to_owned();
                self.error(
                    start,
                    self.at,
                    format!("{found:?} is no number that can be read"),
                    "write 12.5, 0.5%, 2x or a time such as 30m, 1h, 1d12h; at most eight places",
                );
            }
        }
    }

    /// `1d12h`: whole numbers with units, each unit once, the largest first.
    fn span(&mut self) -> Option<Seconds> {
        let mut total = 0u64;
        let mut smaller = &UNITS[..];
        while self.rest().starts_with(|c: char| c.is_ascii_digit()) {
            let number: u64 = self.take(|c| c.is_ascii_digit()).parse().ok()?;
            let letter = self.rest().chars().next()?;
            let place = smaller.iter().position(|(unit, _)| *unit == letter)?;
            total = total.checked_add(number.checked_mul(smaller[place].1)?)?;
            smaller = &smaller[place + 1..];
            self.at += 1;
        }
        let ends = !self.rest().starts_with(|c: char| c.is_ascii_alphanumeric());
        ends.then_some(Seconds(total))
    }
}
