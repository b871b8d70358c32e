//! Lanes, events, and the seam between them and a protocol.

use super::{Dispatch, Recorder};
use crate::trace::Recording;
use crate::vm::Fault;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

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

/// What happens to a lane, and when. At one tick, ends come before starts, then the lower lane first: so
/// packed, the order of the numbers is the order of the events.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event(u128);

impl Event {
    const IS_START: u128 = 1 << 32;

    const fn new(tick: u64, is_start: bool, lane: u32) -> Self {
        let start = if is_start { Self::IS_START } else { 0 };
        Self((tick as u128) << 33 | start | lane as u128)
    }

    const fn moment(self) -> Moment {
        Moment {
            now: (self.0 >> 33) as u64,
            lane: self.0 as u32,
        }
    }

    const fn is_start(self) -> bool {
        self.0 & Self::IS_START != 0
    }
}

/// Events to come, soonest first.
#[derive(Default)]
struct Events {
    heap: BinaryHeap<Reverse<Event>>,
    /// The first one is happening: the next one put in takes its place, which saves half the sorting.
    is_first_over: bool,
}

impl Events {
    /// The next event; the one before is over.
    fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.is_first_over) {
            self.heap.pop();
        }
        let Reverse(event) = *self.heap.peek()?;
        self.is_first_over = true;
        Some(event)
    }

    fn put(&mut self, event: Event) {
        if std::mem::take(&mut self.is_first_over)
            && let Some(mut first) = self.heap.peek_mut()
        {
            *first = Reverse(event);
            return;
        }
        self.heap.push(Reverse(event));
    }
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
    /// Lanes without a job, lowest first.
    idle: BinaryHeap<Reverse<u32>>,
    busy: Vec<Option<Busy<J>>>,
    pub(in crate::executor) recorder: Recorder,
}

impl<'a, J: Copy> Clockwork<'a, J> {
    pub(in crate::executor) fn new(lanes: u32, dispatch: Dispatch<'a>, recorder: Recorder) -> Self {
        Self {
            dispatch,
            events: Events::default(),
            idle: (0..lanes).map(Reverse).collect(),
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
        while let Some(event) = self.events.next() {
            let at = event.moment();
            let Moment { now, lane } = at;
            let Some(busy) = self.busy[lane as usize].as_mut() else {
                continue;
            };
            if event.is_start() {
                let begun = protocol.begin(at, busy.job, &mut self.recorder)?;
                busy.recorded = begun.recorded;
                self.events.put(Event::new(now + begun.ticks, false, lane));
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
                None => self.idle.push(Reverse(lane)),
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
        while let Some(Reverse(lane)) = self.idle.peek().copied() {
            let Some(job) = protocol.next() else {
                break;
            };
            self.idle.pop();
            self.pick_up(lane, job, now);
        }
    }

    fn pick_up(&mut self, lane: u32, job: J, now: u64) {
        let delay = self.dispatch.delay();
        self.busy[lane as usize] = Some(Busy { job, recorded: 0 });
        self.events.put(Event::new(now + delay, true, lane));
    }
}
