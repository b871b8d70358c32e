//! News: a marked point process whose events move price and volatility.

use super::draw::poisson;
use crate::primitives::Seed;
use crate::primitives::draw::unit;
use serde::{Deserialize, Serialize};

/// What news is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// A protocol was robbed.
    Hack,
    /// Traded somewhere new.
    Listing,
    /// A regulator acted.
    Regulation,
    /// The economy at large.
    Macro,
    /// A protocol changed.
    Upgrade,
    /// A stable coin left its peg.
    Depeg,
}

impl NewsKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Hack,
        Self::Listing,
        Self::Regulation,
        Self::Macro,
        Self::Upgrade,
        Self::Depeg,
    ];

    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hack => "hack",
            Self::Listing => "listing",
            Self::Regulation => "regulation",
            Self::Macro => "macro",
            Self::Upgrade => "upgrade",
            Self::Depeg => "depeg",
        }
    }

    /// Its place among all.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Mean move of the price for one step of severity, in units of 1 %, of our own choosing.
    const fn lean(self) -> f64 {
        match self {
            Self::Hack => -2.0,
            Self::Listing => 1.5,
            Self::Regulation => -1.0,
            Self::Macro => 0.0,
            Self::Upgrade => 0.8,
            Self::Depeg => -1.2,
        }
    }
}

/// One event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct News {
    /// When, in seconds since the start.
    pub at_s: u64,
    /// What about.
    pub kind: NewsKind,
    /// 1 to 5.
    pub severity: u8,
    /// Which asset, by place; `None`: all of them.
    pub asset: Option<u32>,
}

/// How news come and what they do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewsSettings {
    /// Events in a thousand days.
    pub per_thousand_days: u32,
    /// Scale of the moves, in millionths of the kind's own.
    pub impact_ppm: u32,
    /// Extra volatility of one step of severity, in millionths of what it would be.
    pub volatility_ppm: u32,
    /// Seconds in which the extra volatility halves.
    pub half_life_s: u32,
}

/// An event with its move of the logarithm of the price.
pub(super) struct Marked {
    pub(super) news: News,
    pub(super) step: u32,
    pub(super) jump: f64,
}

/// Most events of a run.
pub(super) const NEWS_MAX: usize = 10_000;

/// All events of a run, in the order of time.
pub(super) fn events(
    settings: &NewsSettings,
    seed: &Seed,
    step_s: u32,
    steps: u32,
    assets: u32,
) -> Vec<Marked> {
    let mut stream = seed.fork("news").stream();
    let mean = f64::from(settings.per_thousand_days) / 86_400_000.0 * f64::from(step_s);
    let scale = f64::from(settings.impact_ppm) / 1e6 / 100.0;
    let mut events = Vec::new();
    for step in 1..=steps {
        for _ in 0..poisson(&mut stream, mean) {
            if events.len() >= NEWS_MAX {
                return events;
            }
            let kind = NewsKind::ALL[stream.below(6) as usize];
            // Each step of severity is half as frequent as the one before.
            let severity = (1 + (-libm::log2(unit(&mut stream))) as u8).min(5);
            let asset = match kind {
                NewsKind::Macro | NewsKind::Regulation => None,
                _ => Some(stream.below(u64::from(assets.max(1))) as u32),
            };
            let surprise = 2.0 * unit(&mut stream) - 1.0;
            let jump = scale * f64::from(severity) * (kind.lean() + surprise);
            let news = News {
                at_s: u64::from(step) * u64::from(step_s),
                kind,
                severity,
                asset,
            };
            events.push(Marked { news, step, jump });
        }
    }
    events
}
