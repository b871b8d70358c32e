//! Whether real threads run, how many, and why not.

use super::desk::use_desk;
use crate::bridge::Build;
use crate::bridge::capability::Obstacle;
use crate::i18n::*;
use crate::store::status::Worker;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// The badge: always says something, in words.
#[component]
pub(super) fn Badge() -> impl IntoView {
    let i18n = use_i18n();
    let status = use_desk().stores.status;
    let state = move || match status.worker.get() {
        Worker::Starting => "starting",
        Worker::Ready(Build::Threads, _) => "threads",
        Worker::Ready(Build::Single, _) => "single",
        Worker::Closed(_) => "closed",
    };
    let text = move || match status.worker.get() {
        Worker::Starting => t_string!(i18n, shell.badge.starting).to_owned(),
        Worker::Ready(Build::Threads, threads) => {
            t_string!(
                i18n,
                shell.badge.threads,
                threads,
                hardware = status.hardware_threads.get()
            )
        }
        Worker::Ready(Build::Single, _) => {
            t_string!(
                i18n,
                shell.badge.single,
                reason = status
                    .obstacle
                    .with(|obstacle| why(i18n, obstacle.as_ref()))
            )
        }
        Worker::Closed(reason) => t_string!(i18n, shell.badge.closed, reason),
    };
    view! {
        <p class="badge" data-state=state role="status">
            <span class="lamp" aria-hidden="true"></span>
            {text}
        </p>
    }
}

/// The obstacle in words, with the way out where there is one.
fn why(i18n: I18nContext<Locale>, obstacle: Option<&Obstacle>) -> String {
    match obstacle {
        None | Some(Obstacle::NotIsolated) => {
            t_string!(i18n, shell.obstacle.not_isolated).to_owned()
        }
        Some(Obstacle::InsecureContext) => t_string!(i18n, shell.obstacle.insecure).to_owned(),
        Some(Obstacle::Framed) => t_string!(i18n, shell.obstacle.framed).to_owned(),
        Some(Obstacle::NoSharedMemory) => {
            t_string!(i18n, shell.obstacle.no_shared_memory).to_owned()
        }
        Some(Obstacle::Declined) => t_string!(i18n, shell.obstacle.declined).to_owned(),
        Some(Obstacle::StartFailed(reason)) => {
            t_string!(i18n, shell.obstacle.start_failed, reason = reason.clone())
        }
    }
}
