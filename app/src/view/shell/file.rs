//! Files out of the page and into it.

use crate::i18n::*;
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The largest file that is looked at, in bytes.
const FILE_BYTES_MAX: f64 = 1_000_000.0;

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
pub(crate) fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
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
pub(crate) fn save_text(name: &str, kind: &str, text: &str) {
    report(save(name, kind, text.as_bytes()));
}

/// What the browser refuses it explains itself; the console keeps the reason.
pub(crate) fn report(saved: Result<(), JsValue>) {
    if let Err(error) = saved {
        leptos::logging::warn!("the browser saves no file: {error:?}");
    }
}

/// A button that opens a text file of the person's.
#[component]
pub(crate) fn OpenFile(
    /// Gets its text; in words, why there is none.
    #[prop(into)]
    on_text: Callback<Result<String, String>>,
    /// What it says, if it opens no scenario.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
    /// What files it takes.
    #[prop(default = ".json,application/json")]
    accept: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        input.set_value("");
        spawn_local(async move { on_text.run(read(&file).await) });
    };
    view! {
        <label class="button">
            {move || label.map_or_else(|| t_string!(i18n, shell.share_sheet.open_json).to_owned(), |label| label.get())}
            <input type="file" class="hidden" accept=accept on:change=open />
        </label>
    }
}

/// The text of a file; in words, why there is none.
async fn read(file: &web_sys::File) -> Result<String, String> {
    if file.size() > FILE_BYTES_MAX {
        return Err(format!("{} is larger than a document can be.", file.name()));
    }
    let text = JsFuture::from(file.text())
        .await
        .ok()
        .and_then(|text| text.as_string());
    text.ok_or_else(|| format!("{} cannot be read.", file.name()))
}
