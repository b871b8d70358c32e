//! A miner's state: finding blocks, preferring a chain, confirming.

use super::double_spend::DoubleSpend;
use super::form::{CONFIRMATION, DESCRIPTOR, Rules, share};
use super::message::NakamotoMessage;
use super::selfish::SelfishMining;
use crate::consensus::adversary::Behaviour;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::card::{Card, CardCount, Waits};
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::consensus::tree::Tree;
use crate::primitives::seed::Stream;
use crate::primitives::{Micros, NodeIndex};
use crate::sim::neighbours;
use crate::sim::sample::exponential;
use std::collections::{BTreeSet, VecDeque};

/// Blocks this far below the head are for ever what they are: a node forgets their rivals.
const HEIGHTS_KEPT: u64 = 2_048;
/// Most blocks found that wait for their contents.
const PENDING_MAX: usize = 64;
/// A node that has heard nothing new for so many intervals asks a peer.
const INTERVALS_QUIET: u64 = 10;

/// The timer of the next block found.
const FIND: u8 = 0;
/// The timer after which a node that has heard nothing asks.
const QUIET: u8 = 1;

/// A miner.
#[derive(Clone, Debug)]
pub struct Nakamoto {
    pub(super) config: Config,
    pub(super) rules: Rules,
    pub(super) me: NodeIndex,
    pub(super) tree: Tree<Block>,
    /// The last block of the preferred chain, among what is public.
    pub(super) head: BlockId,
    /// The height confirmed last.
    decided: u64,
    /// By miner: blocks of the confirmed chain.
    rewards: Vec<u64>,
    /// What it tells blocks to; empty for everybody.
    pub(super) peers: Vec<NodeIndex>,
    /// Blocks that it has asked for.
    pub(super) requested: BTreeSet<BlockId>,
    /// When blocks are found, and whom it asks.
    pub(super) stream: Stream,
    /// Mean time until this miner finds a block.
    mean: Micros,
    /// Blocks found.
    found: u64,
    /// What the blocks extend that are found and wait for their contents.
    pending: VecDeque<BlockId>,
    /// The head when it was last looked whether there is news.
    quiet_since: BlockId,
    attack: Attack,
}

/// What a miner does with blocks.
#[derive(Clone, Debug)]
enum Attack {
    /// Tells them.
    None,
    Selfish(SelfishMining),
    DoubleSpend(DoubleSpend),
}

impl Protocol for Nakamoto {
    type Message = NakamotoMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    const IS_REVERSIBLE: bool = true;
    const BEHAVIOURS: &'static [Behaviour] = &[Behaviour::SelfishMine, Behaviour::DoubleSpend];

    fn new(config: &Config, me: NodeIndex) -> Self {
        let rules = Rules::of(config);
        let nodes = config.quorum.nodes;
        let peers = match rules.peers {
            0 => Vec::new(),
            degree => neighbours(nodes, degree, &config.seed)
                .get(me.as_usize())
                .map_or(Vec::new(), |peers| {
                    peers.iter().copied().map(NodeIndex).collect()
                }),
        };
        let (weight, all) = share(config, me.0);
        let mean = u128::from(rules.interval_us) * all / weight.max(1);
        Self {
            config: config.clone(),
            rules,
            me,
            tree: Tree::default(),
            head: BlockId::NONE,
            decided: 0,
            rewards: vec![0; nodes as usize],
            peers,
            requested: BTreeSet::new(),
            stream: config.seed.fork("miner").fork_index(me.0.into()).stream(),
            mean: Micros(u64::try_from(mean).unwrap_or(u64::MAX)),
            found: 0,
            pending: VecDeque::new(),
            quiet_since: BlockId::NONE,
            attack: Attack::None,
        }
    }

    fn step(
        &mut self,
        _: Micros,
        input: Input<'_, NakamotoMessage>,
        out: &mut Out<NakamotoMessage>,
    ) {
        match input {
            Input::Start => self.begin(out),
            Input::Recover => {
                self.pending.clear();
                self.requested.clear();
                self.begin(out);
                self.tell_peers(NakamotoMessage::AskHead, None, out);
            }
            Input::Payload(payload) => self.assemble(payload, out),
            Input::Timer(timer) if timer.kind == FIND => self.find(out),
            Input::Timer(_) => self.look_around(out),
            Input::Message { from, message } => self.receive(from, message, out),
        }
    }

    fn card(&self) -> Card {
        let head = self.tree.height(self.head);
        let next = self.decided + 1;
        let is_waiting = self.decided < self.config.decisions;
        let counts = (head >= next && is_waiting).then(|| CardCount {
            phase: CONFIRMATION,
            view: 0,
            height: next,
            block: self.tree.ancestor(self.head, next),
            have: (head - self.decided) as u32,
            need: self.rules.confirmations as u32,
        });
        Card {
            view: head,
            leader: self
                .tree
                .get(self.head)
                .map_or(self.me, |block| block.proposer),
            decided: self.decided,
            lock: None,
            counts: counts.into_iter().collect(),
            waits: if is_waiting {
                Waits::Time
            } else {
                Waits::Nothing
            },
        }
    }

    fn misbehave(&mut self, behaviour: Option<Behaviour>, _: &mut Out<NakamotoMessage>) {
        let height = self.tree.height(self.head);
        self.attack = match behaviour {
            Some(Behaviour::SelfishMine) => Attack::Selfish(SelfishMining::new(self.head, height)),
            Some(Behaviour::DoubleSpend) => {
                Attack::DoubleSpend(DoubleSpend::new(self.head, self.rules.confirmations))
            }
            _ => Attack::None,
        };
    }
}

impl Nakamoto {
    /// By miner: how many blocks of the confirmed chain are theirs.
    pub fn rewards(&self) -> &[u64] {
        &self.rewards
    }

    /// How many blocks it has found.
    pub fn found(&self) -> u64 {
        self.found
    }

    /// The height of its head.
    pub fn height(&self) -> u64 {
        self.tree.height(self.head)
    }

    /// What it has gained as a selfish miner, if it is one.
    pub fn selfish(&self) -> Option<&SelfishMining> {
        match &self.attack {
            Attack::Selfish(attack) => Some(attack),
            _ => None,
        }
    }

    /// What it has gained as a double spender, if it is one.
    pub fn double_spend(&self) -> Option<&DoubleSpend> {
        match &self.attack {
            Attack::DoubleSpend(attack) => Some(attack),
            _ => None,
        }
    }

    fn begin(&mut self, out: &mut Out<NakamotoMessage>) {
        self.set_find(out);
        out.set_timer(QUIET, 0, self.quiet());
    }

    fn quiet(&self) -> Micros {
        Micros(self.rules.interval_us.saturating_mul(INTERVALS_QUIET))
    }

    /// Finding has no memory, so a timer that runs need not be set anew for another head.
    fn set_find(&mut self, out: &mut Out<NakamotoMessage>) {
        let after = exponential(&mut self.stream, self.mean);
        out.set_timer(FIND, 0, after);
    }

    /// §5, step 3: found. What the block extends is settled; its contents come from outside.
    fn find(&mut self, out: &mut Out<NakamotoMessage>) {
        // All that was asked for is confirmed: it rests.
        if self.decided >= self.config.decisions {
            return;
        }
        self.set_find(out);
        if self.pending.len() >= PENDING_MAX {
            return;
        }
        let parent = match &self.attack {
            Attack::None => self.head,
            Attack::Selfish(attack) => attack.tip(),
            Attack::DoubleSpend(attack) => attack.tip(),
        };
        self.pending.push_back(parent);
        out.ask(self.tree.height(parent) + 1);
    }

    fn assemble(&mut self, payload: Payload, out: &mut Out<NakamotoMessage>) {
        let Some(parent) = self
            .pending
            .pop_front()
            .filter(|parent| self.tree.has(*parent))
        else {
            return;
        };
        let height = self.tree.height(parent) + 1;
        // In the place of the view: how many blocks its miner had found, so that no two are the same.
        let block = Block::new(parent, height, self.found, self.me, payload);
        self.found += 1;
        out.proposed(block);
        self.tree.add(block);
        let public = self.height();
        let published = match &mut self.attack {
            Attack::None => vec![block],
            Attack::Selfish(attack) => attack.found(block, public),
            Attack::DoubleSpend(attack) => attack.found(block, public),
        };
        self.publish(published, out);
    }

    fn publish(&mut self, blocks: Vec<Block>, out: &mut Out<NakamotoMessage>) {
        for block in blocks {
            self.tell(&block, None, out);
            self.prefer(block, out);
        }
    }

    /// A block of somebody's is in the tree.
    pub(super) fn heard(&mut self, block: Block, out: &mut Out<NakamotoMessage>) {
        let before = self.height();
        self.prefer(block, out);
        let (head, public) = (self.head, self.height());
        let published = match &mut self.attack {
            Attack::None => return,
            Attack::Selfish(attack) => attack.heard(&block, before),
            Attack::DoubleSpend(attack) => attack.heard(head, public),
        };
        self.publish(published, out);
    }

    /// §5: the longest chain; of two as long, the one that came first.
    fn prefer(&mut self, block: Block, out: &mut Out<NakamotoMessage>) {
        let former = self.height();
        if block.height <= former {
            return;
        }
        let common = self.tree.height(self.tree.common(self.head, block.id));
        for left in self.tree.branch(self.head, common) {
            if left.height <= self.decided {
                let reward = &mut self.rewards[left.proposer.as_usize()];
                *reward = reward.saturating_sub(1);
            }
        }
        self.decided = self.decided.min(common);
        self.head = block.id;
        out.head(block.height, block.id, (former - common) as u32);
        self.confirm(out);
        let (_, root) = self.tree.root();
        if block.height > root + 2 * HEIGHTS_KEPT {
            let root = self.tree.ancestor(self.head, block.height - HEIGHTS_KEPT);
            self.tree.root_at(root, |_| {});
        }
    }

    /// Decides what is deep enough, in order.
    fn confirm(&mut self, out: &mut Out<NakamotoMessage>) {
        let deep = (self.height() + 1).saturating_sub(self.rules.confirmations);
        let until = deep.min(self.config.decisions);
        if until <= self.decided {
            return;
        }
        // The highest first.
        let chain: Vec<Block> = self.tree.branch(self.head, self.decided).copied().collect();
        for (place, block) in chain.iter().enumerate().rev() {
            if block.height > until {
                break;
            }
            self.rewards[block.proposer.as_usize()] += 1;
            // Its word is the work on top of it.
            let signers = chain[..=place].iter().map(|above| above.proposer).collect();
            let certificate = Certificate {
                view: 0,
                phase: CONFIRMATION,
                height: block.height,
                block: block.id,
                signers,
            };
            out.decided(block.height, block.id, certificate);
        }
        self.decided = until;
    }

    /// Has anything come since the last time? If not, something may have been lost.
    fn look_around(&mut self, out: &mut Out<NakamotoMessage>) {
        if self.decided >= self.config.decisions {
            return;
        }
        out.set_timer(QUIET, 0, self.quiet());
        if self.quiet_since == self.head {
            self.requested.clear();
            if let Some(peer) = self.draw_peer() {
                out.send(peer, NakamotoMessage::AskHead);
            }
        }
        self.quiet_since = self.head;
    }
}
