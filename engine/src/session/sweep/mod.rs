//! A block again and again while one thing about it changes: curves instead of points.
//!
//! Vocabulary: an *axis* is the one thing that changes, a *value* a place on it, a *point* what was found
//! there. A *modelled* point is counted in virtual time and is the same everywhere; a *measured* one was
//! timed here and now on real threads, in turn with the serial crew on the same blocks; a *published* one
//! was told by somebody else, of another program on another machine.
//! Invariants: the three never share a type. Every point opens a world of its own from the document, so
//! that a point says the same whether it is asked for alone or in a sweep. Ratios come from one run. A
//! sweep has at most [`VALUES_MAX`] values, every value is checked like any other document, and a point
//! works on one block (modelled) or for about half a second (measured).
//! Absent on purpose: the state of a session, and anything about how a curve is drawn.
//! Start at [`Axis`].

mod axis;
mod measured;
mod modelled;
mod published;
mod table;
#[cfg(test)]
mod tests;

pub use axis::{Axis, VALUES_MAX, Values};
pub use measured::{MeasuredPoint, MeasuredSettings, measured};
pub use modelled::{ModelledPoint, modelled};
pub use published::{Published, Quantity, published};
pub use table::{Table, csv};

use super::report::Progress;
use crate::scenario::Problem;
use crate::vm::Fault;

/// Why there is no point.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SweepError {
    /// The document has problems there, or the axis means nothing to it.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Problems(Vec<Problem>),
    /// Our own bug, or a bound of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Asks for one point after the other and hands each over as it comes. False when cancelled, which is
/// looked for between points and, as far as the points do, within them.
///
/// # Errors
/// What the first point that failed met; the points before it have been handed over.
pub fn sweep<P>(
    values: &[u32],
    progress: &dyn Progress,
    mut point: impl FnMut(u32, &dyn Progress) -> Result<Option<P>, SweepError>,
    mut each: impl FnMut(P),
) -> Result<bool, SweepError> {
    let values = &values[..values.len().min(VALUES_MAX)];
    for (place, value) in values.iter().enumerate() {
        let part = Part {
            whole: progress,
            place: place as u32,
            of: values.len() as u32,
        };
        if progress.is_cancelled() {
            return Ok(false);
        }
        match point(*value, &part)? {
            Some(found) => each(found),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Steps that every point is told in.
const STEPS: u32 = 100;

/// One point's share of the progress.
struct Part<'a> {
    whole: &'a dyn Progress,
    place: u32,
    of: u32,
}

impl Progress for Part<'_> {
    fn report(&self, done: u32, total: u32) {
        let within = u64::from(done) * u64::from(STEPS) / u64::from(total.max(1));
        let done = self.place * STEPS + within.min(u64::from(STEPS)) as u32;
        self.whole.report(done, self.of * STEPS);
    }

    fn is_cancelled(&self) -> bool {
        self.whole.is_cancelled()
    }
}
