//! The worker's end of the wire.

use super::pool;
use super::serve::Server;
use super::watch::{self, Watch};
use crate::bridge::{self, Ask, Reply, Request, VERSION};
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Whether page and worker see the same memory.
const IS_SHARED: bool = cfg!(feature = "threads");
/// Least milliseconds between two progress messages of the build without shared memory.
const PROGRESS_INTERVAL_MS: f64 = 50.0;

thread_local! {
    static LAST_PROGRESS_MS: RefCell<f64> = const { RefCell::new(0.0) };
}

/// Listens to the page and says hello. Called once, by the script that loads the module.
#[wasm_bindgen]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&format!("the engine panicked: {panic}").into());
    }));
    let server = Rc::new(RefCell::new(Server::default()));
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = Uint8Array::new(&event.data()).to_vec();
        match bridge::decode::<Request>(&bytes) {
            Ok(request) => receive(&server, request),
            Err(error) => post(
                &Reply::Unready {
                    reason: error.to_string(),
                },
                None,
            ),
        }
    });
    scope().set_onmessage(Some(listen.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    listen.forget();
    post(&Reply::Hello { version: VERSION }, None);
}

fn receive(server: &Rc<RefCell<Server>>, request: Request) {
    if let Ask::Start { threads } = request.ask {
        wasm_bindgen_futures::spawn_local(async move {
            match pool::start(threads).await {
                Ok(threads) => {
                    let memory = IS_SHARED.then(shared_memory);
                    let words = IS_SHARED.then(watch::address);
                    post(&Reply::Ready { threads, words }, memory.as_ref());
                }
                Err(reason) => post(&Reply::Unready { reason }, None),
            }
        });
        return;
    }
    let Request { id, ask } = request;
    let watch = Watch::begin(id, (!IS_SHARED).then_some(tell as fn(u32, u32, u32)));
    let answer = server.borrow_mut().answer(ask, watch);
    post(&Reply::Answer { id, answer }, None);
}

/// Tells the page how far a request is, now and then.
fn tell(id: u32, done: u32, total: u32) {
    let now = now_ms();
    LAST_PROGRESS_MS.with_borrow_mut(|last| {
        if now - *last >= PROGRESS_INTERVAL_MS {
            *last = now;
            post(&Reply::Progress { id, done, total }, None);
        }
    });
}

/// Sends a reply: an array of its bytes, handed over, and perhaps the shared memory.
fn post(reply: &Reply, memory: Option<&JsValue>) {
    let bytes = match bridge::encode(reply) {
        Ok(bytes) => bytes,
        // The page's watchdog sees the silence and starts another worker.
        Err(error) => return web_sys::console::error_1(&error.to_string().into()),
    };
    // A copy into memory of its own: shared memory cannot be handed over.
    let buffer = Uint8Array::new_with_length(bytes.len() as u32);
    buffer.copy_from(&bytes);
    let buffer = buffer.buffer();
    let message = Array::of1(&buffer);
    if let Some(memory) = memory {
        message.push(memory);
    }
    if let Err(error) = scope().post_message_with_transfer(&message, &Array::of1(&buffer)) {
        web_sys::console::error_1(&error);
    }
}

fn shared_memory() -> JsValue {
    wasm_bindgen::memory()
        .unchecked_into::<js_sys::WebAssembly::Memory>()
        .buffer()
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds since the worker began.
pub(super) fn now_ms() -> f64 {
    scope()
        .performance()
        .map_or(0.0, |performance| performance.now())
}
