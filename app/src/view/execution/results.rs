//! What it means: figures of this machine and figures of virtual time, in two inks that never mix.

use crate::i18n::*;
use crate::model::{ReplayIndex, Selection, format, sweep};
use crate::view::execution::scheduler;
use crate::view::execution::wording::{self, say};
use crate::widget::Tooltip;
use engine::session::{Live, Method};
use leptos::prelude::*;
use std::sync::Arc;

/// What real threads on this machine took.
#[component]
pub fn MeasuredResults(
    /// The last live run.
    #[prop(into)]
    live: Signal<Option<Live>>,
    /// Whether it was of settings that are no longer the present ones.
    #[prop(into)]
    is_stale: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let figures = move || {
        let locale = i18n.get_locale();
        live.get().map(|live| {
            let threads = match live.threads {
                1 => td_string!(locale, execution.threads_one).to_owned(),
                threads => say!(locale, threads_more, threads = threads),
            };
            let run = say!(
                locale,
                live_transactions,
                transactions = format::whole(live.transactions),
                blocks = format::whole(u64::from(live.blocks)),
                seconds = format::seconds(live.pipelined_seconds)
            );
            let ways = live_ways(locale, &live);
            let root = say!(
                locale,
                live_root,
                root = format::three_figures(live.root_seconds * 1e3),
                total = format::three_figures(live.pipelined_seconds * 1e3)
            );
            let verdict = if live.equals_serial {
                td_string!(locale, execution.equals_serial)
            } else {
                td_string!(locale, execution.differs_serial)
            };
            let versus = live.speedup();
            view! {
                <p class="headline" title=format!("{:.0}", live.tps())>
                    <strong class="figure">{format::three_figures(live.tps())}</strong>" "
                    <abbr title=td_string!(locale, execution.tps_title)>{td_string!(locale, execution.tps)}</abbr>
                    " · "{threads}
                </p>
                <dl>
                    <Row name=td_string!(locale, execution.versus_serial) value=format::times(versus) />
                    <Row name=td_string!(locale, execution.tps_without_root) value=format::three_figures(live.tps_without_root()) />
                    <Row
                        name=td_string!(locale, execution.aborts)
                        value=format!("{} ({})", format::whole(live.aborts), format::percent(live.aborts, live.executions))
                    />
                </dl>
                <p class="note">{run}</p>
                <p class="note live-ways">{ways}</p>
                <p class="note">{root}</p>
                <p class="note" class:fault=!live.equals_serial>{verdict}</p>
            }
        })
    };
    view! {
        <section class="result measured" class:stale=is_stale>
            <h2>{move || t_string!(i18n, execution.measured)}</h2>
            {move || match figures() {
                Some(figures) => figures.into_any(),
                None => view! { <p class="note">{t_string!(i18n, execution.live_none)}</p> }.into_any(),
            }}
            <Show when=move || is_stale.get() && live.with(Option::is_some)>
                <p class="note">{move || t_string!(i18n, execution.live_stale)}</p>
            </Show>
        </section>
    }
}

/// What a live run did with the transactions, in words.
fn live_ways(locale: Locale, live: &Live) -> String {
    let rest = live
        .transactions
        .saturating_sub(live.declared + live.in_order);
    // What runs in order is not always counted; without a validation it cannot have been Block-STM.
    let is_in_order = live.validations == 0;
    let (in_order, optimistic) = match is_in_order {
        true => (live.in_order + rest, 0),
        false => (live.in_order, rest),
    };
    let part = |text: &'static str, count: u64| {
        (count > 0).then(|| {
            let (count, all) = (format::whole(count), format::whole(live.transactions));
            wording::fill(text, &[("count", &count), ("transactions", &all)])
        })
    };
    let is_serial = live.method == Method::Serial || live.threads == 1;
    let optimistic_text = match live.method {
        Method::Chosen => td_string!(locale, execution.live_mixed),
        _ => td_string!(locale, execution.live_block_stm),
    };
    let in_order_text = match is_serial {
        true => td_string!(locale, execution.live_serial),
        false => td_string!(locale, execution.live_in_order),
    };
    let parts = [
        part(td_string!(locale, execution.live_declared), live.declared),
        part(optimistic_text, optimistic),
        part(in_order_text, in_order),
    ];
    let ways = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    match live.method {
        Method::Chosen if !is_serial => say!(locale, live_chosen, ways = ways),
        _ => say!(locale, live_told, ways = ways),
    }
}

/// What the seed gives in virtual time: the same on every machine.
#[component]
pub fn ModelledResults(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// What is selected; the hottest key can be.
    selection: RwSignal<Selection>,
) -> impl IntoView {
    let i18n = use_i18n();
    let figures = move || {
        let index = picture.get()?;
        let locale = i18n.get_locale();
        let summary = &index.replay.summary;
        let runs = u64::from(summary.executions);
        let count = |count: u32| format::whole(u64::from(count));
        let with_share = |part: u32| {
            format!(
                "{} ({})",
                count(part),
                format::percent(u64::from(part), runs)
            )
        };
        let help = |text: &'static str| text.to_owned();
        let other_order = (!summary.keeps_block_order).then(|| {
            let name = scheduler::title(index.replay.execution.scheduler);
            view! { <p class="note other-order">{say!(locale, other_order, scheduler = name)}</p> }
        });
        // Whoever is handed every value beforehand is not bound by who depends on whom.
        let is_bound = summary.first_pass_ticks == 0;
        let bound = view! {
            <Row
                name=match is_bound {
                    true => td_string!(locale, execution.bound),
                    false => td_string!(locale, execution.speedup_both),
                }
                value=match is_bound {
                    true => format::times(sweep::bound(summary)),
                    false => format::times(sweep::speedup_with_first_pass(summary)),
                }
                help=match is_bound {
                    true => help(td_string!(locale, execution.bound_help)),
                    false => help(td_string!(locale, execution.speedup_both_help)),
                }
            />
        };
        let first_pass = (summary.first_pass_ticks > 0).then(|| {
            let ticks = format::whole(summary.first_pass_ticks);
            view! {
                <Row
                    name=td_string!(locale, execution.first_pass)
                    value=say!(locale, ticks_value, ticks = ticks)
                    help=help(td_string!(locale, execution.first_pass_help))
                />
            }
        });
        let breaches = (summary.breaches > 0).then(|| {
            view! {
                <Row
                    name=td_string!(locale, execution.breaches)
                    value=count(summary.breaches)
                    help=help(td_string!(locale, execution.breaches_help))
                />
            }
        });
        let useful = sweep::committed_ticks(summary, index.recording().lanes);
        let wasted_help = say!(
            locale,
            wasted_help,
            wasted = format::whole(summary.wasted_ticks),
            useful = format::whole(useful)
        );
        let wasted = say!(
            locale,
            wasted_value,
            share = format::three_figures(sweep::wasted_share(summary, index.recording().lanes))
        );
        let path = say!(
            locale,
            critical_path_value,
            ticks = format::whole(summary.critical_path_ticks),
            count = format::whole(summary.critical_path.len() as u64)
        );
        let hottest = summary.hot_keys.first().map(|hot| {
            let (key, name) = (hot.key, index.key_name(hot.key).to_owned());
            view! {
                <div class="row">
                    <dt>{td_string!(locale, execution.hottest)}</dt>
                    <dd>
                        <button type="button" class="link" on:click=move |_| selection.set(Selection::Key(key))>{name}</button>
                    </dd>
                </div>
            }
        });
        let reverted = (summary.reverted > 0).then(|| {
            view! {
                <Row
                    name=td_string!(locale, execution.reverted)
                    value=count(summary.reverted)
                    help=help(td_string!(locale, execution.reverted_help))
                />
            }
        });
        Some(view! {
            <p class="headline">
                <strong class="figure">{format::times(sweep::speedup(summary))}</strong>" "
                {say!(locale, speedup_at, lanes = index.recording().lanes)}
            </p>
            {other_order}
            <dl>
                {bound}
                <Row
                    name=td_string!(locale, execution.aborts)
                    value=with_share(summary.aborts)
                    help=help(td_string!(locale, execution.aborts_help))
                />
                <Row
                    name=td_string!(locale, execution.waits)
                    value=count(summary.blocked)
                    help=help(td_string!(locale, execution.look_waiting_help))
                />
                {breaches}
                <Row
                    name=td_string!(locale, execution.wasted)
                    value=wasted
                    help=wasted_help
                />
                <Row
                    name=td_string!(locale, execution.utilisation)
                    value=format::percent(u64::from(summary.utilisation_permille), 1_000)
                    help=help(td_string!(locale, execution.utilisation_help))
                />
                <Row
                    name=td_string!(locale, execution.critical_path)
                    value=path
                    help=help(td_string!(locale, execution.critical_path_help))
                />
                <Row
                    name=td_string!(locale, execution.length)
                    value=say!(locale, ticks_value, ticks = format::whole(summary.ticks))
                    help=help(td_string!(locale, execution.length_help))
                />
                {first_pass}
                {reverted}
                {hottest}
            </dl>
        })
    };
    view! {
        <section class="result modelled">
            <h2>{move || t_string!(i18n, execution.modelled)}</h2>
            {move || match figures() {
                Some(figures) => figures.into_any(),
                None => view! { <p class="note">{t_string!(i18n, execution.loading)}</p> }.into_any(),
            }}
        </section>
    }
}

/// Why there are two inks.
#[component]
pub fn InkLegend() -> impl IntoView {
    let i18n = use_i18n();
    view! { <p class="note ink-legend">{move || t_string!(i18n, execution.ink_legend)}</p> }
}

#[component]
fn Row(
    #[prop(into)] name: String,
    #[prop(into)] value: String,
    /// A definition, shown on hover and focus.
    #[prop(optional)]
    help: Option<String>,
) -> impl IntoView {
    let term = match help {
        Some(help) => {
            view! { <Tooltip text=Signal::stored(help)><em>{name}</em></Tooltip> }.into_any()
        }
        None => name.into_any(),
    };
    view! { <div class="row"><dt>{term}</dt><dd class="figure">{value}</dd></div> }
}
