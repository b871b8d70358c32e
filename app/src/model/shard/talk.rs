//! How a committee agrees on a block, as lines over simulated time.

use crate::model::strip::WIDE;
use engine::primitives::Micros;
use engine::trace::look::{BlockLook, Said, Talk};
use std::fmt::Write;

/// Height of a member's line, in the picture's own units.
pub const TALL: f64 = 12.0;

/// All messages of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kind {
    /// An index into [`Talk::kinds`].
    pub kind: u8,
    /// Those about the block, and the others, as an SVG path each.
    pub own: String,
    /// See above.
    pub other: String,
    /// How many are about the block.
    pub count: usize,
}

/// A committee's messages about one block.
#[derive(Clone, PartialEq, Debug)]
pub struct TalkChart {
    /// Members, a line each.
    pub members: u32,
    /// By kind, in the order of their numbers; those that nobody sent are not there.
    pub kinds: Vec<Kind>,
    /// Where members decide, as an SVG path of points.
    pub decided: String,
    /// When the picture begins, and when it ends.
    pub span: [Micros; 2],
}

impl TalkChart {
    /// That of a block; `None` where nobody says anything.
    pub fn of(block: &BlockLook) -> Option<Self> {
        let talk = block.talk.as_ref()?;
        let agreed = Some(block.agreed).filter(|at| *at != Micros::NEVER);
        let own = |said: &&Said| said.is_own || agreed.is_none();
        let heard = talk.said.iter().filter(own).map(|said| said.ended);
        let last = heard.chain(agreed).max().unwrap_or(block.proposed);
        let mut chart = Self {
            members: talk.members,
            kinds: Vec::new(),
            decided: String::new(),
            span: [block.proposed, last.max(block.proposed.after(Micros(1)))],
        };
        chart.kinds = (0..talk.kinds.len())
            .map(|kind| chart.kind(talk, kind as u8))
            .filter(|kind| !(kind.own.is_empty() && kind.other.is_empty()))
            .collect();
        let mut decided = String::new();
        for (at, member) in &talk.decided {
            chart.point(&mut decided, 'M', *at, *member);
            decided.push_str("h0");
        }
        chart.decided = decided;
        Some(chart)
    }

    fn kind(&self, talk: &Talk, number: u8) -> Kind {
        let mut kind = Kind {
            kind: number,
            own: String::new(),
            other: String::new(),
            count: 0,
        };
        for said in talk.said.iter().filter(|said| said.kind == number) {
            kind.count += usize::from(said.is_own);
            let path = match said.is_own {
                true => &mut kind.own,
                false => &mut kind.other,
            };
            self.point(path, 'M', said.sent, said.from);
            self.point(path, 'L', said.ended, said.to);
        }
        kind
    }

    fn point(&self, path: &mut String, step: char, at: Micros, member: u32) {
        let y = (f64::from(member) + 0.5) * TALL;
        // Writing to memory cannot fail.
        let _ = write!(path, "{step}{:.1} {y}", self.x(at));
    }

    fn length(&self) -> f64 {
        self.span[1].since(self.span[0]).0.max(1) as f64
    }

    /// Where a moment is, across; beyond the right edge if it comes after all that is shown.
    pub fn x(&self, at: Micros) -> f64 {
        let since = at.0 as f64 - self.span[0].0 as f64;
        (since / self.length() * WIDE).clamp(-WIDE, 2.0 * WIDE)
    }

    /// Where a moment is, if it is shown.
    pub fn shown(&self, at: Micros) -> Option<f64> {
        (self.span[0] <= at && at <= self.span[1]).then(|| self.x(at))
    }

    /// The moment at a share of the width.
    pub fn moment(&self, share: f64) -> Micros {
        let since = (share.clamp(0.0, 1.0) * self.length()).round();
        Micros(self.span[0].0.saturating_add(since as u64))
    }

    /// How high the picture is.
    pub fn height(&self) -> f64 {
        f64::from(self.members.max(1)) * TALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::scenario::shard::ShardScenario;
    use engine::session::shard::Shards;
    use engine::trace::look::Glance;

    fn block(agreement: Option<&str>) -> BlockLook {
        let mut scenario = ShardScenario::default();
        scenario.block.agreement = agreement.map(str::to_owned);
        scenario.block.members = 7;
        let glance = Glance {
            at: Micros(2_000_000),
            shard: Some(0),
            ..Glance::default()
        };
        Shards::look_at(&scenario, glance).unwrap().block.unwrap()
    }

    #[test]
    fn every_message_is_a_line_within_the_time_of_the_agreement() {
        assert_eq!(TalkChart::of(&block(None)), None);
        let block = block(Some("pbft"));
        let chart = TalkChart::of(&block).unwrap();
        let talk = block.talk.as_ref().unwrap();
        let lines = |of: fn(&Kind) -> &String| -> usize {
            let counts = chart.kinds.iter().map(|kind| of(kind).matches('L').count());
            counts.sum()
        };
        let own = talk.said.iter().filter(|said| said.is_own).count();
        assert_eq!(lines(|kind| &kind.own), own);
        assert_eq!(lines(|kind| &kind.other), talk.said.len() - own);
        let count: usize = chart.kinds.iter().map(|kind| kind.count).sum();
        assert_eq!(count, own);
        assert_eq!(chart.decided.matches('M').count(), talk.decided.len());
        assert_eq!(chart.shown(block.proposed), Some(0.0));
        assert!(chart.shown(block.agreed).is_some());
        assert_eq!(chart.shown(Micros(0)), None);
        assert_eq!(chart.moment(0.0), block.proposed);
        assert_eq!(chart.moment(1.0), chart.span[1]);
        for said in &talk.said {
            assert!(chart.shown(said.sent).is_some());
        }
    }
}
