//! The address: which lab and which document its hash names, and keeping it up to date.
//!
//! The hash is a link (`#1.…` of the execution lab, `#2.…` of the consensus lab, `#3.…` of the shard lab,
//! `#4.…` of the strategies lab), or for people who write links by hand `#preset=NAME`,
//! `#preset=consensus/NAME`, `#preset=shards/NAME` or `#preset=strategies/NAME`. It is replaced when the
//! document rests, never for every key; opening another document makes a step for the browser's back
//! button. Each lab is a program of its own: a hash that is another lab's loads the page again, and the script in `index.html`
//! starts the program that the hash asks for.

use super::autosave::{self, session};
use super::document::Linked;
use super::{Document, DocumentStore, Lab};
use engine::scenario::consensus::{self, ConsensusScenario};
use engine::scenario::link::LinkError;
use engine::scenario::shard::{self, ShardScenario};
use engine::scenario::strategy::{self, StrategyScenario};
use engine::scenario::{Link, Scenario, link, preset};
use js_sys::Reflect;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// How long the document must rest before the address follows it.
const REST: Duration = Duration::from_millis(400);
/// Set before a lab gives way to another: the page then loads like one that was come to by a link.
const ENTERED: &str = "interleave.entered";
/// What an address asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination<L> {
    /// Nothing: the hash is empty.
    Nothing,
    /// A document, perhaps at a moment.
    Document(Box<L>),
    /// Something that is none: why, and the way out.
    Broken(String),
}

/// Reads a hash, or whatever somebody pasted, in the execution lab.
pub fn read(text: &str) -> Destination<Link> {
    let preset = |name: &str| {
        preset::named(name).map(|preset| Link {
            scenario: preset.scenario(),
            moment: None,
        })
    };
    destination(text, "preset=", preset, link::decode)
}

/// The same in a lab that is a program of its own: the document, and the moment to open it at.
pub fn read_lab<D: Linked>(text: &str) -> Destination<(D, Option<u64>)> {
    let preset = |name: &str| D::preset(name).map(|document| (document, None));
    destination(text, D::PREFIX, preset, D::read_link)
}

fn destination<L>(
    text: &str,
    prefix: &str,
    preset: impl FnOnce(&str) -> Option<L>,
    decode: impl FnOnce(&str) -> Result<L, LinkError>,
) -> Destination<L> {
    let hash = text.trim().trim_start_matches('#');
    if hash.is_empty() {
        return Destination::Nothing;
    }
    if let Some(name) = hash.strip_prefix(prefix) {
        let name = name.trim_end_matches(['.', ')', ',']);
        return match preset(name) {
            Some(link) => Destination::Document(Box::new(link)),
            None => Destination::Broken(format!(
                "There is no preset of that name: “{}”.",
                name.escape_debug()
            )),
        };
    }
    match decode(text) {
        Ok(link) => Destination::Document(Box::new(link)),
        Err(error) => Destination::Broken(format!("Sorry: {error}. Try this: {}.", error.hint())),
    }
}

/// The lab that a hash asks for; the script in `index.html` decides by the same rule.
pub fn lab_of(hash: &str) -> Lab {
    let hash = hash.trim().trim_start_matches('#');
    let asks = |digit: char, prefix: &str| {
        let link = hash.strip_prefix(digit);
        hash.starts_with(prefix)
            || link.is_some_and(|rest| rest.starts_with('.') || rest.starts_with("%2"))
    };
    if asks('2', ConsensusScenario::PREFIX) {
        Lab::Consensus
    } else if asks('3', ShardScenario::PREFIX) {
        Lab::Shards
    } else if asks('4', StrategyScenario::PREFIX) {
        Lab::Strategies
    } else {
        Lab::Execution
    }
}

/// Gives way to another lab, which finds what this tab was at in it, or begins.
pub fn enter(lab: Lab) {
    // Only the hash of what the other lab keeps: this program has not the means to read the rest.
    let (slot, prefix, first) = match lab {
        Lab::Execution => (Scenario::SLOT, "preset=", "default"),
        Lab::Consensus => named::<ConsensusScenario>(consensus::preset::FIRST),
        Lab::Shards => named::<ShardScenario>(shard::preset::FIRST),
        Lab::Strategies => named::<StrategyScenario>(strategy::preset::FIRST),
    };
    let hash = autosave::hash_in(slot);
    let hash = hash.filter(|hash| lab_of(hash) == lab && hash.len() > 1);
    // The page hears of the new hash like of any other that a person wrote.
    let begin = || format!("#{prefix}{first}");
    let _ = window().location().set_hash(&hash.unwrap_or_else(begin));
}

const fn named<D: Linked>(first: &'static str) -> (&'static str, &'static str, &'static str) {
    (D::SLOT, D::PREFIX, first)
}

/// Loads the page again for the lab that this hash asks for.
fn give_way(hash: &str) {
    if let Some(session) = session() {
        // Without the mark the other lab takes this for a reload and shows what it was at.
        let _ = session.set_item(ENTERED, hash);
    }
    // A page that cannot load again stays as it is, and the address says what it should be.
    let _ = window().location().reload();
}

/// The hash of the address that the page has now.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Whether the person reloaded the page, rather than came to it by a link or from another lab. Asked
/// once, when the page begins.
pub fn is_reload() -> bool {
    let entered = session().and_then(|session| {
        let entered = session.get_item(ENTERED).ok().flatten();
        // What cannot be removed is not there.
        let _ = session.remove_item(ENTERED);
        entered
    });
    if entered.is_some_and(|entered| entered == hash()) {
        return false;
    }
    let entries = window()
        .performance()
        .map(|performance| performance.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string()).as_deref() == Some("reload")
}

/// The address with another hash.
pub fn address(hash: &str) -> String {
    let location = window().location();
    let origin = location.origin().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    format!("{origin}{path}{hash}")
}

/// Makes a step for the back button, to this document.
pub fn push<D: Document>(document: &D) {
    change(document, true);
}

/// The address says again what is on the screen.
pub fn restore<D: Document>(document: &D) {
    change(document, false);
}

fn change<D: Document>(document: &D, is_step: bool) {
    let hash = document.hash();
    // A document that is too long for a link leaves the address as it is: a reload finds it in this tab.
    let here = self::hash();
    // An address that asks for another lab already is not taken back before the page hears of it.
    if hash.is_empty() || hash == here || lab_of(&here) != D::LAB {
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
        leptos::logging::warn!("the address cannot follow the document: {error:?}");
    }
}

/// Keeps the address up to date, and tells `open` of the hash when the person changes it or goes back.
pub fn follow<D: Document>(store: DocumentStore<D>, open: impl Fn(&str) + 'static) {
    let document = store.document();
    let timer = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move || {
        let document = document.get();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        // A document with problems has no link.
        if document.is_sound() {
            timer.set_value(set_timeout_with_handle(move || change(&document, false), REST).ok());
        }
    });
    let _ = window_event_listener(leptos::ev::hashchange, move |event| {
        // What the event says, and not the address: that may have followed the document meanwhile.
        let address = event.new_url();
        let hash = address.find('#').map_or("", |at| &address[at..]);
        let is_other = hash.len() > 1 && lab_of(hash) != D::LAB;
        if is_other && hash == self::hash() {
            give_way(hash);
        } else {
            open(hash);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_open_by_name_and_unknown_ones_say_so() {
        let Destination::Document(link) = read("#preset=one-key.") else {
            panic!("one-key is a preset")
        };
        assert_eq!(link.scenario.name, "one-key");
        assert!(matches!(
            read("#preset=<b>none</b>"),
            Destination::Broken(_)
        ));
        assert_eq!(read("#"), Destination::Nothing);
        let read_consensus = read_lab::<ConsensusScenario>;
        let Destination::Document(found) = read_consensus("#preset=consensus/wrong-quorum)") else {
            panic!("wrong-quorum is a preset")
        };
        assert_eq!(found.0.nodes, 6);
        let broken = read_consensus("#preset=consensus/none");
        assert!(matches!(broken, Destination::Broken(_)));
    }

    #[test]
    fn a_link_opens_and_a_cut_one_does_not() {
        let scenario = Scenario {
            seed: 99,
            ..Scenario::default()
        };
        let text = scenario.hash();
        let Destination::Document(link) = read(&text) else {
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

    #[test]
    fn a_hash_asks_for_one_lab() {
        let agreement = ConsensusScenario::default();
        assert_eq!(lab_of(&agreement.hash()), Lab::Consensus);
        assert_eq!(lab_of("#preset=consensus/fault-free"), Lab::Consensus);
        assert_eq!(lab_of("#2%2EAgEAAA"), Lab::Consensus);
        assert_eq!(lab_of(&ShardScenario::default().hash()), Lab::Shards);
        assert_eq!(lab_of("#preset=shards/city"), Lab::Shards);
        assert_eq!(lab_of("#3%2EAgEAAA"), Lab::Shards);
        assert_eq!(lab_of(&StrategyScenario::default().hash()), Lab::Strategies);
        assert_eq!(lab_of("#preset=strategies/dca-calm"), Lab::Strategies);
        assert_eq!(lab_of("#4%2EAgEAAA"), Lab::Strategies);
        assert_eq!(lab_of(&Scenario::default().hash()), Lab::Execution);
        for other in ["", "#", "#preset=one-key", "#%", "#21.x", "#main"] {
            assert_eq!(lab_of(other), Lab::Execution, "{other}");
        }
    }
}
