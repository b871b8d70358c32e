//! Brings replicas into one view: Jolteon's pacemaker (arXiv 2106.10362, §4, after LibraBFT's).
//!
//! ```text
//!   view ──certificate of the view──▶ next view
//!     │ timer, or f+1 have given it up or a later one
//!     ▼
//!   given up: a timeout to all, again and again ──a quorum's timeouts──▶ next view
//! ```

use super::message::TimeoutCertificate;
use crate::consensus::config::Config;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::consensus::timeout;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The timer of a view, by number; protocols number their own from 1.
pub const VIEW_TIMER: u8 = 0;

/// Which view a replica is in, and who has given up which.
#[derive(Clone, Debug)]
pub struct Pacemaker {
    view: u64,
    /// How it came into the view, if by timeouts.
    entered: Option<Arc<TimeoutCertificate>>,
    has_given_up: bool,
    /// Views given up since a block was last decided: timeouts double.
    failures: u32,
    timer: u64,
    /// The latest view that each node has given up, and the view of its highest certificate then.
    timeouts: BTreeMap<NodeIndex, (u64, u64)>,
}

impl Default for Pacemaker {
    fn default() -> Self {
        Self {
            // View 0 is that of the certificate that everybody starts with.
            view: 1,
            entered: None,
            has_given_up: false,
            failures: 0,
            timer: 0,
            timeouts: BTreeMap::new(),
        }
    }
}

impl Pacemaker {
    /// The present view.
    pub fn view(&self) -> u64 {
        self.view
    }

    /// Whether this replica has given the view up; it votes no more in it then.
    pub fn has_given_up(&self) -> bool {
        self.has_given_up
    }

    /// How the present view was entered, if by timeouts.
    pub fn entered(&self) -> Option<&Arc<TimeoutCertificate>> {
        self.entered.as_ref()
    }

    /// The number of the timer that counts.
    pub fn timer(&self) -> u64 {
        self.timer
    }

    /// Enters a later view.
    pub fn enter(&mut self, view: u64, entered: Option<Arc<TimeoutCertificate>>) {
        self.view = view;
        self.has_given_up = false;
        if entered.is_some() {
            self.failures += 1;
        }
        self.entered = entered;
    }

    /// A block was decided.
    pub fn succeed(&mut self) {
        self.failures = 0;
    }

    /// Starts the view's timer anew.
    pub fn restart_timer<M>(&mut self, config: &Config, out: &mut Out<M>) {
        self.timer += 1;
        let span = timeout::doubled(config.timeout, self.failures);
        out.set_timer(VIEW_TIMER, self.timer, span);
    }

    /// A node has given up a view, this one perhaps; `high` is the view of its highest certificate.
    pub fn give_up(&mut self, node: NodeIndex, view: u64, high: u64, me: NodeIndex) {
        if node == me {
            self.has_given_up = true;
        }
        let latest = self.timeouts.entry(node).or_insert((view, high));
        if (view, high) > *latest {
            *latest = (view, high);
        }
    }

    /// How many have given up the present view or a later one.
    pub fn given_up(&self) -> u32 {
        let views = self.timeouts.values();
        views.filter(|(view, _)| *view >= self.view).count() as u32
    }

    /// The timeouts of the present view as a certificate, if a quorum has sent them.
    pub fn certificate(&self, quorum: u32) -> Option<TimeoutCertificate> {
        let of_view = || {
            let all = self.timeouts.iter();
            all.filter(|(_, (view, _))| *view == self.view)
        };
        let signers: Signers = of_view().map(|(node, _)| *node).collect();
        (signers.count() >= quorum).then(|| TimeoutCertificate {
            view: self.view,
            signers,
            high: of_view()
                .map(|(_, (_, high))| *high)
                .max()
                .unwrap_or_default(),
        })
    }
}
