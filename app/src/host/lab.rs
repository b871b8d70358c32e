//! What the workers of labs have in common: listening, answering, coming back to their work.

use crate::bridge::{decode, encode};
use js_sys::{Array, Function, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Hears every request of the page. Called once, in the worker.
pub(super) fn listen<R: DeserializeOwned + 'static>(mut hear: impl FnMut(R) + 'static) {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&format!("the engine panicked: {panic}").into());
    }));
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        match decode::<R>(&bytes) {
            Ok(request) => hear(request),
            // The page's own version check has told the person what to do.
            Err(error) => web_sys::console::error_1(&error.to_string().into()),
        }
    });
    scope().set_onmessage(Some(listen.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    listen.forget();
}

/// Does something after whatever the page has said meanwhile.
pub(super) fn again(work: impl FnOnce() + 'static) {
    let again: Function = Closure::once_into_js(work).unchecked_into();
    // Refused only where there are no timers, which is nowhere.
    let _ = scope().set_timeout_with_callback(&again);
}

/// Says something to the page.
pub(super) fn post(reply: &impl Serialize) {
    let bytes = match encode(reply) {
        Ok(bytes) => bytes,
        Err(error) => return web_sys::console::error_1(&error.to_string().into()),
    };
    let buffer = Uint8Array::from(bytes.as_slice()).buffer();
    let message = Array::of1(&buffer);
    if let Err(error) = scope().post_message_with_transfer(&message, &Array::of1(&buffer)) {
        web_sys::console::error_1(&error);
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// In a worker as in a page.
pub(super) fn now_ms() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    let performance = performance.map(|performance| performance.unchecked_into());
    performance.map_or(0.0, |performance: web_sys::Performance| performance.now())
}
