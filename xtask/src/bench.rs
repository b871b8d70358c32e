//! `cargo xtask bench`: measures natively and in the browser and writes `BENCHMARKS.md`.
//!
//! Both programs print one JSON object, `{"rows": [{"name", "where", "value", "unit", "bar", "note"}]}`:
//! `value` is a number or a text, `bar` what it must reach (or null), `note` what was measured. This
//! file only names the machine and lays out the table; no figure is made here.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;

use crate::command::Command;
use crate::{gate, page, tool, workspace};

const BROWSER_PROGRAM: &str = "bench.mjs";

/// How to read two of the curves beside those that were published.
const PAPER: &str = "\
## Beside the Block-STM paper

Two curves of Gelashvili et al. (PPoPP 2023) can be compared in shape, not in height.

- **Contention.** They: random pairs among 2, 10, 100, 1,000 and 10,000 accounts, 100 to 190 µs a transaction (Move), up to 32 threads; with 2 accounts at most 30 % slower than in order, ahead from 10 accounts on, near-linear from 1,000. Here: the rows \"accounts, 20 µs of work\", Block-STM 2. The shape is theirs: no gain from 2 accounts, nearly all of it from 10 on. What differs: 2 threads, so that the curve ends near 2; a fifth of the grain; an executor that gives up on the rest of a block when nothing is to be gained, so that the worst case costs little. In virtual time the whole curve can be drawn on their 32 threads, with `interleave sweep preset:random-pairs --axis accounts --lanes 32` (random pairs, 100 µs a transaction, blocks of 1,000): ×1.01, ×3.53, ×23.8, ×30.3 and ×31.3 for 2, 10, 100, 1,000 and 10,000 accounts, theirs at most 30 % slower, ahead, up to ×8, and ×16 from 1,000 on. The order and the crossover before 10 accounts are theirs; ours is higher between, since virtual lanes share no memory bus and no caches, and a repeat costs its ticks and nothing else. With `--measured --by block-stm-2` the same on this machine's threads.
- **Block size.** They: throughput rises from blocks of 1,000 to 10,000 transactions, since a longer block keeps more threads busy. Here: the rows \"default mix, blocks of\". With 2 threads there is nothing to be gained from longer blocks, and from 100,000 transactions on the block no longer fits a cache; what is shown is that the cost of a transaction does not grow with the block as it would if every set-back of a counter made the rest of the block be checked again. `interleave sweep preset:random-pairs --axis block --lanes 32`, in virtual time: ×25.0, ×30.3 and ×31.1 for blocks of 100, 1,000 and 10,000, theirs ×16 to ×18 at 10,000 and ×17 to ×21 for the largest: both rise with the block and flatten, because only its end leaves lanes without work.

Their figures are quoted from abstracts and reading notes.
";

/// `cargo xtask bench`.
///
/// # Errors
/// A program failed, or printed no rows.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!("`bench` takes no argument, got `{unknown}`");
    }
    let native = [
        "run",
        "--release",
        "--package",
        "engine",
        "--features",
        "cli",
        "--",
        "bench",
    ];
    let mut rows = rows(Command::new("cargo").args(native), "the native bench")?;
    if workspace::path("app/tests/browser")
        .join(BROWSER_PROGRAM)
        .is_file()
    {
        page::build()?;
        rows.extend(self::rows(
            gate::browser_program(BROWSER_PROGRAM)?,
            "the browser bench",
        )?);
        let ratios = wasm_to_native(&rows);
        rows.extend(ratios);
    }
    let file = workspace::path("BENCHMARKS.md");
    fs::write(&file, format!("{}\n{}\n{PAPER}", machine()?, table(&rows)?))?;
    println!("\n  {} rows in {}", rows.len(), file.display());
    Ok(())
}

/// What rows that measure one thread's speed end on, where both programs measured it.
const ONE_THREAD: &str = ", serial, 1 thread, without root";

/// The browser's speed on one thread over the native one, for every row that both have.
fn wasm_to_native(rows: &[Value]) -> Vec<Value> {
    let speed = |name: &str, place: &str| {
        let mut rows = rows.iter();
        rows.find(|row| row["name"] == name && row["where"] == place)?["value"].as_f64()
    };
    let native = rows.iter().filter(|row| row["where"] == "native");
    let names = native.filter_map(|row| row["name"].as_str()?.strip_suffix(ONE_THREAD));
    let ratio = |name: &str| {
        let full = format!("{name}{ONE_THREAD}");
        let (native, browser) = (speed(&full, "native")?, speed(&full, "browser")?);
        Some(json!({
            "name": format!("{name}, serial, 1 thread, wasm ÷ native"),
            "where": "both",
            "value": browser / native,
            "unit": "×",
            "bar": "≥ 0.7",
            "note": format!("{} against {} tx/s", figure(browser.round()), figure(native.round())),
        }))
    };
    names.filter_map(ratio).collect()
}

/// Runs a program, shows what it says, and takes the rows out of it.
fn rows(command: Command, what: &str) -> Result<Vec<Value>> {
    let mut said = String::new();
    command.run_lines(|line| {
        said.push_str(line);
        said.push('\n');
    })?;
    rows_of(&said).with_context(|| format!("{what} printed no {{\"rows\": […]}}"))
}

/// The rows of the object that the text ends with, on one line or on several.
fn rows_of(said: &str) -> Option<Vec<Value>> {
    let starts = said
        .match_indices('{')
        .filter(|(at, _)| *at == 0 || said[..*at].ends_with('\n'));
    let mut objects =
        starts.filter_map(|(at, _)| serde_json::from_str::<Value>(said[at..].trim()).ok());
    objects
        .find_map(|object| object["rows"].as_array().cloned())
        .filter(|rows| !rows.is_empty())
}

/// What the figures hold for.
fn machine() -> Result<String> {
    let processor = fact("/proc/cpuinfo", "model name");
    let memory_kib: u64 = fact("/proc/meminfo", "MemTotal")
        .split_whitespace()
        .next()
        .unwrap_or("")
        .parse()
        .unwrap_or(0);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = system
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .unwrap_or("unknown")
        .trim_matches('"');
    let kernel = Command::new("uname").arg("-r").read().unwrap_or_default();
    let compiler = Command::new("rustc").arg("--version").read()?;
    let browser = tool::chromium()
        .and_then(|path| Command::new(path).arg("--version").read())
        .unwrap_or_default();
    let commit = Command::new("git")
        .args(["rev-parse", "--short=12", "HEAD"])
        .read()
        .unwrap_or_default();
    let dirty = !Command::new("git")
        .args(["status", "--porcelain", "--untracked-files=no"])
        .read()
        .unwrap_or_default()
        .is_empty();
    let commit = if dirty {
        format!("{commit} with changes")
    } else {
        commit
    };
    Ok(format!(
        "# Benchmarks\n\nWritten by `cargo xtask bench`. Every figure was measured by it on the machine named here.\n\n\
         | | |\n|---|---|\n| Processor | {processor} |\n| Cores | {cores} |\n| Memory | {:.1} GiB |\n\
         | System | {system}, Linux {kernel} |\n| Compiler | {compiler} |\n| Browser | {browser} |\n| Commit | {commit} |\n",
        memory_kib as f64 / f64::from(1 << 20),
    ))
}

fn fact(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'));
    line.unwrap_or("unknown").trim().to_owned()
}

fn table(rows: &[Value]) -> Result<String> {
    let mut text =
        String::from("| What | Where | Measured | Bar | Note |\n|---|---|---:|---:|---|\n");
    for row in rows {
        let cell = |key: &str| match &row[key] {
            Value::Null => String::new(),
            Value::String(text) => text.replace('|', "\\|").replace('\n', " "),
            Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), figure),
            other => other.to_string(),
        };
        if cell("name").is_empty() || cell("value").is_empty() {
            bail!("a row without a name or a value: {row}");
        }
        let measured = format!("{} {}", cell("value"), cell("unit"));
        writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            cell("name"),
            cell("where"),
            measured.trim(),
            cell("bar"),
            cell("note")
        )?;
    }
    Ok(text)
}

/// Whole numbers in groups of three; others with three significant figures.
fn figure(value: f64) -> String {
    if value.abs() < 1000.0 && value.fract() != 0.0 {
        let digits = if value.abs() >= 100.0 {
            0
        } else if value.abs() >= 10.0 {
            1
        } else {
            2
        };
        return format!("{value:.digits$}");
    }
    let whole = format!("{:.0}", value.abs());
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 {
        format!("-{grouped}")
    } else {
        grouped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_behind_progress_on_one_line_or_several() {
        for said in [
            "warming up\n{\"rows\":[{\"name\":\"a\"}]}\n",
            "{ not json\n{\n\"rows\": [\n{\"name\":\"a\"}\n]\n}\n",
        ] {
            assert_eq!(rows_of(said).map(|rows| rows.len()), Some(1), "{said}");
        }
        assert!(rows_of("nothing\n{\"rows\":[]}\n").is_none());
    }

    #[test]
    fn a_ratio_needs_both_sides() {
        let row = |name: &str, place: &str, value: f64| json!({"name": format!("{name}{ONE_THREAD}"), "where": place, "value": value});
        let rows = [
            row("payments", "native", 4_000_000.0),
            row("default", "native", 1_000_000.0),
            row("payments", "browser", 3_000_000.0),
        ];
        let ratios = wasm_to_native(&rows);
        assert_eq!(ratios.len(), 1);
        assert_eq!(ratios[0]["value"], 0.75);
        assert_eq!(ratios[0]["note"], "3,000,000 against 4,000,000 tx/s");
        assert!(table(&ratios).is_ok());
    }

    #[test]
    fn a_table_needs_names_and_values_and_groups_digits() {
        let good = json!({"name": "tps", "where": "native", "value": 1_234_567, "unit": "tx/s", "bar": "≥ 2", "note": "a|b"});
        assert!(
            table(&[good])
                .expect("is whole")
                .contains("| tps | native | 1,234,567 tx/s | ≥ 2 | a\\|b |")
        );
        assert!(table(&[json!({"name": "tps"})]).is_err());
        assert_eq!(
            [figure(0.1234), figure(12.34), figure(-1234.5)],
            ["0.12", "12.3", "-1,234"]
        );
    }
}
