//! The counter-example of Abraham et al. (arXiv 1712.01367), message by message: the test holds the post, and
//! plays the liar.

use super::DESCRIPTOR;
use super::chain::Ordered;
use super::client::{ASK_AGAIN, PATIENCE_OVER};
use super::form::SEQUENCE_FIRST;
use super::message::{Request, ViewChange, ZyzzyvaMessage};
use super::replica::Zyzzyva;
use crate::consensus::{
    Block, BlockId, Certificate, Input, Note, Out, Payload, Protocol, Settings, Signers,
};
use crate::primitives::{Micros, NodeIndex};
use crate::sim::{Action, Timer};
use std::sync::Arc;

const LIAR: NodeIndex = NodeIndex(0);

/// A decision: who, at which height, which block, whose signatures.
type Decision = (u32, u64, BlockId, Signers);

/// Replicas, and what they have sent and nobody has delivered.
struct Post {
    replicas: Vec<Zyzzyva>,
    sent: Vec<(NodeIndex, NodeIndex, ZyzzyvaMessage)>,
    timers: Vec<(NodeIndex, Timer)>,
    decided: Vec<Decision>,
}

impl Post {
    /// Four replicas whose clients want two things: the last one's, and that of the one before.
    fn new(flaw: Option<u8>) -> Self {
        let mut config = Settings::of(&DESCRIPTOR, 4).config;
        (config.flaw, config.decisions) = (flaw, 2);
        let nodes = (0..4).map(NodeIndex);
        let mut post = Self {
            replicas: nodes.map(|me| Zyzzyva::new(&config, me)).collect(),
            sent: Vec::new(),
            timers: Vec::new(),
            decided: Vec::new(),
        };
        for node in 1..4 {
            post.tell(node, Input::Start);
        }
        post
    }

    fn tell(&mut self, node: u32, input: Input<'_, ZyzzyvaMessage>) {
        let me = NodeIndex(node);
        let mut out = Out::new(false);
        self.replicas[node as usize].step(Micros(0), input, &mut out);
        for action in out.actions {
            match action {
                Action::Send { to, message } => self.sent.push((me, to, message)),
                Action::Multicast { to, message } => {
                    let each = to.into_iter().map(|to| (me, to, message.clone()));
                    self.sent.extend(each);
                }
                Action::Broadcast(message) => {
                    let others = (0..4).map(NodeIndex).filter(|to| *to != me);
                    self.sent.extend(others.map(|to| (me, to, message.clone())));
                }
                Action::SetTimer { timer, .. } => self.timers.push((me, timer)),
                Action::Note(Note::Ask { height }) => {
                    let payload = Payload {
                        tag: height,
                        ..Payload::default()
                    };
                    self.tell(node, Input::Payload(payload));
                }
                Action::Note(Note::Decided {
                    height,
                    block,
                    certificate,
                }) => self
                    .decided
                    .push((node, height, block, certificate.signers)),
                Action::Note(_) => {}
            }
        }
    }

    fn say(&mut self, from: NodeIndex, to: u32, message: &ZyzzyvaMessage) {
        self.tell(to, Input::Message { from, message });
    }

    /// Delivers what is chosen, and what comes of that, in the order of sending; the liar gets nothing.
    fn deliver(&mut self, choose: impl Fn(u32, u32, &ZyzzyvaMessage) -> bool) {
        while let Some(at) = self
            .sent
            .iter()
            .position(|(from, to, message)| *to != LIAR && choose(from.0, to.0, message))
        {
            let (from, to, message) = self.sent.remove(at);
            self.say(from, to.0, &message);
        }
    }

    /// Lets the newest timer of a kind fire.
    fn fire(&mut self, node: u32, kind: u8) {
        let mut timers = self.timers.iter().rev();
        let found = timers.find(|(of, timer)| (of.0, timer.kind) == (node, kind));
        let (_, timer) = *found.unwrap();
        self.tell(node, Input::Timer(timer));
    }

    /// What a client wants.
    fn request(&self, client: u32) -> Request {
        let mut sent = self.sent.iter();
        let request = sent.find_map(|(_, _, message)| match message {
            ZyzzyvaMessage::Request(request) if request.client.0 == client => Some(*request),
            _ => None,
        });
        request.unwrap()
    }
}

fn ordered(request: &Request) -> Ordered {
    Ordered {
        block: Block::new(BlockId::NONE, 1, 0, LIAR, request.payload),
        client: request.client,
        number: request.number,
    }
}

fn is_change(message: &ZyzzyvaMessage) -> bool {
    matches!(
        message,
        ZyzzyvaMessage::NewView(_) | ZyzzyvaMessage::ViewConfirm(_)
    )
}

fn is_answer(message: &ZyzzyvaMessage) -> bool {
    matches!(message, ZyzzyvaMessage::SpecResponse { .. })
}

/// Views 0, 1 and 2 of the counter-example (1, 2 and 3 there); a and b, and what was decided.
fn play(flaw: Option<u8>) -> (Post, Ordered, Ordered) {
    let mut post = Post::new(flaw);
    let (a, b) = (ordered(&post.request(2)), ordered(&post.request(3)));
    post.sent.clear();

    // View 0: the liar orders a for replicas 1 and 2, b for replica 3.
    for (to, order) in [(1, a), (2, a), (3, b)] {
        post.say(LIAR, to, &ZyzzyvaMessage::OrderReq(order));
    }
    // Three answers are a commit certificate for a. It reaches replica 2 alone.
    post.deliver(|_, to, message| to == 2 && is_answer(message));
    let answer = |view, ordered| ZyzzyvaMessage::SpecResponse { view, ordered };
    post.say(LIAR, 2, &answer(0, a));
    post.fire(2, PATIENCE_OVER);
    post.deliver(|from, to, message| {
        (from, to) == (2, 2)
            && matches!(
                message,
                ZyzzyvaMessage::Commit(_) | ZyzzyvaMessage::LocalCommit(_)
            )
    });
    assert_eq!(post.replicas[2].best.block, a.block.id);
    assert!(post.decided.is_empty());
    post.sent.clear();

    // View 1, whose primary is replica 1: replicas 1 and 3 report, and the liar says that it has b.
    for to in 1..4 {
        for from in [0, 3] {
            post.say(NodeIndex(from), to, &ZyzzyvaMessage::Hate { view: 0 });
        }
    }
    let lie = ViewChange {
        view: 1,
        grounds: None,
        begun: 0,
        stable: post.replicas[1].stable.clone(),
        best: Certificate::genesis(),
        certified: Vec::new(),
        history: vec![b],
    };
    post.say(LIAR, 1, &ZyzzyvaMessage::ViewChange(Arc::new(lie)));
    let is_report = |message: &ZyzzyvaMessage| matches!(message, ZyzzyvaMessage::ViewChange(_));
    post.deliver(|from, to, message| (from, to) == (3, 1) && is_report(message));
    post.deliver(|_, _, message| is_change(message));
    for replica in &post.replicas[1..] {
        assert!(replica.is_in(1));
        assert_eq!(replica.chain.tip(), (1, b.block.id));
    }
    // All four answer b: its client is content, and nobody makes a commit certificate.
    post.deliver(|_, to, message| to == 3 && is_answer(message));
    post.say(LIAR, 3, &answer(1, b));
    let all: Signers = (0..4).map(NodeIndex).collect();
    assert_eq!(post.decided, [(3, 1, b.block.id, all)]);
    post.sent.clear();

    // View 2, whose primary is replica 2; the liar is silent.
    for to in 1..4 {
        for from in [0, 3] {
            post.say(NodeIndex(from), to, &ZyzzyvaMessage::Hate { view: 1 });
        }
    }
    post.deliver(|_, to, message| to == 2 && is_report(message));
    post.deliver(|_, _, message| is_change(message));
    for replica in &post.replicas[1..] {
        assert!(replica.is_in(2));
    }
    (post, a, b)
}

#[test]
fn as_published_a_certificate_of_an_old_view_undoes_what_a_client_has_completed() {
    let (mut post, a, b) = play(Some(SEQUENCE_FIRST));
    for replica in &post.replicas[1..] {
        assert_eq!(replica.chain.tip(), (1, a.block.id));
    }
    // Three answers and their local-commits, without the liar.
    post.deliver(|_, to, message| to == 2 && is_answer(message));
    post.fire(2, PATIENCE_OVER);
    post.deliver(|_, _, message| {
        matches!(
            message,
            ZyzzyvaMessage::Commit(_) | ZyzzyvaMessage::LocalCommit(_)
        )
    });
    let found: Vec<_> = post.decided.iter().map(|at| (at.0, at.1, at.2)).collect();
    assert_eq!(found, [(3, 1, b.block.id), (2, 1, a.block.id)]);
    let both: Vec<u32> = post.decided[0]
        .3
        .common(&post.decided[1].3)
        .iter()
        .map(|node| node.0)
        .collect();
    assert_eq!(both, [1, 2, 3]);
}

#[test]
fn repaired_the_newest_view_counts_and_the_other_request_comes_second() {
    let (mut post, a, b) = play(None);
    for replica in &post.replicas[1..] {
        assert_eq!(replica.chain.tip(), (1, b.block.id));
    }
    post.fire(2, ASK_AGAIN);
    post.deliver(|_, _, message| {
        matches!(
            message,
            ZyzzyvaMessage::Request(_) | ZyzzyvaMessage::OrderReq(_)
        ) || is_answer(message)
    });
    post.fire(2, PATIENCE_OVER);
    post.deliver(|_, _, message| {
        matches!(
            message,
            ZyzzyvaMessage::Commit(_) | ZyzzyvaMessage::LocalCommit(_)
        )
    });
    let second = post.replicas[1].chain.at(2).unwrap();
    assert_eq!(second.block.parent, b.block.id);
    assert_eq!((second.client, second.number), (a.client, a.number));
    let found: Vec<_> = post.decided.iter().map(|at| (at.0, at.1, at.2)).collect();
    let first = b.block.id;
    assert_eq!(
        found,
        [(3, 1, first), (2, 1, first), (2, 2, second.block.id)]
    );
}
