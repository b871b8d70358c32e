//! The editor: a person's strategies as sentences to fill in, and as text with errors and completion. Both edit
//! the same text of the document.

use super::frame::use_desk;
use super::sentence::Sentence;
use super::words::tell;
use crate::i18n::*;
use engine::intent::language::{self, Document, ItemKind, LanguageError, complete, parse, ready};
use engine::primitives::Decimal;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

/// Most things that completion offers at once.
const OFFERS_MAX: usize = 10;

/// The text of one strategy.
fn single(document: &Document, at: usize) -> String {
    let one = Document {
        strategies: vec![document.strategies[at].clone()],
    };
    language::format(&one).trim_end().to_owned()
}

/// A person's strategies.
#[component]
pub(super) fn Editor() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let store = stores.run.document;
    let is_text = RwSignal::new(false);
    let person = stores.person;
    let text = Memo::new(move |_| {
        store.document().with(|document| {
            let people = document.people.get(person.get() as usize);
            people.map_or_else(String::new, |who| who.text.clone())
        })
    });
    let write = Callback::new(move |text: String| {
        let at = person.get_untracked() as usize;
        store.edit("text", |document| {
            if let Some(who) = document.people.get_mut(at) {
                who.text = text;
            }
        });
    });
    let parsed = Memo::new(move |_| parse(&text.get()));
    let errors = move || parsed.with(|parsed| parsed.as_ref().err().cloned().unwrap_or_default());
    view! {
        <div class="editor">
            <div class="choice-row" role="group" aria-label=move || t_string!(i18n, strategy.editor)>
                <button type="button" class="chip" aria-pressed=move || (!is_text.get()).to_string() on:click=move |_| is_text.set(false)>
                    {t!(i18n, strategy.as_sentence)}
                </button>
                <button type="button" class="chip" aria-pressed=move || is_text.get().to_string() on:click=move |_| is_text.set(true)>
                    {t!(i18n, strategy.as_text)}
                </button>
                <Ready text=text on_change=write />
            </div>
            {move || if is_text.get() {
                view! { <TextEditor text=text on_change=write /> }.into_any()
            } else {
                view! { <Sentences text=text parsed=parsed on_change=write /> }.into_any()
            }}
            <Errors errors=Signal::derive(errors) />
        </div>
    }
}

/// Every strategy as a sentence; a text that cannot be read is one sentence as it is.
#[component]
fn Sentences(
    text: Memo<String>,
    parsed: Memo<Result<Document, Vec<LanguageError>>>,
    on_change: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let symbols = stores.run.document.part(|document| {
        let assets = document.assets.iter().map(|asset| asset.symbol.clone());
        std::iter::once(document.quote.clone())
            .chain(assets)
            .collect::<Vec<_>>()
    });
    move || {
        let symbols = symbols.get();
        match parsed.get() {
            Err(_) => view! { <Sentence text=text.get() symbols=symbols on_change=on_change /> }
                .into_any(),
            Ok(document) => {
                let texts: Vec<String> = (0..document.strategies.len())
                    .map(|at| single(&document, at))
                    .collect();
                let replace = move |texts: &[String], at: usize, with: Option<String>| {
                    let mut texts = texts.to_vec();
                    match with {
                        Some(text) => texts[at] = text,
                        None => drop(texts.remove(at)),
                    }
                    texts.join(";\n\n")
                };
                let rows = (0..texts.len()).map(|at| {
                    let (all, rest) = (texts.clone(), texts.clone());
                    let change = move |text: String| on_change.run(replace(&all, at, Some(text)));
                    let remove = move |_| on_change.run(replace(&rest, at, None));
                    view! {
                        <li>
                            <Sentence text=texts[at].clone() symbols=symbols.clone() on_change=change />
                            <button
                                type="button"
                                class="remove"
                                title=t_string!(i18n, strategy.remove)
                                aria-label=t_string!(i18n, strategy.remove)
                                on:click=remove
                            >"×"</button>
                        </li>
                    }
                });
                let is_empty = document.strategies.is_empty();
                view! {
                    <ul class="sentences">{rows.collect_view()}</ul>
                    {is_empty.then(|| view! { <p class="note">{t!(i18n, strategy.no_strategies)}</p> })}
                }
                .into_any()
            }
        }
    }
}

/// The text itself, and what could be written at the cursor.
#[component]
fn TextEditor(text: Memo<String>, on_change: Callback<String>) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let field = NodeRef::<leptos::html::Textarea>::new();
    let offers = RwSignal::new((0_usize, 0_usize, Vec::<(String, ItemKind)>::new()));
    let look = move || {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let text = field.value();
        let cursor = cursor(&field, &text);
        let assets: Vec<String> = stores.run.document.document().with_untracked(|document| {
            let assets = document.assets.iter().map(|asset| asset.symbol.clone());
            std::iter::once(document.quote.clone())
                .chain(assets)
                .collect()
        });
        let assets: Vec<&str> = assets.iter().map(String::as_str).collect();
        let found = complete(&text, cursor, &assets);
        let items = found.items.into_iter().take(OFFERS_MAX);
        let items = items.map(|item| (item.text, item.kind)).collect();
        offers.set((found.from as usize, cursor, items));
    };
    let put = move |item: String| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let text = field.value();
        let (from, to, _) = offers.get_untracked();
        let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) else {
            return;
        };
        let space = if before.is_empty()
            || before.ends_with([' ', '(', '\n'])
            || item == ")"
            || item == ","
            || item == ":"
            || item == ";"
        {
            ""
        } else {
            " "
        };
        let written = format!("{before}{space}{item}");
        let place = written.encode_utf16().count() as u32;
        let whole = format!("{written}{after}");
        field.set_value(&whole);
        on_change.run(whole);
        // Refused only for fields that have no selection.
        let _ = field.set_selection_range(place, place);
        let _ = field.focus();
        look();
    };
    let tidy = move |_| {
        if let Ok(document) = parse(&text.get_untracked()) {
            on_change.run(language::format(&document).trim_end().to_owned());
        }
    };
    view! {
        <textarea
            node_ref=field
            class="code figure"
            rows="8"
            spellcheck="false"
            autocapitalize="off"
            aria-label=move || t_string!(i18n, strategy.editor)
            prop:value=move || text.get()
            on:input=move |event| {
                on_change.run(event_target_value(&event));
                look();
            }
            on:keyup=move |_| look()
            on:click=move |_| look()
        ></textarea>
        <div class="offers" role="group" aria-label=move || t_string!(i18n, strategy.offers)>
            {move || offers.get().2.into_iter().map(|(item, kind)| {
                let text = item.clone();
                view! {
                    <button type="button" class="chip offer" class:example={kind == ItemKind::Example} on:click=move |_| put(text.clone())>{item}</button>
                }
            }).collect_view()}
        </div>
        <button type="button" on:click=tidy>{t!(i18n, strategy.tidy)}</button>
    }
}

/// Where the cursor is, in bytes: the browser counts in units of UTF-16.
fn cursor(field: &HtmlTextAreaElement, text: &str) -> usize {
    let units = field.selection_start().ok().flatten().unwrap_or(0) as usize;
    let mut seen = 0;
    for (at, letter) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

/// What is wrong with the text, where, and the way out.
#[component]
fn Errors(errors: Signal<Vec<LanguageError>>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let errors = errors.get();
        (!errors.is_empty()).then(|| {
            view! {
                <ul class="errors trouble" role="alert">
                    {errors.into_iter().map(|error| view! {
                        <li>
                            <b>{tell!(i18n.get_locale(), error_at, line = error.line, column = error.column)}</b>
                            " "{error.message}
                            <span class="note">" "{error.hint}</span>
                        </li>
                    }).collect_view()}
                </ul>
            }
        })
    }
}

/// Strategies that are ready to use, to add.
#[component]
fn Ready(text: Memo<String>, on_change: Callback<String>) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let list = stores.run.document.part(|document| {
        let asset = document.assets.first();
        let (symbol, price) = asset.map_or(("ETH", Decimal::whole(2_000)), |asset| {
            (asset.symbol.as_str(), asset.price.0)
        });
        ready(symbol, &document.quote, price)
    });
    let add = move |event: web_sys::Event| {
        let field: web_sys::HtmlSelectElement = event_target(&event);
        let chosen = field.selected_index();
        field.set_selected_index(0);
        let added = usize::try_from(chosen - 1)
            .ok()
            .and_then(|at| list.with_untracked(|list| list.get(at).map(|one| one.text.clone())));
        if let Some(added) = added {
            let before = text.get_untracked();
            let before = before.trim_end().trim_end_matches(';');
            let whole = if before.is_empty() {
                added
            } else {
                format!("{before};\n\n{added}")
            };
            on_change.run(whole);
        }
    };
    view! {
        <select class="add" aria-label=move || t_string!(i18n, strategy.add) on:change=add>
            <option>{t!(i18n, strategy.add)}</option>
            {move || list.get().into_iter().map(|one| view! {
                <option title=one.line>{one.name}</option>
            }).collect_view()}
        </select>
    }
}
