//! Lanes, events, and the seam between them and a protocol.

use super::events::{Events, Idle};
use super::{Dispatch, Recorder};
use crate::trace::Recording;
use crate::vm::Fault;

/// When and where something happens.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) struct Moment {
    /// The tick.
    pub(in crate::executor) now: u64,
    /// The lane.
    pub(in crate::executor) lane: u32,
}

/// A job under way.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor) struct Begun {
    /// How long it takes.
    pub(in crate::executor) ticks: u64,
    /// Which task of the recording it is.
    pub(in crate::executor) recorded: usize,
}

/// Decides what lanes do next, and what comes of it.
pub(in crate::executor) trait Protocol {
    /// Something for a lane to do.
    type Job: Copy;

    /// The next job for an idle lane; `None` if there is none at the moment.
    fn next(&mut self) -> Option<Self::Job>;

    /// A job starts: whatever it reads, it reads now.
    ///
    /// # Errors
    /// A [`Fault`]; the block must then be given up.
    fn begin(
        &mut self,
        at: Moment,
        job: Self::Job,
        recorder: &mut Recorder,
    ) -> Result<Begun, Fault>;

    /// A job ends: whatever it publishes, it publishes now. May hand the lane its next job.
    ///
    /// # Errors
    /// A [`Fault`]; the block must then be given up.
    fn finish(
        &mut self,
        at: Moment,
        job: Self::Job,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<Self::Job>, Fault>;

    /// Whether the block is done.
    fn is_done(&self) -> bool;
}

/// What a lane is at.
#[derive(Clone, Copy)]
struct Busy<J> {
    job: J,
    recorded: usize,
}

/// Virtual lanes in virtual time.
pub(in crate::executor) struct Clockwork<'a, J> {
    dispatch: Dispatch<'a>,
    events: Events,
    idle: Idle,
    busy: Vec<Option<Busy<J>>>,
    pub(in crate::executor) recorder: Recorder,
}

impl<'a, J: Copy> Clockwork<'a, J> {
    pub(in crate::executor) fn new(lanes: u32, dispatch: Dispatch<'a>, recorder: Recorder) -> Self {
        Self {
            dispatch,
            events: Events::new(lanes),
            idle: Idle::all(lanes),
            busy: (0..lanes).map(|_| None).collect(),
            recorder,
        }
    }

    /// Runs the protocol to the end of the block.
    ///
    /// # Errors
    /// A [`Fault`] of the protocol, or [`Fault::Invariant`] when it has no job left before it is done.
    pub(in crate::executor) fn drive(
        &mut self,
        protocol: &mut impl Protocol<Job = J>,
    ) -> Result<(), Fault> {
        self.hand_out(protocol, 0);
        while let Some((at, is_start)) = self.events.next() {
            let Moment { now, lane } = at;
            let Some(busy) = self.busy[lane as usize].as_mut() else {
                continue;
            };
            if is_start {
                let begun = protocol.begin(at, busy.job, &mut self.recorder)?;
                busy.recorded = begun.recorded;
                let now = now + begun.ticks;
                self.events.put(Moment { now, lane }, false);
                continue;
            }
            let Busy { job, recorded } = *busy;
            self.busy[lane as usize] = None;
            let follow_up = protocol.finish(at, job, recorded, &mut self.recorder)?;
            if protocol.is_done() {
                break;
            }
            match follow_up {
                Some(job) => self.pick_up(lane, job, now),
                None => self.idle.insert(lane),
            }
            self.hand_out(protocol, now);
        }
        if protocol.is_done() {
            Ok(())
        } else {
            Err(Fault::Invariant(
                "lanes found no work before the block was done",
            ))
        }
    }

    /// The recording, once the block is done.
    pub(in crate::executor) fn finish(self) -> Recording {
        self.recorder.finish()
    }

    /// Gives work to idle lanes, lowest first, for as long as there is any.
    fn hand_out(&mut self, protocol: &mut impl Protocol<Job = J>, now: u64) {
        while let Some(lane) = self.idle.lowest() {
            let Some(job) = protocol.next() else {
                break;
            };
            self.idle.remove(lane);
            self.pick_up(lane, job, now);
        }
    }

    fn pick_up(&mut self, lane: u32, job: J, now: u64) {
        let delay = self.dispatch.delay();
        self.busy[lane as usize] = Some(Busy { job, recorded: 0 });
        let now = now + delay;
        self.events.put(Moment { now, lane }, true);
    }
}
