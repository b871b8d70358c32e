//! A strategy as a sentence whose numbers, tokens, comparisons and names are fields. What is filled in goes into
//! the text, and whatever the text says is in the fields: they are the same thing.

use crate::i18n::*;
use engine::intent::language::{Blank, BlankKind, COMPARISONS, blanks};
use leptos::prelude::*;

/// Longest thing that can be filled in, in bytes.
const FILLING_MAX: usize = 64;

/// The sentence.
#[component]
pub(super) fn Sentence(
    /// The text of one strategy, or of several where they cannot be told apart.
    text: String,
    /// Symbols of the market.
    symbols: Vec<String>,
    /// Gets the whole text with a blank filled in.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let found = blanks(&text);
    let mut parts = Vec::new();
    let mut at = 0;
    for blank in found {
        let (start, end) = (blank.span.start as usize, blank.span.end as usize);
        if start < at {
            continue;
        }
        parts.push(view! { <span>{text[at..start].to_owned()}</span> }.into_any());
        let held = text[start..end].to_owned();
        let (before, after) = (text[..start].to_owned(), text[end..].to_owned());
        let fill = Callback::new(move |filling: String| {
            // Quotation marks would end a name before its end.
            let filling: String = filling.chars().filter(|c| *c != '"').collect();
            if filling.len() <= FILLING_MAX {
                on_change.run(format!("{before}{filling}{after}"));
            }
        });
        parts.push(
            view! { <Field blank=blank held=held symbols=symbols.clone() fill=fill /> }.into_any(),
        );
        at = end;
    }
    parts.push(view! { <span>{text[at..].to_owned()}</span> }.into_any());
    view! { <p class="sentence">{parts}</p> }
}

/// One field: a list where there are few things to choose from, else something to type into.
#[component]
fn Field(
    blank: Blank,
    held: String,
    symbols: Vec<String>,
    fill: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let choices: Option<(Vec<String>, &'static str)> = match blank.kind {
        BlankKind::Symbol => Some((symbols, td_string!(locale, strategy.blank_token))),
        BlankKind::Comparison => Some((
            COMPARISONS.map(str::to_owned).to_vec(),
            td_string!(locale, strategy.blank_comparison),
        )),
        _ => None,
    };
    if let Some((choices, label)) = choices {
        let is_known = choices.contains(&held);
        let other = (!is_known).then(|| held.clone());
        return view! {
            <select class="blank" aria-label=label on:change=move |event| fill.run(event_target_value(&event))>
                {other.map(|other| view! { <option value=other.clone() selected=true>{other.clone()}</option> })}
                {choices.into_iter().map(|choice| {
                    let is_held = choice == held;
                    view! { <option value=choice.clone() selected=is_held>{choice.clone()}</option> }
                }).collect_view()}
            </select>
        }
        .into_any();
    }
    let (label, mode) = match blank.kind {
        BlankKind::Span => (td_string!(locale, strategy.blank_span), "text"),
        BlankKind::Name => (td_string!(locale, strategy.blank_name), "text"),
        BlankKind::Percent => (td_string!(locale, strategy.blank_percent), "decimal"),
        BlankKind::Times => (td_string!(locale, strategy.blank_times), "decimal"),
        _ => (td_string!(locale, strategy.blank_number), "decimal"),
    };
    let width = held.chars().count().clamp(2, 24) + 1;
    view! {
        <input
            class="blank"
            class:name={blank.kind == BlankKind::Name}
            type="text"
            inputmode=mode
            aria-label=label
            title=label
            style=format!("width:{width}ch")
            value=held
            on:change=move |event| fill.run(event_target_value(&event).trim().to_owned())
        />
    }
    .into_any()
}
