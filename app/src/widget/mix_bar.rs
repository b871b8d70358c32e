//! Shares of a whole as one bar with borders to drag.

use leptos::html;
use leptos::prelude::*;

/// One share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Share {
    /// What it is called.
    pub name: String,
    /// How much; only proportions matter.
    pub amount: u32,
}

/// The border behind `place` moves by `amount`: what one neighbour gains, the other loses.
fn shift(amounts: &[u32], place: usize, amount: i64) -> Vec<u32> {
    let mut amounts = amounts.to_vec();
    let Some(next) =
        (place + 1..amounts.len()).find(|next| amounts[*next] > 0 || *next == place + 1)
    else {
        return amounts;
    };
    let (left, right) = (i64::from(amounts[place]), i64::from(amounts[next]));
    let amount = amount.clamp(-left, right);
    amounts[place] = (left + amount) as u32;
    amounts[next] = (right - amount) as u32;
    amounts
}

/// A share in hundredths of the whole, for people.
fn percent(amount: u32, amounts: &[u32]) -> String {
    let whole: u64 = amounts.iter().map(|amount| u64::from(*amount)).sum();
    crate::model::format::percent(u64::from(amount), whole)
}

/// A bar of shares. Borders are dragged, or moved by arrow keys; a number for each share stands below, so
/// that a share of nothing can be raised again.
#[component]
pub fn MixBar(
    /// What it is called.
    #[prop(into)]
    label: Signal<String>,
    /// What a border is called, before the names of its neighbours.
    #[prop(into)]
    border_label: Signal<String>,
    /// The shares.
    #[prop(into)]
    shares: Signal<Vec<Share>>,
    /// New amounts, in the order of the shares.
    #[prop(into)]
    on_change: Callback<Vec<u32>>,
) -> impl IntoView {
    let bar = NodeRef::<html::Div>::new();
    // The border in hand, where it was taken, and the amounts then.
    let held = StoredValue::new(None::<(usize, f64, Vec<u32>)>);
    let amounts = move || {
        shares.with_untracked(|shares| shares.iter().map(|share| share.amount).collect::<Vec<_>>())
    };
    let drag = move |event: web_sys::PointerEvent| {
        let Some((place, from, amounts)) = held.get_value() else {
            return;
        };
        let Some(width) = bar
            .get_untracked()
            .map(|bar| bar.get_bounding_client_rect().width())
        else {
            return;
        };
        let whole: f64 = amounts.iter().map(|amount| f64::from(*amount)).sum();
        let moved = (f64::from(event.client_x()) - from) / width.max(1.0) * whole;
        on_change.run(shift(&amounts, place, moved.round() as i64));
    };
    let names = Memo::new(move |_| {
        shares.with(|shares| {
            shares
                .iter()
                .map(|share| share.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let amount_of =
        move |place: usize| shares.with(|shares| shares.get(place).map_or(0, |share| share.amount));
    let percent_of = move |place: usize| {
        shares.with(|shares| {
            let amounts: Vec<u32> = shares.iter().map(|share| share.amount).collect();
            percent(amounts.get(place).copied().unwrap_or(0), &amounts)
        })
    };
    let segment = move |place: usize, name: String, next: Option<String>| {
        let grip = next.map(|next| {
            let text = format!("{name} | {next}");
            view! {
                <span
                    class="mix-grip"
                    role="slider"
                    tabindex="0"
                    aria-label=move || format!("{} {text}", border_label.get())
                    aria-valuemin="0"
                    aria-valuemax=move || (amount_of(place) + amount_of(place + 1)).to_string()
                    aria-valuenow=move || amount_of(place).to_string()
                    aria-valuetext=move || percent_of(place)
                    on:pointerdown=move |event: web_sys::PointerEvent| {
                        held.set_value(Some((place, f64::from(event.client_x()), amounts())));
                        let grip = event_target::<web_sys::Element>(&event);
                        // Without capture the drag ends at the grip's edge; nothing worse.
                        let _ = grip.set_pointer_capture(event.pointer_id());
                        event.prevent_default();
                    }
                    on:pointermove=drag
                    on:pointerup=move |_| held.set_value(None)
                    on:pointercancel=move |_| held.set_value(None)
                    on:keydown=move |event: web_sys::KeyboardEvent| {
                        let amount = match event.key().as_str() {
                            "ArrowRight" | "ArrowUp" => 1,
                            "ArrowLeft" | "ArrowDown" => -1,
                            "PageUp" => 10,
                            "PageDown" => -10,
                            _ => return,
                        };
                        event.prevent_default();
                        event.stop_propagation();
                        on_change.run(shift(&amounts(), place, amount));
                    }
                ></span>
            }
        });
        view! {
            <span
                class=format!("mix-part mix-part-{}", place % 7 + 1)
                class:mix-none=move || amount_of(place) == 0
                style:flex-grow=move || amount_of(place).to_string()
                title=move || format!("{} {}", name, percent_of(place))
            >
                {grip}
            </span>
        }
    };
    let row = move |place: usize, name: String| {
        let label = name.clone();
        view! {
            <label class="mix-row">
                <span class=format!("mix-key mix-part-{}", place % 7 + 1)></span>
                <span class="mix-name">{name}</span>
                <span class="mix-percent figure">{move || percent_of(place)}</span>
                <input
                    class="figure"
                    type="text"
                    inputmode="numeric"
                    aria-label=label
                    prop:value=move || amount_of(place).to_string()
                    on:change=move |event| {
                        let mut amounts = amounts();
                        if let (Ok(amount), Some(entry)) =
                            (event_target_value(&event).trim().parse::<u32>(), amounts.get_mut(place))
                        {
                            *entry = amount.min(10_000);
                            on_change.run(amounts);
                        }
                    }
                />
            </label>
        }
    };
    view! {
        <div class="mix" role="group" aria-label=label>
            <div class="mix-bar" node_ref=bar>
                {move || {
                    let names = names.get();
                    let nexts: Vec<_> = names.iter().skip(1).cloned().map(Some).chain([None]).collect();
                    names.into_iter().zip(nexts).enumerate().map(|(place, (name, next))| segment(place, name, next)).collect_view()
                }}
            </div>
            <details class="mix-list">
                <summary>{label}</summary>
                {move || names.get().into_iter().enumerate().map(|(place, name)| row(place, name)).collect_view()}
            </details>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_moves_without_changing_the_whole() {
        assert_eq!(shift(&[50, 40, 10], 0, 5), [55, 35, 10]);
        assert_eq!(shift(&[50, 40, 10], 0, -80), [0, 90, 10]);
        assert_eq!(shift(&[50, 40, 10], 1, 80), [50, 50, 0]);
        assert_eq!(shift(&[50, 40, 10], 2, 5), [50, 40, 10]);
        assert_eq!(shift(&[], 0, 5), [0_u32; 0]);
    }
}
