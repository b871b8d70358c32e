//! What is wrong with a text, where, and the way out.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// A piece of a text, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// Past the last byte.
    pub end: u32,
}

/// One thing wrong with a text.
#[derive(Clone, PartialEq, Eq, Debug, Error, Serialize, Deserialize)]
pub struct LanguageError {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The piece that it is about.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: String,
}

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            message,
            hint,
            ..
        } = self;
        write!(f, "line {line}, column {column}: {message} ({hint})")
    }
}

impl LanguageError {
    /// An error about a piece of this text.
    pub(super) fn at(text: &str, span: Span, message: String, hint: String) -> Self {
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line = before.matches('\n').count() as u32 + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        Self {
            line,
            column: last.chars().count() as u32 + 1,
            span,
            message,
            hint,
        }
    }
}
