//! A past that can be walked back and forth: pure.

/// How many steps are kept.
const STEPS_MAX: usize = 200;

/// States before and after the present one.
#[derive(Clone, PartialEq, Debug)]
pub struct Undo<T> {
    past: Vec<T>,
    future: Vec<T>,
    /// What the last edit touched, so that a drag is one step.
    last_edit: Option<(&'static str, f64)>,
}

/// Edits of the same thing within this time are one step.
const SAME_EDIT_MS: f64 = 1_000.0;

impl<T> Default for Undo<T> {
    fn default() -> Self {
        Self {
            past: Vec::new(),
            future: Vec::new(),
            last_edit: None,
        }
    }
}

impl<T: Clone> Undo<T> {
    /// Remembers the state before an edit of `what` at this time.
    pub fn remember(&mut self, before: T, what: &'static str, now_ms: f64) {
        let is_same = self
            .last_edit
            .is_some_and(|(last, when)| last == what && now_ms - when < SAME_EDIT_MS);
        self.last_edit = Some((what, now_ms));
        self.future.clear();
        if is_same && !self.past.is_empty() {
            return;
        }
        if self.past.len() == STEPS_MAX {
            self.past.remove(0);
        }
        self.past.push(before);
    }

    /// Goes back: takes the present, gives the state before.
    pub fn undo(&mut self, present: T) -> Option<T> {
        let before = self.past.pop()?;
        self.future.push(present);
        self.last_edit = None;
        Some(before)
    }

    /// Goes forth again: takes the present, gives the state after.
    pub fn redo(&mut self, present: T) -> Option<T> {
        let after = self.future.pop()?;
        self.past.push(present);
        self.last_edit = None;
        Some(after)
    }

    /// Whether there is anything to go back to.
    pub const fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is anything to go forth to.
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_forth_is_where_we_were() {
        let mut undo = Undo::default();
        undo.remember(1, "a", 0.0);
        undo.remember(2, "b", 1.0);
        assert_eq!(undo.undo(3), Some(2));
        assert_eq!(undo.undo(2), Some(1));
        assert_eq!(undo.undo(1), None);
        assert_eq!(undo.redo(1), Some(2));
        assert_eq!(undo.redo(2), Some(3));
        assert!(!undo.can_redo());
    }

    #[test]
    fn a_drag_is_one_step_and_a_pause_ends_it() {
        let mut undo = Undo::default();
        undo.remember(1, "a", 0.0);
        undo.remember(2, "a", 500.0);
        undo.remember(3, "a", 1_200.0);
        undo.remember(4, "a", 5_000.0);
        assert_eq!(undo.undo(5), Some(4));
        assert_eq!(undo.undo(4), Some(1));
        assert!(!undo.can_undo());
    }

    #[test]
    fn an_edit_ends_the_future_and_the_past_is_bounded() {
        let mut undo = Undo::default();
        for step in 0..300 {
            undo.remember(step, "a", f64::from(step) * 2_000.0);
        }
        let mut steps = 0;
        while undo.undo(0).is_some() {
            steps += 1;
        }
        assert_eq!(steps, STEPS_MAX);
        undo.remember(9, "b", 0.0);
        assert!(!undo.can_redo());
    }
}
