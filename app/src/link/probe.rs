//! Asks the browser what it allows.

use crate::bridge::capability::{Capability, Facts};
use wasm_bindgen::JsValue;

/// What this browser and this host allow. `?single` in the address declines threads.
pub fn capability() -> Capability {
    let global = js_sys::global();
    let read = |name: &str| {
        js_sys::Reflect::get(&global, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    };
    let window = leptos::prelude::window();
    Capability::from_facts(Facts {
        is_secure: read("isSecureContext").is_truthy(),
        is_framed: read("parent") != read("self"),
        is_isolated: read("crossOriginIsolated").is_truthy(),
        has_shared_memory: read("SharedArrayBuffer").is_function(),
        hardware_concurrency: window.navigator().hardware_concurrency(),
        is_declined: has_flag("single"),
    })
}

/// Whether the address has this flag in its query: `?name`.
pub fn has_flag(name: &str) -> bool {
    let query = leptos::prelude::window()
        .location()
        .search()
        .unwrap_or_default();
    web_sys::UrlSearchParams::new_with_str(&query).is_ok_and(|flags| flags.has(name))
}
