//! What ends the program with another code than 0.

use engine::scenario::{LinkError, Problem};
use engine::vm::Fault;
use std::process::ExitCode;

/// Why the program ends.
pub(crate) enum Failure {
    /// The scenario has problems.
    Problems(Vec<Problem>),
    /// The link does not open.
    Link(LinkError),
    /// Other bad input: what, and the way out.
    Input(String, String),
    /// Bad input that has been told already.
    Silent,
    /// It did not work out, or did not agree.
    Failed(String),
}

impl Failure {
    /// Says it on standard error and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let code = match &self {
            Self::Failed(_) => 1,
            _ => 2,
        };
        match self {
            Self::Problems(problems) => {
                for problem in problems {
                    eprintln!("error: {problem}");
                }
            }
            Self::Link(LinkError::Problems(problems)) => {
                for problem in problems {
                    eprintln!("error: link: {problem}");
                }
            }
            Self::Link(error) => eprintln!("error: link: {error} ({})", error.hint()),
            Self::Input(what, hint) => eprintln!("error: {what} ({hint})"),
            Self::Silent => {}
            Self::Failed(what) => eprintln!("error: {what}"),
        }
        ExitCode::from(code)
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        Self::Link(error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Failed(format!("fault of the engine: {fault}"))
    }
}
