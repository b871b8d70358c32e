//! The way from a block on lanes to the execution lab.

use crate::i18n::*;
use engine::contracts::recorded::PACKED_MAX;
use engine::scenario::link;
use engine::scenario::recorded::{self, Origin};
use engine::trace::intent::StepLanes;
use leptos::prelude::*;

/// What there is to open: the lanes, whose they are, and the document's name.
pub(crate) type Shown<'a> = (&'a StepLanes, Origin, &'a str);

/// Where the way leads.
#[derive(Clone, PartialEq, Eq)]
enum Way {
    /// There is no block.
    Nowhere,
    /// To this address.
    To(String),
    /// It has so many bytes, too many for a link.
    Large(usize),
}

impl Way {
    fn of((lanes, origin, name): Shown<'_>) -> Self {
        match recorded::document(lanes, origin, name) {
            Some(document) => Self::To(link::encode(&document, None)),
            None if lanes.block.is_empty() => Self::Nowhere,
            None => Self::Large(lanes.block.len()),
        }
    }
}

/// A link that opens the block there, with the state that it needs; or why there is none. `look` is given
/// what to call with what is on the screen.
#[component]
pub(crate) fn BlockLink(
    look: impl Fn(&mut dyn FnMut(Shown<'_>)) + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let way = Memo::new(move |_| {
        let mut way = Way::Nowhere;
        look(&mut |shown| way = Way::of(shown));
        way
    });
    let kilobytes = |bytes: usize| bytes.div_ceil(1_000);
    view! {
        {move || match way.get() {
            Way::Nowhere => ().into_any(),
            Way::To(address) => view! {
                <a class="block-link" href=address title=move || t_string!(i18n, shell.block_link_help)>
                    {t!(i18n, shell.block_link)}
                </a>
            }.into_any(),
            Way::Large(bytes) => view! {
                <span class="note">
                    {t!(i18n, shell.block_link_large, bytes = kilobytes(bytes), most = kilobytes(PACKED_MAX))}
                </span>
            }.into_any(),
        }}
    }
}
