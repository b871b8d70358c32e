//! What playing a vector file gave.

use serde::Serialize;

/// How one case went.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CaseReport {
    /// The case's name in the file.
    pub name: String,
    /// What did not agree; `None` when all did.
    pub disagreement: Option<String>,
}

/// How all cases of a file went, in the file's order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// The file's protocol.
    pub protocol: String,
    /// The protocol's version as the file states it.
    pub version: String,
    /// One entry a case.
    pub cases: Vec<CaseReport>,
}

impl Report {
    /// How many cases agree.
    pub fn agreeing(&self) -> usize {
        self.cases.len() - self.failing().count()
    }

    /// The cases that do not agree.
    pub fn failing(&self) -> impl Iterator<Item = &CaseReport> {
        self.cases.iter().filter(|case| case.disagreement.is_some())
    }
}
