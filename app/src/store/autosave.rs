//! What this browser keeps: the document of this tab, and the documents used lately.
//!
//! Each tab has a slot for each lab in its session storage, so two tabs never overwrite one another and a
//! reload finds everything again; the recent lists are shared by all tabs.

use super::{Document, DocumentStore, Notice, Notices};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How many documents a recent list holds.
pub const RECENT_MAX: usize = 30;
/// How long the document must rest before it is kept.
const REST: Duration = Duration::from_millis(400);

/// What a tab was at.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Slot<D> {
    /// The document.
    pub scenario: D,
    /// What its knobs go back to.
    pub base: D,
    /// Where on its time line: a step number, or microseconds.
    pub step: u64,
    /// The address's hash at that time: a reload finds the same, another link does not.
    pub hash: String,
}

/// What the tab was at in this lab, if it was.
pub fn slot<D: Document>() -> Option<Slot<D>> {
    let text = session()?.get_item(D::SLOT).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// The hash in a lab's slot, whatever else is in it.
pub(super) fn hash_in(slot: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Kept {
        hash: String,
    }
    let text = session()?.get_item(slot).ok().flatten()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    Some(kept.hash)
}

/// What survives a reload of this tab, and no more.
pub(super) fn session() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// The documents used lately, newest first.
pub fn recent<D: Document>() -> Vec<D> {
    read(D::RECENT)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Puts a document at the head of a recent list: what means the same is there once.
pub fn remember<D: Document>(mut list: Vec<D>, document: &D) -> Vec<D> {
    let meaning = document.unnamed();
    list.retain(|other| other.unnamed() != meaning);
    list.insert(0, document.clone());
    list.truncate(RECENT_MAX);
    list
}

/// Keeps the document whenever it rests, and the moment when the page is left.
pub fn keep<D: Document>(
    store: DocumentStore<D>,
    notices: Notices,
    moment: impl Fn() -> u64 + Copy + 'static,
) {
    let document = store.document();
    let save = move || {
        let scenario = document.get_untracked();
        // On the way to another lab the address is already that one's.
        let hash = super::route::hash();
        let is_ours = hash.len() > 1 && super::route::lab_of(&hash) == D::LAB;
        let hash = match is_ours {
            true => hash,
            false if scenario.is_sound() => scenario.hash(),
            false => String::new(),
        };
        let slot = Slot {
            scenario,
            base: store.base().get_untracked(),
            step: moment(),
            hash,
        };
        let text = serde_json::to_string(&slot).unwrap_or_default();
        let is_kept = session().is_some_and(|storage| storage.set_item(D::SLOT, &text).is_ok());
        let list = remember(recent(), &slot.scenario);
        let is_listed = serde_json::to_string(&list).is_ok_and(|text| write(D::RECENT, &text));
        if !(is_kept && is_listed) {
            notices.show(Notice::StorageFull);
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
    use engine::scenario::Scenario;

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
