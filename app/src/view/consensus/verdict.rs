//! Whether all is well at the present moment, and why.

use super::fault::waits;
use super::frame::use_desk;
use super::words::{self, block, tell, time};
use crate::i18n::*;
use crate::model::agreement::AgreementIndex;
use engine::consensus::{Inclusion, Progress, Safety, Verdict, Violation};
use engine::primitives::Micros;
use leptos::prelude::*;
use std::sync::Arc;

/// Most nodes of which it is said what they wait for.
const WAITING_MAX: usize = 4;

/// The verdict: safety, and progress.
#[component]
pub(super) fn VerdictCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let seen = Memo::new(move |_| {
        stores.snapshot.with(|snapshot| {
            let snapshot = snapshot.as_ref()?;
            Some((snapshot.verdict.clone(), snapshot.report.decisions))
        })
    });
    let body = move || {
        let index = stores.run.picture.get()?;
        let (verdict, decisions) = seen.get()?;
        Some(view! {
            <Safe index=Arc::clone(&index) verdict=verdict.clone() />
            {verdict.inclusion.clone().map(|inclusion| view! { <Client index=Arc::clone(&index) inclusion=inclusion /> })}
            <Going index=index verdict=verdict decisions=decisions />
        })
    };
    view! {
        <section class="card verdict" aria-label=move || t_string!(i18n, consensus.verdict)>{body}</section>
    }
}

#[component]
fn Safe(index: Arc<AgreementIndex>, verdict: Verdict) -> impl IntoView {
    let i18n = use_i18n();
    let state = if verdict.is_safe() { "held" } else { "broken" };
    let violation = match verdict.safety {
        Safety::Held => None,
        Safety::Broken(violation) => Some(*violation),
    };
    let words = if violation.is_some() {
        t_string!(i18n, consensus.safety_broken)
    } else {
        t_string!(i18n, consensus.safety_held)
    };
    view! {
        <p class="headline" data-safety=state>
            <span class="sign-of" aria-hidden="true"></span>
            {words}
        </p>
        {match violation {
            None => view! { <p class="note">{t!(i18n, consensus.safety_held_help)}</p> }.into_any(),
            Some(violation) => view! { <Fork index=index violation=violation /> }.into_any(),
        }}
    }
}

/// Two decisions that contradict each other, and who signed both certificates.
#[component]
fn Fork(index: Arc<AgreementIndex>, violation: Violation) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let [a, b] = &violation.decisions;
    let fork = tell!(
        locale,
        fork,
        height = violation.height,
        a = index.name(a.node),
        block_a = block(a.block),
        b = index.name(b.node),
        block_b = block(b.block)
    );
    let signed = [a, b].map(|decision| {
        tell!(
            locale,
            signed_by,
            block = block(decision.block),
            signers = words::nodes(locale, &index, &decision.signers)
        )
    });
    let both = if violation.both.is_empty() {
        t_string!(i18n, consensus.signed_both_none).to_owned()
    } else {
        tell!(
            locale,
            signed_both,
            nodes = words::nodes(locale, &index, &violation.both)
        )
    };
    let long_range = (!violation.withdrawn.is_empty()).then(|| {
        let gone = words::nodes(locale, &index, &violation.withdrawn);
        tell!(locale, long_range, nodes = gone)
    });
    let [first, second] = signed;
    view! {
        <p>{fork}</p>
        <ul class="certificates">
            <li class="block-one">{first}</li>
            <li class="block-two">{second}</li>
        </ul>
        <p class="both">{both}</p>
        {long_range.map(|words| view! { <p class="both" data-fork="long-range">{words}</p> })}
    }
}

/// How a client fares whom somebody censors.
#[component]
fn Client(index: Arc<AgreementIndex>, inclusion: Inclusion) -> impl IntoView {
    let locale = use_i18n().get_locale_untracked();
    let by = words::nodes(locale, &index, &inclusion.censors);
    let waiting = inclusion.waiting;
    let (state, words) = if inclusion.is_held_back() {
        let waited = time(Micros(waiting.waited_us));
        let count = waiting.passed_by;
        (
            "held",
            tell!(
                locale,
                client_held,
                waited = waited,
                count = count,
                nodes = by
            ),
        )
    } else {
        let (count, longest) = (inclusion.included, time(Micros(inclusion.longest_us)));
        (
            "through",
            tell!(
                locale,
                client_through,
                nodes = by,
                count = count,
                longest = longest
            ),
        )
    };
    view! { <p class="client-line" data-client=state>{words}</p> }
}

#[component]
fn Going(index: Arc<AgreementIndex>, verdict: Verdict, decisions: u64) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let of = index.scenario.decisions;
    let (state, words) = match &verdict.progress {
        Progress::Done => ("done", tell!(locale, progress_done, count = of)),
        Progress::Running => (
            "running",
            tell!(locale, progress_running, count = decisions, of = of),
        ),
        Progress::Stuck(_) => (
            "stuck",
            tell!(locale, progress_stuck, count = decisions, of = of),
        ),
    };
    let waiting = match &verdict.progress {
        Progress::Stuck(waiting) if waiting.is_empty() => {
            vec![t_string!(i18n, consensus.stuck_nobody).to_owned()]
        }
        Progress::Stuck(waiting) => {
            let some = waiting.iter().take(WAITING_MAX);
            some.map(|(node, what)| {
                let what = waits(locale, &index, what);
                tell!(locale, stuck_node, node = index.name(*node), what = what)
            })
            .collect()
        }
        Progress::Done | Progress::Running => Vec::new(),
    };
    view! {
        <p class="progress-line" data-progress=state>
            <span class="sign-of" aria-hidden="true"></span>
            {words}
        </p>
        {waiting.into_iter().map(|text| view! { <p class="note">{text}</p> }).collect_view()}
    }
}
