//! The strategy language: what a person wants and when, in words that can be read aloud.
//!
//! ```text
//! "Patient buyer":
//! every 1h while volatility(ETH, 24h) < 80%: buy 100 USDC of ETH, at most 0.5% from oracle, stop after 30 fills;
//! when drop(ETH) >= 8% for 5m fresh 1m: sell all ETH for USDC, limit 1500
//! ```
//!
//! Vocabulary: a *document* holds *strategies*, each a *rule* with or without a name; a rule has a
//! *start* (what sets it off), a *plan* (what is done), *limits* (how) and rules that its first fill
//! arms (`then`). A *condition* compares *metrics*. A *span* is a piece of a text.
//! The grammar stands, piece by piece, at the head of `rule.rs`, `condition.rs` and `plan.rs`.
//! Invariants: formatting and parsing are inverse on documents without problems, so a form and a text
//! can edit the same thing; formatting twice changes nothing. No text, however hostile, makes any of
//! this panic or take more than a pass over [`TEXT_MAX`] bytes. Numbers have eight places, never a
//! float. What completion offers is what the parser asks for.
//! Absent on purpose: what a rule means on a market (that is `automation`), notes in the document.
//! Start at [`parse()`] and [`ast::Rule`].

pub mod ast;
mod blank;
mod bound;
mod check;
mod complete;
mod condition;
mod error;
mod format;
mod lexer;
mod parse;
mod parser;
mod plan;
mod ready;
mod rule;
#[cfg(test)]
mod samples;
mod terms;
#[cfg(test)]
mod tests;

pub use ast::{Condition, Document, Limits, Metric, Plan, Rule, Seconds, Start, Strategy, Symbol};
pub use blank::{Blank, BlankKind, COMPARISONS, blanks};
pub use check::{Finding, RULES_MAX, STRATEGIES_MAX, WEIGHTS_MAX, check};
pub use complete::{Completion, Item, ItemKind, complete};
pub use error::{LanguageError, Span};
pub use format::{format, format_rule};
pub use parse::parse;
pub use ready::{Ready, ready};

/// Longest text, in bytes.
pub const TEXT_MAX: usize = 16_384;

/// Most mistakes that are told at once.
pub const ERRORS_MAX: usize = 20;
