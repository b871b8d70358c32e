//! One run, indexed.

use engine::primitives::Micros;
use engine::scenario::shard::ShardScenario;
use engine::session::shard::Ran;
use engine::trace::shard::{Block, End, Flight, Sample};
use std::collections::BTreeMap;

/// Most flights that are drawn at a moment.
pub const FLIGHTS_MAX: usize = 160;

/// Columns of charts over time.
pub const COLUMNS: usize = 120;

/// A shard at a moment.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct District {
    /// Entries that wait.
    pub waiting: u32,
    /// Locks that are held.
    pub locks: u32,
    /// How far agreement on a block is, from 0 to 1; nothing if none is under way.
    pub agreeing: Option<f64>,
    /// Entries of that block.
    pub entries: u32,
    /// Whether it is stalled, or apart from others.
    pub is_hit: bool,
    /// Whether it is there already: shards that split off are not from the start.
    pub is_there: bool,
}

/// A run with what pictures ask of it.
#[derive(Debug)]
pub struct ShardIndex {
    /// The document.
    pub scenario: ShardScenario,
    /// What happened.
    pub ran: Ran,
    /// Its last moment.
    pub end: Micros,
    moments: Vec<Micros>,
    knots: Vec<Micros>,
    /// Rows of blocks of each shard, in order.
    blocks: Vec<Vec<u32>>,
    /// For each flight the latest arrival among it and all before it.
    latest: Vec<Micros>,
    /// Messages between two ends in the whole run, the most first.
    pub flows: Vec<((u16, u16), u32)>,
    /// Transactions committed in each column: of one shard, between shards.
    pub committed: Vec<[u32; 2]>,
    /// What waits, by shard and column.
    pub queues: Vec<Vec<u32>>,
    /// Units on their way, by token and column.
    pub on_way: Vec<Vec<i64>>,
    /// Units created or lost, by column: of the token that is off most.
    pub drift: Vec<i64>,
}

impl ShardIndex {
    /// Indexes a run.
    pub fn new(scenario: ShardScenario, ran: Ran) -> Self {
        let recording = &ran.recording;
        let end = ran.report.elapsed;
        let shards = usize::from(ran.report.shards);
        let mut moments: Vec<Micros> = recording.blocks.iter().map(|b| b.agreed).collect();
        moments.push(end);
        moments.sort_unstable();
        moments.dedup();
        let failed = |end: End| matches!(end, End::Aborted | End::Refunded);
        let ended = recording.deals.iter().filter(|deal| failed(deal.end));
        let mut knots: Vec<Micros> = ended.map(|deal| deal.ended).collect();
        knots.extend(recording.faults.iter().map(|fault| fault.at));
        knots.sort_unstable();
        knots.dedup();
        let mut blocks = vec![Vec::new(); shards];
        for (row, block) in recording.blocks.iter().enumerate() {
            if let Some(own) = blocks.get_mut(usize::from(block.shard)) {
                own.push(row as u32);
            }
        }
        let mut latest = Vec::with_capacity(recording.flights.len());
        let mut so_far = Micros(0);
        let mut flows: BTreeMap<(u16, u16), u32> = BTreeMap::new();
        for flight in &recording.flights {
            so_far = so_far.max(flight.arrives.min(end));
            latest.push(so_far);
            *flows.entry((flight.from, flight.to)).or_default() += 1;
        }
        let mut flows: Vec<_> = flows.into_iter().collect();
        flows.sort_unstable_by_key(|(ends, count)| (std::cmp::Reverse(*count), *ends));
        let column = |at: Micros| {
            let place = u128::from(at.0) * COLUMNS as u128 / u128::from(end.0.max(1));
            (place as usize).min(COLUMNS - 1)
        };
        let mut committed = vec![[0; 2]; COLUMNS];
        for deal in &recording.deals {
            if deal.end == End::Committed && deal.what != "move" {
                let kind = usize::from(deal.shards.len() > 1);
                committed[column(deal.ended)][kind] += 1;
            }
        }
        let (queues, on_way, drift) = columns(&recording.samples, shards, end);
        Self {
            scenario,
            end,
            moments,
            knots,
            blocks,
            latest,
            flows,
            committed,
            queues,
            on_way,
            drift,
            ran,
        }
    }

    /// The moment so many steps away; beyond the first and the last there is none.
    pub fn step(&self, at: Micros, steps: i64) -> Micros {
        walk(&self.moments, at, steps, self.end)
    }

    /// The next knot, or the one before.
    pub fn knot(&self, at: Micros, is_forward: bool) -> Micros {
        walk(&self.knots, at, if is_forward { 1 } else { -1 }, self.end)
    }

    /// How much is committed in equal stretches of time.
    pub fn density(&self) -> Vec<u32> {
        self.committed
            .iter()
            .map(|[one, many]| one + many)
            .collect()
    }

    /// The last sample at or before a moment.
    pub fn sample(&self, at: Micros) -> Option<&Sample> {
        let samples = &self.ran.recording.samples;
        let place = samples.partition_point(|sample| sample.at <= at);
        samples.get(place.checked_sub(1)?)
    }

    /// The block that a shard agrees on at a moment.
    pub fn block(&self, shard: u16, at: Micros) -> Option<&Block> {
        let rows = self.blocks.get(usize::from(shard))?;
        let all = &self.ran.recording.blocks;
        let place = rows.partition_point(|row| all[*row as usize].agreed <= at);
        let block = &all[*rows.get(place)? as usize];
        (block.proposed <= at).then_some(block)
    }

    /// A shard at a moment.
    pub fn district(&self, shard: u16, at: Micros) -> District {
        let place = usize::from(shard);
        let sample = self.sample(at);
        let of = |list: &Vec<u32>| list.get(place).copied().unwrap_or(0);
        let block = self.block(shard, at);
        District {
            waiting: sample.map_or(0, |sample| of(&sample.queues)),
            locks: sample.map_or(0, |sample| of(&sample.locks)),
            agreeing: block.map(|block| {
                let span = block.agreed.since(block.proposed).0.max(1);
                at.since(block.proposed).0 as f64 / span as f64
            }),
            entries: block.map_or(0, |block| block.alone + block.steps),
            is_there: shard < self.shards_at(at),
            is_hit: self
                .ran
                .recording
                .faults
                .iter()
                .any(|fault| fault.at <= at && at < fault.until && fault.shards.contains(&shard)),
        }
    }

    /// How many shards there are at a moment.
    pub fn shards_at(&self, at: Micros) -> u16 {
        let faults = self.ran.recording.faults.iter();
        let splits = faults.filter(|fault| fault.what == "split" && fault.at <= at);
        let count = u64::from(self.scenario.shards) + splits.count() as u64;
        count.min(self.ran.report.shards.into()) as u16
    }

    /// The row of a transaction.
    pub fn row(&self, ticket: u64) -> Option<u32> {
        let deals = &self.ran.recording.deals;
        let row = deals.binary_search_by_key(&ticket, |deal| deal.ticket);
        row.ok().map(|row| row as u32)
    }

    /// Messages on their way at a moment, and how far each is, from 0 to 1; an even share of them if there
    /// are too many to draw.
    pub fn flights(&self, at: Micros) -> Vec<(&Flight, f64)> {
        let all = &self.ran.recording.flights;
        let first = self.latest.partition_point(|latest| *latest <= at);
        let last = all.partition_point(|flight| flight.sent <= at).max(first);
        let under_way: Vec<&Flight> = all[first..last]
            .iter()
            .filter(|flight| flight.arrives > at)
            .collect();
        let stride = under_way.len().div_ceil(FLIGHTS_MAX).max(1);
        let far = |flight: &Flight| {
            let span = flight.arrives.since(flight.sent).0.max(1);
            at.since(flight.sent).0 as f64 / span as f64
        };
        under_way
            .into_iter()
            .step_by(stride)
            .map(|flight| (flight, far(flight)))
            .collect()
    }

    /// Transactions that are open at a moment, by row, the oldest first.
    pub fn open_at(&self, at: Micros, most: usize) -> Vec<u32> {
        let deals = &self.ran.recording.deals;
        let last = deals.partition_point(|deal| deal.begun <= at);
        let rows = (0..last).rev().filter(|row| deals[*row].ended > at);
        let mut rows: Vec<u32> = rows.take(most).map(|row| row as u32).collect();
        rows.reverse();
        rows
    }

    /// Faults that last at a moment.
    pub fn faults_at(&self, at: Micros) -> impl Iterator<Item = &engine::trace::shard::Fault> {
        let faults = self.ran.recording.faults.iter();
        faults.filter(move |fault| fault.at <= at && at < fault.until)
    }
}

fn columns(
    samples: &[Sample],
    shards: usize,
    end: Micros,
) -> (Vec<Vec<u32>>, Vec<Vec<i64>>, Vec<i64>) {
    let tokens = samples.first().map_or(0, |sample| sample.in_flight.len());
    let mut queues = vec![vec![0; COLUMNS]; shards];
    let mut on_way = vec![vec![0; COLUMNS]; tokens];
    let mut drift = vec![0; COLUMNS];
    let mut place = 0;
    for column in 0..COLUMNS {
        let until = (u128::from(end.0) * (column as u128 + 1) / COLUMNS as u128) as u64;
        // The last sample of the column; one that has none shows what the one before it shows.
        while samples
            .get(place + 1)
            .is_some_and(|next| next.at.0 <= until)
        {
            place += 1;
        }
        let Some(sample) = samples.get(place) else {
            break;
        };
        for (shard, waiting) in sample.queues.iter().enumerate() {
            if let Some(own) = queues.get_mut(shard) {
                own[column] = *waiting;
            }
        }
        for (token, units) in sample.in_flight.iter().enumerate() {
            on_way[token][column] = *units;
        }
        drift[column] = sample
            .drift
            .iter()
            .copied()
            .max_by_key(|units| units.abs())
            .unwrap_or(0);
    }
    (queues, on_way, drift)
}

fn walk(moments: &[Micros], at: Micros, steps: i64, end: Micros) -> Micros {
    let is_forward = steps >= 0;
    let (first, distance) = if is_forward {
        (
            moments.partition_point(|moment| *moment <= at),
            steps.unsigned_abs() as usize,
        )
    } else {
        (
            moments.partition_point(|moment| *moment < at),
            steps.unsigned_abs() as usize,
        )
    };
    if is_forward {
        let place = first.saturating_add(distance.saturating_sub(1));
        moments.get(place).copied().unwrap_or(end)
    } else {
        first
            .checked_sub(distance)
            .map_or(Micros(0), |place| moments[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::scenario::shard::{ActDocument, Deed};
    use engine::session::shard::Shards;

    fn index() -> ShardIndex {
        let mut scenario = ShardScenario::default();
        scenario.traffic.transactions = 300;
        let ran = Shards::run(&scenario, 50_000, 1).unwrap();
        ShardIndex::new(scenario, ran)
    }

    #[test]
    fn every_moment_shows_what_was_recorded_of_it() {
        let index = index();
        let recording = &index.ran.recording;
        assert!(index.density().iter().sum::<u32>() as u64 == index.ran.report.fates.committed);
        let mut seen = 0;
        let mut at = Micros(0);
        while at < index.end {
            let flights = index.flights(at);
            let under_way = recording
                .flights
                .iter()
                .filter(|flight| flight.sent <= at && at < flight.arrives)
                .count();
            if under_way <= FLIGHTS_MAX {
                assert_eq!(flights.len(), under_way);
            }
            seen += flights.len();
            assert!(flights.iter().all(|(_, far)| (0.0..=1.0).contains(far)));
            for shard in 0..4 {
                let district = index.district(shard, at);
                assert!(
                    district
                        .agreeing
                        .is_none_or(|far| (0.0..1.0).contains(&far))
                );
            }
            let next = index.step(at, 1);
            assert!(next > at);
            assert!(index.step(next, -1) <= at);
            at = next;
        }
        assert!(seen > 10);
        let open = index.open_at(Micros(index.end.0 / 2), 12);
        assert!(!open.is_empty());
        let ticket = recording.deals[open[0] as usize].ticket;
        assert_eq!(index.row(ticket), Some(open[0]));
        assert_eq!(index.row(u64::MAX), None);
    }

    #[test]
    fn a_district_is_there_once_it_has_split_off() {
        let mut scenario = ShardScenario::default();
        scenario.traffic.transactions = 300;
        scenario.acts = vec![ActDocument {
            at_us: 400_000,
            deed: Deed::Split { shard: 0 },
        }];
        let ran = Shards::run(&scenario, 50_000, 1).unwrap();
        let index = ShardIndex::new(scenario, ran);
        assert_eq!(
            (
                index.shards_at(Micros(399_999)),
                index.shards_at(Micros(400_000))
            ),
            (4, 5)
        );
        assert!(!index.district(4, Micros(0)).is_there);
        assert!(index.district(4, index.end).is_there);
    }
}
