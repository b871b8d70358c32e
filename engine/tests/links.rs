//! Published links open for ever: lines of `links.txt` are added, never changed or removed.

use engine::scenario::{Scenario, link};

#[test]
fn published_links_open_as_they_did() {
    let mut count = 0;
    for line in include_str!("links.txt").lines() {
        if line.starts_with("//") || line.is_empty() {
            continue;
        }
        let (text, json) = line.split_once(' ').expect("a link, then its scenario");
        let scenario: Scenario = serde_json::from_str(json).expect(text);
        let opened = link::decode(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(opened.scenario, scenario, "{text}");
        count += 1;
    }
    assert!(count >= 16, "{count} links");
}
