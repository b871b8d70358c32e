//! Share, save and open.

use super::board::Sheet;
use super::desk::use_desk;
use super::file::{self, OpenFile};
use super::link_part::LinkPart;
use super::sheet::SheetDialog;
use crate::i18n::*;
use crate::model::Selection;
use crate::store::{Document, Notice, route};
use crate::view::execution::Shot;
use engine::scenario::{LinkMoment, Scenario, check, link};
use engine::session::perfetto;
use leptos::prelude::*;

/// The sheet.
#[component]
pub(super) fn ShareSheet() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let with_moment = RwSignal::new(false);
    let document = stores.scenario.document();
    let is_sound = Memo::new(move |_| document.with(Document::is_sound));
    let link = Memo::new(move |_| {
        let moment = with_moment.get().then(|| LinkMoment {
            step: stores.playback.step().get(),
            tx: match stores.selection.get() {
                Selection::Transaction(tx) => Some(tx.0),
                _ => None,
            },
            lab: 0,
        });
        document.with(|scenario| route::address(&link::encode(scenario, moment.as_ref())))
    });
    view! {
        <SheetDialog sheet=Sheet::Share title=Signal::derive(move || t_string!(i18n, shell.share_sheet.title).to_owned())>
            <LinkPart link=link with_moment=with_moment is_sound=is_sound />
            <Files />
        </SheetDialog>
    }
}

/// Everything that goes through a file.
#[component]
fn Files() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let has_picture = move || stores.run.picture.with(Option::is_some);
    let save_json = move |_| {
        let text = stores
            .scenario
            .document()
            .with_untracked(serde_json::to_string_pretty);
        file::save_text(
            "scenario.json",
            "application/json",
            &text.unwrap_or_default(),
        );
    };
    let save_trace = move |_| {
        let Some(index) = stores.run.picture.get_untracked() else {
            return;
        };
        let mut text = String::new();
        // Writing to memory cannot fail.
        if perfetto::write(&index.replay, &mut text).is_ok() {
            file::save_text("trace.json", "application/json", &text);
        }
    };
    let with_shot = move |take: &dyn Fn(&Shot)| {
        if let Some(index) = stores.run.picture.get_untracked() {
            take(&Shot {
                index: &index,
                step: stores.playback.step().get_untracked(),
                selection: stores.selection.get_untracked(),
                window: desk.stage.window.get_untracked(),
                locale: i18n.get_locale_untracked(),
            });
        }
    };
    let save_png = move |_| {
        let done = Callback::new(|blob: web_sys::Blob| {
            file::report(file::save_blob("picture.png", &blob))
        });
        // A browser that makes no pictures has no canvas either, and then there is no picture to save.
        with_shot(&|shot| {
            let _ = shot.png(done);
        });
    };
    let save_svg = move |_| {
        with_shot(&|shot| {
            if let Some(text) = shot.svg() {
                file::save_text("picture.svg", "image/svg+xml", &text);
            }
        });
    };
    let open = move |text: Result<String, String>| match text.and_then(|text| read(&text)) {
        Ok(scenario) => {
            desk.open(scenario);
            desk.board.sheet.set(None);
        }
        Err(reason) => stores.notices.show(Notice::BadFile(reason)),
    };
    view! {
        <div class="files" role="group" aria-label=move || t_string!(i18n, shell.share_sheet.files)>
            <button type="button" on:click=save_json>{t!(i18n, shell.share_sheet.save_json)}</button>
            <OpenFile on_text=open />
            <button type="button" disabled=move || !has_picture() on:click=save_png>
                {t!(i18n, shell.share_sheet.save_png)}
            </button>
            <button type="button" disabled=move || !has_picture() on:click=save_svg>
                {t!(i18n, shell.share_sheet.save_svg)}
            </button>
            <button type="button" disabled=move || !has_picture() on:click=save_trace>
                {t!(i18n, shell.share_sheet.save_trace)}
            </button>
        </div>
        <p class="note">{t!(i18n, shell.share_sheet.trace_note)}</p>
    }
}

/// The scenario of a file's text; in words, why it is none.
fn read(text: &str) -> Result<Scenario, String> {
    let scenario: Scenario = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let problems = check(&scenario);
    if problems.is_empty() {
        Ok(scenario)
    } else {
        Err(problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "))
    }
}
