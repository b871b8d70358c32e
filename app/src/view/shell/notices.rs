//! What happened that a person should know, at the bottom of the page until let go.

use super::board::use_board;
use super::icon::{Icon, Sign};
use crate::i18n::*;
use crate::store::Notice;
use leptos::prelude::*;

/// The notices.
#[component]
pub(crate) fn NoticeList(
    /// Opens the document that the lab begins with.
    #[prop(into)]
    on_default: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let notices = use_board().notices;
    let text = move |notice: Notice| match notice {
        Notice::WorkerDied(reason) => t_string!(i18n, shell.notice.worker_died, reason),
        Notice::BadLink(reason) => t_string!(i18n, shell.notice.bad_link, reason),
        Notice::BadFile(reason) => t_string!(i18n, shell.notice.bad_file, reason),
        Notice::StorageFull => t_string!(i18n, shell.notice.storage_full).to_owned(),
        Notice::Copied => t_string!(i18n, shell.notice.copied).to_owned(),
        Notice::CopyRefused => t_string!(i18n, shell.notice.copy_refused).to_owned(),
        Notice::NewVersion => t_string!(i18n, shell.notice.new_version).to_owned(),
    };
    let open_default = move |number: u32| {
        on_default.run(());
        notices.close(number);
    };
    view! {
        <div class="notices" role="status" aria-live="polite">
            <For each=move || notices.list().get() key=|(number, _)| *number let:entry>
                {
                    let (number, notice) = entry;
                    let is_link = matches!(notice, Notice::BadLink(_));
                    let (is_trouble, name) = (notice.is_trouble(), name(&notice));
                    view! {
                        <div class="notice" class:trouble=is_trouble data-notice=name>
                            <p>{text(notice)}</p>
                            {is_link.then(|| view! {
                                <button type="button" on:click=move |_| open_default(number)>
                                    {t!(i18n, shell.notice.open_default)}
                                </button>
                            })}
                            <button type="button" class="tool" aria-label=move || t_string!(i18n, shell.close) on:click=move |_| notices.close(number)>
                                <Icon sign=Sign::Close />
                            </button>
                        </div>
                    }
                }
            </For>
        </div>
    }
}

/// The notice's name in attributes.
const fn name(notice: &Notice) -> &'static str {
    match notice {
        Notice::WorkerDied(_) => "worker-died",
        Notice::BadLink(_) => "bad-link",
        Notice::BadFile(_) => "bad-file",
        Notice::StorageFull => "storage-full",
        Notice::Copied => "copied",
        Notice::CopyRefused => "copy-refused",
        Notice::NewVersion => "new-version",
    }
}
