use super::*;
use crate::scenario::LinkError;

#[test]
fn every_preset_is_sound_and_survives_text_and_link() {
    for preset in preset::all() {
        let scenario = preset.scenario();
        assert_eq!(check(&scenario), [], "{}", preset.name);
        assert_eq!(
            parse(&print(&scenario)),
            Ok(scenario.clone()),
            "{}",
            preset.name
        );
        let moment = Some(crate::primitives::Micros(7));
        let link = link::ShardLink { scenario, moment };
        let text = link::encode(&link);
        assert!(text.len() < 400, "{}: {}", preset.name, text.len());
        assert_eq!(link::decode(&text), Ok(link));
    }
}

#[test]
fn problems_come_all_at_once_with_their_places() {
    let text = r#"{
        "version": 1, "shards": 99, "accounts": 1, "colour": "red",
        "traffic": { "weights": [0, 0, 0, 0, 0], "pools": 0 },
        "block": { "capacity": "much" }
    }"#;
    let paths = |text: &str| -> Vec<String> {
        let problems = parse(text).expect_err("it is full of problems");
        problems.into_iter().map(|problem| problem.path).collect()
    };
    assert_eq!(paths(text), ["block.capacity", "colour"]);
    let text = r#"{
        "version": 1, "shards": 2, "accounts": 1,
        "traffic": { "weights": [0, 0, 0, 0, 0], "pools": 0, "pools_on": 2 },
        "block": { "agreement": "snowman" },
        "pins": [[5, 0]],
        "takeover": { "threshold": [2, 0] },
        "acts": [
            { "at_us": 5, "do": { "stall": { "shard": 7, "for_ms": 1 } } },
            { "at_us": 1, "do": { "partition": { "groups": [[0], [0]], "for_ms": null } } },
            { "at_us": 6, "do": { "move": { "account": 9, "to": 2 } } },
            { "at_us": 7, "do": { "reorganise": { "shard": 2, "depth": 1 } } },
            { "at_us": 8, "do": { "split": { "shard": 0 } } },
            { "at_us": 9, "do": { "move": { "account": 0, "to": 2 } } }
        ]
    }"#;
    let expected = [
        "accounts",
        "traffic.pools",
        "traffic.weights",
        "traffic.pools_on",
        "block.agreement",
        "takeover.threshold",
        "pins[0]",
        "acts[0].do.stall.shard",
        "acts[1].at_us",
        "acts[1].do.partition.groups",
        "acts[2].do.move.account",
        // The split that makes it comes later.
        "acts[2].do.move.to",
        "acts[3].do.reorganise.shard",
    ];
    assert_eq!(paths(text), expected);
    assert!(paths("{").len() == 1 && paths("[]").len() == 1 && paths("{}") == ["version"]);
}

#[test]
fn a_link_from_before_accounts_were_moved_by_hand_means_what_it_meant() {
    let text = "#3.AwEMYmVmb3JlIG1vdmVzBwM8AAABUJADAAEACAACAAAEAOgHwIQ9ZAQAyAEEMsCpBwD0AwgAAAAAkANkGQED6AcBBaCNBgABAZADwJoMAQIBAAIBAgDgpxIEAgWAtRgGAKDCHgcCA8CpBwAbH6QQ";
    let opened = link::decode(text).expect("it opens");
    let deeds: Vec<Deed> = opened
        .scenario
        .acts
        .iter()
        .map(|act| act.deed.clone())
        .collect();
    assert_eq!(
        deeds[3..],
        [Deed::Split { shard: 0 }, Deed::Merge { shard: 2, into: 3 }]
    );
    assert_eq!(link::encode(&opened), text);
    let ran = crate::session::shard::Shards::run(&opened.scenario, 0, 1).expect("sound");
    assert!(
        ran.report.digest.starts_with("f4f848c53e55dfca"),
        "{}",
        ran.report.digest
    );
}

#[test]
fn a_damaged_link_is_refused() {
    let moment = None;
    let scenario = ShardScenario::default();
    let text = link::encode(&link::ShardLink { scenario, moment });
    for place in 3..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(bytes).expect("letters");
        assert!(link::decode(&damaged).is_err(), "{place}");
        assert!(link::decode(&text[..place]).is_err(), "{place}");
    }
    let other = text.replacen("#3.", "#2.", 1);
    assert_eq!(
        link::decode(&other),
        Err(LinkError::WrongVersion("2".to_owned()))
    );
}

#[test]
fn traffic_is_as_the_document_says() {
    let mut scenario = ShardScenario::default();
    scenario.traffic.communities = 4;
    scenario.traffic.inside = 1_000;
    scenario.traffic.weights = [1, 1, 1, 1, 1];
    let wishes: Vec<_> = traffic::Traffic::new(&scenario).collect();
    assert_eq!(wishes.len(), 2_000);
    assert!(wishes.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    for (_, wish) in &wishes {
        let communities: Vec<u32> = wish.accounts().map(|account| account % 4).collect();
        assert!(
            communities.windows(2).all(|pair| pair[0] == pair[1]),
            "{wish:?}"
        );
        assert!(wish.accounts().all(|account| account < scenario.accounts));
    }
    let swaps = wishes
        .iter()
        .filter(|(_, wish)| matches!(wish, crate::shard::Wish::Swap { .. }));
    assert!((300..500).contains(&swaps.count()));
}
