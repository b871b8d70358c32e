//! Files out of the page and into it.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Hands the person a file.
///
/// # Errors
/// What the browser says.
fn save(name: &str, kind: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    save_blob(name, &blob)
}

/// The same for what the browser already holds.
///
/// # Errors
/// What the browser says.
pub(super) fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // The browser has taken hold of it long before.
    set_timeout(
        move || drop(Url::revoke_object_url(&address)),
        Duration::from_secs(60),
    );
    Ok(())
}

/// Hands the person a text file.
pub(super) fn save_text(name: &str, kind: &str, text: &str) {
    report(save(name, kind, text.as_bytes()));
}

/// What the browser refuses it explains itself; the console keeps the reason.
pub(super) fn report(saved: Result<(), JsValue>) {
    if let Err(error) = saved {
        leptos::logging::warn!("the browser saves no file: {error:?}");
    }
}
