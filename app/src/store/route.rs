//! The address: which scenario its hash names, and keeping it up to date.
//!
//! The hash is a link (`#1.…`), or for people who write links by hand `#preset=NAME`. It is replaced
//! when the document rests, never for every key; opening another scenario makes a step for the
//! browser's back button.

use super::{Notice, Stores};
use engine::scenario::{Link, LinkMoment, Scenario, link, preset};
use js_sys::Reflect;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// How long the document must rest before the address follows it.
const REST: Duration = Duration::from_millis(400);

/// What an address asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// Nothing: the hash is empty.
    Nothing,
    /// A scenario, perhaps at a moment.
    Scenario(Box<Link>),
    /// Something that is no scenario: why, and the way out.
    Broken(String),
}

/// Reads a hash or whatever somebody pasted.
pub fn read(text: &str) -> Destination {
    let hash = text.trim().trim_start_matches('#');
    if hash.is_empty() {
        return Destination::Nothing;
    }
    if let Some(name) = hash.strip_prefix("preset=") {
        let name = name.trim_end_matches(['.', ')', ',']);
        return match preset::named(name) {
            Some(preset) => Destination::Scenario(Box::new(Link {
                scenario: preset.scenario(),
                moment: None,
            })),
            None => Destination::Broken(format!(
                "There is no preset of that name: “{}”.",
                name.escape_debug()
            )),
        };
    }
    match link::decode(text) {
        Ok(link) => Destination::Scenario(Box::new(link)),
        Err(error) => Destination::Broken(format!("Sorry: {error}. Try this: {}.", error.hint())),
    }
}

/// The hash of the address that the page has now.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Whether the person reloaded the page, rather than came to it by a link.
pub fn is_reload() -> bool {
    let entries = window()
        .performance()
        .map(|performance| performance.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string()).as_deref() == Some("reload")
}

/// The address of a scenario, or of a moment of its run.
pub fn address(scenario: &Scenario, moment: Option<&LinkMoment>) -> String {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    format!("{origin}{path}{}", link::encode(scenario, moment))
}

/// Opens whatever a text names; a text that names nothing is told, and changes nothing.
/// `true` if a scenario was opened.
pub fn open(stores: Stores, text: &str, enter_at: impl FnOnce(LinkMoment)) -> bool {
    match read(text) {
        Destination::Nothing => false,
        Destination::Broken(reason) => {
            stores.notices.show(Notice::BadLink(reason));
            // The address says again what is on the screen.
            change(&stores.scenario.document().get_untracked(), false);
            false
        }
        Destination::Scenario(link) => {
            if let Some(moment) = link.moment {
                enter_at(moment);
            }
            push(&link.scenario);
            stores.scenario.open(link.scenario);
            true
        }
    }
}

/// Makes a step for the back button, to this scenario.
pub fn push(scenario: &Scenario) {
    change(scenario, true);
}

fn change(scenario: &Scenario, is_step: bool) {
    let hash = link::encode(scenario, None);
    if hash == self::hash() {
        return;
    }
    // The query stays: it holds what somebody asked of the page itself.
    let Ok(history) = window().history() else {
        return;
    };
    let outcome = if is_step {
        history.push_state_with_url(&JsValue::NULL, "", Some(&hash))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&hash))
    };
    if let Err(error) = outcome {
        leptos::logging::warn!("the address cannot follow the scenario: {error:?}");
    }
}

/// Keeps the address up to date, and follows it when the person changes it or goes back.
pub fn follow(stores: Stores, enter_at: impl Fn(LinkMoment) + Clone + 'static) {
    let document = stores.scenario.document();
    let timer = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move || {
        let scenario = document.get();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        // A document with problems has no link.
        if engine::scenario::check(&scenario).is_empty() {
            timer.set_value(set_timeout_with_handle(move || change(&scenario, false), REST).ok());
        }
    });
    let _ = window_event_listener(leptos::ev::hashchange, move |event| {
        // What the event says, and not the address: that may have followed the document meanwhile.
        let address = event.new_url();
        let hash = address.find('#').map_or("", |at| &address[at..]);
        open(stores, hash, enter_at.clone());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_open_by_name_and_unknown_ones_say_so() {
        let Destination::Scenario(link) = read("#preset=one-key.") else {
            panic!("one-key is a preset")
        };
        assert_eq!(link.scenario.name, "one-key");
        assert!(matches!(
            read("#preset=<b>none</b>"),
            Destination::Broken(_)
        ));
        assert_eq!(read("#"), Destination::Nothing);
    }

    #[test]
    fn a_link_opens_and_a_cut_one_does_not() {
        let scenario = Scenario {
            seed: 99,
            ..Scenario::default()
        };
        let text = link::encode(&scenario, None);
        let Destination::Scenario(link) = read(&text) else {
            panic!("{text} is a link")
        };
        assert_eq!(link.scenario.seed, 99);
        for length in 2..text.len() {
            assert!(
                matches!(read(&text[..length]), Destination::Broken(_)),
                "{length} characters were enough"
            );
        }
    }
}
