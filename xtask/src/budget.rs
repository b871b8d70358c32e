//! What a first visit transfers, against the most that it may.

use anyhow::{Context, Result, bail};
use std::path::Path;

use crate::command::Command;
use crate::fingerprint::files_below;
use crate::workspace;

/// In units of 1,000 bytes, compressed as a static host would.
const BUDGET_KB: f64 = 900.0;

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

/// Prints the table of everything loaded before the first block has run on real threads.
///
/// # Errors
/// The sum is over the budget.
pub(crate) fn check() -> Result<()> {
    let site = workspace::path("dist");
    let first: Vec<String> = files_below(&site)?
        .iter()
        .filter_map(|file| file.strip_prefix(&site).ok())
        .filter(|file| is_loaded_first(file))
        .map(|file| format!("dist/{}", file.display()))
        .collect();
    let measured = Command::new("node")
        .args(["-e", MEASURE])
        .read_with_input(first.join("\n").as_bytes())?;
    println!("\n  {:<62}{:>12}{:>12}", "loaded first", "bytes", "brotli");
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
    println!("  first load: {kilobytes:.1} KB of {BUDGET_KB:.0} KB");
    if first.is_empty() || kilobytes > BUDGET_KB {
        bail!("the first load takes {kilobytes:.1} KB compressed, {BUDGET_KB:.0} KB is the most");
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
