//! A series out of a file: comma-separated time and price, or time and open, high, low, close.
//!
//! ```text
//! time,price                 time,open,high,low,close
//! 2020-01-01 00:00,7195.2    1577836800,7195.2,7255.0,7175.1,7200.8
//! ```
//!
//! Times are seconds or milliseconds since 1970, or `YYYY-MM-DD` with or without `HH:MM[:SS]`. Separators
//! are commas, semicolons or tabs. A first row of names is looked at; without one, two columns are time
//! and price, five are time and OHLC.

use super::process::Law;
use super::statistic::log_returns;
use crate::primitives::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Longest file, in bytes.
pub const CSV_BYTES_MAX: usize = 16 << 20;
/// Most rows.
pub const ROWS_MAX: usize = 200_000;
/// Most complaints at once.
pub const COMPLAINTS_MAX: usize = 20;
/// Largest price.
const PRICE_MAX: Decimal = Decimal::whole(1_000_000_000);

/// A series at even steps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Imported {
    /// The first row's time, in seconds since 1970.
    pub start_s: i64,
    /// Seconds from row to row.
    pub step_s: u32,
    /// The closing prices.
    pub prices: Vec<Decimal>,
}

/// What is wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug, Error, Serialize, Deserialize)]
pub struct Complaint {
    /// The row, from 1, as an editor counts lines; 0 for the whole file.
    pub row: u32,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            0 => write!(f, "{} ({})", self.message, self.hint),
            row => write!(f, "row {row}: {} ({})", self.message, self.hint),
        }
    }
}

impl Imported {
    /// The series as a market of its own.
    pub fn replay(&self) -> Law {
        Law::Replay {
            prices: self.prices.clone(),
        }
    }

    /// Blocks of the series in random order; `None` of fewer than 51 rows.
    pub fn bootstrap(&self, block: u32) -> Option<Law> {
        let returns = log_returns(&self.prices);
        let returns_ppb: Vec<i32> = returns
            .iter()
            .take(100_000)
            .map(|r| libm::round(r * 1e9) as i32)
            .collect();
        (returns_ppb.len() >= 50).then_some(Law::Bootstrap { returns_ppb, block })
    }
}

/// Where the columns are.
#[derive(Clone, Copy)]
struct Columns {
    time: usize,
    close: usize,
    /// Open, high and low.
    range: Option<[usize; 3]>,
    least: usize,
}

/// Reads a file.
///
/// # Errors
/// All complaints, at most [`COMPLAINTS_MAX`], in the order of rows.
pub fn import(text: &str) -> Result<Imported, Vec<Complaint>> {
    let mut complaints = Complaints(Vec::new());
    if text.len() > CSV_BYTES_MAX {
        complaints.add(
            0,
            format!("the file has {} bytes", text.len()),
            "at most 16 MiB are read",
        );
        return Err(complaints.0);
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = text
        .lines()
        .enumerate()
        .map(|(number, line)| (number as u32 + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    let Some((first, line)) = rows.peek().copied() else {
        complaints.add(
            0,
            "the file is empty".to_owned(),
            "give time and price on each row",
        );
        return Err(complaints.0);
    };
    let cells: Vec<&str> = split(line).collect();
    let is_header = cells.first().is_some_and(|cell| time(cell).is_none());
    let found = if is_header {
        by_name(&cells)
    } else {
        by_count(cells.len())
    };
    let Some(columns) = found else {
        let message = format!(
            "cannot tell the columns of {:?}",
            line.chars().take(60).collect::<String>()
        );
        complaints.add(
            first,
            message,
            "name them time,price or time,open,high,low,close",
        );
        return Err(complaints.0);
    };
    if is_header {
        rows.next();
    }
    let mut series: Vec<(u32, i64, Decimal)> = Vec::new();
    for (row, line) in rows {
        if complaints.is_full() {
            break;
        }
        if series.len() >= ROWS_MAX {
            complaints.add(row, format!("more than {ROWS_MAX} rows"), "cut the file");
            break;
        }
        match read_row(line, columns) {
            Ok((time, price)) => {
                if let Some((_, before, _)) = series.last()
                    && time <= *before
                {
                    let what = if time == *before {
                        "the same time as"
                    } else {
                        "earlier than"
                    };
                    complaints.add(
                        row,
                        format!("{what} the row before"),
                        "sort rows by time, oldest first, each once",
                    );
                } else {
                    series.push((row, time, price));
                }
            }
            Err((message, hint)) => complaints.add(row, message, hint),
        }
    }
    even(&series, &mut complaints);
    match complaints.0.is_empty() {
        true => Ok(Imported {
            start_s: series[0].1,
            step_s: (series[1].1 - series[0].1) as u32,
            prices: series.into_iter().map(|(.., price)| price).collect(),
        }),
        false => {
            complaints.0.sort_by_key(|complaint| complaint.row);
            Err(complaints.0)
        }
    }
}

struct Complaints(Vec<Complaint>);

impl Complaints {
    fn is_full(&self) -> bool {
        self.0.len() >= COMPLAINTS_MAX
    }

    fn add(&mut self, row: u32, message: String, hint: &str) {
        if !self.is_full() {
            self.0.push(Complaint {
                row,
                message,
                hint: hint.to_owned(),
            });
        }
    }
}

/// Complains of rows that do not follow at the step that most rows follow at.
fn even(series: &[(u32, i64, Decimal)], complaints: &mut Complaints) {
    if series.len() < 2 {
        if complaints.0.is_empty() {
            complaints.add(
                0,
                "fewer than two prices".to_owned(),
                "give at least two rows",
            );
        }
        return;
    }
    let mut steps: Vec<i64> = series
        .windows(2)
        .map(|pair| pair[1].1 - pair[0].1)
        .collect();
    steps.sort_unstable();
    let usual = steps[steps.len() / 2];
    if !(1..=604_800).contains(&usual) {
        let message = format!("rows are {usual} seconds apart");
        return complaints.add(0, message, "steps are one second to a week");
    }
    for pair in series.windows(2) {
        let step = pair[1].1 - pair[0].1;
        if step != usual {
            let message =
                format!("{step} seconds after the row before, others follow after {usual}");
            complaints.add(pair[1].0, message, "fill the gap, or cut the file there");
        }
    }
}

fn split(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', ';', '\t'])
        .take(64)
        .map(|cell| cell.trim().trim_matches('"').trim())
}

fn by_count(count: usize) -> Option<Columns> {
    match count {
        2 => Some(Columns {
            time: 0,
            close: 1,
            range: None,
            least: 2,
        }),
        5 | 6 => Some(Columns {
            time: 0,
            close: 4,
            range: Some([1, 2, 3]),
            least: 5,
        }),
        _ => None,
    }
}

fn by_name(cells: &[&str]) -> Option<Columns> {
    let names: Vec<String> = cells.iter().map(|cell| cell.to_ascii_lowercase()).collect();
    let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    let time = place(&[
        "time",
        "date",
        "datetime",
        "timestamp",
        "unix",
        "open_time",
        "time_utc",
    ])?;
    let close = place(&["price", "close", "value", "last"])?;
    let range = match (place(&["open"]), place(&["high"]), place(&["low"])) {
        (Some(open), Some(high), Some(low)) => Some([open, high, low]),
        _ => None,
    };
    let used = [
        Some(time),
        Some(close),
        range.and_then(|r| r.into_iter().max()),
    ];
    let least = used.into_iter().flatten().max()? + 1;
    Some(Columns {
        time,
        close,
        range,
        least,
    })
}

fn read_row(line: &str, columns: Columns) -> Result<(i64, Decimal), (String, &'static str)> {
    let cells: Vec<&str> = split(line).collect();
    if cells.len() < columns.least {
        let message = format!("{} columns, {} are needed", cells.len(), columns.least);
        return Err((message, "give every row the columns of the first"));
    }
    let shown = |cell: &str| cell.chars().take(40).collect::<String>();
    let at = time(cells[columns.time]).ok_or_else(|| {
        let message = format!("{:?} is no time", shown(cells[columns.time]));
        (message, "write seconds since 1970, or 2020-01-31 12:00")
    })?;
    let price = |column: usize| {
        let cell = cells[column];
        let value = Decimal::parse(cell.strip_prefix('$').unwrap_or(cell)).ok_or_else(|| {
            let message = format!("{:?} is no price", shown(cell));
            (
                message,
                "write a plain number with at most eight places, such as 7195.25",
            )
        })?;
        if value <= Decimal::ZERO || value > PRICE_MAX {
            return Err((
                format!("a price of {value}"),
                "prices are above 0 and at most 1000000000",
            ));
        }
        Ok(value)
    };
    let close = price(columns.close)?;
    if let Some([open, high, low]) = columns.range {
        let (open, high, low) = (price(open)?, price(high)?, price(low)?);
        if low > open.min(close) || high < open.max(close) {
            return Err((
                "low and high do not hold open and close".to_owned(),
                "look at the order of the columns",
            ));
        }
    }
    Ok((at, close))
}

/// Seconds since 1970.
fn time(cell: &str) -> Option<i64> {
    if !cell.is_empty() && cell.len() <= 16 && cell.bytes().all(|b| b.is_ascii_digit()) {
        let number: i64 = cell.parse().ok()?;
        // Eleven digits of seconds would be the year 5138, so such are milliseconds; 14 and more, micro.
        return Some(match cell.len() {
            0..=10 => number,
            11..=13 => number / 1_000,
            _ => number / 1_000_000,
        });
    }
    let cell = cell
        .trim_end_matches('Z')
        .trim_end_matches("+00:00")
        .trim_end_matches(" UTC");
    let (date, clock) = cell.split_once(['T', ' ']).unwrap_or((cell, "0:0"));
    let mut parts = date.split('-').map(field);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let mut parts = clock.split(':').map(field);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let fits = (1_970..=9_999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    fits.then(|| days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn field(text: &str) -> Option<i64> {
    let fits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Days since 1970 of a date of the Gregorian calendar: years begin in March, so leap days come last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leaps = year / 4 - year / 100 + year / 400;
    // 719,468 days from 1 March of year 0 to 1970.
    year * 365 + leaps + day_of_year - 719_468
}
