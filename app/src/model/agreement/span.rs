//! Faults as stretches of time: who is down or lies, and how the network is cut.

use engine::primitives::Micros;
use engine::sim::{Act, ActKind};

/// What a node is for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It is down.
    Down,
    /// It does not do what the protocol says, or has done so: nobody relies on it any more.
    Lies,
    /// Everything that it sends takes longer.
    Slow,
}

/// A stretch of time of one node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The node.
    pub node: u32,
    /// What it is.
    pub state: State,
    /// Since when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
}

/// A stretch of time in which the network is cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Since when.
    pub from: Micros,
    /// Until when.
    pub to: Micros,
    /// The group of each node, counted from 0.
    pub groups: Vec<u16>,
}

/// All stretches of a run.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Spans {
    /// Of nodes.
    pub nodes: Vec<Span>,
    /// Of the network.
    pub cuts: Vec<Cut>,
}

impl Spans {
    /// The stretches that acts make, among so many nodes (copies included), of a run that ends then.
    pub fn of(acts: &[Act], nodes: u32, end: Micros) -> Self {
        let mut acts: Vec<&Act> = acts.iter().filter(|act| act.at <= end).collect();
        acts.sort_by_key(|act| act.at);
        let mut spans = Self::default();
        let mut originals = nodes
            - (acts.iter())
                .filter(|act| matches!(act.kind, ActKind::Copy { .. }))
                .count() as u32;
        for act in acts {
            let at = act.at;
            match &act.kind {
                ActKind::Crash { node } => spans.begin(*node, State::Down, at, end),
                ActKind::Recover { node, .. } => spans.close(*node, State::Down, at),
                ActKind::Slow { node, delay } if *delay == Micros(0) => {
                    spans.close(*node, State::Slow, at);
                }
                ActKind::Slow { node, .. } => spans.begin(*node, State::Slow, at, end),
                // One that repents is not relied on either.
                ActKind::Order { node, .. } => spans.begin(*node, State::Lies, at, end),
                ActKind::Copy { node } => {
                    spans.begin(*node, State::Lies, at, end);
                    spans.begin(originals, State::Lies, at, end);
                    originals += 1;
                }
                ActKind::Partition { groups } => {
                    spans.heal(at);
                    let rest = groups.len() as u16;
                    let mut of = vec![rest; nodes as usize];
                    for (number, group) in groups.iter().enumerate() {
                        for node in group {
                            if let Some(of) = of.get_mut(*node as usize) {
                                *of = number as u16;
                            }
                        }
                    }
                    spans.cuts.push(Cut {
                        from: at,
                        to: end,
                        groups: of,
                    });
                }
                ActKind::Heal => spans.heal(at),
                _ => {}
            }
        }
        spans
    }

    fn begin(&mut self, node: u32, state: State, from: Micros, to: Micros) {
        if self.at(node, state, from).is_none() {
            self.nodes.push(Span {
                node,
                state,
                from,
                to,
            });
        }
    }

    fn close(&mut self, node: u32, state: State, at: Micros) {
        let open = |span: &&mut Span| span.node == node && span.state == state && span.to >= at;
        if let Some(span) = self.nodes.iter_mut().rfind(open) {
            span.to = at;
        }
    }

    fn heal(&mut self, at: Micros) {
        if let Some(cut) = self.cuts.last_mut() {
            cut.to = cut.to.min(at);
        }
    }

    /// The stretch in which a node is this at a moment.
    pub fn at(&self, node: u32, state: State, at: Micros) -> Option<&Span> {
        let holds = |span: &&Span| {
            span.node == node && span.state == state && span.from <= at && at < span.to
        };
        self.nodes.iter().find(holds)
    }

    /// How the network is cut at a moment.
    pub fn cut(&self, at: Micros) -> Option<&Cut> {
        self.cuts.iter().find(|cut| cut.from <= at && at < cut.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_begin_and_end() {
        let act = |at, kind| Act {
            at: Micros(at),
            kind,
        };
        let acts = [
            act(10, ActKind::Crash { node: 1 }),
            act(
                30,
                ActKind::Recover {
                    node: 1,
                    forgets: false,
                },
            ),
            act(0, ActKind::Copy { node: 0 }),
            act(
                5,
                ActKind::Partition {
                    groups: vec![vec![0, 1]],
                },
            ),
            act(50, ActKind::Heal),
            act(60, ActKind::Crash { node: 1 }),
        ];
        let spans = Spans::of(&acts, 5, Micros(100));
        assert!(spans.at(1, State::Down, Micros(20)).is_some());
        assert!(spans.at(1, State::Down, Micros(40)).is_none());
        assert!(spans.at(1, State::Down, Micros(99)).is_some());
        assert!(spans.at(0, State::Lies, Micros(0)).is_some());
        assert!(spans.at(4, State::Lies, Micros(0)).is_some(), "the copy");
        assert_eq!(spans.cuts.len(), 1);
        assert_eq!(spans.cuts[0].groups, [0, 0, 1, 1, 1]);
        assert!(spans.cut(Micros(49)).is_some() && spans.cut(Micros(50)).is_none());
    }
}
