//! What this browser keeps: the scenario of this tab, and the scenarios used lately.
//!
//! Each tab has a slot of its own in its session storage, so two tabs never overwrite one another and a
//! reload finds everything again; the recent list is shared by all tabs.

use super::{Notice, Stores};
use engine::scenario::Scenario;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const SLOT: &str = "interleave.tab";
const RECENT: &str = "interleave.recent";
/// How many scenarios the recent list holds.
pub const RECENT_MAX: usize = 30;
/// How long the document must rest before it is kept.
const REST: Duration = Duration::from_millis(400);

/// What a tab was at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Slot {
    /// The document.
    pub scenario: Scenario,
    /// What its knobs go back to.
    pub base: Scenario,
    /// The step number.
    pub step: u32,
    /// The address's hash at that time: a reload finds the same, another link does not.
    pub hash: String,
}

/// A scenario without its name.
fn meaning(scenario: &Scenario) -> Scenario {
    Scenario {
        name: String::new(),
        ..scenario.clone()
    }
}

/// What the tab was at before it was reloaded, if it was.
pub fn slot() -> Option<Slot> {
    let text = window()
        .session_storage()
        .ok()
        .flatten()?
        .get_item(SLOT)
        .ok()
        .flatten()?;
    serde_json::from_str(&text).ok()
}

/// The scenarios used lately, newest first.
pub fn recent() -> Vec<Scenario> {
    read(RECENT)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Puts a scenario at the head of a recent list: what means the same is there once.
pub fn remember(mut list: Vec<Scenario>, scenario: &Scenario) -> Vec<Scenario> {
    list.retain(|other| meaning(other) != meaning(scenario));
    list.insert(0, scenario.clone());
    list.truncate(RECENT_MAX);
    list
}

/// Keeps the document whenever it rests, and the step when the page is left.
pub fn keep(stores: Stores) {
    let document = stores.scenario.document();
    let save = move || {
        let slot = Slot {
            scenario: document.get_untracked(),
            base: stores.scenario.base().get_untracked(),
            step: stores.playback.step().get_untracked(),
            hash: super::route::hash(),
        };
        let text = serde_json::to_string(&slot).unwrap_or_default();
        let is_kept = window()
            .session_storage()
            .ok()
            .flatten()
            .is_some_and(|storage| storage.set_item(SLOT, &text).is_ok());
        let list = remember(recent(), &slot.scenario);
        let is_listed = serde_json::to_string(&list).is_ok_and(|text| write(RECENT, &text));
        if !(is_kept && is_listed) {
            stores.notices.show(Notice::StorageFull);
        }
    };
    let timer = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move || {
        document.track();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        timer.set_value(set_timeout_with_handle(save, REST).ok());
    });
    let _ = window_event_listener(leptos::ev::pagehide, move |_| save());
}

/// Reads what this browser keeps; `None` if it keeps nothing or will not say.
pub(super) fn read(key: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(key)
        .ok()
        .flatten()
}

/// Keeps a text; `false` if the browser refuses.
pub(super) fn write(key: &str, text: &str) -> bool {
    window()
        .local_storage()
        .ok()
        .flatten()
        .is_some_and(|storage| storage.set_item(key, text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recent_list_is_bounded_and_holds_each_meaning_once() {
        let mut list = Vec::new();
        for seed in 0..40 {
            list = remember(
                list,
                &Scenario {
                    seed,
                    ..Scenario::default()
                },
            );
        }
        assert_eq!(list.len(), RECENT_MAX);
        assert_eq!(list[0].seed, 39);
        let renamed = Scenario {
            seed: 20,
            name: "another name".to_owned(),
            ..Scenario::default()
        };
        let list = remember(list, &renamed);
        assert_eq!(list.len(), RECENT_MAX);
        assert_eq!(
            list.iter().filter(|scenario| scenario.seed == 20).count(),
            1
        );
        assert_eq!(list[0].name, "another name");
    }
}
