//! Where regions lie on the map, in milliseconds of one-way delay.

use engine::scenario::consensus::ConsensusScenario;
use engine::scenario::consensus::check::MOVE_MAX_US;
use engine::sim::region::RegionTable;

/// What the map shows, in milliseconds.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Frame {
    /// Its west edge.
    pub left: f64,
    /// Its north edge.
    pub top: f64,
    /// From west to east.
    pub width: f64,
    /// From north to south.
    pub height: f64,
    /// Milliseconds of a pixel where the map is `PIXELS` wide.
    pub pixel: f64,
}

/// How wide the map usually is on a screen.
const PIXELS: f64 = 256.0;
/// Room for dragging and for names around the regions, in shares of what they take.
const ROOM: f64 = 0.3;
/// Names closer than this, in pixels, stand on different sides of their marks.
const NAME_HEIGHT: f64 = 13.0;
const NAME_WIDTH: f64 = 70.0;

impl Frame {
    /// The regions where they belong, with room around them.
    pub fn of(places: &[Place]) -> Self {
        let range = |axis: usize| {
            let homes = places.iter().map(|place| f64::from(place.home[axis]));
            let (low, high) = homes.fold((f64::MAX, f64::MIN), |(low, high), at| {
                (low.min(at), high.max(at))
            });
            (low, (high - low).max(1.0))
        };
        if places.is_empty() {
            return Self::default();
        }
        let ((west, across), (north, down)) = (range(0), range(1));
        let width = across * (1.0 + 2.0 * ROOM);
        Self {
            left: west - across * ROOM,
            top: north - down * ROOM,
            width,
            height: down * (1.0 + 2.0 * ROOM),
            pixel: width / PIXELS,
        }
    }
}

/// A region on the map.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Place {
    /// Its name.
    pub name: &'static str,
    /// Where it belongs, east and south of the middle, in milliseconds.
    pub home: [i32; 2],
    /// How far it is moved, in microseconds.
    pub moved: [i32; 2],
    /// How many nodes stand there.
    pub nodes: u32,
    /// Whether its name stands to the left of its mark: there is another name to the right.
    pub is_left: bool,
}

impl Place {
    /// Where it is, in milliseconds.
    pub fn at(&self) -> [i32; 2] {
        [0, 1].map(|axis| self.home[axis].saturating_add(self.moved[axis] / 1_000))
    }
}

/// The regions of the document's table; none if its nodes stand nowhere.
pub fn places(document: &ConsensusScenario) -> Vec<Place> {
    let table = document
        .network
        .regions
        .as_deref()
        .and_then(RegionTable::named);
    let Some(table) = table else {
        return Vec::new();
    };
    let placed = table.placed(&document.network.placed, document.nodes);
    let regions = table.regions.iter().zip(table.positions_us).enumerate();
    let mut places: Vec<Place> = regions
        .map(|(number, (name, home))| Place {
            name,
            home: home.map(|us| us / 1_000),
            moved: document.moved.get(*name).copied().unwrap_or_default(),
            nodes: placed
                .iter()
                .filter(|at| usize::from(**at) == number)
                .count() as u32,
            is_left: false,
        })
        .collect();
    part(&mut places);
    places
}

/// Puts names on the side of their marks where there is room: one that begins near the east edge, or beside
/// another one, on the left.
fn part(places: &mut [Place]) {
    let frame = Frame::of(places);
    for at in 0..places.len() {
        let (before, rest) = places.split_at_mut(at);
        let Some(place) = rest.first_mut() else {
            return;
        };
        let [east, south] = place.home.map(f64::from);
        let is_beside = |other: &Place| {
            let [x, y] = other.home.map(f64::from);
            let is_near = (y - south).abs() < NAME_HEIGHT * frame.pixel
                && (x - east).abs() < NAME_WIDTH * frame.pixel;
            is_near && !other.is_left
        };
        let edge = frame.left + frame.width - NAME_WIDTH * frame.pixel;
        place.is_left = east > edge || before.iter().any(is_beside);
    }
}

/// Moves a region of the document; back where it belongs is not moved.
pub fn set(document: &mut ConsensusScenario, region: &str, by: [i32; 2]) {
    if by == [0, 0] {
        document.moved.remove(region);
    } else {
        document.moved.insert(region.to_owned(), by);
    }
}

/// How far it is moved when it is dragged so many milliseconds farther: whole milliseconds.
pub fn dragged(before_us: i32, by_ms: f64) -> i32 {
    // `as` saturates.
    within(before_us.saturating_add((by_ms.round() as i32).saturating_mul(1_000)))
}

/// As far as a region may be moved.
pub fn within(by_us: i32) -> i32 {
    let most = MOVE_MAX_US as i32;
    by_us.clamp(-most, most)
}

/// How large a region's mark is, in pixels: its area grows with its nodes.
pub fn radius(nodes: u32) -> f64 {
    (3.0 + 1.2 * f64::from(nodes).sqrt()).min(12.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_on_the_map_and_keeps_to_its_bounds() {
        for table in ["cloud", "public"] {
            let mut document = ConsensusScenario {
                nodes: 50,
                ..ConsensusScenario::default()
            };
            assert!(places(&document).is_empty());
            document.network.regions = Some(table.to_owned());
            let found = places(&document);
            assert_eq!(found.iter().map(|place| place.nodes).sum::<u32>(), 50);
            let frame = Frame::of(&found);
            for place in &found {
                let [east, south] = place.at().map(f64::from);
                assert!(
                    (frame.left..frame.left + frame.width).contains(&east),
                    "{place:?}"
                );
                assert!(
                    (frame.top..frame.top + frame.height).contains(&south),
                    "{place:?}"
                );
            }
            assert!(found.iter().any(|place| place.is_left));
            let name = found[0].name;
            set(
                &mut document,
                name,
                [dragged(0, 12.4), dragged(-3_000, -1e12)],
            );
            assert_eq!(places(&document)[0].moved, [12_000, -500_000]);
            assert_eq!(engine::scenario::consensus::check(&document), []);
            set(&mut document, name, [0, 0]);
            assert!(document.moved.is_empty());
        }
    }
}
