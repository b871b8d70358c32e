//! Dutch orders: amounts that change until somebody takes them (UniswapX, 2026-06).

use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;
use thiserror::Error;

/// The times or numbers of a decay make no sense.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Decay {
    /// It ends when it begins, or before.
    #[error("it ends before it begins")]
    EndBeforeStart,
    /// A number does not fit 128 bits.
    #[error("a number does not fit")]
    Overflow,
}

/// The amount at a moment of a line from `start` at `t0` to `end` at `t1`; what has changed rounds down.
///
/// # Errors
/// [`Decay::EndBeforeStart`] where the amounts differ and the times make no line.
pub fn linear_decay(start: u128, end: u128, t0: u64, t1: u64, t: u64) -> Result<u128, Decay> {
    if start == end {
        return Ok(start);
    }
    if t1 <= t0 {
        return Err(Decay::EndBeforeStart);
    }
    let passed = u128::from(t.clamp(t0, t1) - t0);
    let changed = mul_div(
        start.abs_diff(end),
        passed,
        u128::from(t1 - t0),
        Rounding::Down,
    );
    // Part of a difference of two such numbers.
    let changed = changed.ok_or(Decay::Overflow)?;
    Ok(if end > start {
        start + changed
    } else {
        start - changed
    })
}

/// A curve of straight pieces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Curve {
    /// What it begins with.
    pub start: u128,
    /// Blocks after the start, rising, and what is taken off there (negative: added).
    pub points: Vec<(u32, i128)>,
    /// The first block.
    pub start_block: u64,
    /// An amount that goes in rounds down, one that comes out rounds up.
    pub is_input: bool,
    /// Most that goes in, least that comes out.
    pub bound: u128,
}

impl Curve {
    /// The amount at a block.
    ///
    /// # Errors
    /// [`Decay`], also where the points do not rise.
    pub fn at(&self, block: u64) -> Result<u128, Decay> {
        let rises = self.points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if !rises {
            return Err(Decay::EndBeforeStart);
        }
        let passed = u32::try_from(block.saturating_sub(self.start_block)).unwrap_or(u32::MAX);
        let after = self.points.partition_point(|(offset, _)| *offset <= passed);
        let before = after
            .checked_sub(1)
            .and_then(|at| self.points.get(at).copied());
        let (from, taken) = before.unwrap_or((0, 0));
        let amount = match self.points.get(after) {
            None => self.less(taken, 0, 1)?,
            Some((to, target)) => {
                let change = target.checked_sub(taken).ok_or(Decay::Overflow)?;
                let part = change
                    .checked_mul(i128::from(passed - from))
                    .ok_or(Decay::Overflow)?;
                self.less(taken, part, i128::from(to - from))?
            }
        };
        Ok(if self.is_input {
            amount.min(self.bound)
        } else {
            amount.max(self.bound)
        })
    }

    /// `start − taken − part ÷ whole`, rounded down for what goes in and up for what comes out, from 0.
    fn less(&self, taken: i128, part: i128, whole: i128) -> Result<u128, Decay> {
        let start = i128::try_from(self.start).map_err(|_| Decay::Overflow)?;
        let base = start.checked_sub(taken).ok_or(Decay::Overflow)?;
        // Rounding the result down is rounding what is taken off up.
        let quotient =
            part.div_euclid(whole) + i128::from(self.is_input && part.rem_euclid(whole) != 0);
        let amount = base.checked_sub(quotient).ok_or(Decay::Overflow)?;
        Ok(u128::try_from(amount).unwrap_or(0))
    }
}

/// The whole of which a priority fee takes parts: ten-millionths.
const MPS: u128 = 10_000_000;

/// What goes in when the taker pays a priority fee: less, rounded down.
pub fn priority_input(amount: u128, mps_per_wei: u128, priority_fee: u128) -> u128 {
    let scaled = mps_per_wei.saturating_mul(priority_fee).min(MPS);
    // The quotient is not above the amount.
    mul_div(amount, MPS - scaled, MPS, Rounding::Down).unwrap_or(0)
}

/// What comes out when the taker pays a priority fee: more, rounded up; `None` past 128 bits.
pub fn priority_output(amount: u128, mps_per_wei: u128, priority_fee: u128) -> Option<u128> {
    let scaled = mps_per_wei.checked_mul(priority_fee)?.checked_add(MPS)?;
    mul_div(amount, scaled, MPS, Rounding::Up)
}
