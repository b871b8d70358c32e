//! Blocks of a series in random order, around its end (Politis and Romano, JASA 1994).

use crate::primitives::seed::Stream;

#[derive(Clone, Debug)]
pub(in crate::market) struct Blocks {
    returns: Vec<i32>,
    block: u64,
    at: usize,
    stream: Stream,
}

impl Blocks {
    pub(super) fn new(returns: Vec<i32>, block: u32, mut stream: Stream) -> Self {
        let at = stream.below(returns.len() as u64) as usize;
        Self {
            returns,
            block: u64::from(block.max(1)),
            at,
            stream,
        }
    }

    /// The next log return: the next of the block, or the first of a new one, so that blocks have a
    /// geometric length.
    pub(super) fn step(&mut self) -> f64 {
        let length = self.returns.len() as u64;
        if length == 0 {
            return 0.0;
        }
        self.at = if self.stream.below(self.block) == 0 {
            self.stream.below(length) as usize
        } else {
            (self.at + 1) % self.returns.len()
        };
        f64::from(self.returns[self.at]) / 1e9
    }
}
