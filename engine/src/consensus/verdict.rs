//! Whether all is well: safety held or broken, progress or stuck, and why.

use super::card::Waits;
use super::inclusion::Inclusion;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the watch says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether honest replicas decided the same.
    pub safety: Safety,
    /// Whether they decide at all.
    pub progress: Progress,
    /// How a client fares whom somebody censors; `None` where nobody is known to.
    pub inclusion: Option<Inclusion>,
}

/// Whether honest replicas decided the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Safety {
    /// So far they have.
    Held,
    /// They have not: the first pair of decisions that contradict each other.
    Broken(Box<Violation>),
}

/// Two decisions of honest replicas that contradict each other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Violation {
    /// The height.
    pub height: u64,
    /// One decision, and the other.
    pub decisions: [Decision; 2],
    /// Who signed both certificates.
    pub both: Vec<u32>,
    /// Who signed one of them after it had withdrawn its stake for good, and so had nothing to lose: with any,
    /// this is a *long-range fork*.
    pub withdrawn: Vec<u32>,
}

/// A decision and its certificate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// The node.
    pub node: u32,
    /// The block.
    pub block: u64,
    /// The view of the certificate.
    pub view: u64,
    /// Who signed the certificate.
    pub signers: Vec<u32>,
}

/// Whether honest replicas decide at all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Every honest replica that is up has decided all that was asked for.
    Done,
    /// There is more to come.
    Running,
    /// The run ended before: what each honest replica that is up waits for.
    Stuck(Vec<(u32, Waits)>),
}

impl Verdict {
    /// Whether honest replicas decided the same.
    pub fn is_safe(&self) -> bool {
        self.safety == Safety::Held
    }

    /// Whether all is decided.
    pub fn is_done(&self) -> bool {
        self.progress == Progress::Done
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.safety {
            Safety::Held => write!(f, "safe")?,
            Safety::Broken(violation) => {
                let [a, b] = &violation.decisions;
                write!(
                    f,
                    "fork at height {}: node {} decided {:016x}, node {} decided {:016x}; both signed by {:?}",
                    violation.height, a.node, a.block, b.node, b.block, violation.both
                )?;
                if !violation.withdrawn.is_empty() {
                    let gone = &violation.withdrawn;
                    write!(
                        f,
                        ", a long-range fork: {gone:?} signed after they had withdrawn"
                    )?;
                }
            }
        }
        match &self.progress {
            Progress::Done => write!(f, ", done"),
            Progress::Running => write!(f, ", running"),
            Progress::Stuck(waits) => match waits.first() {
                Some((node, waits)) => write!(f, ", stuck: node {node} waits for {waits:?}"),
                None => write!(f, ", stuck: no honest node is up"),
            },
        }?;
        let Some(inclusion) = &self.inclusion else {
            return Ok(());
        };
        let (waiting, by) = (&inclusion.waiting, &inclusion.censors);
        if inclusion.is_held_back() {
            write!(
                f,
                "; a client is censored by {by:?}: its transaction has waited {} ms and {} decisions",
                waiting.waited_us / 1_000,
                waiting.passed_by
            )
        } else {
            write!(
                f,
                "; a client that {by:?} leave out gets through: {} transactions, none waited longer than {} ms",
                inclusion.included,
                inclusion.longest_us / 1_000
            )
        }
    }
}
