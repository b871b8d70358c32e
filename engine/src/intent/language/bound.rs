//! Bounds of single values.

use super::ast::{Seconds, Symbol};
use super::check::Report;
use super::parser::is_symbol;
use crate::primitives::Decimal;

/// Largest number in a text, in size.
const NUMBER_MAX: Decimal = Decimal::whole(10_000_000_000);
/// Longest span: a hundred years.
const SPAN_MAX: u64 = 100 * 365 * 86_400;

pub(super) fn symbol(found: &Symbol, report: Report<'_>) {
    if !is_symbol(&found.0) {
        report(
            format!("{:?} cannot name an asset", found.0),
            "write capitals and digits, at most 12: ETH",
        );
    }
}

pub(super) fn pair(give: &Symbol, get: &Symbol, report: Report<'_>) {
    symbol(give, report);
    symbol(get, report);
    if give == get {
        report(
            format!("{} for itself", give.0),
            "name two different assets",
        );
    }
}

pub(super) fn number(value: Decimal, report: Report<'_>) {
    if value < Decimal(-NUMBER_MAX.0) || value > NUMBER_MAX {
        report(
            format!("{value} is out of range"),
            "numbers go up to 10000000000",
        );
    }
}

pub(super) fn positive(value: Decimal, report: Report<'_>) {
    if value <= Decimal::ZERO {
        report(format!("{value} is nothing"), "write more than 0");
    }
    number(value, report);
}

pub(super) fn part(value: Decimal, most: Decimal, report: Report<'_>) {
    if value <= Decimal::ZERO || value > most {
        let message = format!("{}% is out of range", value.percent());
        report(message, "write more than 0% and at most 100%");
    }
}

pub(super) fn moment(time: Seconds, report: Report<'_>) {
    if time.0 > SPAN_MAX {
        report(
            "later than a hundred years".to_owned(),
            "write a shorter time",
        );
    }
}

pub(super) fn span(time: Seconds, report: Report<'_>) {
    if time.0 == 0 {
        report("no time at all".to_owned(), "write at least 1s");
    }
    moment(time, report);
}
