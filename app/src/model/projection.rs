//! Ticks to pixels and back.

/// The window of virtual time that a picture shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Projection {
    /// The tick at the left edge.
    pub left: f64,
    /// Ticks in one CSS pixel; more than 0.
    pub ticks_per_pixel: f64,
    /// CSS pixels from edge to edge; at least 1.
    pub width: f64,
    /// The last tick there is; the window never leaves 0 to here by more than an eighth of its width.
    pub end: f64,
}

/// The closest look: this many pixels for one tick.
const PIXELS_PER_TICK_MAX: f64 = 16.0;

/// The share of the window that may lie beyond either end.
const SLACK: f64 = 0.125;

impl Projection {
    /// The whole of 0 to `end` in `width` pixels.
    pub fn fit(end: u64, width: f64) -> Self {
        let width = width.max(1.0);
        let end = (end as f64).max(1.0);
        Self {
            left: 0.0,
            ticks_per_pixel: end / width,
            width,
            end,
        }
    }

    /// The pixel of a tick; outside the window it lies outside 0 to `width`.
    pub fn x(&self, tick: u64) -> f64 {
        (tick as f64 - self.left) / self.ticks_per_pixel
    }

    /// The tick under a pixel, held within 0 to `end`.
    pub fn tick(&self, x: f64) -> u64 {
        (self.left + x * self.ticks_per_pixel).clamp(0.0, self.end) as u64
    }

    /// The tick at the right edge.
    pub fn right(&self) -> f64 {
        self.left + self.width * self.ticks_per_pixel
    }

    /// First and last tick in the window.
    pub fn range(&self) -> (u64, u64) {
        (self.tick(0.0), self.tick(self.width).saturating_add(1))
    }

    /// How many times closer than the fit.
    pub fn zoom(&self) -> f64 {
        self.end / self.width / self.ticks_per_pixel
    }

    /// Closer (`factor` > 1) or farther, with the tick under `x` staying where it is.
    #[must_use]
    pub fn zoomed(self, factor: f64, x: f64) -> Self {
        let under = self.left + x * self.ticks_per_pixel;
        let widest = self.end / self.width;
        let closest = (1.0 / PIXELS_PER_TICK_MAX).min(widest);
        let ticks_per_pixel = (self.ticks_per_pixel / factor).clamp(closest, widest);
        Self {
            left: under - x * ticks_per_pixel,
            ticks_per_pixel,
            ..self
        }
        .held()
    }

    /// Moved by pixels: positive shows later ticks.
    #[must_use]
    pub fn panned(self, pixels: f64) -> Self {
        Self {
            left: self.left + pixels * self.ticks_per_pixel,
            ..self
        }
        .held()
    }

    /// The window that shows these ticks with a margin on both sides.
    #[must_use]
    pub fn framing(self, from: u64, to: u64) -> Self {
        let span = (to.saturating_sub(from) as f64).max(1.0) * 1.5;
        let middle = (from as f64 + to as f64) / 2.0;
        let widest = self.end / self.width;
        let closest = (1.0 / PIXELS_PER_TICK_MAX).min(widest);
        let ticks_per_pixel = (span / self.width).clamp(closest, widest);
        Self {
            left: middle - self.width * ticks_per_pixel / 2.0,
            ticks_per_pixel,
            ..self
        }
        .held()
    }

    /// The nearest window that contains a tick; unchanged when it already does.
    #[must_use]
    pub fn revealing(self, tick: u64) -> Self {
        let x = self.x(tick);
        if (0.0..=self.width).contains(&x) {
            return self;
        }
        self.panned(x - self.width / 2.0)
    }

    /// The same window in another width: what was shown stays shown.
    #[must_use]
    pub fn resized(self, width: f64) -> Self {
        let width = width.max(1.0);
        let ticks_per_pixel = self.ticks_per_pixel * self.width / width;
        Self {
            ticks_per_pixel,
            width,
            ..self
        }
        .held()
    }

    fn held(self) -> Self {
        let span = self.width * self.ticks_per_pixel;
        if span >= self.end {
            return Self { left: 0.0, ..self };
        }
        let slack = span * SLACK;
        Self {
            left: self.left.clamp(-slack, self.end - span + slack),
            ..self
        }
    }

    /// Round ticks for an axis, about `pixels_apart` pixels from one to the next, within the window.
    pub fn axis(&self, pixels_apart: f64) -> Vec<u64> {
        let rough = (self.ticks_per_pixel * pixels_apart).max(1.0);
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| *step >= rough)
            .unwrap_or(power * 10.0)
            .max(1.0) as u64;
        let (from, to) = self.range();
        let first = from.div_ceil(step);
        (first..)
            .map(|count| count * step)
            .take_while(|tick| *tick <= to)
            .take(64)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tick_under_the_cursor_stays_there() {
        let fit = Projection::fit(91_330, 700.0);
        let mut window = fit;
        for factor in [1.5, 3.0, 7.0, 0.5, 2.0] {
            let before = window.left + 300.0 * window.ticks_per_pixel;
            window = window.zoomed(factor, 300.0);
            let after = window.left + 300.0 * window.ticks_per_pixel;
            assert!((before - after).abs() < 1e-6, "{before} {after}");
        }
        assert!(window.zoom() > 15.0);
    }

    #[test]
    fn never_wider_than_the_fit_nor_far_outside() {
        let fit = Projection::fit(1_000, 500.0);
        assert_eq!(fit.zoomed(0.1, 20.0), fit);
        assert_eq!(fit.panned(400.0), fit);
        let close = fit.zoomed(4.0, 0.0).panned(1e9);
        assert!(close.right() <= 1_000.0 + close.width * close.ticks_per_pixel * SLACK + 1e-6);
        assert!(close.zoomed(1e12, 3.0).ticks_per_pixel >= 1.0 / PIXELS_PER_TICK_MAX);
    }

    #[test]
    fn x_and_tick_agree() {
        let window = Projection::fit(10_000, 640.0).zoomed(5.0, 100.0);
        for x in [0.0, 17.5, 320.0, 640.0] {
            assert!((window.x(window.tick(x)) - x).abs() <= 1.0 / window.ticks_per_pixel);
        }
    }

    #[test]
    fn framing_shows_both_ends_and_revealing_moves_only_if_needed() {
        let fit = Projection::fit(100_000, 800.0);
        let window = fit.framing(40_000, 41_000);
        assert!(window.x(40_000) > 0.0 && window.x(41_000) < 800.0);
        assert_eq!(window.revealing(40_500), window);
        let moved = window.revealing(90_000);
        assert!((0.0..=800.0).contains(&moved.x(90_000)));
    }

    #[test]
    fn axis_ticks_are_round_and_inside() {
        let window = Projection::fit(91_330, 700.0);
        let axis = window.axis(100.0);
        assert_eq!(axis, [0, 20_000, 40_000, 60_000, 80_000]);
        assert!(Projection::fit(3, 900.0).axis(90.0).len() >= 3);
    }
}
