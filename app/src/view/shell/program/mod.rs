//! What the labs that are programs of their own have in common: a document with links, a run in simulated
//! time, commands, sheets.
//!
//! Start at [`Program`]: a lab makes one, calls [`Program::begin`], and lays out the parts.

mod bar;
mod block_link;
mod entries;
mod fold;
mod sheets;
mod states;

use super::board::{Board, Entry};
use super::keyboard;
use crate::store::course::Moments;
use crate::store::{Arrival, Course, DocumentStore, LabRun, Linked, autosave, route};
use leptos::prelude::*;

pub(crate) use bar::{CourseBar, CourseWords};
pub(crate) use block_link::BlockLink;
#[cfg(test)]
pub(crate) use entries::KEYS;
pub(crate) use entries::entries;
pub(crate) use fold::KnobPanel;
pub(crate) use sheets::{LabHeader, LabSheets};
pub(crate) use states::{Doing, States};

/// What the parts act on. Copies are the same program.
pub(crate) struct Program<D: Linked, I: Moments> {
    pub(crate) document: DocumentStore<D>,
    pub(crate) arrival: Arrival<D>,
    pub(crate) course: Course<I>,
    pub(crate) board: Board,
}

impl<D: Linked, I: Moments> Clone for Program<D, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Linked, I: Moments> Copy for Program<D, I> {}

impl<D: Linked, I: Moments> Program<D, I> {
    pub(crate) fn new<P: Send + Sync>(run: LabRun<D, I, P>) -> Self {
        Self {
            document: run.document,
            arrival: run.arrival,
            course: run.course,
            board: Board::new(D::LAB, run.preference, run.notices),
        }
    }

    /// Takes the document that is asked for, and keeps address, storage, keys and time going.
    pub(crate) fn begin(self, entries: Vec<Entry>) {
        let Self {
            document,
            arrival,
            course,
            board,
        } = self;
        provide_context(board);
        provide_context(document);
        board.entries.set_value(entries);
        board.dress();
        autosave::keep(document, board.notices, move || course.at().get_untracked());
        route::follow(document, move |hash| arrival.open_hash(hash));
        keyboard::listen(board);
        animate(course);
    }
}

/// Moves time while it runs; a page that is still asks for no frames.
fn animate<I: Moments>(course: Course<I>) {
    let playing = course.playing();
    Effect::new(move || {
        if playing.get() {
            request_animation_frame(move || tick(course, now_ms()));
        }
    });
}

fn tick<I: Moments>(course: Course<I>, before_ms: f64) {
    let now = now_ms();
    course.frame(now - before_ms);
    if course.playing().get_untracked() {
        request_animation_frame(move || tick(course, now));
    }
}

fn now_ms() -> f64 {
    let performance = window().performance();
    performance.map_or(0.0, |performance| performance.now())
}
