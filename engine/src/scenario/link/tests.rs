use super::*;
use crate::scenario::format::{DropKind, Execution, Mix, Scheduler, Workload};
use crate::scenario::traffic::TRAFFIC_BLOCKS;
use proptest::prelude::*;

/// What is left for the payload when a whole address may have 300 characters.
const LENGTH_MAX: usize = 300 - 60;

fn largest() -> Scenario {
    let share = 1_000_000;
    Scenario {
        version: 1,
        name: "x".repeat(48),
        seed: u64::MAX,
        blocks: 1_000,
        workload: Workload {
            transactions: 99_999,
            accounts: 300_000,
            skew_permille: 2_999,
            hot_permille: 999,
            hot_accounts_permille: 999,
            dependency_distance: 0,
            pools: 1_024,
            mix: Mix {
                pay: share,
                transfer: share,
                swap: share,
                add_liquidity: share,
                remove_liquidity: share,
                supply: share,
                borrow: share,
                repay: share,
                liquidate: share,
                claim: share,
                touch: share,
            },
            work_rounds: 100_000,
            drop: DropKind::Commutative,
            drop_cap: 0,
            drop_stock: 1_000_000_000,
            touch_slots: 1_000_000,
            traffic: Some(13_287_210),
            recorded: String::new(),
        },
        execution: Execution {
            scheduler: Scheduler::Serial,
            lanes: 1_024,
            validate_read_ticks: 1_000_000,
            dispatch_ticks: 1_000_000,
        },
    }
}

fn share() -> impl Strategy<Value = u32> {
    prop_oneof![3 => Just(0u32), 1 => 0u32..=1_000_000]
}

prop_compose! {
    fn mix()(
        first in [share(), share(), share(), share()],
        second in [share(), share(), share(), share()],
        third in [share(), share()], touch in 1u32..9,
    ) -> Mix {
        let [pay, transfer, swap, add_liquidity] = first;
        let [remove_liquidity, supply, borrow, repay] = second;
        let [liquidate, claim] = third;
        Mix {
            pay, transfer, swap, add_liquidity, remove_liquidity, supply, borrow, repay, liquidate,
            claim, touch,
        }
    }
}

prop_compose! {
    fn workload()(
        sizes in (1u32..=100_000, 2u32..=300_000, 0u32..=3_000, 1u32..=1_024),
        distance in 0u32..=1_000, hot in prop_oneof![2 => Just((0u32, 100u32)), 1 => (0u32..=1_000, 1u32..=1_000)],
        mix in mix(), work_rounds in 0u32..=100_000, commutative: bool,
        touch_slots in 1u32..=1_000_000, traffic in prop::option::of(0..TRAFFIC_BLOCKS.len()),
        bound in 0u32..=1_000_000_000, is_faucet: bool,
    ) -> Workload {
        Workload {
            transactions: sizes.0,
            accounts: sizes.1,
            skew_permille: sizes.2,
            hot_permille: hot.0,
            hot_accounts_permille: hot.1,
            // Hot accounts and liquidity that is taken out go with no distance.
            dependency_distance: match (hot.0, mix.remove_liquidity) {
                (0, 0) => distance.min(sizes.1 / 2),
                _ => 0,
            },
            pools: sizes.3,
            mix,
            work_rounds,
            drop: if commutative { DropKind::Commutative } else { DropKind::Ordered },
            drop_cap: if is_faucet { 0 } else { bound },
            drop_stock: if is_faucet { bound } else { 0 },
            touch_slots,
            traffic: traffic.map(|index| TRAFFIC_BLOCKS[index]),
            recorded: String::new(),
        }
    }
}

prop_compose! {
    fn scenario()(
        name in "[a-zA-Zäß日 ._-]{0,16}", seed: u64, blocks in 1u32..=1_000, workload in workload(),
        scheduler in 0..Scheduler::ALL.len(), lanes in 1u32..=1_024, ticks in (0u32..=1_000_000, 0u32..=1_000_000),
    ) -> Scenario {
        Scenario {
            version: 1,
            name,
            seed,
            blocks,
            workload,
            execution: Execution {
                scheduler: Scheduler::ALL[scheduler],
                lanes,
                validate_read_ticks: ticks.0,
                dispatch_ticks: ticks.1,
            },
        }
    }
}

fn moment() -> impl Strategy<Value = Option<LinkMoment>> {
    prop::option::of((any::<u32>(), any::<Option<u32>>(), any::<u8>()))
        .prop_map(|moment| moment.map(|(step, tx, lab)| LinkMoment { step, tx, lab }))
}

proptest! {
    #[test]
    fn every_checked_scenario_comes_back_whole(scenario in scenario(), moment in moment()) {
        prop_assert_eq!(check(&scenario), []);
        let link = encode(&scenario, moment.as_ref());
        prop_assert!(link.len() <= LENGTH_MAX, "{} characters", link.len());
        prop_assert_eq!(decode(&link), Ok(Link { scenario, moment }));
    }

    #[test]
    fn any_text_is_refused_or_whole(text in ".{0,400}", letters in "#1\\.[A-Za-z0-9_-]{0,400}") {
        for text in [text, letters] {
            if let Ok(link) = decode(&text) {
                prop_assert_eq!(check(&link.scenario), []);
            }
        }
    }

    #[test]
    fn bytes_with_a_right_checksum_are_refused_or_whole(body in prop::collection::vec(any::<u8>(), 0..80), preset in 0u8..16) {
        for start in [vec![], vec![VERSION, preset]] {
            let mut bytes = [start, body.clone()].concat();
            bytes.extend(crc32(&bytes).to_be_bytes());
            if let Ok(link) = decode(&format!("#1.{}", address::encode(&bytes))) {
                prop_assert_eq!(check(&link.scenario), []);
            }
        }
    }

    #[test]
    fn base64_of_any_bytes_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert_eq!(address::decode(&address::encode(&bytes)), Ok(bytes));
    }
}

#[test]
fn the_largest_link_is_short_enough() {
    let moment = LinkMoment {
        step: u32::MAX,
        tx: Some(u32::MAX),
        lab: u8::MAX,
    };
    assert_eq!(check(&largest()), []);
    let link = encode(&largest(), Some(&moment));
    assert!(link.len() <= LENGTH_MAX, "{} characters", link.len());
    assert_eq!(decode(&link).unwrap().moment, Some(moment));
}

#[test]
fn every_cut_and_every_flipped_bit_is_noticed() {
    let moment = LinkMoment {
        step: 4_711,
        tx: Some(12),
        lab: 1,
    };
    for scenario in [Scenario::default(), largest()] {
        let link = encode(&scenario, Some(&moment));
        for length in 0..link.len() {
            let cut = &link[..length];
            let error = decode(cut).expect_err(cut);
            if length > 1 {
                assert_eq!(error, LinkError::Cut, "{cut}");
            }
        }
        let payload = link.strip_prefix("#1.").unwrap();
        let bytes = address::decode(payload).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let text = format!("#1.{}", address::encode(&flipped));
            assert_eq!(decode(&text), Err(LinkError::Cut), "bit {bit}");
        }
        for index in 0..link.len() {
            let mut altered = link.clone().into_bytes();
            for bit in 0..7 {
                altered[index] ^= 1 << bit;
                if let Ok(text) = std::str::from_utf8(&altered)
                    && let Ok(opened) = decode(text)
                {
                    assert_eq!(opened.scenario, scenario, "{text}");
                }
                altered[index] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn links_open_as_people_paste_them() {
    let scenario = Scenario {
        seed: 0xfbff_ffbe_ffff, // gives '-' and '_' in the payload
        ..Scenario::default()
    };
    let link = encode(&scenario, None);
    let payload = link.strip_prefix('#').unwrap();
    assert!(payload.contains(['-', '_']), "{payload}");
    let standard = link.replace('-', "+").replace('_', "/");
    let once = |text: &str| {
        text.replace('#', "%23")
            .replace('+', "%2B")
            .replace('/', "%2F")
    };
    let twice = once(&standard).replace('%', "%25");
    let pasted = [
        link.clone(),
        payload.to_owned(),
        format!("https://example.org/lab/?lang=en{link}"),
        format!("  <https://example.org/{link}>\n"),
        format!("{link}."),
        format!("{link}),"),
        format!("{link}\";"),
        format!("{link}'"),
        format!("{link}=="),
        format!("{link}==)."),
        standard.clone(),
        format!("https://example.org/{}", once(&standard)),
        format!("https://example.org/{twice}"),
        format!("https%3A%2F%2Fexample.org%2F{}", once(&link)),
    ];
    for text in pasted {
        let opened = decode(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(opened.scenario, scenario);
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let with_sum = |body: &[u8]| {
        let sum = crc32(body).to_be_bytes();
        format!("#1.{}", address::encode(&[body, &sum].concat()))
    };
    let error = |text: &str| decode(text).unwrap_err();
    assert_eq!(error(""), LinkError::NotALink);
    assert_eq!(error("https://example.org/"), LinkError::NotALink);
    assert_eq!(error("#lesson=conflicts"), LinkError::NotALink);
    assert_eq!(error(&"#1.A".repeat(20_000)), LinkError::NotALink);
    assert_eq!(error("#2.AAAA"), LinkError::WrongVersion("2".to_owned()));
    assert_eq!(
        error(&with_sum(&[2, 0])),
        LinkError::WrongVersion("2".to_owned())
    );
    assert_eq!(error(&with_sum(&[1, 99])), LinkError::UnknownPreset(99));
    assert_eq!(
        error(&with_sum(&[1, 0, 60, 1])),
        LinkError::UnknownField(60)
    );
    let malformed = [
        &[1, 0, 17, 9, 16, 9][..], // out of order
        &[1, 0, 17, 9, 17, 9],     // twice
        &[1, 0, 17, 0x89, 0],      // not the shortest form
        &[1, 0, 65, 1],            // a moment without a step
        &[1, 0, 3, 1, 0xff],       // not text
    ];
    for body in malformed {
        assert!(
            matches!(error(&with_sum(body)), LinkError::Malformed(_)),
            "{body:?}"
        );
    }
    assert_eq!(error(&with_sum(&[1, 0, 3, 200, 1, 65])), LinkError::Cut);
    let LinkError::Problems(problems) = error(&with_sum(&[1, 0, 17, 1])) else {
        panic!("one account is a problem");
    };
    assert_eq!(problems[0].path, "workload.accounts");
    assert!(!LinkError::Cut.hint().is_empty());
}

#[test]
fn a_preset_is_a_very_short_link() {
    for preset in preset::all() {
        let link = encode(&preset.scenario(), None);
        assert_eq!(link.len(), 11, "{}", preset.name);
        assert_eq!(decode(&link).unwrap().scenario, preset.scenario());
    }
}
