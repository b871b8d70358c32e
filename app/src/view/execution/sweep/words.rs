//! What axes, values and curves are called.

use crate::i18n::*;
use crate::model::curve::{Kind, quantity};
use crate::model::format;
use crate::view::execution::scheduler;
use crate::view::execution::wording::say;
use engine::scenario::Scheduler;
use engine::session::Method;
use engine::session::sweep::{Axis, Quantity, published};

/// What an axis is called in a picker.
pub fn axis_name(locale: Locale, axis: Axis) -> &'static str {
    match axis {
        Axis::Lanes => td_string!(locale, execution.sweep_axis_lanes),
        Axis::Accounts => td_string!(locale, execution.sweep_axis_accounts),
        Axis::Skew => td_string!(locale, execution.sweep_axis_skew),
        Axis::Hot => td_string!(locale, execution.sweep_axis_hot),
        Axis::Distance => td_string!(locale, execution.sweep_axis_distance),
        Axis::Pools => td_string!(locale, execution.sweep_axis_pools),
        Axis::Grain => td_string!(locale, execution.sweep_axis_grain),
        Axis::Block => td_string!(locale, execution.sweep_axis_block),
    }
}

/// What the axis counts, for under the chart.
pub(super) fn x_title(locale: Locale, axis: Axis) -> &'static str {
    match axis {
        Axis::Lanes => td_string!(locale, execution.sweep_x_lanes),
        Axis::Accounts => td_string!(locale, execution.sweep_x_accounts),
        Axis::Skew => td_string!(locale, execution.sweep_x_skew),
        Axis::Hot => td_string!(locale, execution.sweep_x_hot),
        Axis::Distance => td_string!(locale, execution.sweep_x_distance),
        Axis::Pools => td_string!(locale, execution.sweep_x_pools),
        Axis::Grain => td_string!(locale, execution.sweep_x_grain),
        Axis::Block => td_string!(locale, execution.sweep_x_block),
    }
}

/// What the figures say, for above the chart.
pub(super) fn y_title(locale: Locale, axis: Axis) -> &'static str {
    match quantity(axis) {
        Quantity::Speedup => td_string!(locale, execution.sweep_y_speedup),
        Quantity::OfFirst => td_string!(locale, execution.sweep_y_of_first),
    }
}

/// A value as people read it on this axis.
pub(super) fn value(axis: Axis, value: u32) -> String {
    match axis {
        Axis::Skew => format::three_figures(f64::from(value) / 1_000.0),
        Axis::Hot => format!("{}\u{a0}%", format::three_figures(f64::from(value) / 10.0)),
        Axis::Grain => format::three_figures(f64::from(value) / 1_000.0),
        _ if value >= 1_000_000 && value.is_multiple_of(1_000_000) => {
            format!("{}M", value / 1_000_000)
        }
        _ if value >= 1_000 && value.is_multiple_of(1_000) => format!("{}k", value / 1_000),
        _ => format::whole(u64::from(value)),
    }
}

/// What a curve is called in the legend.
pub(super) fn curve_name(
    locale: Locale,
    axis: Axis,
    kind: Kind,
    scheduler: Scheduler,
    method: Method,
) -> String {
    match kind {
        Kind::Published(number) => {
            let curve = published(axis).get(usize::from(number));
            let name = curve.map_or("", |curve| curve.name);
            say!(locale, sweep_curve_published, name = name)
        }
        Kind::Bound => td_string!(locale, execution.sweep_curve_bound).to_owned(),
        Kind::Modelled => {
            let name = scheduler::title(scheduler);
            say!(locale, sweep_curve_modelled, scheduler = name)
        }
        Kind::Measured => {
            let way = match method {
                Method::Chosen => td_string!(locale, execution.sweep_way_chosen),
                _ => method.name(),
            };
            say!(locale, sweep_curve_measured, way = way)
        }
    }
}
