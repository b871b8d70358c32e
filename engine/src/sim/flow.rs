//! Bandwidth shared at once by all that is being sent: max-min fairness by progressive filling
//! (Bertsekas and Gallager, Data Networks, §6.5.2), in whole numbers.

use super::letter::Waiting;
use crate::primitives::Micros;

/// Messages that are being transmitted.
#[derive(Clone, Default, Debug)]
pub(super) struct Flows {
    active: Vec<Flow>,
    /// Up to when the active ones have been transmitted.
    until: Micros,
    /// Counts computations, so that an event of an earlier one is known as out of date.
    pub(super) generation: u32,
}

#[derive(Clone, Debug)]
struct Flow {
    waiting: Waiting,
    /// Thousandths of bits still to go: what one kilobit a second carries in a microsecond.
    left: u64,
    /// Kilobits a second; 0 until it is computed.
    rate: u64,
}

impl Flows {
    pub(super) fn len(&self) -> usize {
        self.active.len()
    }

    /// Begins to transmit. Rates must be computed again before time goes on.
    pub(super) fn begin(&mut self, now: Micros, waiting: Waiting, bytes: u32) {
        self.advance(now);
        self.active.push(Flow {
            waiting,
            left: u64::from(bytes.max(1)) * 8_000,
            rate: 0,
        });
    }

    fn advance(&mut self, now: Micros) {
        let span = now.since(self.until).0;
        self.until = now;
        if span > 0 {
            for flow in &mut self.active {
                flow.left = flow.left.saturating_sub(flow.rate.saturating_mul(span));
            }
        }
    }

    /// Takes out what is transmitted by now, in the order in which it was begun.
    pub(super) fn take_done(&mut self, now: Micros) -> Vec<Waiting> {
        self.advance(now);
        let mut done = Vec::new();
        self.active.retain(|flow| {
            if flow.left == 0 {
                done.push(flow.waiting);
            }
            flow.left > 0
        });
        done
    }

    /// Computes every rate, and says when the next flow ends. Kilobits a second by node; 0 or missing
    /// means no limit, and a flow without any limit ends at once.
    pub(super) fn share(
        &mut self,
        uplink: &[u32],
        downlink: &[u32],
        nodes: usize,
    ) -> Option<Micros> {
        const FREE: u64 = u64::MAX;
        let capacity = |kbps: &[u32], node: usize| match kbps.get(node) {
            None | Some(0) => FREE,
            Some(kbps) => u64::from(*kbps),
        };
        // Links: the uplinks, then the downlinks.
        let mut left: Vec<u64> = (0..nodes)
            .map(|node| capacity(uplink, node))
            .chain((0..nodes).map(|node| capacity(downlink, node)))
            .collect();
        let mut users = vec![0_u64; 2 * nodes];
        for flow in &mut self.active {
            flow.rate = 0;
            for link in links(flow, nodes) {
                users[link] += 1;
            }
        }
        let mut open = self.active.len();
        while open > 0 {
            let tightest = (0..2 * nodes)
                .filter(|link| users[*link] > 0 && left[*link] != FREE)
                .min_by_key(|link| left[*link] / users[*link]);
            let share = tightest.map_or(FREE, |link| (left[link] / users[link]).max(1));
            for flow in self.active.iter_mut().filter(|flow| flow.rate == 0) {
                let [up, down] = links(flow, nodes);
                if tightest.is_some_and(|link| link != up && link != down) {
                    continue;
                }
                flow.rate = share;
                open -= 1;
                for link in [up, down] {
                    users[link] -= 1;
                    if left[link] != FREE {
                        left[link] = left[link].saturating_sub(share);
                    }
                }
            }
        }
        self.generation = self.generation.wrapping_add(1);
        let until = self.until;
        self.active
            .iter()
            .map(|flow| until.after(Micros(flow.left.div_ceil(flow.rate))))
            .min()
    }
}

/// The two links that a flow uses: the sender's up, the receiver's down.
fn links(flow: &Flow, nodes: usize) -> [usize; 2] {
    [
        flow.waiting.flight.from as usize,
        nodes + flow.waiting.to as usize,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::letter::Flight;

    fn flow(id: u64, from: u32, to: u32) -> Waiting {
        Waiting {
            flight: Flight {
                id,
                from,
                letter: 0,
                row: 0,
                depth: 0,
            },
            to,
            since: Micros(0),
        }
    }

    #[test]
    fn a_narrow_downlink_leaves_the_rest_of_the_uplink_to_the_others() {
        // Uplink of 9 Mbit/s to three receivers; one of them takes 1 Mbit/s, so the others get 4 each.
        let mut flows = Flows::default();
        for to in 1..4 {
            flows.begin(Micros(0), flow(u64::from(to), 0, to), 1_000);
        }
        let downlink = [0, 1_000, 0, 0];
        // 8000 bits at 4 Mbit/s take 2 ms.
        assert_eq!(flows.share(&[9_000], &downlink, 4), Some(Micros(2_000)));
        let done: Vec<_> = flows
            .take_done(Micros(2_000))
            .iter()
            .map(|w| w.to)
            .collect();
        assert_eq!(done, [2, 3]);
        // The slow one goes on at its downlink's pace: 8 ms in all.
        assert_eq!(flows.share(&[9_000], &downlink, 4), Some(Micros(8_000)));
        assert_eq!(flows.take_done(Micros(8_000)).len(), 1);
    }

    #[test]
    fn a_broadcast_takes_as_long_as_all_its_bytes_on_one_uplink() {
        // 1 MiB to 49 peers at 1 Gbit/s: 0.41 s.
        let mut flows = Flows::default();
        for to in 1..50 {
            flows.begin(Micros(0), flow(u64::from(to), 0, to), 1 << 20);
        }
        let end = flows.share(&[1_000_000; 50], &[], 50).unwrap();
        assert!((411_000..411_100).contains(&end.0), "{end}");
        assert_eq!(flows.take_done(end).len(), 49);
    }
}
