//! What a scheduler is called, does and promises: the engine's own descriptors, in the page's words.

use crate::i18n::*;
use engine::executor::laboratory::Descriptor;
use engine::scenario::Scheduler;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// What people call a scheduler: its name in documents, written as a title.
pub fn title(scheduler: Scheduler) -> String {
    let name = scheduler.name();
    // Two names are terms that have hyphens.
    if let Some(rest) = name.strip_prefix("block_stm") {
        return format!("Block-STM{}", rest.replace('_', " "));
    }
    let words = match name.strip_prefix("two_phase") {
        Some(rest) => format!("two-phase{}", rest.replace('_', " ")),
        None => name.replace('_', " "),
    };
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What a scheduler promises, in few words: whether the block's order holds first, since without it the
/// result is another one.
fn promises(i18n: I18nContext<Locale>, entry: &Descriptor) -> [(&'static str, bool); 3] {
    [
        match entry.keeps_block_order {
            true => (t_string!(i18n, execution.promise_order), false),
            false => (t_string!(i18n, execution.promise_no_order), true),
        },
        match entry.can_abort {
            true => (t_string!(i18n, execution.promise_abort), false),
            false => (t_string!(i18n, execution.promise_no_abort), false),
        },
        match entry.needs_access_sets {
            true => (t_string!(i18n, execution.promise_sets), false),
            false => (t_string!(i18n, execution.promise_no_sets), false),
        },
    ]
}

/// A scheduler's line, promises and source.
#[component]
pub fn SchedulerCard(
    /// Which.
    #[prop(into)]
    scheduler: Signal<Scheduler>,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        scheduler.get().descriptor().map(|entry| {
            let badges = promises(i18n, entry).map(|(text, is_warning)| {
                view! { <li class:promise-warning=is_warning>{text}</li> }
            });
            view! {
                <div class="scheduler-card">
                    <p>{entry.line.as_ref()}</p>
                    <ul class="promises">{badges.into_iter().collect_view()}</ul>
                    <p class="scheduler-source">{entry.source.as_ref()}</p>
                </div>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheduler_has_a_title_of_its_own_without_underscores() {
        let mut titles: Vec<String> = Scheduler::ALL.into_iter().map(title).collect();
        assert!(titles.iter().all(|title| {
            !title.contains('_') && title.chars().next().is_some_and(char::is_uppercase)
        }));
        assert!(titles.contains(&"Block-STM".to_owned()));
        assert!(titles.contains(&"Two-phase locking".to_owned()));
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), Scheduler::ALL.len());
    }
}
