//! One run, indexed.

use super::span::Spans;
use engine::consensus::Report;
use engine::primitives::Micros;
use engine::scenario::consensus::{ConsensusScenario, build};
use engine::sim::Act;
use engine::trace::consensus::{Class, Fate, Mark, Message, NO_ROW, Recording, What as Marked};

/// What a person can stop at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum What {
    /// A message arrives and is handled.
    Arrived(u32),
    /// A message is lost.
    Lost(u32),
    /// A mark, by its row.
    Mark(u32),
}

/// Something at a moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Happening {
    /// When.
    pub at: Micros,
    /// What.
    pub what: What,
}

/// A run with what pictures ask of it.
#[derive(Debug)]
pub struct AgreementIndex {
    /// The document.
    pub scenario: ConsensusScenario,
    /// What happened.
    pub recording: Recording,
    /// The run in figures.
    pub report: Report,
    /// Its last moment.
    pub end: Micros,
    /// Every act: the document's liars, then its acts.
    pub acts: Vec<Act>,
    /// Faults as stretches.
    pub spans: Spans,
    happenings: Vec<Happening>,
    moments: Vec<Micros>,
    knots: Vec<Micros>,
    /// Where each message's effects begin in `effects`; one more at the end.
    starts: Vec<u32>,
    effects: Vec<u32>,
    /// For each message the latest end among it and all before it.
    latest: Vec<Micros>,
}

impl AgreementIndex {
    /// Indexes a run.
    pub fn new(
        scenario: ConsensusScenario,
        recording: Recording,
        report: Report,
        end: Micros,
    ) -> Self {
        let acts = build(&scenario).map_or_else(|_| Vec::new(), |(_, settings)| settings.acts);
        let spans = Spans::of(&acts, recording.nodes.len() as u32, end);
        let mut happenings = Vec::with_capacity(recording.messages.len());
        for (row, message) in recording.messages.iter().enumerate() {
            let what = match message.fate {
                Fate::Delivered => What::Arrived(row as u32),
                Fate::Dropped(_) => What::Lost(row as u32),
                Fate::Flying | Fate::Held => continue,
            };
            happenings.push(Happening {
                at: message.ended,
                what,
            });
        }
        let mut knots = Vec::new();
        for (row, mark) in recording.marks.iter().enumerate() {
            if is_small(mark) {
                continue;
            }
            if is_knot(mark) {
                knots.push(mark.at);
            }
            happenings.push(Happening {
                at: mark.at,
                what: What::Mark(row as u32),
            });
        }
        happenings.sort_unstable();
        let mut moments: Vec<Micros> = happenings.iter().map(|happening| happening.at).collect();
        moments.push(end);
        moments.sort_unstable();
        moments.dedup();
        knots.sort_unstable();
        knots.dedup();
        let (starts, effects) = effects(&recording.messages);
        let mut latest = Vec::with_capacity(recording.messages.len());
        let mut so_far = Micros(0);
        for message in &recording.messages {
            so_far = so_far.max(until(message, end));
            latest.push(so_far);
        }
        Self {
            scenario,
            recording,
            report,
            end,
            acts,
            spans,
            happenings,
            moments,
            knots,
            starts,
            effects,
            latest,
        }
    }

    /// How many lines there are, copies included.
    pub fn nodes(&self) -> u32 {
        self.recording.nodes.len() as u32
    }

    /// A message.
    pub fn message(&self, row: u32) -> Option<&Message> {
        self.recording.messages.get(row as usize)
    }

    /// A mark.
    pub fn mark(&self, row: u32) -> Option<&Mark> {
        self.recording.marks.get(row as usize)
    }

    /// What a message is for.
    pub fn class(&self, message: &Message) -> Class {
        let kind = self.recording.kinds.get(usize::from(message.kind));
        kind.map_or(Class::Client, |kind| kind.class)
    }

    /// The name of a message's kind.
    pub fn kind(&self, message: &Message) -> &str {
        let kind = self.recording.kinds.get(usize::from(message.kind));
        kind.map_or("", |kind| kind.name.as_str())
    }

    /// The name of a phase.
    pub fn phase(&self, phase: u8) -> &str {
        let name = self.recording.phases.get(usize::from(phase));
        name.map_or("", String::as_str)
    }

    /// What a node is called: its number, or a copy's original.
    pub fn name(&self, node: u32) -> String {
        match self.recording.nodes.get(node as usize) {
            Some(known) if known.identity != node => format!("{}′", known.identity),
            _ => node.to_string(),
        }
    }

    /// When a message is drawn to end.
    pub fn until(&self, message: &Message) -> Micros {
        until(message, self.end)
    }

    /// When a message is drawn to begin: when its last byte had left.
    pub fn since(&self, message: &Message) -> Micros {
        message
            .left
            .clamp(message.sent, self.until(message).max(message.sent))
    }

    /// Messages that are on their way at some time between two moments, in the order of sending.
    pub fn between(&self, from: Micros, to: Micros) -> impl Iterator<Item = u32> + '_ {
        let messages = &self.recording.messages;
        let first = self.latest.partition_point(|latest| *latest < from);
        let last = messages.partition_point(|message| message.sent <= to);
        (first..last.max(first))
            .filter(move |row| {
                let message = &messages[*row];
                message.from != message.to && self.until(message) >= from
            })
            .map(|row| row as u32)
    }

    /// Marks between two moments, small ones too, by row.
    pub fn marks_between(&self, from: Micros, to: Micros) -> std::ops::Range<u32> {
        let marks = &self.recording.marks;
        let first = marks.partition_point(|mark| mark.at < from);
        let last = marks.partition_point(|mark| mark.at <= to);
        first as u32..last.max(first) as u32
    }

    /// Messages that were sent while this one was handled.
    pub fn effects(&self, row: u32) -> &[u32] {
        let place = row as usize;
        match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(from), Some(to)) => &self.effects[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// All moments, ascending.
    pub fn moments(&self) -> &[Micros] {
        &self.moments
    }

    /// The moment so many steps away; beyond the first and the last there is none.
    pub fn step(&self, at: Micros, steps: i64) -> Micros {
        step(&self.moments, at, steps, self.end)
    }

    /// The next knot, or the one before.
    pub fn knot(&self, at: Micros, is_forward: bool) -> Micros {
        step(&self.knots, at, if is_forward { 1 } else { -1 }, self.end)
    }

    /// What happens at exactly this moment.
    pub fn at(&self, at: Micros) -> &[Happening] {
        let first = self.happenings.partition_point(|one| one.at < at);
        let last = self.happenings.partition_point(|one| one.at <= at);
        &self.happenings[first..last]
    }

    /// The last moment at or before this one at which something happens.
    pub fn moment(&self, at: Micros) -> Micros {
        let place = self.moments.partition_point(|moment| *moment <= at);
        place
            .checked_sub(1)
            .map_or(Micros(0), |place| self.moments[place])
    }

    /// How much happens in equal stretches of time.
    pub fn density(&self, columns: usize) -> Vec<u32> {
        let mut counts = vec![0_u32; columns];
        let end = self.end.0.max(1);
        for happening in &self.happenings {
            let column = (u128::from(happening.at.0) * columns as u128 / u128::from(end)) as usize;
            if let Some(count) = counts.get_mut(column.min(columns.saturating_sub(1))) {
                *count += 1;
            }
        }
        counts
    }

    /// Marks of a message's handling, small ones too.
    pub fn marks_of(&self, row: u32) -> impl Iterator<Item = &Mark> {
        let at = self.message(row).map_or(Micros(0), |message| message.ended);
        let range = self.marks_between(at, at);
        self.recording.marks[range.start as usize..range.end as usize]
            .iter()
            .filter(move |mark| mark.cause == row)
    }
}

/// Marks that only explanations need.
fn is_small(mark: &Mark) -> bool {
    matches!(mark.what, Marked::Counted { .. } | Marked::TimerSet { .. })
}

/// Marks that matter from afar.
pub fn is_knot(mark: &Mark) -> bool {
    matches!(
        mark.what,
        Marked::Certified { .. }
            | Marked::Decided { .. }
            | Marked::Entered { .. }
            | Marked::Evidence { .. }
            | Marked::Act { .. }
    )
}

fn until(message: &Message, end: Micros) -> Micros {
    match message.fate {
        Fate::Flying | Fate::Held => end.max(message.sent),
        Fate::Delivered | Fate::Dropped(_) => message.ended.max(message.sent),
    }
}

fn step(moments: &[Micros], at: Micros, steps: i64, end: Micros) -> Micros {
    let place = if steps > 0 {
        let behind = moments.partition_point(|moment| *moment <= at);
        behind.saturating_add(usize::try_from(steps - 1).unwrap_or(usize::MAX))
    } else {
        let before = moments.partition_point(|moment| *moment < at);
        let back = usize::try_from(-steps).unwrap_or(usize::MAX);
        match before.checked_sub(back) {
            Some(place) => place,
            None => return Micros(0),
        }
    };
    moments.get(place).copied().unwrap_or(end)
}

fn effects(messages: &[Message]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; messages.len() + 1];
    let causes = |message: &Message| {
        let is_known = message.cause != NO_ROW && (message.cause as usize) < messages.len();
        is_known.then_some(message.cause as usize)
    };
    for cause in messages.iter().filter_map(causes) {
        starts[cause + 1] += 1;
    }
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    let mut next = starts.clone();
    let mut effects = vec![0_u32; starts.last().copied().unwrap_or_default() as usize];
    for (row, message) in messages.iter().enumerate() {
        if let Some(cause) = causes(message) {
            effects[next[cause] as usize] = row as u32;
            next[cause] += 1;
        }
    }
    (starts, effects)
}

/// A run of this document, for tests.
#[cfg(test)]
pub(crate) fn run(scenario: &ConsensusScenario) -> AgreementIndex {
    use engine::session::consensus::Agreement;
    let mut run = Agreement::open(scenario.clone(), 100_000).unwrap();
    run.finish();
    let recording = run.recording().unwrap().clone();
    AgreementIndex::new(scenario.clone(), recording, run.report(), run.head())
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::scenario::consensus::preset;

    #[test]
    fn the_window_finds_what_a_look_at_every_message_finds() {
        for preset in ["fault-free", "partition-heals", "slow-leader"] {
            let index = run(&preset::named(preset).unwrap().scenario());
            for (from, to) in [
                (0, 1),
                (100_000, 200_000),
                (150_500, 150_501),
                (0, u64::MAX),
            ] {
                let (from, to) = (Micros(from), Micros(to));
                let found: Vec<u32> = index.between(from, to).collect();
                let expected: Vec<u32> = (0..index.recording.messages.len() as u32)
                    .filter(|row| {
                        let message = index.message(*row).unwrap();
                        message.from != message.to
                            && message.sent <= to
                            && index.until(message) >= from
                    })
                    .collect();
                assert_eq!(found, expected, "{preset} {from:?} {to:?}");
            }
            assert!(index.between(Micros(0), index.end).count() > 30);
        }
    }

    #[test]
    fn steps_go_from_moment_to_moment_and_stop_at_both_ends() {
        let index = run(&preset::all()[0].scenario());
        let mut at = Micros(0);
        let mut count = 0;
        while at < index.end {
            let next = index.step(at, 1);
            assert!(next > at && (!index.at(next).is_empty() || next == index.end));
            assert_eq!(index.step(next, -1), index.moment(at));
            (at, count) = (next, count + 1);
        }
        assert!(count >= index.moments().len() - 1);
        assert_eq!(index.step(at, 1), index.end);
        assert_eq!(index.step(Micros(0), -1), Micros(0));
        assert!(index.knot(Micros(0), true) > Micros(0));
        assert_eq!(
            index.density(10).iter().sum::<u32>() as usize,
            index.happenings.len()
        );
    }

    #[test]
    fn effects_are_the_other_side_of_causes() {
        let index = run(&preset::all()[0].scenario());
        let mut seen = 0;
        for row in 0..index.recording.messages.len() as u32 {
            for effect in index.effects(row) {
                assert_eq!(index.message(*effect).unwrap().cause, row);
                seen += 1;
            }
        }
        let caused = index.recording.messages.iter();
        assert_eq!(
            seen,
            caused.filter(|message| message.cause != NO_ROW).count()
        );
        assert!(seen > 0);
    }
}
