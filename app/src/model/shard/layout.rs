//! Where districts stand, in units of the picture.

use engine::trace::shard::{CLIENT, REFERENCE};

/// The picture's size.
pub const WIDTH: f64 = 1_000.0;
/// See above.
pub const HEIGHT: f64 = 450.0;

/// What stays free around a district and what hangs beneath it.
const MARGIN: f64 = 4.0;

/// Districts in rows, clients above and the committee of reference below them if there are messages of theirs.
#[derive(Clone, PartialEq, Debug)]
pub struct City {
    /// Middles of districts.
    pub districts: Vec<[f64; 2]>,
    /// A district's width and height.
    pub size: [f64; 2],
    /// How much is free beneath each, for what hangs there.
    pub below: f64,
    /// Whether clients are drawn.
    pub has_clients: bool,
    /// Whether the committee of reference is.
    pub has_reference: bool,
}

impl City {
    /// So many districts.
    pub fn new(shards: u16, has_clients: bool, has_reference: bool) -> Self {
        let top = if has_clients { 56.0 } else { 8.0 };
        let bottom = HEIGHT - if has_reference { 56.0 } else { 8.0 };
        let count = usize::from(shards.max(1));
        let columns = ((count as f64).sqrt().ceil() as usize).clamp(1, count);
        let rows = count.div_ceil(columns);
        let cell = [WIDTH / columns as f64, (bottom - top) / rows as f64];
        let size = [(cell[0] * 0.66).min(250.0), (cell[1] * 0.66).min(140.0)];
        let districts = (0..count)
            .map(|number| {
                let (row, column) = (number / columns, number % columns);
                // The last row stands in the middle.
                let in_row = if row + 1 == rows {
                    count - row * columns
                } else {
                    columns
                };
                let left = (columns - in_row) as f64 * cell[0] / 2.0;
                // At the top of its cell: accounts hang beneath it.
                [
                    left + (column as f64 + 0.5) * cell[0],
                    top + MARGIN + row as f64 * cell[1] + size[1] / 2.0,
                ]
            })
            .collect();
        Self {
            districts,
            size,
            below: cell[1] - size[1] - 2.0 * MARGIN,
            has_clients,
            has_reference,
        }
    }

    /// Where a flight begins or ends.
    pub fn place(&self, end: u16) -> Option<[f64; 2]> {
        match end {
            CLIENT => self.has_clients.then_some([WIDTH / 2.0, 24.0]),
            REFERENCE => self.has_reference.then_some([WIDTH / 2.0, HEIGHT - 24.0]),
            shard => self.districts.get(usize::from(shard)).copied(),
        }
    }

    /// A point on the way between two ends, from 0 to 1. There and back are two ways, bent to the right.
    pub fn on_way(&self, from: u16, to: u16, far: f64) -> Option<[f64; 2]> {
        let (from, to) = (self.place(from)?, self.place(to)?);
        let bend = bent(from, to);
        let near = 1.0 - far;
        Some([0, 1].map(|axis| {
            near * near * from[axis] + 2.0 * near * far * bend[axis] + far * far * to[axis]
        }))
    }

    /// The way between two ends, as a path of SVG.
    pub fn way(&self, from: u16, to: u16) -> Option<String> {
        let (from, to) = (self.place(from)?, self.place(to)?);
        let bend = bent(from, to);
        Some(format!(
            "M{:.0} {:.0}Q{:.0} {:.0} {:.0} {:.0}",
            from[0], from[1], bend[0], bend[1], to[0], to[1]
        ))
    }
}

fn bent(from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
    let along = [to[0] - from[0], to[1] - from[1]];
    [
        f64::midpoint(from[0], to[0]) - 0.14 * along[1],
        f64::midpoint(from[1], to[1]) + 0.14 * along[0],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_do_not_overlap_and_ways_begin_and_end_at_them() {
        for shards in [1, 2, 4, 7, 16, 64] {
            let city = City::new(shards, true, true);
            assert_eq!(city.districts.len(), usize::from(shards));
            for (place, a) in city.districts.iter().enumerate() {
                assert!(a[0] > 0.0 && a[0] < WIDTH && a[1] > 48.0 && a[1] < HEIGHT - 48.0);
                for b in &city.districts[..place] {
                    let apart = [0, 1].map(|axis| (a[axis] - b[axis]).abs() >= city.size[axis]);
                    assert!(apart[0] || apart[1]);
                }
            }
            assert_eq!(city.on_way(0, CLIENT, 0.0), city.place(0));
            assert_eq!(city.on_way(0, REFERENCE, 1.0), city.place(REFERENCE));
        }
        assert_eq!(City::new(2, false, false).place(CLIENT), None);
    }
}
