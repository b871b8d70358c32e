//! What stands over the picture while there is none of the present document.

use crate::i18n::*;
use crate::store::{Document, DocumentStore, Freshness};
use leptos::prelude::*;

/// What a person can do about it.
#[derive(Clone, Copy)]
pub(crate) struct Doing {
    /// Gives up the run under way.
    stop: Callback<()>,
    /// Computes it again.
    again: Callback<()>,
    /// The same with a new worker.
    anew: Callback<()>,
    /// Takes the last change back.
    undo: Callback<()>,
    /// Whether there is one.
    can_undo: Signal<bool>,
}

impl Doing {
    /// What is done by a lab's stores, and undo of its document.
    pub(crate) fn new<D: Document>(
        document: DocumentStore<D>,
        stop: impl Fn() + Send + Sync + 'static,
        again: impl Fn() + Send + Sync + 'static,
        anew: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            stop: Callback::new(move |()| stop()),
            again: Callback::new(move |()| again()),
            anew: Callback::new(move |()| anew()),
            undo: Callback::new(move |()| document.undo()),
            can_undo: document.can_undo(),
        }
    }
}

/// Computing with progress, stopped, or failed with reasons and ways out.
#[component]
pub(crate) fn States(
    /// How the run relates to the document.
    freshness: RwSignal<Freshness>,
    /// How far a run under way has come: in words, and as a share.
    #[prop(into)]
    underway: Signal<Option<(String, f64)>>,
    /// What can be done.
    doing: Doing,
) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        let words = underway.with(|underway| underway.as_ref().map(|(words, _)| words.clone()));
        words.unwrap_or_else(|| t_string!(i18n, shell.computing).to_owned())
    };
    let share =
        move || underway.with(|underway| underway.as_ref().map_or(0.0, |(_, share)| *share));
    move || {
        match freshness.get() {
        Freshness::Fresh => ().into_any(),
        Freshness::Computing => view! {
            <div class="state computing">
                <p>{words}</p>
                <progress aria-label=move || t_string!(i18n, shell.computing) max="1" prop:value=share></progress>
                <button type="button" on:click=move |_| doing.stop.run(())>{t!(i18n, shell.cancel)}</button>
            </div>
        }
        .into_any(),
        Freshness::Stopped => view! {
            <div class="state">
                <p>{t!(i18n, shell.stopped)}</p>
                <button type="button" on:click=move |_| doing.again.run(())>{t!(i18n, shell.again)}</button>
            </div>
        }
        .into_any(),
        Freshness::Failed(reasons) => view! {
            <div class="state trouble" role="alert">
                <p>{t!(i18n, shell.failed)}</p>
                <ul>{reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view()}</ul>
                <button type="button" on:click=move |_| doing.anew.run(())>{t!(i18n, shell.again)}</button>
                <button type="button" disabled=move || !doing.can_undo.get() on:click=move |_| doing.undo.run(())>
                    {t!(i18n, shell.undo_edit)}
                </button>
            </div>
        }
        .into_any(),
    }
    }
}
