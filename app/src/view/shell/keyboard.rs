//! From a key to its command.

use super::board::Board;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Listens to the whole page.
pub(crate) fn listen(board: Board) {
    let _ = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let name = name(&event);
        let found = board.entries.with_value(|entries| {
            let entry = entries
                .iter()
                .find(|entry| entry.keys.contains(&name.as_str()));
            entry.map(|entry| (entry.run, entry.is_over_sheets))
        });
        let Some((run, is_over_sheets)) = found else {
            return;
        };
        if is_for_field(&event) || board.sheet.get_untracked().is_some() && !is_over_sheets {
            return;
        }
        event.prevent_default();
        run.run(());
    });
}

/// The key as the table writes it.
fn name(event: &KeyboardEvent) -> String {
    let key = event.key();
    let mut name = String::new();
    if event.ctrl_key() || event.meta_key() {
        name.push_str("Ctrl+");
    }
    let is_letter = key.len() == 1 && key.chars().all(|letter| letter.is_ascii_alphabetic());
    // For signs, the sign itself already says whether Shift was held.
    if event.shift_key() && (is_letter || key.len() > 1) {
        name.push_str("Shift+");
    }
    name.push_str(&match key.as_str() {
        " " => "Space".to_owned(),
        "=" => "+".to_owned(),
        _ if is_letter => key.to_ascii_uppercase(),
        _ => key,
    });
    name
}

/// Whether the focused element needs the key for itself.
fn is_for_field(event: &KeyboardEvent) -> bool {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return false;
    };
    let key = event.key();
    let has_modifier = event.ctrl_key() || event.meta_key();
    match target.tag_name().as_str() {
        "INPUT" => match target.get_attribute("type").as_deref() {
            Some("range") => matches!(key.as_str(), "Home" | "End"),
            Some("checkbox" | "radio" | "button") => key == " ",
            // Undo of what was typed is the field's own; the palette and Escape are for the page.
            _ => !(key == "Escape" || has_modifier && key.eq_ignore_ascii_case("k")),
        },
        "TEXTAREA" => key != "Escape",
        "SELECT" => !has_modifier && key != "Escape",
        "BUTTON" | "A" | "SUMMARY" => key == " ",
        _ => false,
    }
}
