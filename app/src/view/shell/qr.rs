//! A link as a QR code.

use crate::i18n::*;
use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code: ISO/IEC 18004 asks for four.
const MARGIN: i32 = 4;

/// The code of a text; says so if the text is too long for one.
#[component]
pub(super) fn Qr(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let code = Memo::new(move |_| text.with(|text| draw(text)));
    view! {
        {move || match code.get() {
            Some((size, path)) => view! {
                <svg class="qr" role="img" aria-label=move || t_string!(i18n, shell.share_sheet.qr) viewBox=format!("0 0 {size} {size}")>
                    <rect width=size height=size fill="#fff" />
                    <path d=path fill="#000" />
                </svg>
            }.into_any(),
            None => view! { <p class="note">{t!(i18n, shell.share_sheet.qr_too_long)}</p> }.into_any(),
        }}
    }
}

/// Size with margin, and the dark modules as one path.
fn draw(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN));
            }
        }
    }
    Some((code.size() + 2 * MARGIN, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_a_code_and_a_book_has_none() {
        let (size, path) = draw("https://example.org/#1.AQAAAA").expect("short enough");
        assert!(size > 2 * MARGIN + 20);
        // The corner of the finder pattern is dark, right behind the margin.
        assert!(path.starts_with("M4 4h1"));
        assert_eq!(draw(&"x".repeat(4_000)), None);
    }
}
