//! The service worker: keeps the site for use offline, and isolates it on hosts that send no headers.

use crate::link::probe;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Set before the one reload, so that a browser which stays unisolated is never reloaded again.
const MARK: &str = "interleave.reloaded-for-isolation";

/// Registers the service worker where the browser has one, unless the address says `?nosw`. A page that
/// is not isolated reloads once when the worker is there; what was open is found again.
pub(super) fn offer() {
    let global = js_sys::global();
    let has = |name: &str| {
        js_sys::Reflect::get(&global, &JsValue::from_str(name)).is_ok_and(|value| value.is_truthy())
    };
    let navigator: JsValue = window().navigator().into();
    let has_workers = js_sys::Reflect::get(&navigator, &"serviceWorker".into())
        .is_ok_and(|value| value.is_truthy());
    if !has("isSecureContext") || !has_workers || probe::has_flag("nosw") {
        return;
    }
    let is_isolated = has("crossOriginIsolated");
    spawn_local(async move {
        let container = window().navigator().service_worker();
        if JsFuture::from(container.register("sw.js")).await.is_err() {
            // Private windows refuse; the badge says what follows from that.
            return;
        }
        let Ok(ready) = container.ready() else { return };
        if JsFuture::from(ready).await.is_ok() && !is_isolated && !is_framed() && mark() {
            // A page that cannot reload stays as it is, which works too.
            let _ = window().location().reload();
        }
    });
}

fn is_framed() -> bool {
    window()
        .parent()
        .ok()
        .flatten()
        .is_some_and(|parent| parent != window())
}

/// Sets the mark; `false` if it was set before, or cannot be.
fn mark() -> bool {
    let Some(storage) = window().session_storage().ok().flatten() else {
        return false;
    };
    storage.get_item(MARK).is_ok_and(|mark| mark.is_none()) && storage.set_item(MARK, "1").is_ok()
}
