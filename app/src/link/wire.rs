//! One worker with its handlers.

use crate::bridge::{self, word};
use js_sys::{Array, Atomics, Int32Array, SharedArrayBuffer, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What comes out of a worker.
pub(super) enum Incoming<R> {
    /// A reply.
    Reply(Box<R>),
    /// The worker or one of its threads broke, or could not be loaded.
    Broken(String),
}

/// A worker. Dropping it ends the worker at once.
pub(super) struct Wire {
    worker: Worker,
    words: Option<Int32Array>,
    on_message: Option<Closure<dyn FnMut(MessageEvent)>>,
    on_error: Option<Closure<dyn FnMut(ErrorEvent)>>,
}

/// The shared memory that came with a reply.
pub(super) type Memory = Option<SharedArrayBuffer>;

impl Wire {
    /// Starts the worker of this script. `receive` hears everything that comes out of it.
    ///
    /// # Errors
    /// In words, if the browser starts no worker at all.
    pub(super) fn open<R: DeserializeOwned + 'static>(
        script: &str,
        receive: impl Fn(Incoming<R>, Memory) + Clone + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            Worker::new_with_options(script, &options).map_err(|error| format!("{error:?}"))?;
        let script = script.to_owned();
        let hear = receive.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            let (incoming, memory) = read(&event.data());
            hear(incoming, memory);
        });
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A script that could not be loaded gives an event without a message.
            let message = js_sys::Reflect::get(&event, &"message".into())
                .ok()
                .and_then(|text| text.as_string());
            let text = message.unwrap_or_else(|| format!("{script} could not be loaded"));
            receive(Incoming::Broken(text), None);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            words: None,
            on_message: Some(on_message),
            on_error: Some(on_error),
        })
    }

    /// Remembers where the words lie.
    pub(super) fn share(&mut self, memory: &SharedArrayBuffer, address: u32) {
        self.words = Some(Int32Array::new_with_byte_offset_and_length(
            memory,
            address,
            word::COUNT,
        ));
    }

    /// Sends a request.
    pub(super) fn send(&self, request: &impl Serialize) -> Result<(), String> {
        let bytes = bridge::encode(request).map_err(|error| error.to_string())?;
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        self.worker
            .post_message_with_transfer(&buffer, &Array::of1(&buffer))
            .map_err(|error| format!("{error:?}"))
    }

    /// Tells the worker that this request is no longer wanted; `false` if it cannot hear that.
    pub(super) fn cancel(&self, id: u32) -> bool {
        self.words
            .as_ref()
            .is_some_and(|words| Atomics::store(words, word::CANCEL, id as i32).is_ok())
    }

    /// How far the running request is, where memory is shared.
    pub(super) fn progress(&self) -> Option<(u32, u32)> {
        let words = self.words.as_ref()?;
        let load = |index| {
            Atomics::load(words, index)
                .ok()
                .map(|value: i32| value as u32)
        };
        Some((load(word::DONE)?, load(word::TOTAL)?))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        // A wire may be dropped by its own handler, which must outlive the call.
        let handlers = (self.on_message.take(), self.on_error.take());
        leptos::prelude::set_timeout(move || drop(handlers), Duration::ZERO);
    }
}

fn read<R: DeserializeOwned>(data: &JsValue) -> (Incoming<R>, Memory) {
    let message: &Array = data.unchecked_ref();
    let bytes = Uint8Array::new(&message.get(0)).to_vec();
    let memory = message.get(1).dyn_into::<SharedArrayBuffer>().ok();
    match bridge::decode::<R>(&bytes) {
        Ok(reply) => (Incoming::Reply(Box::new(reply)), memory),
        Err(error) => (Incoming::Broken(error.to_string()), None),
    }
}
