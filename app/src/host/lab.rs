//! What the workers of labs have in common: listening, answering, coming back to their work.

use crate::bridge::lab::{Reply, Request};
use crate::bridge::{decode, encode};
use engine::session::Clock;
use engine::session::bench::Row;
use js_sys::{Array, Function, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Longest time before a worker listens again.
pub(super) const SLICE_MS: f64 = 24.0;
/// Least time between two reports of progress.
pub(super) const PROGRESS_MS: f64 = 60.0;

/// What a lab's worker does.
pub(super) trait Labour: 'static {
    /// What it is asked.
    type Ask: DeserializeOwned + 'static;
    /// The version of what is said.
    const VERSION: u32;
    /// Takes a request in.
    fn receive(&mut self, id: u32, ask: Self::Ask);
    /// Works for about [`SLICE_MS`]; `true` if there is more to do.
    fn work(&mut self) -> bool;
}

struct Desk<L> {
    labour: L,
    is_working: bool,
}

/// Listens to the page and says hello. Called once, in the worker.
pub(super) fn serve<L: Labour>(labour: L) {
    let desk = Rc::new(RefCell::new(Desk {
        labour,
        is_working: false,
    }));
    listen(move |Request { id, ask }: Request<L::Ask>| {
        desk.borrow_mut().labour.receive(id, ask);
        work(&desk);
    });
    post(&Reply::<()>::Hello {
        version: L::VERSION,
    });
}

/// Tells the page something about a request.
pub(super) fn tell(id: u32, news: impl Serialize) {
    post(&Reply::About { id, news });
}

/// Works now, and again after whatever the page has said meanwhile.
fn work<L: Labour>(desk: &Rc<RefCell<Desk<L>>>) {
    if std::mem::replace(&mut desk.borrow_mut().is_working, true) {
        return;
    }
    let has_more = desk.borrow_mut().labour.work();
    desk.borrow_mut().is_working = false;
    if has_more {
        let desk = Rc::clone(desk);
        let again: Function = Closure::once_into_js(move || work(&desk)).unchecked_into();
        // Refused only where there are no timers, which is nowhere.
        let _ = scope().set_timeout_with_callback(&again);
    }
}

fn listen<R: DeserializeOwned + 'static>(mut hear: impl FnMut(R) + 'static) {
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

fn post(reply: &impl Serialize) {
    let bytes = match encode(reply) {
        Ok(bytes) => bytes,
        Err(error) => return web_sys::console::error_1(&error.to_string().into()),
    };
    // A copy into memory of its own: shared memory cannot be handed over.
    let buffer = Uint8Array::new_with_length(bytes.len() as u32);
    buffer.copy_from(&bytes);
    let buffer = buffer.buffer();
    let message = Array::of1(&buffer);
    if let Err(error) = scope().post_message_with_transfer(&message, &Array::of1(&buffer)) {
        web_sys::console::error_1(&error);
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Tells the time, in a page as in a worker.
pub(super) struct PerformanceClock;

impl Clock for PerformanceClock {
    fn now_seconds(&self) -> f64 {
        now_ms() / 1e3
    }
}

/// Rows of a benchmark as JSON.
pub(super) fn told(rows: &[Row]) -> String {
    // Rows are numbers and names.
    serde_json::to_string(rows).unwrap_or_default()
}

/// In a worker as in a page.
pub(super) fn now_ms() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    let performance = performance.map(|performance| performance.unchecked_into());
    performance.map_or(0.0, |performance: web_sys::Performance| performance.now())
}
