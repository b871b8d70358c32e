//! What the system prefers, as media queries say.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::MediaQueryListEvent;

/// The screen is small: the page is one column, as the style sheets have it.
pub const NARROW: &str = "(max-width: 899px)";

/// Whether a media query holds, to follow; `false` where the browser knows none.
pub(super) fn follow(query: &str) -> Signal<bool> {
    let holds = RwSignal::new(false);
    if let Ok(Some(list)) = window().match_media(query) {
        holds.set(list.matches());
        let hear =
            Closure::<dyn FnMut(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
                holds.set(event.matches());
            });
        // The page follows its system's preferences as long as it lives.
        if list
            .add_event_listener_with_callback("change", hear.as_ref().unchecked_ref())
            .is_ok()
        {
            hear.forget();
        }
    }
    holds.into()
}
