//! Accounts that are moved by hand, and moments that are looked at.

use super::*;
use crate::trace::look::{Glance, Look};

fn moving(at: u64, account: u32, to: u16) -> Act {
    Act {
        at: Micros(at),
        kind: ActKind::Move { account, to },
    }
}

fn with(acts: &[Act]) -> Settings {
    Settings {
        acts: acts.to_vec(),
        ..settings(Protocol::Receipts, 4)
    }
}

fn opened(settings: &Settings, wishes: &[(u64, Wish)]) -> Simulation {
    let agreement = Steady {
        span: Micros(B),
        members: 4,
        blocks: 0,
    };
    let mut wishes = Vec::from(wishes).into_iter();
    let next = move || wishes.next().map(|(at, wish)| (Micros(at), wish));
    let mut simulation = Simulation::new(settings.clone(), Box::new(agreement), Box::new(next));
    simulation.watch();
    simulation
}

fn look(simulation: &mut Simulation, glance: Glance) -> Look {
    while !simulation
        .advance_to(glance.at, 3)
        .expect("no fault of ours")
    {}
    simulation.look(glance, 4).expect("no fault of ours")
}

/// Where an account lives at a moment, with which figures.
fn account(settings: &Settings, wishes: &[(u64, Wish)], at: u64) -> (u16, u32, u32, Option<u16>) {
    let glance = Glance {
        at: Micros(at),
        account: Some(0),
        ..Glance::default()
    };
    let seen = look(&mut opened(settings, wishes), glance).account;
    let seen = seen.expect("there is such an account");
    let leaving = seen.leaving.map(|leaving| leaving.to);
    (seen.shard, seen.asked, seen.open, leaving)
}

#[test]
fn an_account_that_is_moved_goes_when_nothing_of_its_is_open_and_what_is_asked_waits() {
    let settings = with(&[moving(B / 2, 0, 3)]);
    // One is open when the account is to move, one is asked for meanwhile.
    let wishes = [
        (0, pay(0, 30, 500)),
        (B, pay(0, 1, 7)),
        (30 * B, pay(1, 0, 9)),
    ];
    let (report, recording) = run(&settings, &wishes);
    is_sound(&report);
    assert_eq!((report.fates.committed, report.moved), (3, 1));
    assert_eq!((report.put_off_by_moves, report.moving_us.count), (1, 1));
    assert_eq!(report.each[3].accounts, 26);
    let fault = &recording.faults[0];
    assert_eq!(
        (fault.what.as_str(), fault.shards.as_slice()),
        ("move", &[0, 3][..])
    );
    assert!(recording.deals.iter().any(|deal| deal.what == "move"));
    assert_eq!(account(&settings, &wishes, B / 4), (0, 1, 1, None));
    assert_eq!(account(&settings, &wishes, B), (0, 2, 1, Some(3)));
    assert_eq!(account(&settings, &wishes, 29 * B), (3, 2, 0, None));
}

#[test]
fn of_an_account_that_is_moving_the_newer_word_counts() {
    let wishes = [
        (0, pay(0, 30, 500)),
        (B / 2, pay(0, 1, 5)),
        (60 * B, pay(5, 6, 1)),
    ];
    let ends = |acts: &[Act]| {
        let settings = with(acts);
        let (report, _) = run(&settings, &wishes);
        is_sound(&report);
        assert_eq!(report.fates.committed, 3);
        (account(&settings, &wishes, 59 * B).0, report.moved)
    };
    // Before it has begun: there at once, or not at all.
    assert_eq!(ends(&[moving(1, 0, 3), moving(2, 0, 2)]), (2, 1));
    assert_eq!(ends(&[moving(1, 0, 3), moving(2, 0, 0)]), (0, 0));
    // On its way: on from there, or back.
    assert_eq!(
        ends(&[moving(20 * B, 0, 3), moving(20 * B + 5, 0, 2)]),
        (2, 2)
    );
    assert_eq!(
        ends(&[moving(20 * B, 0, 3), moving(20 * B + 5, 0, 0)]),
        (0, 2)
    );
    assert_eq!(
        ends(&[moving(20 * B, 0, 3), moving(20 * B + 5, 0, 3)]),
        (3, 1)
    );
    // It is there already.
    assert_eq!(ends(&[moving(1, 0, 0)]), (0, 0));
}

#[test]
fn a_move_to_or_of_what_is_not_there_does_nothing() {
    let wishes = [(0, pay(0, 30, 500))];
    let (report, _) = run(&with(&[moving(1, 0, 9), moving(2, 1_000, 1)]), &wishes);
    is_sound(&report);
    assert_eq!((report.moved, report.fates.committed), (0, 1));
}

#[test]
fn a_block_looked_at_is_the_one_of_the_run_and_its_receipts_are_proved() {
    let wishes = crowd(5, 200, 100, 4_000);
    for protocol in Protocol::ALL {
        let settings = settings(protocol, 4);
        let (_, recording) = run(&settings, &wishes);
        let mut simulation = opened(&settings, &wishes);
        let (mut blocks, mut receipts) = (0, 0);
        for at in (0..12).map(|step| Micros(step * 77_777)) {
            for shard in 0..4 {
                let glance = Glance {
                    at,
                    shard: Some(shard),
                    ..Glance::default()
                };
                let Some(block) = look(&mut simulation, glance).block else {
                    continue;
                };
                assert!(block.lanes.is_same, "{protocol:?} {shard} at {at:?}");
                let is_it = |it: &&crate::trace::shard::Block| {
                    (it.shard, it.height) == (shard, block.number)
                };
                let recorded = recording.blocks.iter().find(is_it).expect("it is recorded");
                let tickets: Vec<u64> = block.entries.iter().map(|entry| entry.ticket).collect();
                assert_eq!(tickets[..recorded.tickets.len()], recorded.tickets);
                let refused = block
                    .entries
                    .iter()
                    .filter(|entry| !entry.reason.is_empty());
                assert_eq!(refused.count() as u32, recorded.refused);
                assert_eq!(
                    (block.proposed, block.agreed),
                    (recorded.proposed, recorded.agreed)
                );
                blocks += 1;
                let sent = block.entries.iter().find(|entry| {
                    entry.phase == "now" && entry.what == "debit" && entry.reason.is_empty()
                });
                let Some(sent) = sent else { continue };
                let glance = Glance {
                    ticket: Some(sent.ticket),
                    ..glance
                };
                let seen = look(&mut simulation, glance);
                let own: Vec<_> = seen
                    .receipts
                    .iter()
                    .filter(|it| it.shard == shard)
                    .collect();
                assert!(own.iter().any(|receipt| receipt.root == block.root));
                assert!(
                    seen.receipts
                        .iter()
                        .all(|receipt| receipt.holds && receipt.units > 0)
                );
                receipts += own.len();
            }
        }
        assert!(blocks > 20, "{protocol:?}: {blocks}");
        if protocol == Protocol::Receipts || protocol == Protocol::Relay {
            assert!(receipts > 3, "{protocol:?}: {receipts}");
        }
    }
}

#[test]
fn looking_changes_nothing() {
    let wishes = crowd(9, 150, 100, 3_000);
    let settings = with(&[moving(200_000, 0, 3)]);
    let (report, _) = run(&settings, &wishes);
    let mut simulation = opened(&settings, &wishes);
    for at in 1..9 {
        let glance = Glance {
            at: Micros(at * 100_000),
            account: Some(7),
            shard: Some(1),
            ticket: Some(at),
        };
        let once = look(&mut simulation, glance);
        assert_eq!(look(&mut simulation, glance), once);
        assert_eq!(look(&mut opened(&settings, &wishes), glance), once);
        let busiest = &once.busiest[0];
        assert!(busiest.is_sorted_by_key(|resident| std::cmp::Reverse(resident.asked)));
    }
    while simulation.step().expect("no fault of ours") {}
    assert_eq!(simulation.finish().0.digest, report.digest);
}
