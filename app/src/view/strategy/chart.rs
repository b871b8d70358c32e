//! Over time: the price with everything that happened to strategies on it, and what people are worth.

use super::frame::use_desk;
use super::people::People;
use super::words::{self, amount, span, tell};
use crate::i18n::*;
use crate::model::format;
use crate::model::strategy::scale::{COLUMNS, TALL, float};
use crate::model::strategy::{Mark, MarkKind, Scale, StrategyIndex};
use engine::primitives::Decimal;
use leptos::prelude::*;
use std::sync::Arc;

/// Most marks that are drawn; more are counted.
const MARKS_MAX: usize = 400;

/// A chart's frame: title, value at the present moment, axis, and the moment itself. A press goes there.
#[component]
fn Plot(
    class: &'static str,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] scale: Signal<Option<Scale>>,
    /// What stands between title and value.
    #[prop(optional)]
    aside: Option<AnyView>,
    /// What is drawn in its own units.
    drawing: ChildrenFn,
    /// What lies over it, placed in per cent.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let stores = use_desk().stores;
    let course = stores.run.course;
    let end = course.end();
    let share = move || course.at().get() as f64 / end.get().max(1) as f64;
    let seek = move |event: web_sys::MouseEvent| {
        let Some(target) = event.current_target() else {
            return;
        };
        let target: web_sys::Element = wasm_bindgen::JsCast::unchecked_into(target);
        let bounds = target.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
        course.seek((share.clamp(0.0, 1.0) * end.get_untracked() as f64).round() as u64);
    };
    let ticks = move || {
        let scale = scale.get()?;
        let ticks = scale.ticks().into_iter();
        Some(
            ticks
                .map(|tick| {
                    let style = format!("top:{:.2}%", scale.y(tick) / TALL * 100.0);
                    view! { <span class="tick figure" style=style>{axis(tick)}</span> }
                })
                .collect_view(),
        )
    };
    view! {
        <figure class=format!("plot {class}")>
            <figcaption>
                <span class="plot-title">{move || title.get()}</span>
                {aside}
                <span class="figure">{move || value.get()}</span>
            </figcaption>
            <div class="plot-ground" on:click=seek>
                <svg viewBox=format!("0 0 {COLUMNS} {TALL}") preserveAspectRatio="none" aria-hidden="true">
                    {move || scale.get().map(|scale| scale.ticks().into_iter().map(|tick| {
                        let y = scale.y(tick);
                        view! { <line class="grid" x1="0" x2=COLUMNS y1=y y2=y /> }
                    }).collect_view())}
                    {drawing()}
                </svg>
                {ticks}
                {children.map(|children| children())}
                <span class="now-line" style=move || format!("left:{:.3}%", share() * 100.0)></span>
            </div>
        </figure>
    }
}

/// A number at an axis.
fn axis(value: f64) -> String {
    if value.abs() >= 100.0 {
        let text = format::whole(value.abs().round() as u64);
        if value < 0.0 {
            format!("−{text}")
        } else {
            text
        }
    } else {
        format!("{value:.2}")
    }
}

/// The price of a token, its pool beside it, and marks.
#[component]
pub(super) fn PriceChart() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let (picture, token) = (stores.run.picture, stores.token);
    let series = move |index: &StrategyIndex| -> Vec<Decimal> {
        let at = token.get() as usize;
        index.recording.prices.get(at).cloned().unwrap_or_default()
    };
    let scale = Memo::new(move |_| {
        let index = picture.get()?;
        Scale::of(series(&index).into_iter().map(float))
    });
    let path = Memo::new(move |_| {
        let (index, scale) = (picture.get()?, scale.get()?);
        Some(scale.path(&series(&index)))
    });
    let pool_path = Memo::new(move |_| {
        let (index, scale) = (picture.get()?, scale.get()?);
        let at = pool_of(&index, token.get())?;
        let spots = index.recording.spots.get(at)?;
        let [low, high] = [scale.low, scale.high];
        let inside = |value: &Decimal| Decimal((float(*value).clamp(low, high) * 1e8) as i64);
        Some(scale.path(&spots.iter().map(inside).collect::<Vec<_>>()))
    });
    let shown = Memo::new(move |_| {
        let index = picture.get()?;
        let (person, token) = (stores.person.get(), token.get());
        let is_shown = |mark: &&Mark| {
            mark.person.is_none_or(|of| of == person) && mark.token.is_none_or(|at| at == token)
        };
        Some(
            index
                .marks
                .iter()
                .filter(is_shown)
                .cloned()
                .collect::<Vec<_>>(),
        )
    });
    let value = move || {
        let index = picture.get()?;
        let at = stores.run.course.at().get() as usize;
        let price = *index.recording.prices.get(token.get() as usize)?.get(at)?;
        let quote = words::token(&index, 0);
        let pool = pool_of(&index, token.get())
            .and_then(|pool| index.recording.spots.get(pool)?.get(at).copied());
        Some(match pool {
            Some(spot) => tell!(
                i18n.get_locale(),
                price_and_pool,
                price = amount(price),
                spot = amount(spot),
                quote = quote
            ),
            None => format!("{} {quote}", amount(price)),
        })
    };
    let marks = move || {
        let (index, scale, marks) = (picture.get()?, scale.get()?, shown.get()?);
        let locale = i18n.get_locale();
        let last = index.steps().saturating_sub(1).max(1);
        let first = marks.len().saturating_sub(MARKS_MAX);
        Some(
            marks[first..]
                .iter()
                .map(|mark| {
                    let at = mark.token.unwrap_or(token.get_untracked()) as usize;
                    let price = index.recording.prices.get(at)?.get(mark.step as usize)?;
                    let event = index.recording.events.get(mark.event as usize)?;
                    let x = f64::from(mark.step) / f64::from(last) * 100.0;
                    let y = scale.y(float(*price)) / TALL * 100.0;
                    let style = match mark.kind {
                        MarkKind::News => format!("left:{x:.3}%"),
                        _ => format!("left:{x:.3}%;top:{y:.2}%"),
                    };
                    let text = words::happening(locale, &index, event);
                    Some(view! { <span class=format!("mark {}", class(mark.kind)) style=style title=text></span> })
                })
                .collect_view(),
        )
    };
    let missing = move || {
        let count = shown.with(|marks| marks.as_ref().map_or(0, Vec::len));
        (count > MARKS_MAX).then(|| {
            tell!(
                i18n.get_locale(),
                marks_missing,
                shown = MARKS_MAX,
                count = count
            )
        })
    };
    view! {
        <div class="price-part">
            <Tokens />
            <Plot
                class="price"
                title=Signal::derive(move || picture.get().map_or_else(String::new, |index| {
                    tell!(i18n.get_locale(), price_of, token = words::token(&index, token.get()))
                }))
                value=Signal::derive(move || value().unwrap_or_default())
                scale=scale
                drawing=std::sync::Arc::new(move || view! {
                    <path class="line pool" d=move || pool_path.get().unwrap_or_default() />
                    <path class="line feed" d=move || path.get().unwrap_or_default() />
                }.into_any())
            >
                {marks}
            </Plot>
            <Legend />
            {move || missing().map(|text| view! { <p class="note">{text}</p> })}
        </div>
    }
}

/// The pool that trades a token for the quote currency.
fn pool_of(index: &StrategyIndex, token: u32) -> Option<usize> {
    let symbol = index.recording.tokens.get(token as usize)?;
    let quote = index.recording.tokens.first()?;
    let wanted = format!("{symbol}/{quote}");
    index
        .recording
        .pools
        .iter()
        .position(|pool| *pool == wanted)
}

const fn class(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Bought => "bought",
        MarkKind::Sold => "sold",
        MarkKind::Loan => "loan",
        MarkKind::Liquidated => "liquidated",
        MarkKind::News => "news",
    }
}

/// What the marks are: a shape each.
#[component]
fn Legend() -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let rows = [
        ("line-key feed", td_string!(locale, strategy.legend_feed)),
        ("line-key pool", td_string!(locale, strategy.legend_pool)),
        ("mark bought", td_string!(locale, strategy.legend_bought)),
        ("mark sold", td_string!(locale, strategy.legend_sold)),
        ("mark loan", td_string!(locale, strategy.legend_loan)),
        ("mark news", td_string!(locale, strategy.legend_news)),
    ];
    view! {
        <ul class="plot-legend note">
            {rows.into_iter().map(|(class, text)| view! {
                <li><span class=class aria-hidden="true"></span>{text}</li>
            }).collect_view()}
        </ul>
    }
}

/// Which token's price is shown, where there are several.
#[component]
fn Tokens() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let tokens = Memo::new(move |_| {
        let picture = stores.run.picture.get();
        picture.map_or_else(Vec::new, |index| index.recording.tokens[1..].to_vec())
    });
    move || {
        let tokens = tokens.get();
        (tokens.len() > 1).then(|| {
            view! {
                <div class="chips" role="group" aria-label=t_string!(i18n, strategy.tokens)>
                    {tokens.into_iter().enumerate().map(|(at, symbol)| {
                        let at = at as u32 + 1;
                        view! {
                            <button
                                type="button"
                                class="chip"
                                aria-pressed=move || (stores.token.get() == at).to_string()
                                on:click=move |_| stores.token.set(at)
                            >{symbol}</button>
                        }
                    }).collect_view()}
                </div>
            }
        })
    }
}

/// What everybody is worth over time.
#[component]
pub(super) fn EquityChart() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let picture = stores.run.picture;
    let all = |index: &Arc<StrategyIndex>| index.recording.equity.clone();
    let scale = Memo::new(move |_| {
        let index = picture.get()?;
        Scale::of(all(&index).into_iter().flatten().map(float))
    });
    let lines = Memo::new(move |_| {
        let (index, scale) = (picture.get()?, scale.get()?);
        let people = index.recording.equity.iter();
        Some(people.map(|series| scale.path(series)).collect::<Vec<_>>())
    });
    let value = move || {
        let index = picture.get()?;
        let at = stores.run.course.at().get() as usize;
        let person = stores.person.get() as usize;
        let equity = *index.recording.equity.get(person)?.get(at)?;
        let moment = span(at as u64 * u64::from(index.recording.step_s));
        Some(tell!(
            i18n.get_locale(),
            equity_now,
            person = index.recording.people.get(person)?,
            equity = amount(equity),
            quote = words::token(&index, 0),
            moment = moment
        ))
    };
    view! {
        <Plot
            class="equity"
            title=Signal::derive(move || t_string!(i18n, strategy.equity).to_owned())
            value=Signal::derive(move || value().unwrap_or_default())
            scale=scale
            drawing=std::sync::Arc::new(move || view! {
                {move || lines.get().map(|lines| lines.into_iter().enumerate().map(|(person, path)| {
                    let is_picked = move || stores.person.get() as usize == person;
                    view! { <path class=format!("line person-{person}") class:picked=is_picked d=path /> }
                }).collect_view())}
            }.into_any())
            aside=view! { <People /> }.into_any()
        />
    }
}
