//! The top of a lab, and what lies over it.

use super::Program;
use crate::i18n::*;
use crate::store::course::Moments;
use crate::store::{Linked, Notice, route, told};
use crate::view::shell::board::Sheet;
use crate::view::shell::file::{self, OpenFile};
use crate::view::shell::header::Header;
use crate::view::shell::link_part::LinkPart;
use crate::view::shell::notices::NoticeList;
use crate::view::shell::palette::PaletteSheet;
use crate::view::shell::sheet::{HelpSheet, SheetDialog};
use leptos::prelude::*;

/// The top.
#[component]
pub(crate) fn LabHeader<D: Linked, I: Moments>(program: Program<D, I>) -> impl IntoView {
    view! { <Header store=program.document presets=D::presets() preset=D::preset describe=D::describe /> }
}

/// Notices, share, commands, keys.
#[component]
pub(crate) fn LabSheets<D: Linked, I: Moments>(program: Program<D, I>) -> impl IntoView {
    view! {
        <NoticeList on_default=move |()| program.arrival.open(D::first()) />
        <ShareSheet program=program />
        <PaletteSheet />
        <HelpSheet />
    }
}

/// Share, save and open.
#[component]
fn ShareSheet<D: Linked, I: Moments>(program: Program<D, I>) -> impl IntoView {
    let i18n = use_i18n();
    let Program {
        arrival,
        course,
        board,
        ..
    } = program;
    let document = program.document.document();
    let with_moment = RwSignal::new(false);
    // One that is too long has no link either.
    let is_sound = Memo::new(move |_| {
        document.with(|document| document.is_sound() && !document.hash().is_empty())
    });
    let link = Memo::new(move |_| {
        let moment = with_moment.get().then(|| course.at().get());
        route::address(&document.with(|document| document.link(moment)))
    });
    let open = move |text: Result<String, String>| {
        let read = text.and_then(|text| D::read_file(&text).map_err(|problems| told(&problems)));
        match read {
            Ok(document) => {
                arrival.open(document);
                board.sheet.set(None);
            }
            Err(reason) => board.notices.show(Notice::BadFile(reason)),
        }
    };
    view! {
        <SheetDialog sheet=Sheet::Share title=Signal::derive(move || t_string!(i18n, shell.share_sheet.title).to_owned())>
            <LinkPart link=link with_moment=with_moment is_sound=is_sound />
            <div class="files" role="group" aria-label=move || t_string!(i18n, shell.share_sheet.files)>
                <button type="button" on:click=move |_| file::save_text(D::FILE, "application/json", &document.with_untracked(D::print))>
                    {t!(i18n, shell.share_sheet.save_json)}
                </button>
                <OpenFile on_text=open />
            </div>
        </SheetDialog>
    }
}
