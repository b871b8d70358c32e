use super::*;
use std::collections::BTreeSet;

fn judge(accesses: &[(u64, u64, Access)], committed: &[u64]) -> Vec<Anomaly> {
    let mut history = History::default();
    for (subject, ticket, access) in accesses {
        history.push(*subject, *ticket, *access);
    }
    let committed: BTreeSet<u64> = committed.iter().copied().collect();
    let anomalies = history.judge(&committed);
    anomalies.counts.into_keys().collect()
}

use Access::{Add, Back, Read, Write};

#[test]
fn one_after_the_other_is_well_and_so_are_additions_in_any_order() {
    let serial = [
        (1, 1, Read),
        (1, 1, Write),
        (1, 2, Read),
        (1, 2, Write),
        (2, 1, Write),
        (2, 2, Read),
    ];
    assert_eq!(judge(&serial, &[1, 2]), []);
    let adds = [(1, 1, Add), (1, 2, Add), (2, 2, Add), (2, 1, Add)];
    assert_eq!(judge(&adds, &[1, 2]), []);
}

#[test]
fn every_anomaly_has_its_name() {
    let lost = [(1, 1, Read), (1, 2, Read), (1, 1, Write), (1, 2, Write)];
    assert_eq!(judge(&lost, &[1, 2]), [Anomaly::LostUpdate]);
    let skew = [(1, 1, Read), (2, 2, Read), (2, 1, Write), (1, 2, Write)];
    assert_eq!(judge(&skew, &[1, 2]), [Anomaly::WriteSkew]);
    let half = [(1, 1, Write), (1, 2, Read), (2, 2, Read), (2, 1, Write)];
    assert_eq!(judge(&half, &[1, 2]), [Anomaly::ReadSkew]);
    let writes = [(1, 1, Write), (1, 2, Write), (2, 2, Write), (2, 1, Write)];
    assert_eq!(judge(&writes, &[1, 2]), [Anomaly::DirtyWrite]);
    let flow = [(1, 1, Write), (1, 2, Read), (2, 2, Write), (2, 1, Read)];
    assert_eq!(judge(&flow, &[1, 2]), [Anomaly::CircularFlow]);
    let dirty = [(1, 1, Write), (1, 2, Read)];
    assert_eq!(judge(&dirty, &[2]), [Anomaly::DirtyRead]);
    let back = [(1, 1, Write), (1, 1, Back), (1, 2, Read)];
    assert_eq!(judge(&back, &[2]), []);
}

#[test]
fn a_circle_of_three_is_found_in_a_long_history() {
    let mut accesses: Vec<(u64, u64, Access)> = (10..2_000).map(|t| (7, t, Write)).collect();
    accesses.extend([
        (1, 1, Read),
        (2, 2, Read),
        (3, 3, Read),
        (2, 1, Write),
        (3, 2, Write),
        (1, 3, Write),
    ]);
    let committed: Vec<u64> = (1..2_000).collect();
    assert_eq!(judge(&accesses, &committed), [Anomaly::WriteSkew]);
}
