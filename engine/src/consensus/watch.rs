//! Who watches: checks every decision of an honest replica, measures latency and hops, records.

use super::adversary::Behaviour;
use super::block::BlockId;
use super::certificate::Certificate;
use super::inclusion::{Client, Inclusion};
use super::news::{Ask, Decided, News};
use super::note::Note;
use super::order;
use super::protocol::Protocol;
use super::replica::Replica;
use super::signers::Signers;
use super::verdict::{Decision, Violation};
use crate::primitives::Micros;
use crate::sim::{ActKind, Moment, Observer};
use crate::trace::consensus::{Mark, Offence, Recording, What};
use std::collections::{BTreeMap, BTreeSet};

/// Most decisions whose latency is kept; later ones are counted and checked all the same.
const SAMPLES_MAX: usize = 2_000_000;

/// Heights that lie so far behind what everybody has decided are no longer compared.
const HEIGHTS_KEPT: u64 = 4_096;

/// Most requests of clients whose moment is kept.
const REQUESTS_MAX: usize = 4_096;

/// What is known of the honest replicas' decisions.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// By node, copies included: whether its identity may lie. Nobody relies on what such a node decides.
    byzantine: Vec<bool>,
    /// By node: the height it decided last.
    decided: Vec<u64>,
    first: BTreeMap<u64, First>,
    proposals: BTreeMap<BlockId, Proposal>,
    /// Where clients make requests as messages: by tag.
    requests: BTreeMap<u64, Proposal>,
    /// Gathered for whoever serves the run; without, only questions are, which the run answers itself.
    news: News,
    is_served: bool,
    violation: Option<Box<Violation>>,
    latencies: Vec<u64>,
    hops: BTreeMap<u32, u64>,
    /// How often a head was left with so many blocks of its chain; 0 is a chain that grew.
    reverts: BTreeMap<u32, u64>,
    evidence: BTreeMap<(u32, Offence), u64>,
    last_decision: Micros,
    count: u64,
    client: Client,
    /// Validators that have left for good, as far as honest nodes know.
    withdrawn: Signers,
    /// Nodes that are to be told a checkpoint.
    trusting: Vec<u32>,
}

/// What latency and hops are counted from.
#[derive(Clone, Copy, Debug)]
struct Proposal {
    at: Micros,
    depth: u32,
    /// The node whose client requested it: latency is that node's alone.
    client: Option<u32>,
}

#[derive(Clone, Debug)]
struct First {
    node: u32,
    block: BlockId,
    certificate: Certificate,
    /// Who of its signers had left by then.
    withdrawn: Signers,
}

impl Watch {
    pub(super) fn new(nodes: u32) -> Self {
        Self {
            byzantine: vec![false; nodes as usize],
            decided: vec![0; nodes as usize],
            ..Self::default()
        }
    }

    /// From now on nobody relies on what this node decides.
    fn distrust(&mut self, node: u32) {
        if let Some(byzantine) = self.byzantine.get_mut(node as usize) {
            *byzantine = true;
        }
    }

    /// Whether a node is honest.
    pub fn is_honest(&self, node: u32) -> bool {
        !self.byzantine[node as usize]
    }

    /// The height that a node decided last.
    pub fn decided(&self, node: u32) -> u64 {
        self.decided[node as usize]
    }

    /// How many decisions honest nodes have made.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first contradiction.
    pub fn violation(&self) -> Option<&Violation> {
        self.violation.as_deref()
    }

    /// Microseconds from proposal to decision, one for each decision of an honest replica whose proposal
    /// was seen.
    pub fn latencies(&self) -> &[u64] {
        &self.latencies
    }

    /// How many decisions took how many hops.
    pub fn hops(&self) -> &BTreeMap<u32, u64> {
        &self.hops
    }

    /// How often an honest node's head moved and left so many blocks of its chain: at 0 chains that grew,
    /// beyond that reorganisations.
    pub fn reverts(&self) -> &BTreeMap<u32, u64> {
        &self.reverts
    }

    /// Who was caught at what, how often.
    pub fn evidence(&self) -> &BTreeMap<(u32, Offence), u64> {
        &self.evidence
    }

    /// When an honest replica last decided.
    pub fn last_decision(&self) -> Micros {
        self.last_decision
    }

    /// The block that was first decided at a height, if it is among the last few thousand.
    pub fn block_at(&self, height: u64) -> Option<BlockId> {
        self.first.get(&height).map(|first| first.block)
    }

    /// How a client fares whom somebody censors; `None` if nobody does, and where somebody else answers
    /// what is to be proposed and knows the clients.
    pub fn inclusion(&self, now: Micros) -> Option<Inclusion> {
        self.client.report(now).filter(|_| !self.is_served)
    }

    /// A node is given a payload of transactions to propose.
    pub(super) fn offer(&mut self, node: u32, tag: u64) {
        self.client.offer(node, tag);
    }

    /// A node that is to be told a checkpoint, and which: the highest block that an honest node was the first
    /// to decide. Nothing if there is none yet.
    pub(super) fn take_trusting(&mut self) -> Option<(u32, u64, BlockId)> {
        while let Some(node) = self.trusting.pop() {
            if let Some((height, first)) = self.first.last_key_value() {
                return Some((node, *height, first.block));
            }
        }
        None
    }

    /// The newest question, unless somebody else answers.
    pub(super) fn take_ask(&mut self) -> Option<Ask> {
        if self.is_served {
            return None;
        }
        self.news.asks.pop()
    }

    pub(super) fn serve(&mut self) {
        self.is_served = true;
    }

    pub(super) fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    fn decide(&mut self, moment: Moment, height: u64, block: BlockId, certificate: &Certificate) {
        let node = moment.node;
        self.decided[node as usize] = height;
        self.last_decision = moment.at;
        self.count += 1;
        if self.is_served {
            self.news.decided.push(Decided {
                at: moment.at,
                node,
                height,
                block,
            });
        }
        self.client.decide(moment.at, height, block);
        if let Some(proposal) = self.proposals.get(&block)
            && proposal.client.is_none_or(|client| client == node)
        {
            if self.latencies.len() < SAMPLES_MAX {
                self.latencies.push(moment.at.since(proposal.at).0);
            }
            let hops = moment.depth.saturating_sub(proposal.depth);
            *self.hops.entry(hops).or_default() += 1;
        }
        let withdrawn = certificate.signers.common(&self.withdrawn);
        let first = self.first.entry(height).or_insert_with(|| First {
            node,
            block,
            certificate: certificate.clone(),
            withdrawn: withdrawn.clone(),
        });
        if first.block != block && self.violation.is_none() {
            let decision = |node, block: BlockId, certificate: &Certificate| Decision {
                node,
                block: block.0,
                view: certificate.view,
                signers: certificate.signers.iter().map(|node| node.0).collect(),
            };
            let both = first.certificate.signers.common(&certificate.signers);
            self.violation = Some(Box::new(Violation {
                height,
                decisions: [
                    decision(first.node, first.block, &first.certificate),
                    decision(node, block, certificate),
                ],
                both: both.iter().map(|node| node.0).collect(),
                withdrawn: withdrawn
                    .iter()
                    .chain(first.withdrawn.iter())
                    .map(|node| node.0)
                    .collect::<BTreeSet<u32>>()
                    .into_iter()
                    .collect(),
            }));
        }
        while let Some(entry) = self.first.first_entry()
            && entry.key() + HEIGHTS_KEPT < height
        {
            let gone = entry.remove();
            self.proposals.remove(&gone.block);
        }
    }

    fn what(&self, moment: Moment, note: &Note, recording: &mut Recording) -> Option<What> {
        Some(match note {
            Note::Ask { .. } | Note::Requested { .. } | Note::Withdrawn(_) => return None,
            Note::Proposed(block) => What::Proposed {
                view: block.view,
                height: block.height,
                block: block.id.0,
            },
            Note::Entered { view, leader } => What::Entered {
                view: *view,
                leader: leader.0,
            },
            Note::Locked { view, block } => What::Locked {
                view: *view,
                block: block.0,
            },
            Note::Counted {
                slot,
                block,
                have,
                need,
            } => What::Counted {
                phase: slot.phase,
                view: slot.view,
                block: block.0,
                have: *have,
                need: *need,
            },
            Note::Certified(certificate) => What::Certified {
                certificate: recording.push_certificate(certificate.record()),
            },
            Note::Decided {
                height,
                block,
                certificate,
            } => {
                let proposal = self.proposals.get(block);
                let (at, depth) = proposal.map_or((moment.at, moment.depth), |p| (p.at, p.depth));
                What::Decided {
                    height: *height,
                    block: block.0,
                    certificate: recording.push_certificate(certificate.record()),
                    hops: moment.depth.saturating_sub(depth),
                    latency: moment.at.since(at),
                }
            }
            Note::Head {
                height,
                block,
                reverted,
            } => What::Head {
                height: *height,
                block: block.0,
                reverted: *reverted,
            },
            Note::Evidence { culprit, offence } => What::Evidence {
                culprit: culprit.0,
                offence: *offence,
            },
        })
    }
}

impl<P: Protocol> Observer<Replica<P>> for Watch {
    fn note(&mut self, moment: Moment, note: Note, recording: Option<&mut Recording>) {
        let here = |client| Proposal {
            at: moment.at,
            depth: moment.depth,
            client,
        };
        if let Note::Requested { tag } = &note {
            let request = here(Some(moment.node));
            self.requests.entry(*tag).or_insert(request);
            if self.requests.len() > REQUESTS_MAX {
                self.requests.pop_first();
            }
        }
        if let Note::Proposed(block) = &note {
            let request = self.requests.get(&block.payload.tag).copied();
            let proposal = request.unwrap_or_else(|| here(None));
            self.proposals.entry(block.id).or_insert(proposal);
            self.client.propose(block.id, block.payload.tag);
            if self.is_served {
                self.news.proposed.push((moment.at, *block));
            }
        }
        if let Some(recording) = recording
            && let Some(what) = self.what(moment, &note, recording)
        {
            recording.push_mark(Mark {
                at: moment.at,
                node: moment.node,
                cause: moment.cause,
                what,
            });
        }
        match note {
            Note::Decided { .. } | Note::Head { .. } if !self.is_honest(moment.node) => {}
            Note::Head { reverted, .. } => *self.reverts.entry(reverted).or_default() += 1,
            Note::Ask { height } => self.news.asks.push(Ask {
                moment,
                height,
                is_censoring: self.client.is_censored_by(moment.node),
            }),
            Note::Decided {
                height,
                block,
                certificate,
            } => self.decide(moment, height, block, &certificate),
            Note::Withdrawn(left) if self.is_honest(moment.node) => {
                self.withdrawn = left.iter().chain(self.withdrawn.iter()).collect();
            }
            Note::Evidence { culprit, offence } => {
                *self.evidence.entry((culprit.0, offence)).or_default() += 1;
            }
            _ => {}
        }
    }

    fn act(&mut self, act: &ActKind, nodes: u32) {
        match act {
            ActKind::Order {
                node,
                order: order::TRUST,
            } => self.trusting.push(*node),
            ActKind::Order {
                order: order::WITHDRAW,
                ..
            } => {}
            ActKind::Order { node, order } => {
                let is_censor = *order == Behaviour::Censor as u8;
                self.client.set(*node, is_censor);
            }
            // A copy does what its original does.
            ActKind::Copy { node } if self.client.is_censored_by(*node) => {
                self.client.set(nodes - 1, true);
            }
            _ => {}
        }
        match act {
            ActKind::Order { node, order } if Behaviour::numbered(*order).is_some() => {
                self.distrust(*node);
            }
            ActKind::Recover {
                node,
                forgets: true,
            } => self.distrust(*node),
            ActKind::Copy { node } => {
                self.distrust(*node);
                self.byzantine.resize(nodes as usize, true);
                self.decided.resize(nodes as usize, 0);
            }
            _ => {}
        }
    }
}
