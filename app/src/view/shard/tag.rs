//! Accounts with much to do, as tags beneath their districts, and the hand that drags one to another district.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::shard::layout::{HEIGHT, WIDTH};
use crate::model::shard::{City, Pick, Tags};
use engine::scenario::shard::Deed;
use engine::trace::look::Resident;
use leptos::prelude::*;
use leptos::svg;

/// A hand that has moved less than this, in pixels, has pressed.
const DRAG_MIN: f64 = 5.0;

/// An account in the hand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Held {
    account: u32,
    /// The district that it is taken from.
    pub(super) from: u16,
    /// Where the hand took it, in pixels.
    start: [f64; 2],
    /// Where the hand is, in units of the picture.
    at: [f64; 2],
    /// Whether it has moved so far that it is dragged.
    pub(super) is_dragged: bool,
    /// The district that it is over.
    pub(super) over: Option<u16>,
}

impl Held {
    /// The district that it would be moved to if it were let go of here.
    fn target(self) -> Option<u16> {
        let over = self.over.filter(|over| *over != self.from);
        over.filter(|_| self.is_dragged)
    }

    /// Whether a district is the one that it would go to.
    pub(super) fn is_for(held: Option<Self>, shard: u16) -> bool {
        held.and_then(Self::target) == Some(shard)
    }

    /// Whether it could be dragged to a district.
    pub(super) fn is_open(held: Option<Self>, shard: u16) -> bool {
        held.is_some_and(|held| held.is_dragged && held.from != shard)
    }
}

/// A tag and where it hangs.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Hung {
    resident: Resident,
    corner: [f64; 2],
}

/// The tags of all districts.
#[component]
pub(super) fn TagLayer(
    city: Memo<Option<City>>,
    held: RwSignal<Option<Held>>,
    sheet: NodeRef<svg::Svg>,
) -> impl IntoView {
    let stores = use_desk().stores;
    let accounts = stores.run.document.part(|document| document.accounts);
    let tags = Memo::new(move |_| {
        let is_finger = stores.is_narrow.get();
        city.with(|city| {
            let city = city.as_ref()?;
            Some(Tags::new(city, accounts.get(), is_finger))
        })
    });
    let hung = Memo::new(move |_| {
        let (Some(city), Some(tags), Some(look)) = (city.get(), tags.get(), stores.look.get())
        else {
            return Vec::new();
        };
        let mut hung = Vec::new();
        for (shard, residents) in look.busiest.iter().enumerate() {
            for (place, resident) in residents.iter().take(tags.count).enumerate() {
                if let Some(corner) = tags.corner(&city, shard as u16, place) {
                    hung.push(Hung {
                        resident: *resident,
                        corner,
                    });
                }
            }
        }
        hung
    });
    // By account, so that a tag stays the same mark while figures change.
    let shown = Memo::new(move |_| {
        hung.with(|hung| {
            hung.iter()
                .map(|tag| tag.resident.account)
                .collect::<Vec<_>>()
        })
    });
    let size = Memo::new(move |_| tags.get().map_or([0.0; 2], |tags| [tags.wide, tags.tall]));
    let district_at = move |at: [f64; 2]| {
        city.with_untracked(|city| city.as_ref()?.district_at(at, tags.get_untracked()?))
    };
    let district_at = StoredValue::new(district_at);
    view! {
        <g class="tags" class:stale=move || is_late(stores)>
            <For each=move || shown.get() key=|account| *account let:account>
                <Tag account=account hung=hung size=size held=held sheet=sheet district_at=Callback::new(move |at| district_at.with_value(|find| find(at))) />
            </For>
        </g>
        {move || {
            let held = held.get().filter(|held| held.is_dragged)?;
            let [wide, tall] = size.get();
            let [x, y] = held.at;
            Some(view! {
                <g class="tag ghost" aria-hidden="true" style=format!("font-size:{:.1}px", tall * 0.66)>
                    <rect x=x - wide / 2.0 y=y - tall / 2.0 width=wide height=tall rx="4" />
                    <text x=x y=y>{held.account}</text>
                </g>
            })
        }}
    }
}

/// Whether the figures are of another moment, and nobody will bring others while time stands still.
fn is_late(stores: crate::store::ShardStores) -> bool {
    let at = stores.run.course.at().get();
    let is_late = stores
        .look
        .with(|look| look.as_ref().is_some_and(|look| look.glance.at.0 != at));
    is_late && !stores.run.course.playing().get()
}

/// One account.
#[component]
fn Tag(
    account: u32,
    hung: Memo<Vec<Hung>>,
    size: Memo<[f64; 2]>,
    held: RwSignal<Option<Held>>,
    sheet: NodeRef<svg::Svg>,
    district_at: Callback<[f64; 2], Option<u16>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let own = Memo::new(move |_| {
        hung.with(|hung| {
            hung.iter()
                .find(|tag| tag.resident.account == account)
                .copied()
        })
    });
    let corner = move |axis: usize| own.with(|own| own.map_or(0.0, |own| own.corner[axis]));
    let leaving = move || own.with(|own| own.and_then(|own| own.resident.leaving));
    let said = move || {
        let locale = i18n.get_locale();
        let Some(Hung { resident, .. }) = own.get() else {
            return String::new();
        };
        let said = tell!(
            locale,
            tag_said,
            account = account,
            asked = resident.asked,
            open = resident.open
        );
        match resident.leaving {
            Some(leaving) => said + &tell!(locale, tag_leaving, shard = leaving.to),
            None => said,
        }
    };
    let picked = move || stores.pick.get() == Pick::Account(account);
    let pick = move || {
        stores.pick.set(if picked() {
            Pick::None
        } else {
            Pick::Account(account)
        });
    };
    let begin = move |event: web_sys::PointerEvent| {
        let Some(tag) = own.get_untracked().filter(|_| event.button() == 0) else {
            return;
        };
        // What happens by hand happens at a moment that stands still.
        stores.run.course.pause();
        let mark = event_target::<web_sys::Element>(&event);
        // Without capture the drag ends at the tag's edge; nothing worse.
        let _ = mark.set_pointer_capture(event.pointer_id());
        held.set(Some(Held {
            account,
            from: tag.resident.shard,
            start: [f64::from(event.client_x()), f64::from(event.client_y())],
            at: tag.corner,
            is_dragged: false,
            over: None,
        }));
    };
    let drag = move |event: web_sys::PointerEvent| {
        let Some(now) = held.get_untracked().filter(|held| held.account == account) else {
            return;
        };
        let to = [f64::from(event.client_x()), f64::from(event.client_y())];
        let far = (to[0] - now.start[0]).hypot(to[1] - now.start[1]);
        let is_dragged = now.is_dragged || far > DRAG_MIN;
        if let Some(at) = sheet.get_untracked().filter(|_| is_dragged).map(|sheet| {
            let sheet: &web_sys::Element = sheet.as_ref();
            in_units(&sheet.get_bounding_client_rect(), to)
        }) {
            held.set(Some(Held {
                at,
                is_dragged,
                over: district_at.run(at),
                ..now
            }));
        }
    };
    let end = move |_: web_sys::PointerEvent| {
        let Some(now) = held.get_untracked().filter(|held| held.account == account) else {
            return;
        };
        held.set(None);
        match now.target() {
            Some(to) => stores.act(Deed::Move { account, to }),
            None if !now.is_dragged => pick(),
            None => {}
        }
    };
    view! {
        <g
            class="tag"
            class:picked=picked
            class:leaving=move || leaving().is_some()
            class:held=move || held.get().is_some_and(|held| held.is_dragged && held.account == account)
            data-account=account
            tabindex="0"
            role="button"
            aria-pressed=move || picked().to_string()
            aria-label=said
            aria-description=move || t_string!(i18n, shard.tag_hint)
            style=move || format!("font-size:{:.1}px", size.get()[1] * 0.66)
            on:pointerdown=begin
            on:pointermove=drag
            on:pointerup=end
            on:pointercancel=move |_| held.set(None)
            on:keydown=move |event: web_sys::KeyboardEvent| {
                match event.key().as_str() {
                    "Enter" | " " => pick(),
                    "Escape" if held.get_untracked().is_some() => held.set(None),
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
            }
        >
            <title>{said}</title>
            <rect x=move || corner(0) y=move || corner(1) width=move || size.get()[0] height=move || size.get()[1] rx="4" />
            <text x=move || corner(0) + size.get()[0] / 2.0 y=move || corner(1) + size.get()[1] / 2.0>{account}</text>
        </g>
    }
}

/// A point of the screen in units of the picture, which is as large as fits and stands in the middle.
fn in_units(frame: &web_sys::DomRect, at: [f64; 2]) -> [f64; 2] {
    let scale = (frame.width() / WIDTH)
        .min(frame.height() / HEIGHT)
        .max(1e-6);
    [
        (at[0] - frame.left() - (frame.width() - WIDTH * scale) / 2.0) / scale,
        (at[1] - frame.top() - (frame.height() - HEIGHT * scale) / 2.0) / scale,
    ]
}
