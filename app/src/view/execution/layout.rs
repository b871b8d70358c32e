//! Where the lanes' picture has its parts.

use crate::draw::Rect;
use crate::model::Projection;

/// More lanes than this are drawn as one crowd.
pub const LANES_DRAWN_MAX: u32 = 64;
/// Room for the lanes' names.
const GUTTER: f32 = 56.0;
/// Room for the ticks below.
const AXIS: f32 = 24.0;
/// Room for the playhead's grip above.
const HEAD: f32 = 10.0;
const ROW_MAX: f32 = 64.0;

/// The parts of the lanes' picture, in CSS pixels from its top left.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Layout {
    /// Whole width.
    pub width: f32,
    /// Whole height.
    pub height: f32,
    /// How many lanes.
    pub lanes: u32,
    /// Left edge of the tasks.
    pub left: f32,
    /// Top edge of the first lane.
    pub top: f32,
    /// Height of one lane.
    pub row: f32,
    /// Bottom edge of the last lane.
    pub bottom: f32,
}

impl Layout {
    /// Divides a picture of this size among so many lanes.
    pub fn new(width: f32, height: f32, lanes: u32) -> Self {
        let room = (height - AXIS - HEAD).max(1.0);
        let rows = if lanes > LANES_DRAWN_MAX {
            1
        } else {
            lanes.max(1)
        };
        let row = if rows == 1 {
            room
        } else {
            (room / rows as f32).min(ROW_MAX)
        };
        let row = if lanes == 1 { row.min(ROW_MAX) } else { row };
        Self {
            width,
            height,
            lanes,
            left: if width < 480.0 { GUTTER * 0.6 } else { GUTTER },
            top: HEAD,
            row,
            bottom: HEAD + row * rows as f32,
        }
    }

    /// Whether there are too many lanes to draw one by one.
    pub const fn is_crowd(&self) -> bool {
        self.lanes > LANES_DRAWN_MAX
    }

    /// Width of the part that time runs in.
    pub fn time_width(&self) -> f64 {
        f64::from((self.width - self.left).max(1.0))
    }

    /// Top edge of a lane.
    pub fn lane_top(&self, lane: u32) -> f32 {
        self.top + self.row * lane as f32
    }

    /// The lane at a height; none outside the lanes, or in a crowd.
    pub fn lane_at(&self, y: f32) -> Option<u32> {
        let lane = (y - self.top) / self.row;
        (!self.is_crowd() && (0.0..self.lanes as f32).contains(&lane)).then_some(lane as u32)
    }

    /// The body of a task: its stretch of time within its lane, cut to the picture, at least a pixel wide.
    pub fn body(&self, projection: &Projection, lane: u32, from: u64, to: u64) -> Rect {
        let edge = self.width - self.left;
        let x = (projection.x(from) as f32).clamp(-4.0, edge + 4.0);
        let end = (projection.x(to) as f32).clamp(-4.0, edge + 4.0);
        let width = end - x;
        let gap = if width > 4.0 { 1.0 } else { 0.0 };
        let inset = if self.row > 12.0 {
            self.row * 0.16
        } else {
            (self.row * 0.1).min(1.0)
        };
        let x = x.max(0.0);
        Rect {
            x: self.left + x,
            y: self.lane_top(lane) + inset,
            width: (end - x - gap).max(1.0),
            height: (self.row - 2.0 * inset).max(1.0),
        }
    }
}

/// The window as it is now: a window of another length of time is not one of this block.
pub fn present(window: Option<Projection>, end: u64, width: f64) -> Projection {
    let fit = Projection::fit(end, width);
    match window {
        Some(window) if window.end == fit.end => window.resized(width),
        _ => fit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lane_is_found_where_it_is_drawn() {
        for lanes in [1, 2, 8, 64] {
            let layout = Layout::new(700.0, 320.0, lanes);
            for lane in 0..lanes {
                assert_eq!(
                    layout.lane_at(layout.lane_top(lane) + layout.row / 2.0),
                    Some(lane)
                );
            }
            assert!(layout.bottom <= 320.0);
            assert_eq!(layout.lane_at(-1.0), None);
            assert_eq!(layout.lane_at(319.0), None);
        }
        assert_eq!(Layout::new(700.0, 320.0, 65).lane_at(100.0), None);
    }
}
