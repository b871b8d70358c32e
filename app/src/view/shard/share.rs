//! Share, save and open.

use super::frame::use_desk;
use crate::i18n::*;
use crate::store::{Document, Notice, route};
use crate::view::shell::board::Sheet;
use crate::view::shell::file::{self, OpenFile};
use crate::view::shell::link_part::LinkPart;
use crate::view::shell::sheet::SheetDialog;
use engine::primitives::Micros;
use engine::scenario::shard::{parse, print};
use leptos::prelude::*;

/// The sheet.
#[component]
pub(super) fn ShareSheet() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let document = stores.document.document();
    let with_moment = RwSignal::new(false);
    let is_sound = Memo::new(move |_| document.with(Document::is_sound));
    let link = Memo::new(move |_| {
        let hash = document.with(|document| {
            if with_moment.get() {
                route::shard_moment(document, Micros(stores.course.at().get()))
            } else {
                document.hash()
            }
        });
        route::address(&hash)
    });
    let open = move |text: Result<String, String>| {
        let read = text.and_then(|text| {
            parse(&text).map_err(|problems| {
                let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
                texts.join("; ")
            })
        });
        match read {
            Ok(scenario) => {
                stores.open(scenario);
                desk.board.sheet.set(None);
            }
            Err(reason) => stores.notices.show(Notice::BadFile(reason)),
        }
    };
    view! {
        <SheetDialog sheet=Sheet::Share title=Signal::derive(move || t_string!(i18n, shell.share_sheet.title).to_owned())>
            <LinkPart link=link with_moment=with_moment is_sound=is_sound />
            <div class="files" role="group" aria-label=move || t_string!(i18n, shell.share_sheet.files)>
                <button type="button" on:click=move |_| file::save_text("shards.json", "application/json", &document.with_untracked(print))>
                    {t!(i18n, shell.share_sheet.save_json)}
                </button>
                <OpenFile on_text=open />
            </div>
        </SheetDialog>
    }
}
