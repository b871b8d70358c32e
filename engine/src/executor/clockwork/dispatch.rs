//! How long a lane takes to pick up a job.

use crate::primitives::Seed;
use crate::primitives::seed::Stream;

/// Where dispatch delays come from.
pub(in crate::executor) enum Dispatch<'a> {
    /// Drawn from a seed, from zero to so many ticks.
    Drawn {
        /// The stream that is left.
        stream: Box<Stream>,
        /// The longest delay.
        most: u64,
    },
    /// Taken from a script, so that every interleaving can be gone through.
    Scripted(&'a mut Script),
}

impl Dispatch<'_> {
    pub(in crate::executor) fn drawn(seed: &Seed, most: u32) -> Self {
        Self::Drawn {
            stream: Box::new(seed.fork("dispatch").stream()),
            most: u64::from(most),
        }
    }

    /// How long the next dispatch takes, in ticks.
    pub(in crate::executor) fn delay(&mut self) -> u64 {
        match self {
            Self::Drawn { stream, most } => stream.between(0, *most),
            Self::Scripted(script) => script.delay(),
        }
    }
}

/// Goes through every sequence of dispatch delays, run by run: an odometer whose length follows the runs.
#[derive(Clone, Debug)]
pub struct Script {
    delays: Vec<u64>,
    /// Which delay each dispatch of a run gets; the first one for dispatches beyond its end.
    chosen: Vec<usize>,
    used: usize,
    /// Dispatches after which there is no choice any more.
    depth: usize,
}

impl Script {
    /// All sequences of these delays, varied in the first `depth` dispatches of a run.
    pub fn new(delays: &[u64], depth: usize) -> Self {
        Self {
            delays: delays.to_vec(),
            chosen: Vec::new(),
            used: 0,
            depth,
        }
    }

    fn delay(&mut self) -> u64 {
        if self.used == self.chosen.len() && self.used < self.depth {
            self.chosen.push(0);
        }
        let choice = self.chosen.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        self.delays.get(choice).copied().unwrap_or_default()
    }

    /// Turns to the next sequence; false when the run just done was the last one.
    pub fn turn(&mut self) -> bool {
        self.chosen.truncate(self.used);
        self.used = 0;
        while let Some(last) = self.chosen.pop() {
            if last + 1 < self.delays.len() {
                self.chosen.push(last + 1);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sequence_comes_once() {
        let mut script = Script::new(&[0, 5], 10);
        let mut seen = Vec::new();
        loop {
            // A run whose length depends on its delays.
            let mut run = vec![script.delay()];
            for _ in 0..1 + run[0] / 5 {
                run.push(script.delay());
            }
            seen.push(run);
            if !script.turn() {
                break;
            }
        }
        assert_eq!(seen.len(), 2 + 4);
        seen.dedup();
        assert_eq!(seen.len(), 6);
        assert_eq!(seen.last(), Some(&vec![5, 5, 5]));
    }
}
