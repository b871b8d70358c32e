//! Numbers as the browser writes them (ECMA-402, `Intl.NumberFormat`).

use super::plain;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    /// Making a format takes a thousand times as long as using it.
    static WHOLE: Option<Function> = number_format(&[]);
    static THREE_FIGURES: Option<Function> = number_format(&[("maximumSignificantDigits", 3.0)]);
}

/// A whole number in groups as the language has them: `10,000`.
pub fn whole(value: u64) -> String {
    // As a `BigInt`: numbers beyond 2^53 keep every digit.
    write(&WHOLE, &JsValue::from(value)).unwrap_or_else(|| plain::whole(value))
}

/// Three significant figures, half away from zero: `1,280,000`, `5.83`, `0.0412`; `–` for what is no number.
pub fn three_figures(value: f64) -> String {
    if !value.is_finite() {
        return plain::three_figures(value);
    }
    // A hyphen is no minus.
    let sign = if value < 0.0 { "−" } else { "" };
    write(&THREE_FIGURES, &JsValue::from_f64(value.abs())).map_or_else(
        || plain::three_figures(value),
        |text| format!("{sign}{text}"),
    )
}

fn write(
    format: &'static std::thread::LocalKey<Option<Function>>,
    value: &JsValue,
) -> Option<String> {
    format.with(|format| {
        format
            .as_ref()?
            .call1(&JsValue::UNDEFINED, value)
            .ok()?
            .as_string()
    })
}

/// The bound `format` function of a number format; none where there is no `Intl` or it refuses.
fn number_format(options: &[(&str, f64)]) -> Option<Function> {
    let given = Object::new();
    for (name, value) in options {
        Reflect::set(&given, &JsValue::from_str(name), &JsValue::from_f64(*value)).ok()?;
    }
    let language = web_sys::window()?
        .document()?
        .document_element()?
        .get_attribute("lang");
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let maker = Reflect::get(&intl, &JsValue::from_str("NumberFormat")).ok()?;
    let arguments = Array::of2(&JsValue::from_str(&language?), &given);
    // Not through the typed constructor: a page that a translator marked with a strange language throws.
    let format = Reflect::construct(maker.dyn_ref::<Function>()?, &arguments).ok()?;
    let write = Reflect::get(&format, &JsValue::from_str("format")).ok()?;
    write.dyn_into().ok()
}
