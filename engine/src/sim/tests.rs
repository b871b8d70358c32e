//! A network of machines that only pass a number on.

use super::*;
use crate::primitives::{Micros, NodeIndex, Seed};
use crate::trace::consensus::{DropReason, Fate, Recording};

#[derive(Clone)]
struct Token(u64);

impl Message for Token {
    fn envelope(&self, sizes: &Sizes) -> Envelope {
        Envelope {
            height: self.0,
            bytes: sizes.header,
            signatures: 1,
            ..Envelope::default()
        }
    }
}

/// Sends the token round; broadcasts it at the end. Notes what it hears.
#[derive(Clone)]
struct Ring {
    me: u32,
    nodes: u32,
    laps: u64,
}

impl Machine for Ring {
    type Message = Token;
    type External = u64;
    type Note = u64;

    fn handle(&mut self, _: Micros, input: Input<'_, Token, u64>, out: &mut Outbox<Token, u64>) {
        match input {
            Input::Start if self.me == 0 && self.laps > 0 => out.send(NodeIndex(1), Token(1)),
            Input::Message { message, .. } => {
                out.note(message.0);
                if message.0 < self.laps {
                    let next = NodeIndex((self.me + 1) % self.nodes);
                    out.send(next, Token(message.0 + 1));
                } else if message.0 == self.laps {
                    out.broadcast(Token(message.0 + 1));
                }
            }
            Input::External(number) => out.broadcast(Token(number)),
            Input::Timer(timer) => out.note(1_000 + timer.view),
            Input::Order(order) => out.set_timer(0, u64::from(order), Micros(1_000_000)),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Heard(Vec<(Micros, u32, u64)>);

impl Observer<Ring> for Heard {
    fn note(&mut self, moment: Moment, note: u64, _: Option<&mut Recording>) {
        self.0.push((moment.at, moment.node, note));
    }
}

fn ring(nodes: u32, laps: u64) -> Vec<Ring> {
    (0..nodes).map(|me| Ring { me, nodes, laps }).collect()
}

fn run(network: NetworkSettings, laps: u64, acts: Vec<Act>) -> (Simulation<Ring>, Heard) {
    let recording = Some(Recording::new(10_000));
    let mut simulation = Simulation::new(ring(4, laps), network, Seed::new(7), acts, recording);
    let mut heard = Heard::default();
    while simulation.step(&mut heard) {}
    (simulation, heard)
}

fn act(at: u64, kind: ActKind) -> Act {
    Act {
        at: Micros(at),
        kind,
    }
}

#[test]
fn a_message_takes_the_delay_and_a_broadcast_reaches_everybody_else() {
    let (simulation, heard) = run(NetworkSettings::default(), 5, vec![]);
    assert_eq!(heard.0.len(), 8);
    assert_eq!(heard.0[4], (Micros(500_000), 1, 5));
    let last: Vec<_> = heard.0[5..]
        .iter()
        .map(|(at, node, _)| (at.0, *node))
        .collect();
    assert_eq!(last, [(600_000, 0), (600_000, 2), (600_000, 3)]);
    assert_eq!(simulation.tally().sent[0], 8);
    assert_eq!(simulation.tally().delivered, 8);
    // Each message names the one whose handling sent it.
    let messages = &simulation.recording().unwrap().messages;
    assert_eq!(
        (messages[4].cause, messages[7].cause, messages[7].depth),
        (3, 4, 6)
    );
}

#[test]
fn the_same_seed_gives_the_same_run_and_recording_changes_nothing() {
    let network = NetworkSettings {
        jitter: Jitter::LogNormal { sigma_ppm: 500_000 },
        loss_ppm: 200_000,
        ..NetworkSettings::default()
    };
    let digest = |seed, recording| {
        let mut simulation = Simulation::new(
            ring(4, 50),
            network.clone(),
            Seed::new(seed),
            vec![],
            recording,
        );
        while simulation.step(&mut Heard::default()) {}
        (simulation.digest(), simulation.tally().repeated)
    };
    let (first, repeated) = digest(1, None);
    assert!(repeated > 0);
    assert_eq!(digest(1, Some(Recording::new(3))).0, first);
    assert_ne!(digest(2, None).0, first);
}

#[test]
fn uplinks_queue_and_checking_takes_its_time() {
    // 48 bytes at 384 kbit/s take 1 ms each; three copies leave one after the other.
    let network = NetworkSettings {
        uplink_kbps: vec![384; 4],
        costs: Costs {
            message_ns: 100_000,
            verify_ns: 400_000,
        },
        ..NetworkSettings::default()
    };
    let (_, heard) = run(network, 1, vec![]);
    let at: Vec<_> = heard.0.iter().map(|(at, ..)| at.0).collect();
    assert_eq!(at, [101_500, 203_000, 204_000, 205_000]);
}

#[test]
fn fair_sharing_lets_all_copies_leave_together() {
    let network = NetworkSettings {
        uplink_kbps: vec![384; 4],
        sharing: network::Sharing::Fair,
        ..NetworkSettings::default()
    };
    let (_, heard) = run(network, 1, vec![]);
    let at: Vec<_> = heard.0.iter().map(|(at, ..)| at.0).collect();
    assert_eq!(at, [101_000, 204_000, 204_000, 204_000]);
}

#[test]
fn a_partition_holds_messages_back_until_it_heals() {
    let groups = vec![vec![0, 1], vec![2, 3]];
    let acts = vec![
        act(50_000, ActKind::Partition { groups }),
        act(900_000, ActKind::Heal),
    ];
    let (simulation, heard) = run(NetworkSettings::default(), 2, acts);
    // Sent at 100 ms to node 2, held until 900 ms.
    assert_eq!(heard.0[1], (Micros(1_000_000), 2, 2));
    assert_eq!(simulation.tally().delivered, 5);
}

#[test]
fn crashed_nodes_hear_nothing_and_their_timers_do_not_fire() {
    let acts = vec![
        act(10, ActKind::Order { node: 1, order: 9 }),
        act(20, ActKind::Order { node: 2, order: 8 }),
        act(50, ActKind::Crash { node: 1 }),
        act(
            2_000,
            ActKind::Recover {
                node: 1,
                forgets: false,
            },
        ),
    ];
    let (simulation, heard) = run(NetworkSettings::default(), 0, acts.clone());
    assert_eq!(heard.0, [(Micros(1_000_020), 2, 1_008)]);
    assert_eq!(simulation.tally().delivered, 0);
    let (simulation, _) = run(NetworkSettings::default(), 3, acts[2..3].to_vec());
    assert_eq!(simulation.tally().dropped_for(DropReason::Crashed), 1);
    let fate = simulation.recording().unwrap().messages[0].fate;
    assert_eq!(fate, Fate::Dropped(DropReason::Crashed));
}

#[test]
fn single_messages_kinds_links_and_clocks_are_subject_to_acts() {
    let dropped = |kind| {
        let (simulation, _) = run(NetworkSettings::default(), 3, vec![act(0, kind)]);
        simulation.tally().dropped_for(DropReason::Act)
    };
    assert_eq!(dropped(ActKind::DropMessage { id: 1 }), 1);
    let of_one = |from, count| ActKind::DropKind {
        from,
        to: None,
        kind: 0,
        count,
    };
    assert_eq!(dropped(of_one(Some(3), 2)), 2);
    assert_eq!(dropped(of_one(Some(2), 0)), 0);
    let slow = ActKind::Delay {
        from: 0,
        to: 1,
        delay: Micros(7),
    };
    let (_, heard) = run(NetworkSettings::default(), 1, vec![act(0, slow)]);
    assert_eq!(heard.0[0].0, Micros(100_007));
    // A clock that runs 10 % fast makes a second pass in 0.909 s.
    let acts = vec![
        act(
            0,
            ActKind::Skew {
                node: 2,
                ahead: Micros(5),
                drift_ppm: 100_000,
            },
        ),
        act(0, ActKind::Order { node: 2, order: 1 }),
    ];
    let (_, heard) = run(NetworkSettings::default(), 0, acts);
    assert_eq!(heard.0[0].0, Micros(909_091));
}

#[test]
fn a_copy_shares_the_identity_and_takes_over_the_timers() {
    let acts = vec![
        act(10, ActKind::Order { node: 2, order: 1 }),
        act(20, ActKind::Copy { node: 2 }),
    ];
    let (simulation, heard) = run(NetworkSettings::default(), 3, acts);
    assert_eq!((simulation.nodes(), simulation.identity(4)), (5, 2));
    assert!(heard.0.contains(&(Micros(1_000_010), 4, 1_001)));
    // What is sent to the identity comes to both, and both answer.
    let second: Vec<_> = heard.0.iter().filter(|(.., note)| *note == 2).collect();
    assert_eq!(second.len(), 2);
}

#[test]
fn gossip_reaches_every_node_once() {
    let network = NetworkSettings {
        spread: Spread::Gossip { degree: 3 },
        ..NetworkSettings::default()
    };
    let machines = ring(60, 0);
    let mut simulation = Simulation::new(machines, network, Seed::new(3), vec![], None);
    let because = Moment {
        at: Micros(0),
        node: 0,
        depth: 0,
        cause: 0,
    };
    simulation.give(5, Micros(1), 99, because);
    let mut heard = Heard::default();
    while simulation.step(&mut heard) {}
    let mut nodes: Vec<_> = heard.0.iter().map(|(_, node, _)| *node).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, (0..60).filter(|node| *node != 5).collect::<Vec<_>>());
    assert!(simulation.tally().relayed > 59);
}

#[test]
fn before_stabilisation_messages_are_late_but_never_later_than_it_allows() {
    let network = NetworkSettings {
        stabilisation: network::Stabilisation {
            at: Micros(1_000_000),
            extra: Micros(10_000_000),
        },
        ..NetworkSettings::default()
    };
    let (_, heard) = run(network, 1, vec![]);
    assert!(heard.0[0].0 > Micros(100_000) && heard.0[0].0 <= Micros(1_100_000));
}
