//! Signs on buttons, drawn so that no font needs to have them.

use leptos::prelude::*;

/// A sign of 16 by 16.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sign {
    Undo,
    Redo,
    Help,
    Theme,
    Sun,
    Moon,
    Close,
    Play,
    Pause,
    StepForward,
    StepBack,
    NextAbort,
    PreviousAbort,
}

impl Sign {
    /// Filled outlines.
    const fn path(self) -> &'static str {
        match self {
            Self::Undo => "M6 2 1 6l5 4V7h4a2.5 2.5 0 0 1 0 5H6v2h4a4.5 4.5 0 0 0 0-9H6z",
            Self::Redo => "M10 2l5 4-5 4V7H6a2.5 2.5 0 0 0 0 5h4v2H6a4.5 4.5 0 0 1 0-9h4z",
            Self::Help => {
                "M5 6a3 3 0 1 1 4.6 2.5c-.5.4-.7.6-.7 1.5H7c0-1.7.4-2.3 1.3-3A1.2 1.2 0 1 0 6.9 6zM7 11.500h2v2H7z"
            }
            Self::Theme => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 2v8a4 4 0 0 1 0-8z",
            Self::Sun => {
                "M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM7 0h2v2.500H7zM7 13.500h2V16H7zM0 7h2.500v2H0zM13.5 7H16v2h-2.500z"
            }
            Self::Moon => "M7 1.500A6.5 6.5 0 1 0 14.5 9 5.5 5.5 0 0 1 7 1.500z",
            Self::Close => {
                "M3 4.4 4.4 3 8 6.6 11.6 3 13 4.4 9.4 8l3.6 3.6-1.4 1.400L8 9.4 4.4 13 3 11.6 6.6 8z"
            }
            Self::Play => "M4 2l10 6-10 6z",
            Self::Pause => "M4 2h3v12H4zM9 2h3v12H9z",
            Self::StepForward => "M3 3l7 5-7 5zM11 3h2v10h-2z",
            Self::StepBack => "M13 3L6 8l7 5zM3 3h2v10H3z",
            Self::NextAbort => "M1 3l6 5-6 5zM8 3l6 5-6 5zM14 2h2v12h-2z",
            Self::PreviousAbort => "M15 3L9 8l6 5zM8 3L2 8l6 5zM0 2h2v12H0z",
        }
    }
}

/// A sign; the button around it has the name.
#[component]
pub(crate) fn Icon(#[prop(into)] sign: Signal<Sign>) -> impl IntoView {
    view! {
        <svg class="sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d=move || sign.get().path() fill="currentColor" fill-rule="evenodd" />
        </svg>
    }
}
