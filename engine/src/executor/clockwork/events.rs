//! What happens next: a tournament between lanes.

use super::Moment;

/// No event.
const NONE: u64 = u64::MAX;

/// How many are compared at once: few levels, and no branch within one.
const GROUP: usize = 8;

/// The next event of every lane, and the first of them all. A lane waits for one event at a time, so
/// they stand in a tree of fixed shape: a group of lanes lies below one place of the group above, which
/// holds their earliest event.
///
/// At one tick, ends come before starts, then the lower lane first: an event is one number, packed so that
/// the order of the numbers is the order of the events. Ticks are below 2^52.
pub(super) struct Events {
    /// The root comes first; below the group at `n` are those from `8n + 1` to `8n + 8`.
    groups: Vec<[u64; GROUP]>,
    /// Where the lanes begin.
    leaves: usize,
    lane_bits: u32,
    /// The lane whose event is happening: as good as gone.
    over: Option<u32>,
}

impl Events {
    pub(super) fn new(lanes: u32) -> Self {
        let lanes = lanes.max(1);
        let (mut leaves, mut width) = (0, 1);
        while width * GROUP < lanes as usize {
            leaves = leaves * GROUP + 1;
            width *= GROUP;
        }
        Self {
            groups: vec![[NONE; GROUP]; leaves + (lanes as usize).div_ceil(GROUP)],
            leaves,
            lane_bits: lanes.next_power_of_two().trailing_zeros(),
            over: None,
        }
    }

    /// The next event, and whether it is the start of a job; the one before is over.
    pub(super) fn next(&mut self) -> Option<(Moment, bool)> {
        if let Some(lane) = self.over.take() {
            self.set(lane, NONE);
        }
        let event = earliest(self.groups.first()?);
        if event == NONE {
            return None;
        }
        let lane = (event & ((1 << self.lane_bits) - 1)) as u32;
        let moment = event >> self.lane_bits;
        self.over = Some(lane);
        let now = moment >> 1;
        Some((Moment { now, lane }, moment & 1 == 1))
    }

    /// What the lane waits for from now on.
    pub(super) fn put(&mut self, at: Moment, is_start: bool) {
        if self.over == Some(at.lane) {
            self.over = None;
        }
        let moment = at.now << 1 | u64::from(is_start);
        self.set(at.lane, moment << self.lane_bits | u64::from(at.lane));
    }

    fn set(&mut self, lane: u32, event: u64) {
        let (mut group, mut place) = (self.leaves + lane as usize / GROUP, lane as usize % GROUP);
        let mut first = event;
        loop {
            let events = &mut self.groups[group];
            events[place] = first;
            if group == 0 {
                return;
            }
            first = earliest(events);
            (group, place) = ((group - 1) / GROUP, (group - 1) % GROUP);
        }
    }
}

/// The first of these.
#[inline]
fn earliest(events: &[u64; GROUP]) -> u64 {
    let [a, b, c, d, e, f, g, h] = *events;
    a.min(b).min(c.min(d)).min(e.min(f).min(g.min(h)))
}

/// Lanes without a job.
pub(super) struct Idle(Vec<u64>);

impl Idle {
    /// All of so many lanes.
    pub(super) fn all(lanes: u32) -> Self {
        let mut idle = Self(vec![0; lanes.div_ceil(64) as usize]);
        (0..lanes).for_each(|lane| idle.insert(lane));
        idle
    }

    pub(super) fn insert(&mut self, lane: u32) {
        self.0[lane as usize / 64] |= 1 << (lane % 64);
    }

    pub(super) fn remove(&mut self, lane: u32) {
        self.0[lane as usize / 64] &= !(1 << (lane % 64));
    }

    /// The lowest of them.
    pub(super) fn lowest(&self) -> Option<u32> {
        let place = self.0.iter().position(|lanes| *lanes != 0)?;
        Some(place as u32 * 64 + self.0[place].trailing_zeros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Against an ordered map: every event replaces the lane's own, and the first one comes first.
        #[test]
        fn comes_in_order(lanes in prop_oneof![1u32..70, Just(512), 500u32..1_025], draws in prop::collection::vec((any::<u32>(), 0u64..40, any::<bool>()), 0..200)) {
            let mut events = Events::new(lanes);
            let mut model = BTreeMap::new();
            let mut now = 0;
            for (lane, delay, is_start) in draws {
                let lane = lane % lanes;
                events.put(Moment { now: now + delay, lane }, is_start);
                model.retain(|_, other| *other != lane);
                model.insert((now + delay, is_start, lane), lane);
                if delay % 3 == 0 {
                    let ((tick, start, first), _) = model.pop_first().expect("one was put");
                    let (moment, is_start) = events.next().expect("one was put");
                    prop_assert_eq!((moment.now, is_start, moment.lane), (tick, start, first));
                    now = tick;
                }
            }
            while let Some(((tick, start, lane), _)) = model.pop_first() {
                let (moment, is_start) = events.next().expect("as many as were put");
                prop_assert_eq!((moment.now, is_start, moment.lane), (tick, start, lane));
            }
            prop_assert!(events.next().is_none());
        }

        #[test]
        fn the_lowest_idle_lane(lanes in 1u32..200, taken in prop::collection::btree_set(0u32..200, 0..200)) {
            let mut idle = Idle::all(lanes);
            taken.iter().filter(|lane| **lane < lanes).for_each(|lane| idle.remove(*lane));
            prop_assert_eq!(idle.lowest(), (0..lanes).find(|lane| !taken.contains(lane)));
        }
    }
}
