//! Where tags of accounts hang, and which district a hand is over.

use super::City;

/// Height and least width of a tag, in units of the picture, where it can be read from a desk.
const TALL: f64 = 24.0;
const WIDE: f64 = 40.0;
/// The same on a small screen, where a finger has to hit it.
const TALL_FINGER: f64 = 60.0;
const LEAST_FINGER: f64 = 44.0;
const WIDE_FINGER: f64 = 72.0;
/// What each digit adds beyond the second.
const DIGIT: f64 = 10.0;
/// Between two tags.
const GAP: f64 = 4.0;
/// A tag that is lower than this is not drawn.
const LEAST: f64 = 16.0;

/// How tags of accounts hang beneath their districts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tags {
    /// Height; 0 where there is no room.
    pub tall: f64,
    /// Width.
    pub wide: f64,
    /// How many there are room for.
    pub count: usize,
}

impl Tags {
    /// For accounts below a number.
    pub fn new(city: &City, accounts: u32, is_finger: bool) -> Self {
        let digits = accounts.max(1).ilog10() + 1;
        let (tall, wide) = if is_finger {
            (
                TALL_FINGER,
                WIDE_FINGER + 2.0 * DIGIT * f64::from(digits.saturating_sub(2)),
            )
        } else {
            (TALL, WIDE + DIGIT * f64::from(digits.saturating_sub(2)))
        };
        let least = if is_finger { LEAST_FINGER } else { LEAST };
        if city.below < least {
            return Self {
                tall: 0.0,
                wide,
                count: 0,
            };
        }
        Self {
            tall: tall.min(city.below),
            wide,
            count: ((city.size[0] + GAP) / (wide + GAP)) as usize,
        }
    }

    /// The left upper corner of a district's tag, by place.
    pub fn corner(&self, city: &City, shard: u16, place: usize) -> Option<[f64; 2]> {
        let [x, y] = *city.districts.get(usize::from(shard))?;
        let left = x - city.size[0] / 2.0 + place as f64 * (self.wide + GAP);
        Some([left, y + city.size[1] / 2.0])
    }
}

impl City {
    /// The district at a point, tags included: whatever hangs beneath it is its own.
    pub fn district_at(&self, [x, y]: [f64; 2], tags: Tags) -> Option<u16> {
        let place = self.districts.iter().position(|at| {
            (x - at[0]).abs() <= self.size[0] / 2.0
                && (at[1] - self.size[1] / 2.0..=at[1] + self.size[1] / 2.0 + tags.tall)
                    .contains(&y)
        });
        place.map(|place| place as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shard::layout::HEIGHT;

    #[test]
    fn tags_hang_beneath_their_own_district_and_touch_no_other() {
        for shards in [1, 2, 4, 7, 16, 64] {
            for (has_clients, is_finger) in [(false, false), (true, false), (true, true)] {
                let city = City::new(shards, has_clients, has_clients);
                let tags = Tags::new(&city, 400, is_finger);
                for shard in 0..shards {
                    for place in 0..tags.count {
                        let [x, y] = tags.corner(&city, shard, place).unwrap();
                        let middle = [x + tags.wide / 2.0, y + tags.tall / 2.0];
                        assert_eq!(city.district_at(middle, tags), Some(shard));
                        assert!(y + tags.tall <= HEIGHT, "{shards}: {y}");
                        let lower = [x, y + tags.tall + 1.0];
                        assert_eq!(city.district_at(lower, tags), None, "{shards} {shard}");
                    }
                }
                assert_eq!(city.district_at([0.0, 0.0], tags), None);
            }
        }
        let city = City::new(4, false, false);
        assert!(Tags::new(&city, 400, false).count >= 4);
        assert!(Tags::new(&city, 400, true).count >= 2);
        assert_eq!(Tags::new(&City::new(64, true, true), 400, true).count, 0);
    }
}
