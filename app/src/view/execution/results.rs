//! What it means: figures of this machine and figures of virtual time, in two inks that never mix.

use crate::i18n::*;
use crate::model::{ReplayIndex, Selection, format, sweep};
use crate::view::execution::wording::say;
use crate::widget::Tooltip;
use engine::session::Live;
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
            <dl>
                <Row
                    name=td_string!(locale, execution.bound)
                    value=format::times(sweep::bound(summary))
                    help=help(td_string!(locale, execution.bound_help))
                />
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
