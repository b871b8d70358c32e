//! Words that appear beside what is pointed at.

use crate::widget::fresh_id;
use leptos::prelude::*;

/// Explains its content on hover and on focus; Escape hides it.
#[component]
pub fn Tooltip(
    /// The explanation.
    #[prop(into)]
    text: Signal<String>,
    /// What is explained.
    children: Children,
) -> impl IntoView {
    let id = fresh_id("tip");
    let is_dismissed = RwSignal::new(false);
    view! {
        <span
            class="tip-host"
            class:dismissed=is_dismissed
            tabindex="0"
            aria-describedby=id.clone()
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    is_dismissed.set(true);
                }
            }
            on:focus=move |_| is_dismissed.set(false)
            on:pointerenter=move |_| is_dismissed.set(false)
        >
            {children()}
            <span class="tip" role="tooltip" id=id.clone()>{text}</span>
        </span>
    }
}

/// Words beside the pointer, within the nearest positioned ancestor; nothing when there is nothing to say.
#[component]
pub fn PointerTip(
    /// What to say, and where: pixels from the ancestor's left and top, and the ancestor's width.
    #[prop(into)]
    tip: Signal<Option<(String, f64, f64, f64)>>,
) -> impl IntoView {
    move || {
        tip.get().map(|(text, x, y, width)| {
            let is_right = x > width / 2.0;
            let style = if is_right {
                format!("right:{:.0}px;top:{:.0}px", width - x + 14.0, y + 14.0)
            } else {
                format!("left:{:.0}px;top:{:.0}px", x + 14.0, y + 14.0)
            };
            view! { <div class="pointer-tip" aria-hidden="true" style=style>{text}</div> }
        })
    }
}
