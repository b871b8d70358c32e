//! How a block's committee agrees on it: its messages over the lab's own time.

use super::frame::use_desk;
use super::words::{tell, time};
use crate::draw::message::look as style;
use crate::i18n::*;
use crate::model::format::whole;
use crate::model::shard::talk::TalkChart;
use crate::model::strip::WIDE;
use engine::primitives::Micros;
use engine::trace::consensus::Kind;
use engine::trace::look::{BlockLook, Look, Talk};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Something of a block's talk.
fn talk<T>(look: Option<&Look>, of: impl FnOnce(&BlockLook, &Talk) -> T) -> Option<T> {
    let block = look?.block.as_ref()?;
    Some(of(block, block.talk.as_ref()?))
}

fn summary(locale: Locale, block: &BlockLook, talk: &Talk) -> String {
    let own = talk.said.iter().filter(|said| said.is_own).count();
    let mut text = tell!(
        locale,
        talk_say,
        protocol = talk.protocol.replace('_', " "),
        members = talk.members,
        quorum = talk.quorum,
        messages = whole(own as u64),
    );
    if block.agreed != Micros::NEVER {
        let span = time(block.agreed.since(block.proposed));
        text += &tell!(locale, talk_took, span = span);
    }
    if own < talk.said.len() {
        let others = whole((talk.said.len() - own) as u64);
        text += &tell!(locale, talk_others, messages = others);
    }
    if let Some(at) = talk.full_at {
        text += &tell!(locale, talk_full, at = time(at));
    }
    text
}

/// When a block is proposed and agreed on, each a way to that moment.
#[component]
pub(super) fn Moments(look: Memo<Option<Arc<Look>>>) -> impl IntoView {
    let i18n = use_i18n();
    let course = use_desk().stores.run.course;
    let to = move |name: &'static str, at: Micros| {
        view! {
            <button type="button" data-moment=name on:click=move |_| course.seek(at.0)>{time(at)}</button>
        }
    };
    let row = move || {
        let look = look.get();
        let block = look.as_ref()?.block.as_ref()?;
        let agreed = block.agreed;
        Some(view! {
            <span class="moments note">
                {t!(i18n, shard.block_proposed)}
                {to("proposed", block.proposed)}
                {match agreed {
                    Micros::NEVER => t!(i18n, shard.block_never).into_any(),
                    agreed => view! { {t!(i18n, shard.block_agreed)} {to("agreed", agreed)} }.into_any(),
                }}
            </span>
        })
    };
    view! { {row} }
}

/// The committee's messages, a line each; a press goes to the moment.
#[component]
pub(super) fn Committee(look: Memo<Option<Arc<Look>>>) -> impl IntoView {
    let i18n = use_i18n();
    let course = use_desk().stores.run.course;
    let chart = Memo::new(move |_| look.with(|look| TalkChart::of(look.as_ref()?.block.as_ref()?)));
    let kinds = Memo::new(move |_| {
        look.with(|look| talk(look.as_deref(), |_, talk| talk.kinds.clone()))
            .unwrap_or_default()
    });
    // A kind that is lit up; the others step back.
    let lit = RwSignal::new(None::<u8>);
    let say = move || {
        let locale = i18n.get_locale();
        look.with(|look| talk(look.as_deref(), |block, talk| summary(locale, block, talk)))
            .unwrap_or_else(|| td_string!(locale, shard.talk_none).to_owned())
    };
    let present = move || {
        let at = Micros(course.at().get());
        chart.with(|chart| chart.as_ref()?.shown(at))
    };
    let agreed = move || {
        let at = look.with(|look| Some(look.as_ref()?.block.as_ref()?.agreed))?;
        chart.with(|chart| chart.as_ref()?.shown(at))
    };
    let seek = move |event: web_sys::MouseEvent| {
        let target = event.current_target();
        let Some(host) = target.and_then(|it| it.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let room = host.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - room.left()) / room.width().max(1.0);
        let at = chart.with_untracked(|chart| chart.as_ref().map(|chart| chart.moment(share)));
        if let Some(at) = at {
            course.seek(at.0);
        }
    };
    let height = move || chart.with(|chart| chart.as_ref().map_or(1.0, TalkChart::height));
    let members = move || chart.with(|chart| chart.as_ref().map_or(1, |chart| chart.members));
    let lines = move || {
        let kinds = kinds.get();
        let chart = chart.get()?;
        let lines = chart.kinds.into_iter().map(|drawn| {
            let kind = drawn.kind;
            let look = style(&kinds, kind);
            let ink = format!("stroke:var({})", look.ink.token());
            let dashes = look.is_dashed.then_some("4 3");
            view! {
                <g style=ink stroke-width=look.width stroke-dasharray=dashes class:back=move || lit.get().is_some_and(|lit| lit != kind)>
                    <path class="other" d=drawn.other />
                    <path d=drawn.own />
                </g>
            }
        });
        let decided = view! { <path class="decided" d=chart.decided /> };
        Some(view! { {lines.collect_view()} {decided} })
    };
    let rule = move |class: &'static str, x: Option<f64>| {
        x.map(|x| view! { <line class=class x1=x x2=x y1="0" y2=height() /> })
    };
    view! {
        <p class="lanes-summary" data-talk=move || chart.with(Option::is_some).then_some("")>{say}</p>
        <Show when=move || chart.with(Option::is_some)>
            <div class="strip-frame talk-frame" style=move || format!("--members:{}", members())>
                <svg
                    class="talk"
                    viewBox=move || format!("0 0 {WIDE} {}", height())
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=say
                    on:click=seek
                >
                    {move || (0..members()).map(|member| {
                        let y = (f64::from(member) + 0.5) * crate::model::shard::talk::TALL;
                        view! { <line class="member" x1="0" x2=WIDE y1=y y2=y /> }
                    }).collect_view()}
                    {lines}
                    {move || rule("agreed", agreed())}
                    {move || rule("present", present())}
                </svg>
            </div>
            <ul class="city-legend talk-legend note" aria-label=move || t_string!(i18n, shard.legend)>
                {move || chart.get().map(|chart| {
                    let kinds = kinds.get();
                    let rows = chart.kinds.iter().map(|drawn| legend(&kinds, drawn.kind, drawn.count, lit));
                    rows.collect::<Vec<_>>()
                })}
                <li><span class="key decision" aria-hidden="true"></span>{t!(i18n, shard.talk_decided)}</li>
            </ul>
        </Show>
    }
}

/// A kind of message in the legend, which can be lit up.
fn legend(
    kinds: &[Kind],
    kind: u8,
    count: usize,
    lit: RwSignal<Option<u8>>,
) -> impl IntoView + use<> {
    let look = style(kinds, kind);
    let ink = format!(
        "stroke:var({});stroke-width:{}",
        look.ink.token(),
        look.width
    );
    let dashes = look.is_dashed.then_some("4 3");
    let name = kinds
        .get(usize::from(kind))
        .map(|kind| kind.name.replace('_', " "))
        .unwrap_or_default();
    let press = move |_| lit.update(|lit| *lit = (*lit != Some(kind)).then_some(kind));
    view! {
        <li>
            <button type="button" data-kind=kind aria-pressed=move || (lit.get() == Some(kind)).to_string() on:click=press>
                <svg width="22" height="10" aria-hidden="true"><path d="M1 5H21" style=ink stroke-dasharray=dashes /></svg>
                {name}<b>{whole(count as u64)}</b>
            </button>
        </li>
    }
}
