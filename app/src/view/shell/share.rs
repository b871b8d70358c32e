//! Share, save and open.

use super::desk::{Sheet, use_desk};
use super::file;
use super::qr::Qr;
use super::sheet::SheetDialog;
use crate::i18n::*;
use crate::model::Selection;
use crate::store::{Notice, route};
use crate::view::execution::Shot;
use engine::scenario::{LinkMoment, Scenario, check};
use engine::session::perfetto;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// A link of up to so many characters makes a code that reads from a back row.
const QR_CHARACTERS: usize = 300;
/// A link of up to so many characters passes every chat program.
const CHAT_CHARACTERS: usize = 1_800;
/// The largest scenario file that is looked at, in bytes.
const FILE_BYTES_MAX: f64 = 1_000_000.0;

/// The sheet.
#[component]
pub(super) fn ShareSheet() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <SheetDialog sheet=Sheet::Share title=Signal::derive(move || t_string!(i18n, shell.share_sheet.title).to_owned())>
            <Link />
            <Files />
        </SheetDialog>
    }
}

/// The link, with its length and its code.
#[component]
fn Link() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let with_moment = RwSignal::new(false);
    let document = stores.scenario.document();
    let is_sound = Memo::new(move |_| document.with(|scenario| check(scenario).is_empty()));
    let link = Memo::new(move |_| {
        let moment = with_moment.get().then(|| LinkMoment {
            step: stores.playback.step().get(),
            tx: match stores.selection.get() {
                Selection::Transaction(tx) => Some(tx.0),
                _ => None,
            },
            lab: 0,
        });
        document.with(|scenario| route::address(scenario, moment.as_ref()))
    });
    let length = move || link.with(|link| link.chars().count());
    let light = move || match length() {
        length if length <= QR_CHARACTERS => "qr",
        length if length <= CHAT_CHARACTERS => "chat",
        _ => "file",
    };
    let copy = move |_| {
        let text = link.get_untracked();
        spawn_local(async move {
            let copied = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            stores.notices.show(if copied.is_ok() {
                Notice::Copied
            } else {
                Notice::CopyRefused
            });
        });
    };
    view! {
        <div class="share-link">
            <Show
                when=move || is_sound.get()
                fallback=move || view! { <p class="trouble">{t!(i18n, shell.share_sheet.unsound)}</p> }
            >
                <fieldset class="choice">
                    <legend class="hidden">{t!(i18n, shell.share_sheet.what)}</legend>
                    <label>
                        <input type="radio" name="share-what" checked=true on:change=move |_| with_moment.set(false) />
                        {t!(i18n, shell.share_sheet.scenario)}
                    </label>
                    <label>
                        <input type="radio" name="share-what" on:change=move |_| with_moment.set(true) />
                        {t!(i18n, shell.share_sheet.moment)}
                    </label>
                </fieldset>
                <div class="link-row">
                    <input
                        class="figure"
                        type="text"
                        readonly=true
                        aria-label=move || t_string!(i18n, shell.share_sheet.link)
                        data-link=""
                        prop:value=move || link.get()
                        on:focus=move |event| {
                            event_target::<web_sys::HtmlInputElement>(&event).select();
                        }
                    />
                    <button type="button" class="primary" on:click=copy>{t!(i18n, shell.share_sheet.copy)}</button>
                </div>
                <p class="light" data-light=light>
                    <span class="lamp" aria-hidden="true"></span>
                    {move || {
                        let count = length();
                        match light() {
                            "qr" => t_string!(i18n, shell.share_sheet.length_qr, count),
                            "chat" => t_string!(i18n, shell.share_sheet.length_chat, count),
                            _ => t_string!(i18n, shell.share_sheet.length_file, count),
                        }
                    }}
                </p>
                <Qr text=link />
            </Show>
        </div>
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
    let open_file = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        input.set_value("");
        spawn_local(async move {
            match read(&file).await {
                Ok(scenario) => {
                    route::push(&scenario);
                    stores.scenario.open(scenario);
                    desk.sheet.set(None);
                }
                Err(reason) => stores.notices.show(Notice::BadFile(reason)),
            }
        });
    };
    view! {
        <div class="files" role="group" aria-label=move || t_string!(i18n, shell.share_sheet.files)>
            <button type="button" on:click=save_json>{t!(i18n, shell.share_sheet.save_json)}</button>
            <label class="button">
                {t!(i18n, shell.share_sheet.open_json)}
                <input type="file" class="hidden" accept=".json,application/json" on:change=open_file />
            </label>
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

/// The scenario of a file; in words, why it is none.
async fn read(file: &web_sys::File) -> Result<Scenario, String> {
    if file.size() > FILE_BYTES_MAX {
        return Err(format!("{} is larger than a scenario can be.", file.name()));
    }
    let text = JsFuture::from(file.text())
        .await
        .ok()
        .and_then(|text| text.as_string());
    let text = text.ok_or_else(|| format!("{} cannot be read.", file.name()))?;
    let scenario: Scenario = serde_json::from_str(&text).map_err(|error| error.to_string())?;
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
