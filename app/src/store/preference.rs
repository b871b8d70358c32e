//! What the person prefers; this browser remembers it.

use crate::bridge::capability::THREADS_MAX;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const KEY: &str = "interleave.preference";

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Dark ink on light ground.
    Light,
    /// Light ink on dark ground.
    Dark,
}

impl Theme {
    /// The next one round.
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    /// Its name in attributes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    theme: Theme,
    threads: Option<u32>,
    reduced_motion: Option<bool>,
}

/// The preferences.
#[derive(Clone, Copy)]
pub struct Preference {
    kept: RwSignal<Kept>,
    is_system_reduced: Signal<bool>,
    is_system_dark: Signal<bool>,
}

impl Preference {
    /// Those that this browser remembers.
    pub fn load() -> Self {
        let kept = super::autosave::read(KEY)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        Self {
            kept: RwSignal::new(kept),
            is_system_reduced: super::media::follow("(prefers-reduced-motion: reduce)"),
            is_system_dark: super::media::follow("(prefers-color-scheme: dark)"),
        }
    }

    /// The theme, to follow.
    pub fn theme(&self) -> Signal<Theme> {
        let kept = self.kept;
        Signal::derive(move || kept.with(|kept| kept.theme))
    }

    /// Whether the page is dark in the end.
    pub fn is_dark(&self) -> Signal<bool> {
        let (theme, system) = (self.theme(), self.is_system_dark);
        Signal::derive(move || match theme.get() {
            Theme::Auto => system.get(),
            Theme::Light => false,
            Theme::Dark => true,
        })
    }

    /// Sets the theme.
    pub fn set_theme(&self, theme: Theme) {
        self.change(|kept| kept.theme = theme);
    }

    /// Whether nothing may glide.
    pub fn is_motion_reduced(&self) -> Signal<bool> {
        let (kept, system) = (self.kept, self.is_system_reduced);
        Signal::derive(move || {
            kept.with(|kept| kept.reduced_motion)
                .unwrap_or_else(|| system.get())
        })
    }

    /// Sets whether nothing may glide.
    pub fn set_motion_reduced(&self, is_reduced: bool) {
        self.change(|kept| kept.reduced_motion = Some(is_reduced));
    }

    /// How many real threads the person chose, if they did.
    pub fn threads(&self) -> Signal<Option<u32>> {
        let kept = self.kept;
        Signal::derive(move || {
            kept.with(|kept| kept.threads.map(|threads| threads.clamp(1, THREADS_MAX)))
        })
    }

    /// Chooses a number of real threads.
    pub fn set_threads(&self, threads: u32) {
        self.change(|kept| kept.threads = Some(threads.clamp(1, THREADS_MAX)));
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) {
        self.kept.update(change);
        if let Ok(text) = self.kept.with_untracked(serde_json::to_string) {
            // A preference that cannot be kept holds for this visit all the same.
            super::autosave::write(KEY, &text);
        }
    }
}
