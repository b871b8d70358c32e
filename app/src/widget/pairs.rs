//! Names with their figures.

use leptos::prelude::*;

/// Names with their figures, one a line.
#[component]
pub fn Pairs(
    /// Names and figures.
    rows: Vec<(&'static str, String)>,
    /// Whether they come from the model, not from this machine.
    #[prop(optional)]
    modelled: bool,
) -> impl IntoView {
    view! {
        <dl class="pairs" class:modelled=modelled>
            {rows.into_iter().map(|(name, value)| view! {
                <dt>{name}</dt>
                <dd class="figure">{value}</dd>
            }).collect_view()}
        </dl>
    }
}
