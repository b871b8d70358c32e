//! The tests' door: with `?probe` in the address, `window.interleave` answers questions that no person
//! asks.
//!
//! - `digests(preset, lanes)`: a promise of `{ root, receipts, trace }` of the preset's first block;
//!   `preset/scheduler` for another scheduler than the preset's.
//! - `bench(threads)`: a promise of the benchmark's rows as JSON.
//! - `crash()`: the worker panics in the middle of a replay.

use super::desk::Desk;
use crate::link::Client;
use engine::scenario::{Scheduler, preset};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Opens the door if the address asks for it.
pub(super) fn open(desk: Desk) {
    if !Client::is_probed() {
        return;
    }
    let conductor = desk.conductor;
    let digests =
        Closure::<dyn Fn(String, u32) -> Promise>::new(move |name: String, lanes: u32| {
            Promise::new(&mut |resolve: Function, reject: Function| {
                let (preset, scheduler) = match name.split_once('/') {
                    Some((preset, scheduler)) => (preset, Scheduler::named(scheduler)),
                    None => (name.as_str(), Some(Scheduler::default())),
                };
                let (Some(preset), Some(scheduler)) = (preset::named(preset), scheduler) else {
                    call(&reject, &format!("no preset or scheduler {name}").into());
                    return;
                };
                let mut scenario = preset.scenario();
                scenario.execution.scheduler = scheduler;
                conductor.digests(scenario, lanes, move |digests| match digests {
                    Ok(digests) => {
                        let answer = Object::new();
                        set(&answer, "root", &digests.state_root.to_string().into());
                        set(&answer, "receipts", &digests.receipts.to_string().into());
                        set(&answer, "trace", &digests.trace.to_string().into());
                        call(&resolve, &answer);
                    }
                    Err(reason) => call(&reject, &reason.into()),
                });
            })
        });
    let bench = Closure::<dyn Fn(u32) -> Promise>::new(move |threads: u32| {
        Promise::new(&mut |resolve: Function, reject: Function| {
            conductor.bench(threads, move |rows| {
                match rows.and_then(|rows| {
                    serde_json::to_string(&rows).map_err(|error| error.to_string())
                }) {
                    Ok(rows) => call(&resolve, &rows.into()),
                    Err(reason) => call(&reject, &reason.into()),
                }
            });
        })
    });
    let crash = Closure::<dyn Fn()>::new(move || conductor.crash());
    let door = Object::new();
    set(&door, "digests", &digests.into_js_value());
    set(&door, "bench", &bench.into_js_value());
    set(&door, "crash", &crash.into_js_value());
    set(&window(), "interleave", &door);
}

/// Setting a property of an object of ours, or of the window, cannot fail.
fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Calling what a promise gave us cannot fail.
fn call(function: &Function, value: &JsValue) {
    let _ = function.call1(&JsValue::NULL, value);
}
