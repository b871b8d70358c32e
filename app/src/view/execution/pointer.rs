//! Fingers and mice into gestures, without a browser.

/// A press that moves less than this many pixels is a click.
const CLICK_SLACK: f64 = 4.0;

/// What a hand does.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gesture {
    /// Nothing to act on.
    None,
    /// Points without pressing.
    Hover {
        /// From the left.
        x: f64,
        /// From the top.
        y: f64,
    },
    /// Pressed and let go in one place.
    Click {
        /// From the left.
        x: f64,
        /// From the top.
        y: f64,
    },
    /// Drags the picture.
    Pan {
        /// Pixels to the right.
        by: f64,
    },
    /// Two fingers.
    Pinch {
        /// How much farther apart than before.
        factor: f64,
        /// Their middle, from the left.
        x: f64,
        /// Pixels that the middle moved to the right.
        by: f64,
    },
    /// Drags the playhead.
    Scrub {
        /// Where to, from the left.
        x: f64,
    },
}

/// One pointer that is down.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Press {
    id: i32,
    x: f64,
    y: f64,
    has_moved: bool,
}

/// The pointers that are down: at most two count.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Gestures {
    presses: Vec<Press>,
    is_scrubbing: bool,
}

impl Gestures {
    /// A pointer goes down; beside the lanes it takes hold of the playhead.
    pub fn down(&mut self, id: i32, x: f64, y: f64, is_beside_lanes: bool) -> Gesture {
        if self.presses.len() >= 2 || self.presses.iter().any(|press| press.id == id) {
            return Gesture::None;
        }
        self.is_scrubbing = is_beside_lanes && self.presses.is_empty();
        // A second finger makes sure that letting go is no click.
        self.presses
            .iter_mut()
            .for_each(|press| press.has_moved = true);
        let has_moved = !self.presses.is_empty();
        self.presses.push(Press {
            id,
            x,
            y,
            has_moved,
        });
        if self.is_scrubbing {
            Gesture::Scrub { x }
        } else {
            Gesture::None
        }
    }

    /// A pointer moves.
    pub fn moved(&mut self, id: i32, x: f64, y: f64) -> Gesture {
        let Some(place) = self.presses.iter().position(|press| press.id == id) else {
            return if self.presses.is_empty() {
                Gesture::Hover { x, y }
            } else {
                Gesture::None
            };
        };
        let other = self.presses.iter().copied().find(|press| press.id != id);
        let press = &mut self.presses[place];
        let (before_x, before_y) = (press.x, press.y);
        if self.is_scrubbing {
            (press.x, press.y, press.has_moved) = (x, y, true);
            return Gesture::Scrub { x };
        }
        if !press.has_moved && (x - before_x).hypot(y - before_y) < CLICK_SLACK {
            return Gesture::None;
        }
        (press.x, press.y, press.has_moved) = (x, y, true);
        match other {
            None => Gesture::Pan { by: x - before_x },
            Some(other) => {
                let before = (before_x - other.x).hypot(before_y - other.y).max(1.0);
                let after = (x - other.x).hypot(y - other.y).max(1.0);
                Gesture::Pinch {
                    factor: after / before,
                    x: (x + other.x) / 2.0,
                    by: (x - before_x) / 2.0,
                }
            }
        }
    }

    /// A pointer goes up, or is taken away.
    pub fn up(&mut self, id: i32, x: f64, y: f64) -> Gesture {
        let Some(place) = self.presses.iter().position(|press| press.id == id) else {
            return Gesture::None;
        };
        let press = self.presses.remove(place);
        if press.has_moved || std::mem::take(&mut self.is_scrubbing) {
            return Gesture::None;
        }
        Gesture::Click { x, y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_in_place_is_a_click_and_a_drag_is_not() {
        let mut hand = Gestures::default();
        assert_eq!(hand.moved(1, 5.0, 5.0), Gesture::Hover { x: 5.0, y: 5.0 });
        assert_eq!(hand.down(1, 5.0, 5.0, false), Gesture::None);
        assert_eq!(hand.moved(1, 7.0, 5.0), Gesture::None);
        assert_eq!(hand.up(1, 7.0, 5.0), Gesture::Click { x: 7.0, y: 5.0 });
        hand.down(1, 5.0, 5.0, false);
        assert_eq!(hand.moved(1, 15.0, 5.0), Gesture::Pan { by: 10.0 });
        assert_eq!(hand.moved(1, 14.0, 5.0), Gesture::Pan { by: -1.0 });
        assert_eq!(hand.up(1, 14.0, 5.0), Gesture::None);
    }

    #[test]
    fn two_fingers_pinch_and_never_click() {
        let mut hand = Gestures::default();
        hand.down(1, 100.0, 50.0, false);
        hand.down(2, 200.0, 50.0, false);
        let Gesture::Pinch { factor, x, by } = hand.moved(2, 300.0, 50.0) else {
            panic!("two fingers that part zoom");
        };
        assert!(
            (factor - 2.0).abs() < 1e-9 && (x - 200.0).abs() < 1e-9 && (by - 50.0).abs() < 1e-9
        );
        assert_eq!(hand.up(1, 100.0, 50.0), Gesture::None);
        assert_eq!(hand.up(2, 300.0, 50.0), Gesture::None);
    }

    #[test]
    fn beside_the_lanes_the_playhead_follows() {
        let mut hand = Gestures::default();
        assert_eq!(hand.down(1, 40.0, 2.0, true), Gesture::Scrub { x: 40.0 });
        assert_eq!(hand.moved(1, 41.0, 90.0), Gesture::Scrub { x: 41.0 });
        assert_eq!(hand.up(1, 41.0, 90.0), Gesture::None);
        hand.down(1, 5.0, 5.0, false);
        assert_eq!(hand.up(1, 5.0, 5.0), Gesture::Click { x: 5.0, y: 5.0 });
    }
}
