//! What lies over the lanes and changes all the time: playhead, selection, and one hop of who caused what.

use crate::draw::{Fill, Ink, Line, Picture, Rect};
use crate::model::Selection;
use crate::model::history::Hop;
use crate::view::execution::lane_marks::Scene;
use engine::primitives::TxIndex;
use engine::trace::TaskKind;

/// More arrows than this would hide what they point at; the panel lists them all.
const ARROWS_MAX: usize = 12;
/// The narrowest halo that can be seen from the back of a room.
const HALO_MIN: f32 = 6.0;

/// What is lit up.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Lit {
    /// The selection.
    pub selection: Selection,
    /// The transaction under the pointer, here or in another part of the page.
    pub hovered: Option<TxIndex>,
}

impl Scene<'_> {
    /// Veil, playhead, selection, and the selection's links.
    pub fn paint_overlay(&self, picture: &mut Picture, lit: Lit) {
        for (ink, fill) in [
            (Ink::Paper, Fill::Veil),
            (Ink::Accent, Fill::Faint),
            (Ink::Text, Fill::Outline),
        ] {
            picture.layer(ink, fill);
        }
        self.playhead(picture);
        if self.layout.is_crowd() {
            return;
        }
        if let Some(tx) = lit.hovered {
            self.halo(picture, tx, Ink::Text, Fill::Outline);
        }
        match lit.selection {
            Selection::None => {}
            Selection::Key(key) => {
                let hops = self
                    .index
                    .history
                    .hops()
                    .iter()
                    .filter(|hop| hop.key == key);
                hops.for_each(|hop| self.frame(picture, hop.task, Ink::Text, Fill::Halo));
            }
            Selection::Transaction(tx) => {
                self.halo(picture, tx, Ink::Text, Fill::Halo);
                self.links(picture, tx, None);
            }
            Selection::Task(task) => {
                let Some(tx) = self.index.task(task).map(|task| task.tx) else {
                    return;
                };
                self.halo(picture, tx, Ink::Text, Fill::Outline);
                self.frame(picture, task, Ink::Text, Fill::Halo);
                self.links(picture, tx, Some(task));
            }
        }
    }

    fn playhead(&self, picture: &mut Picture) {
        let layout = self.layout;
        let x = layout.left + self.projection.x(self.now.0) as f32;
        let inner = x.clamp(layout.left, layout.width);
        // Bars know the playhead themselves; shares are drawn once and veiled.
        if !self.is_detailed() && inner < layout.width {
            let veil = Rect::new(
                inner,
                layout.top,
                layout.width - inner,
                layout.bottom - layout.top,
            );
            picture.rect(Ink::Paper, Fill::Veil, veil);
        }
        if (layout.left - 1.0..=layout.width + 1.0).contains(&x) {
            let x = x.clamp(layout.left, layout.width - 1.0);
            picture.line(
                Ink::Text,
                2.0,
                (x, layout.top - 2.0),
                (x, layout.bottom + 4.0),
            );
            picture.rect(
                Ink::Text,
                Fill::Solid,
                Rect::new(x - 5.0, layout.top - 10.0, 10.0, 8.0),
            );
        }
    }

    fn frame(&self, picture: &mut Picture, task: u32, ink: Ink, fill: Fill) {
        let (from, to) = self.projection.range();
        let Some(task) = self.index.task(task) else {
            return;
        };
        if task.end.0 < from || task.start.0 > to {
            return;
        }
        let body = self
            .layout
            .body(self.projection, task.lane.0, task.start.0, task.end.0);
        let room = if fill == Fill::Halo { 3.0 } else { 1.5 };
        let width = body.width.max(HALO_MIN);
        let rect = Rect::new(
            body.x - (width - body.width) / 2.0 - room,
            body.y - room,
            width + 2.0 * room,
            body.height + 2.0 * room,
        );
        picture.rect(ink, fill, rect);
    }

    fn halo(&self, picture: &mut Picture, tx: TxIndex, ink: Ink, fill: Fill) {
        for task in self.index.history.tasks_of(tx) {
            self.frame(picture, *task, ink, fill);
        }
    }

    /// One hop: who made this transaction wait or run again, and whom it made to. With a task, only what
    /// ended that task.
    fn links(&self, picture: &mut Picture, tx: TxIndex, task: Option<u32>) {
        let history = &self.index.history;
        let suffered = history
            .suffered_by(tx)
            .filter(|hop| task.is_none_or(|task| task == hop.task));
        let caused = history.caused_by(tx).filter(|_| task.is_none());
        for hop in suffered.chain(caused).take(ARROWS_MAX) {
            self.link(picture, hop);
        }
    }

    fn link(&self, picture: &mut Picture, hop: &Hop) {
        let Some(victim) = self.index.task(hop.task) else {
            return;
        };
        // The culprit's last run that had ended by then, or else its first: that is where it wrote.
        let runs = self.index.history.tasks_of(hop.culprit).iter();
        let mut runs = runs
            .filter_map(|task| self.index.task(*task))
            .filter(|task| task.kind == TaskKind::Execute);
        let first = runs.clone().next();
        let Some(culprit) = runs.rfind(|run| run.end <= victim.end).or(first) else {
            return;
        };
        let middle = |lane: u32| self.layout.lane_top(lane) + self.layout.row / 2.0;
        let x = |tick: u64| self.layout.left + self.projection.x(tick) as f32;
        let edge = |x: f32| x.clamp(self.layout.left, self.layout.width);
        picture.lines.push(Line {
            from: (edge(x(culprit.end.0)), middle(culprit.lane.0)),
            to: (edge(x(victim.end.0)), middle(victim.lane.0)),
            ink: Ink::Text,
            width: 1.5,
            is_dashed: !hop.is_abort,
            has_arrow: true,
        });
    }
}
