//! What a market did.

use super::news::News;
use super::perpetual::Perpetual;
use crate::primitives::{Decimal, Digest};
use serde::{Deserialize, Serialize};

/// One asset's prices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Path {
    /// Its symbol.
    pub symbol: String,
    /// One a step, the first at time 0; all positive.
    pub prices: Vec<Decimal>,
}

/// A market over time. All paths have one length.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Market {
    /// Seconds of a step.
    pub step_s: u32,
    /// One an asset.
    pub paths: Vec<Path>,
    /// In the order of time.
    pub news: Vec<News>,
    /// Perpetuals on assets.
    pub perpetuals: Vec<Perpetual>,
}

impl Market {
    /// How many moments there are.
    pub fn moments(&self) -> usize {
        self.paths.first().map_or(0, |path| path.prices.len())
    }

    /// The place of an asset.
    pub fn asset(&self, symbol: &str) -> Option<usize> {
        self.paths.iter().position(|path| path.symbol == symbol)
    }

    /// Digest of all that leaves the floor, in one canonical form.
    pub fn digest(&self) -> Digest {
        let mut bytes = self.step_s.to_le_bytes().to_vec();
        for path in &self.paths {
            bytes.extend(path.symbol.as_bytes());
            for price in &path.prices {
                bytes.extend(price.0.to_le_bytes());
            }
        }
        for news in &self.news {
            bytes.extend(news.at_s.to_le_bytes());
            bytes.extend([news.kind.code(), news.severity]);
            bytes.extend(news.asset.unwrap_or(u32::MAX).to_le_bytes());
        }
        for perpetual in &self.perpetuals {
            bytes.extend(perpetual.asset.to_le_bytes());
            for mark in &perpetual.marks {
                bytes.extend(mark.0.to_le_bytes());
            }
            for (at_s, rate) in &perpetual.rates {
                bytes.extend(at_s.to_le_bytes());
                bytes.extend(rate.0.to_le_bytes());
            }
        }
        Digest::of(&bytes)
    }
}
