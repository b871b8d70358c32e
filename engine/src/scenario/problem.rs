//! What is wrong with a document, where, and the way out.

use serde::{Deserialize, Serialize};
use std::fmt::{self, Display};

/// Longest name, in bytes: what a link has room for.
pub(super) const NAME_BYTES_MAX: usize = 48;

/// One thing wrong with a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// Where: field names joined by dots, for example `workload.accounts`; empty for the whole document.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "document"
        } else {
            &self.path
        };
        write!(f, "{path}: {} ({})", self.message, self.hint)
    }
}

/// Problems as they are found.
#[derive(Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.0.push(Problem {
            path: path.to_owned(),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// A value that must lie between two of its kind.
    pub(crate) fn range<T: PartialOrd + Display>(&mut self, path: &str, value: T, low: T, high: T) {
        if value < low || value > high {
            self.add(
                path,
                format!("{value} is out of range"),
                format!("choose {low} to {high}"),
            );
        }
    }

    /// The same for whole numbers of any width.
    pub(crate) fn within(&mut self, path: &str, value: impl Into<u64>, low: u64, high: u64) {
        self.range(path, value.into(), low, high);
    }

    /// The document's version, which must be the one that this program reads.
    pub(crate) fn version(&mut self, found: u32, known: u32) {
        if found != known {
            self.add(
                "version",
                format!("version {found} is not known here"),
                format!("this program reads version {known}"),
            );
        }
    }

    /// A name: short and on one line.
    pub(crate) fn name(&mut self, path: &str, name: &str) {
        if name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
            self.add(
                path,
                format!("longer than {NAME_BYTES_MAX} bytes, or with control characters"),
                "choose a short name on one line",
            );
        }
    }
}
