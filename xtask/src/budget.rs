//! What a first visit transfers, against the most that it may.

use anyhow::{Context, Result, bail};
use std::path::Path;

use crate::command::Command;
use crate::fingerprint::files_below;
use crate::workspace;

/// In units of 1,000 bytes, compressed as a static host would.
const BUDGET_KB: f64 = 900.0;
/// The same for whoever opens a link to a lab that is a program of its own.
const LAB_BUDGET_KB: f64 = 900.0;

/// The same for the shard lab's worker on real threads, which comes when something is measured.
const CREW_BUDGET_KB: f64 = 650.0;

/// Measures with the compressor that is at hand anyway; files that are compressed already (fonts)
/// count as they are when that is smaller.
const MEASURE: &str = "\
const { readFileSync } = require('node:fs');
const { brotliCompressSync } = require('node:zlib');
for (const path of readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
  const bytes = readFileSync(path);
  console.log([path, bytes.length, Math.min(bytes.length, brotliCompressSync(bytes).length)].join('\\t'));
}
";

/// Prints the tables of everything loaded before the first block has run on real threads, and of
/// everything loaded by a link to each lab that is a program of its own.
///
/// # Errors
/// A sum is over its budget.
pub(crate) fn check() -> Result<()> {
    table("first load", "loaded first", BUDGET_KB, is_loaded_first)?;
    table(
        "consensus lab",
        "loaded by a link to the consensus lab",
        LAB_BUDGET_KB,
        |file| is_loaded_with_lab(file, "engine/consensus"),
    )?;
    table(
        "shard lab",
        "loaded by a link to the shard lab",
        LAB_BUDGET_KB,
        |file| is_loaded_with_lab(file, "engine/shard"),
    )?;
    table(
        "shard lab's threads",
        "loaded when the shard lab runs on real threads",
        CREW_BUDGET_KB,
        |file| file.starts_with("engine/shard-mt"),
    )?;
    table(
        "strategies lab",
        "loaded by a link to the strategies lab",
        LAB_BUDGET_KB,
        |file| is_loaded_with_lab(file, "engine/strategy"),
    )
}

fn table(name: &str, title: &str, budget_kb: f64, is_loaded: fn(&Path) -> bool) -> Result<()> {
    let site = workspace::path("dist");
    let loaded: Vec<String> = files_below(&site)?
        .iter()
        .filter_map(|file| file.strip_prefix(&site).ok())
        .filter(|file| is_loaded(file))
        .map(|file| format!("dist/{}", file.display()))
        .collect();
    let measured = Command::new("node")
        .args(["-e", MEASURE])
        .read_with_input(loaded.join("\n").as_bytes())?;
    println!("\n  {title:<62}{:>12}{:>12}", "bytes", "brotli");
    let (mut total, mut total_brotli) = (0_u64, 0_u64);
    for line in measured.lines() {
        let mut fields = line.split('\t');
        let path = fields.next().unwrap_or_default();
        let mut number = || {
            fields
                .next()
                .and_then(|field| field.parse::<u64>().ok())
                .context("node measured nothing")
        };
        let (bytes, brotli) = (number()?, number()?);
        println!("  {:<62}{bytes:>12}{brotli:>12}", shortened(path));
        total += bytes;
        total_brotli += brotli;
    }
    let kilobytes = total_brotli as f64 / 1000.0;
    println!("  {:<62}{total:>12}{total_brotli:>12}", "in all");
    println!("  {name}: {kilobytes:.1} KB of {budget_kb:.0} KB");
    if loaded.is_empty() || kilobytes > budget_kb {
        bail!("the {name} takes {kilobytes:.1} KB compressed, {budget_kb:.0} KB is the most");
    }
    Ok(())
}

/// The end of a path that is too long for its column.
fn shortened(path: &str) -> String {
    let start = path.len().saturating_sub(59);
    if start == 0 {
        path.to_owned()
    } else {
        format!("…{}", path.get(start..).unwrap_or(path))
    }
}

/// The page at the top, its fonts, and the threaded worker; the single-threaded twin is loaded
/// instead of that one and is smaller, the service worker and real traffic come later.
fn is_loaded_first(file: &Path) -> bool {
    let top = file.components().count() == 1;
    if top {
        let name = file.to_string_lossy();
        let ending = file
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        return name != "sw.js" && matches!(ending, "html" | "css" | "js" | "wasm" | "svg");
    }
    file.starts_with("engine/mt")
        || (file.starts_with("font") && file.extension().is_some_and(|e| e == "woff2"))
}

/// What every page has at the top, without the other lab's program; and the lab's own folder, whose one
/// program is loaded once for the page and its worker.
fn is_loaded_with_lab(file: &Path, folder: &str) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    let is_program = matches!(ending, Some("js" | "wasm"));
    let top = file.components().count() == 1;
    if top || file.starts_with("font") {
        return is_loaded_first(file) && !is_program;
    }
    file.starts_with(folder)
}
